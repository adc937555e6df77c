"""Times as the pages show them: London's clock, the reader's names of days, seconds where evidence matters."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from doorstep.application.london import london_time
from doorstep.domain.instants import format_instant, parse_instant
from doorstep.web.pages.words import say


def day_words(day: str) -> str:
    """`2026-11-17` as Tuesday 17 November 2026; what is no day as it stands."""
    try:
        held = date.fromisoformat(day)
    except ValueError:
        return day
    weekday, month = _named("time.weekdays", held.weekday()), _named("time.months", held.month - 1)
    return say("time.day", weekday=weekday, day=held.day, month=month, year=held.year)


def short_day(day: str) -> str:
    """`2026-11-17` as 17 Nov 2026."""
    try:
        held = date.fromisoformat(day)
    except ValueError:
        return day
    return say("time.short_day", day=held.day, month=_named("time.months_short", held.month - 1), year=held.year)


def london_day(ms: int) -> str:
    """The London date of an instant, as `2026-11-17`."""
    return london_time(ms).date().isoformat()


def clock(instant: str | int | None) -> Markup:
    """An instant as London's HH:MM, with the exact instant for machines."""
    return _time(instant, "%H:%M")


def clock_seconds(instant: str | int | None) -> Markup:
    """An instant as London's HH:MM:SS."""
    return _time(instant, "%H:%M:%S")


def day_and_clock(instant: str | int | None) -> Markup:
    """An instant as London's date and HH:MM:SS."""
    return _time(instant, "%d/%m/%Y %H:%M:%S")


def stopwatch(ms: int | None) -> str:
    """Milliseconds as minutes:seconds, or hours:minutes:seconds."""
    if ms is None:
        return ""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def duration(ms: int) -> str:
    """Milliseconds in words: 5 min 50 s."""
    minutes, seconds = divmod(max(ms, 0) // 1000, 60)
    return say("time.minutes", minutes=minutes, seconds=seconds) if minutes else say("time.seconds", seconds=seconds)


def exact_duration(ms: int) -> str:
    """Milliseconds in words, to the last of them: 15 min 3.217 s."""
    minutes, rest = divmod(ms, 60_000)
    return say("time.exact", minutes=minutes, seconds=f"{rest / 1000:.3f}")


def _named(names: str, place: int) -> str:
    return say(names).split(", ")[place]


def _ms(instant: str | int) -> int:
    return instant if isinstance(instant, int) else parse_instant(instant)


def _time(instant: str | int | None, form: str) -> Markup:
    if instant is None:
        return Markup("")
    ms = _ms(instant)
    shown = london_time(ms).strftime(form)
    return Markup('<time datetime="{}">{}</time>').format(format_instant(ms), shown)
