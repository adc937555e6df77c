"""Waterfall: what each outcome costs, each bar beginning where the one before it ended, and what a side comes to."""

from __future__ import annotations

from typing import Final

import msgspec
from markupsafe import Markup

from doorstep.web.charts.axis import Axis, axis_to
from doorstep.web.charts.frame import Form, Named, Spot, bold_lines_of, figures_below, framed, lines_of, room_for
from doorstep.web.charts.markup import BLUE, BROWN, INK, PAPER, QUIET, RULE, element, words

LINE: Final = 20
BAR: Final = 22
A_ROW: Final = 34
SCALES: Final = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
"""From twice as much on, an axis is said in these."""


class Step(msgspec.Struct, frozen=True):
    """`said` is the amount as it is written; `side`: 0 filled, 1 hatched, 2 dark; a sum begins at zero again."""

    label: str
    amount: float
    said: str
    side: int
    is_sum: bool = False
    url: str = ""


class Waterfall(msgspec.Struct, frozen=True):
    """Steps from the top down; `unit` stands before the figures of the axis."""

    named: Named
    steps: tuple[Step, ...]
    sides: tuple[str, str]
    unit: str = "£"


def waterfall(chart: Waterfall, form: Form) -> Markup:
    """The picture in one form."""
    spans = spans_of(chart.steps)
    most, least = (choose((end for span in spans for end in span), default=0.0) for choose in (max, min))
    axis = axis_to(most, 3 if form.is_narrow else 6, least)
    room = room_for((step.said for step in chart.steps), form.size + 1)
    first, last = (20.0 if form.is_narrow else 226.0), form.width - room - 8
    hatch = f"{chart.named.chart_id}-{form.name}-hatch"
    drawn: list[Markup] = []
    spots: list[Spot] = []
    bands: list[tuple[float, float]] = []
    y = _key(chart, form, hatch, drawn)
    for place, step in enumerate(chart.steps):
        break_up = bold_lines_of if step.is_sum else lines_of
        lines = break_up(step.label, form.width - 4 if form.is_narrow else first - 14, form.size)
        for at, line in enumerate(lines):
            x, anchor = (2.0, "start") if form.is_narrow else (first - 12, "end")
            weight = 700 if step.is_sum else None
            drawn.append(words(line, x, y + 22 + at * LINE, form.size, text_anchor=anchor, font_weight=weight))
        bar_y = y + (len(lines) * LINE + 8 if form.is_narrow else 6)
        begins, ends = (axis.place(each, first, last) for each in sorted(spans[place]))
        if step.amount:
            drawn.append(_bar(step, (begins, bar_y, max(ends - begins, 1.5)), hatch))
        drawn.append(words(step.said, form.width - 2, bar_y + 17, form.size + 1, text_anchor="end", font_weight=700))
        if step.url:
            spots.append(Spot(step.url, first, bar_y - 4, form.width - first, A_ROW - 4))
        y = max(bar_y + A_ROW - 6, y + len(lines) * LINE + 12)
        bands.append((bar_y - (0 if form.is_narrow else 4), y))
    has_figures = any(step.amount for step in chart.steps)
    ticks = _ticks(chart, (form, axis), (first, last), bands) if has_figures else []
    return framed(chart.named, form, y + (34 if has_figures else 4), [_pattern(hatch), *ticks, *drawn], spots)


def spans_of(steps: tuple[Step, ...]) -> list[tuple[float, float]]:
    """Where each bar begins and ends: a step at the end of the one before it, a sum at zero."""
    spans, reached = [], 0.0
    for step in steps:
        begins = 0.0 if step.is_sum else reached
        spans.append((begins, begins + step.amount))
        reached = 0.0 if step.is_sum else begins + step.amount
    return spans


def _bar(step: Step, at: tuple[float, float, float], hatch: str) -> Markup:
    x, y, wide = at
    fill, edge = ((BLUE, BLUE), (f"url(#{hatch})", BROWN), (QUIET, QUIET))[step.side]
    wide_edge = 2.5 if step.is_sum else 1.5
    return element("rect", x=x, y=y, width=wide, height=BAR, fill=fill, stroke=edge, stroke_width=wide_edge)


def _key(chart: Waterfall, form: Form, hatch: str, drawn: list[Markup]) -> float:
    y = 4.0
    for side, name in enumerate(chart.sides):
        drawn.append(_bar(Step("", 0, "", side), (2, y, 34), hatch))
        for line in lines_of(name, form.width - 50, form.size):
            drawn.append(words(line, 48, y + 17, form.size))
            y += LINE
        y += 8
    return y


def _ticks(
    chart: Waterfall, how: tuple[Form, Axis], across: tuple[float, float], bands: list[tuple[float, float]]
) -> list[Markup]:
    """The axis, beside the bars and not through the names."""
    form, axis = how
    drawn = []
    for tick in axis.ticks:
        x = axis.place(tick, *across)
        path = "".join(f"M{x:.1f} {top:.1f}V{foot:.1f}" for top, foot in bands)
        drawn.append(element("path", d=path, stroke=RULE if tick else INK))
    said = [(axis.place(tick, *across), said_tick(tick, axis, chart.unit)) for tick in axis.ticks]
    return drawn + figures_below(said, bands[-1][1] + 24, form.size if form.is_narrow else form.size - 1)


def said_tick(tick: float, axis: Axis, unit: str) -> str:
    """A figure of the axis in few letters: £20k, £5m, £0.40."""
    reach = max(axis.top, -axis.foot)
    scale, letter = next((held for held in SCALES if reach >= held[0] * 2), (1.0, ""))
    sign, amount = "−" if tick < 0 else "", abs(tick) / scale
    if not amount:
        return f"{unit}0"
    is_whole = scale > 1 or all(float(each).is_integer() for each in axis.ticks)
    return f"{sign}{unit}{amount:,.12g}{letter}" if is_whole else f"{sign}{unit}{amount:,.2f}"


def _pattern(name: str) -> Markup:
    paper = element("rect", width=7, height=7, fill=PAPER)
    line = element("path", d="M0 7L7 0M-2 2L2 -2M5 9L9 5", stroke=BROWN, stroke_width=2.5)
    return element("defs", element("pattern", paper, line, id=name, patternUnits="userSpaceOnUse", width=7, height=7))
