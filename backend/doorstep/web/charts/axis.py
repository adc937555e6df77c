"""An axis with zero on it, that ends at round numbers, with ticks at round numbers."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, isfinite, log10
from typing import Final

import msgspec

STEPS: Final = (1.0, 2.0, 5.0, 10.0)
LEAST: Final = 1e-6
"""A figure below this is drawn as zero."""


class Axis(msgspec.Struct, frozen=True):
    """From `foot`, which is 0 or less, to `top`; `ticks` are round, the first `foot` and the last `top`."""

    top: float
    ticks: tuple[float, ...]
    foot: float = 0.0

    def place(self, value: float, first: float, last: float) -> float:
        """Where a value lies between the two ends."""
        return first + (last - first) * (value - self.foot) / (self.top - self.foot)


def axis_to(most: float, most_ticks: int, least: float = 0.0) -> Axis:
    """An axis that holds zero and both values, with no more ticks than that, nor fewer than two."""
    above, below = (reach if isfinite(reach) and reach > LEAST else 0.0 for reach in (most, -least))
    if not above + below:
        above = 1.0
    rough = (above + below) / (most_ticks - 1)
    up, down, step = next(found for found in _steps_from(rough, above, below) if sum(found[:2]) < most_ticks)
    return Axis(_clean(step * up), tuple(_clean(step * place) for place in range(-down, up + 1)), _clean(-step * down))


def _steps_from(rough: float, above: float, below: float) -> Iterator[tuple[int, int, float]]:
    """Round steps from so small a one on, each with how many of it reach above and below zero."""
    power = 10.0 ** floor(log10(rough))
    for scale in (power, power * 10):
        for each in STEPS:
            if scale * each >= rough * (1 - 1e-9):
                up, down = (ceil(reach / (scale * each) * (1 - 1e-9)) for reach in (above, below))
                yield up, down, scale * each


def _clean(value: float) -> float:
    return float(f"{value:.12g}")
