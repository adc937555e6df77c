"""Marks that are told apart by their shape: a filled circle, an open diamond, a square with a broken whisker."""

from __future__ import annotations

from typing import Final

import msgspec
from markupsafe import Markup

from doorstep.web.charts.markup import BLUE, BROWN, INK, PAPER, element

R: Final = 7
COLOURS: Final = (BLUE, BROWN, INK)
MOST_SERIES: Final = len(COLOURS)


class Dot(msgspec.Struct, frozen=True):
    """A value with its interval, each None where none is given; `said` is what is written for it either way."""

    said: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    url: str = ""

    @property
    def reach(self) -> float:
        """The greatest of its figures; 0 of none."""
        return max((each for each in (self.value, self.high) if each is not None), default=0.0)


def mark(series: int, x: float, y: float) -> Markup:
    """The mark of a series at a place."""
    colour = COLOURS[series]
    if series == 0:
        return element("circle", cx=x, cy=y, r=R, fill=colour)
    if series == 1:
        path = f"M{x:.1f} {y - 9:.1f}l9 9-9 9-9-9z"
        return element("path", d=path, fill=PAPER, stroke=colour, stroke_width=3)
    return element("rect", x=x - R + 1, y=y - R + 1, width=12, height=12, fill=colour)


def whisker(series: int, ends: tuple[float, float], at: float, *, is_upright: bool = False) -> Markup:
    """The line of an interval with its two ends."""
    low, high = ends
    if is_upright:
        path = f"M{at:.1f} {low:.1f}V{high:.1f}M{at - 4:.1f} {low:.1f}h8M{at - 4:.1f} {high:.1f}h8"
    else:
        path = f"M{low:.1f} {at:.1f}H{high:.1f}M{low:.1f} {at - 6:.1f}v12M{high:.1f} {at - 6:.1f}v12"
    broken = "5 3" if series == MOST_SERIES - 1 else None
    return element("path", d=path, fill="none", stroke=COLOURS[series], stroke_width=3, stroke_dasharray=broken)
