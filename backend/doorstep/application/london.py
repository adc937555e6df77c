"""The landlord's calendar: which date it is in London, where every window and policy is dated."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_date(ms: int) -> date:
    """The London date of an instant in ms since 1970."""
    return london_time(ms).date()


def london_time(ms: int) -> datetime:
    """The London wall clock at an instant in ms since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(LONDON)


def london_ms(local: datetime) -> int:
    """An instant in ms since 1970 from a naive London wall clock.

    Raises ValueError for a time that a clock change skips or repeats: nobody can say which instant is meant.
    """
    first = local.replace(tzinfo=LONDON, fold=0)
    second = local.replace(tzinfo=LONDON, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise ValueError(f"{local:%Y-%m-%d %H:%M} does not exist, or comes twice, in London: give the offset")
    return round(first.timestamp() * 1000)


def london_clock(at: datetime) -> str:
    """An aware moment's London wall clock; with its offset in the hour that comes twice, where it alone tells which."""
    there = at.astimezone(LONDON)
    clock = f"{there:%H:%M:%S}" if there.second else f"{there:%H:%M}"
    try:
        london_ms(there.replace(tzinfo=None))
    except ValueError:
        offset = f"{there:%z}"
        return f"{clock}{offset[:3]}:{offset[3:]}"
    return clock


def working_days(first: date, last: date) -> int:
    """How many of Monday to Friday lie after one date, up to another. Bank holidays are not known here, and count."""
    weeks, rest = divmod(max((last - first).days, 0), 7)
    return weeks * 5 + sum((first.weekday() + after) % 7 < 5 for after in range(1, rest + 1))
