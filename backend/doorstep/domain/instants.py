"""Instants: the one written form of a moment, and whole milliseconds since 1970 to reckon with."""

import re
from datetime import date

MS_PER_SECOND = 1_000
MS_PER_HOUR = 3_600_000
MS_PER_DAY = 86_400_000

_EPOCH = date(1970, 1, 1).toordinal()
_LAST = (date.max.toordinal() + 1 - _EPOCH) * MS_PER_DAY - 1
# [0-9] and not \d: Python's \d also takes the digits of other scripts, which the phone's does not.
_FORM = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])\.([0-9]{3})Z", re.ASCII
)
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


class InputRefused(ValueError):
    """A case is not in the agreed form, so nobody may judge it; the message says where and what is expected."""


def parse_instant(text: object, place: str = "instant") -> int:
    """Milliseconds since 1970-01-01T00:00:00.000Z; `place` says in an error where the text stood.

    Raises InputRefused unless it is `YYYY-MM-DDTHH:MM:SS.mmmZ`, a real date, from 1970 on.
    """
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise InputRefused(f"{place}: {text!r} is not an instant; write it as 2026-11-23T09:00:00.000Z.")
    year, month, day, hour, minute, second, ms = map(int, found.groups())
    ordinal = _ordinal(year, month, day)
    if ordinal is None:
        raise InputRefused(f"{place}: {text!r} is not a real date from 1970 on; check the year, month and day.")
    return ordinal * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * MS_PER_SECOND + ms


def format_instant(ms: int) -> str:
    """The written form of milliseconds since 1970; raises InputRefused before 1970 and after the year 9999."""
    if not 0 <= ms <= _LAST:
        raise InputRefused(f"{ms} ms is not between 1970 and the year 9999; check the clock that gave it.")
    days, rest = divmod(ms, MS_PER_DAY)
    seconds, thousandths = divmod(rest, MS_PER_SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    day = date.fromordinal(_EPOCH + days).isoformat()
    return f"{day}T{hour:02}:{minute:02}:{second:02}.{thousandths:03}Z"


def is_real_day(text: str) -> bool:
    """Whether this is `YYYY-MM-DD` and a real date from 1970 on."""
    found = _DAY.fullmatch(text)
    return found is not None and _ordinal(*map(int, found.groups())) is not None


def _ordinal(year: int, month: int, day: int) -> int | None:
    """Days since 1970-01-01, or None where there is no such day."""
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    return days if days >= 0 else None
