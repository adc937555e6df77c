"""An axis from zero to a round number, with ticks at round numbers."""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import Final

import msgspec

STEPS: Final = (1.0, 2.0, 5.0, 10.0)
LEAST: Final = 1e-6
"""A figure below this is drawn as zero."""


class Axis(msgspec.Struct, frozen=True):
    """From 0 to `top`; `ticks` are round, the first 0 and the last `top`."""

    top: float
    ticks: tuple[float, ...]

    def place(self, value: float, first: float, last: float) -> float:
        """Where a value lies between the two ends."""
        return first + (last - first) * value / self.top


def axis_to(most: float, most_ticks: int) -> Axis:
    """An axis that holds a value, with no more ticks than that, nor fewer than two."""
    reach = most if isfinite(most) and most > LEAST else 1.0
    rough = reach / (most_ticks - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in STEPS if power * each >= rough * (1 - 1e-9))
    count = 1
    while step * count < reach * (1 - 1e-9):
        count += 1
    return Axis(_clean(step * count), tuple(_clean(step * place) for place in range(count + 1)))


def _clean(value: float) -> float:
    return float(f"{value:.12g}")
