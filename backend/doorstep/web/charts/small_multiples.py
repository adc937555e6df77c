"""Small multiples: the months of each group in a little picture of its own, all on the same axis from zero."""

from __future__ import annotations

from math import ceil
from typing import Final

import msgspec
from markupsafe import Markup

from doorstep.web.charts.axis import Axis, axis_to
from doorstep.web.charts.frame import Form, Named, Spot, bold_lines_of, framed, lines_of
from doorstep.web.charts.marks import Dot, mark, whisker
from doorstep.web.charts.markup import INK, QUIET, RULE, element, words

LINE, HIGH, GAP = 20, 110, 22
FIRST: Final = 52
"""Where a panel's months begin, right of the axis's figures."""
APART: Final = 20
LEAST_SIZE: Final = 0.45
"""Months that stand closer than so many px have smaller marks, down to so small a share of the usual."""


class Panel(msgspec.Struct, frozen=True):
    """A group with a dot for each month; `series` is its mark."""

    label: str
    dots: tuple[Dot, ...]
    series: int = 0


class SmallMultiples(msgspec.Struct, frozen=True):
    """`months` name the dots of every panel, in order; `dash` says what a dash at the foot is."""

    named: Named
    months: tuple[str, ...]
    panels: tuple[Panel, ...]
    dash: str
    unit: str = "%"


def small_multiples(chart: SmallMultiples, form: Form) -> Markup:
    """The picture in one form: two panels side by side, or one under the other."""
    across = 1 if form.is_narrow else 2
    wide = (form.width - GAP * (across - 1)) / across
    dots = [dot for panel in chart.panels for dot in panel.dots]
    axis = axis_to(max((dot.reach for dot in dots), default=0.0), 4)
    if all(dot.value is None for dot in dots):
        # Without a single figure there is nothing that an axis could measure.
        axis = Axis(axis.top, (0.0,))
    drawn: list[Markup] = []
    spots: list[Spot] = []
    y = 0.0
    for line in range(ceil(len(chart.panels) / across)):
        panels = chart.panels[line * across : (line + 1) * across]
        titles = [bold_lines_of(panel.label, wide - 4, form.size) for panel in panels]
        top = y + max(map(len, titles)) * LINE + 14
        for place, (panel, title) in enumerate(zip(panels, titles, strict=True)):
            x = place * (wide + GAP)
            for at, said in enumerate(title):
                drawn.append(words(said, x + 2, y + 16 + at * LINE, form.size, font_weight=700))
            _panel(chart, panel, (x, top, wide), (form, axis), drawn, spots)
        y = top + HIGH + 40
    for said in lines_of(chart.dash, form.width, form.size):
        drawn.append(words(said, 2, y + 14, form.size, fill=QUIET))
        y += LINE
    return framed(chart.named, form, y + 4, drawn, spots)


def _panel(
    chart: SmallMultiples,
    panel: Panel,
    at: tuple[float, float, float],
    how: tuple[Form, Axis],
    drawn: list[Markup],
    spots: list[Spot],
) -> None:
    (x, top, wide), (form, axis) = at, how
    foot, first, last = top + HIGH, x + FIRST, x + wide - 6
    for tick in axis.ticks:
        y = axis.place(tick, foot, top)
        drawn.append(element("path", d=f"M{first:.1f} {y:.1f}H{last:.1f}", stroke=RULE if tick else INK))
        said = f"{tick:,g}{chart.unit}"
        if len(axis.ticks) > 1:
            letters = form.size if form.is_narrow else 14
            drawn.append(words(said, first - 6, y + 5, letters, text_anchor="end", fill=QUIET))
    step = (last - first) / len(panel.dots)
    size = min(1.0, max(step / APART, LEAST_SIZE))
    for place, dot in enumerate(panel.dots):
        middle = first + (place + 0.5) * step
        if dot.value is None:
            path = f"M{middle - 4 * size:.1f} {foot - 5:.1f}h{8 * size:.1f}"
            drawn.append(element("path", d=path, stroke=QUIET, stroke_width=2))
        else:
            if dot.low is not None and dot.high is not None:
                ends = axis.place(dot.low, foot, top), axis.place(dot.high, foot, top)
                drawn.append(whisker(panel.series, ends, middle, is_upright=True, size=size))
            drawn.append(mark(panel.series, middle, axis.place(dot.value, foot, top), size))
        if dot.url and step >= 24:
            spots.append(Spot(dot.url, first + place * step, top, step, HIGH))
    if len(chart.months) == 1:
        drawn.append(words(chart.months[0], (first + last) / 2, foot + 20, form.size, text_anchor="middle", fill=QUIET))
        return
    drawn.append(words(chart.months[0], first, foot + 20, form.size, text_anchor="start", fill=QUIET))
    drawn.append(words(chart.months[-1], last, foot + 20, form.size, text_anchor="end", fill=QUIET))
