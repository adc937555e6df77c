"""The bands in which lengths of time are told: each a name, and the length from which it begins."""

from __future__ import annotations

from typing import Final

from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR

Bands = tuple[tuple[int, str], ...]

LEAD: Final[Bands] = (
    (0, "under_2_hours"),
    (2 * MS_PER_HOUR, "2_to_12_hours"),
    (12 * MS_PER_HOUR, "12_to_24_hours"),
    (24 * MS_PER_HOUR, "1_to_2_days"),
    (48 * MS_PER_HOUR, "2_days_or_more"),
)
"""From the receipt of a reminder to the window's start."""
NOTICE: Final[Bands] = (
    (0, "under_1_day"),
    (MS_PER_DAY, "1_day"),
    (2 * MS_PER_DAY, "2_to_3_days"),
    (4 * MS_PER_DAY, "4_to_7_days"),
    (8 * MS_PER_DAY, "8_to_14_days"),
    (15 * MS_PER_DAY, "15_days_or_more"),
)
"""From when the time was settled to the window's start, in whole days."""
WIDTH: Final[Bands] = (
    (0, "up_to_2_hours"),
    (2 * MS_PER_HOUR + 1, "up_to_4_hours"),
    (4 * MS_PER_HOUR + 1, "up_to_6_hours"),
    (6 * MS_PER_HOUR + 1, "over_6_hours"),
)
"""How long the window is."""


def band(bands: Bands, length_ms: int | None) -> str:
    """The name of the band that a length lies in; `none` for no length, or one below nought."""
    if length_ms is None or length_ms < 0:
        return "none"
    return next(name for least, name in reversed(bands) if length_ms >= least)
