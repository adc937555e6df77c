"""Dates and times as systems write them, brought to the London date and clock of our columns; nothing is guessed."""

from __future__ import annotations

import re
from datetime import datetime

from doorstep.application.london import LONDON, london_clock

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"\s?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def london_parts(text: str) -> tuple[str, str] | None:
    """The London date and clock of a date and time: with an offset or Z as that instant, else as it stands.

    In the hour that comes twice the clock keeps the offset that settles which of the two is meant.

    None for what is no date and time. Whether the clock exists on that date is for the reader of the cells to say.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    on, clock, seconds, offset = found.groups()
    if not offset:
        return on, clock if seconds in (None, "00") else f"{clock}:{seconds}"
    try:
        there = datetime.fromisoformat(f"{on}T{clock}:{seconds or '00'}{offset}").astimezone(LONDON)
    except (ValueError, OverflowError):
        return None
    return f"{there:%Y-%m-%d}", london_clock(there)


def slot_cells(starts: str, ends: str) -> dict[str, str]:
    """The cells of a window between two moments; a moment that cannot be read, or another day, stands as it was given.

    Then the reader of the cells refuses it by name.
    """
    first, last = london_parts(starts), london_parts(ends)
    if first is None or last is None:
        cells = {"date": starts if first is None else first[0], "starts": starts if first is None else first[1]}
        return cells | {"ends": ends if last is None else last[1]}
    if first[0] != last[0]:
        return {"date": first[0], "starts": first[1], "ends": f"{last[0]} {last[1]}"}
    return {"date": first[0], "starts": first[1], "ends": last[1], "window": f"{first[1]} to {last[1]}"}
