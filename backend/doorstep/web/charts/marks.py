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


def mark(series: int, x: float, y: float, size: float = 1.0) -> Markup:
    """The mark of a series at a place, at its usual size or smaller."""
    colour, r = COLOURS[series], R * size
    if series == 0:
        return element("circle", cx=x, cy=y, r=r, fill=colour)
    if series == 1:
        reach = 9 * size
        path = f"M{x:.1f} {y - reach:.1f}l{reach:.1f} {reach:.1f}-{reach:.1f} {reach:.1f}-{reach:.1f}-{reach:.1f}z"
        return element("path", d=path, fill=PAPER, stroke=colour, stroke_width=max(3 * size, 1.5))
    side = 12 * size
    return element("rect", x=x - side / 2, y=y - side / 2, width=side, height=side, fill=colour)


def whisker(
    series: int, ends: tuple[float, float], at: float, *, is_upright: bool = False, size: float = 1.0
) -> Markup:
    """The line of an interval with its two ends, at its usual size or smaller."""
    low, high = ends
    if is_upright:
        cap = 4 * size
        line, caps = f"M{at:.1f} {low:.1f}V{high:.1f}", [f"M{at - cap:.1f} {end:.1f}h{2 * cap:.1f}" for end in ends]
    else:
        line, caps = f"M{low:.1f} {at:.1f}H{high:.1f}", [f"M{end:.1f} {at - 6:.1f}v12" for end in ends]
    given = {"fill": "none", "stroke": COLOURS[series], "stroke_width": max(3 * size, 1.5)}
    if series < MOST_SERIES - 1:
        return element("path", d="".join((line, *caps)), **given)
    # Its ends are whole: a gap that falls on one would hide where the interval ends.
    return element("path", d=line, stroke_dasharray="5 3", **given) + element("path", d="".join(caps), **given)
