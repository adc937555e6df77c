"""Waterfall: what each outcome costs, each bar beginning where the one before it ended, and what a side comes to."""

from __future__ import annotations

from typing import Final

import msgspec
from markupsafe import Markup

from doorstep.web.charts.axis import Axis, axis_to
from doorstep.web.charts.frame import Form, Named, Spot, framed, lines_of
from doorstep.web.charts.markup import BLUE, BROWN, INK, PAPER, QUIET, RULE, element, words

LINE: Final = 20
BAR: Final = 22
A_ROW: Final = 34


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
    axis = axis_to(max((end for _, end in spans), default=0.0), 3 if form.is_narrow else 6)
    first, last = (14.0, 196.0) if form.is_narrow else (226.0, 580.0)
    hatch = f"{chart.named.chart_id}-{form.name}-hatch"
    drawn: list[Markup] = []
    spots: list[Spot] = []
    top = y = _key(chart, form, hatch, drawn)
    for place, step in enumerate(chart.steps):
        lines = lines_of(step.label, form.width - 4 if form.is_narrow else first - 14, form.size)
        for at, line in enumerate(lines):
            x, anchor = (2.0, "start") if form.is_narrow else (first - 12, "end")
            weight = 700 if step.is_sum else None
            drawn.append(words(line, x, y + 22 + at * LINE, form.size, text_anchor=anchor, font_weight=weight))
        bar_y = y + (len(lines) * LINE + 8 if form.is_narrow else 6)
        begins, ends = (axis.place(each, first, last) for each in spans[place])
        drawn.append(_bar(step, (begins, bar_y, max(ends - begins, 1.5)), hatch))
        drawn.append(words(step.said, form.width - 2, bar_y + 17, form.size + 1, text_anchor="end", font_weight=700))
        if step.url:
            spots.append(Spot(step.url, first, bar_y - 4, form.width - first, A_ROW - 4))
        y = max(bar_y + A_ROW - 6, y + len(lines) * LINE + 12)
    return framed(
        chart.named,
        form,
        y + 34,
        [_pattern(hatch), *_ticks(chart, (form, axis), (first, last), (top, y)), *drawn],
        spots,
    )


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
    chart: Waterfall, how: tuple[Form, Axis], across: tuple[float, float], down: tuple[float, float]
) -> list[Markup]:
    (form, axis), (top, foot) = how, down
    drawn = []
    for tick in axis.ticks:
        x = axis.place(tick, *across)
        drawn.append(element("path", d=f"M{x:.1f} {top:.1f}V{foot + 4:.1f}", stroke=RULE if tick else INK))
        said, size = f"{chart.unit}{tick:,.15g}", form.size if form.is_narrow else form.size - 1
        drawn.append(words(said, x, foot + 24, size, text_anchor="middle", fill=QUIET))
    return drawn


def _pattern(name: str) -> Markup:
    paper = element("rect", width=7, height=7, fill=PAPER)
    line = element("path", d="M0 7L7 0M-2 2L2 -2M5 9L9 5", stroke=BROWN, stroke_width=2.5)
    return element("defs", element("pattern", paper, line, id=name, patternUnits="userSpaceOnUse", width=7, height=7))
