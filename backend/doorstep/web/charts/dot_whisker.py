"""Dot and whisker: rates of groups with their intervals, one under the other on one axis from zero."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from doorstep.web.charts.axis import Axis, axis_to
from doorstep.web.charts.frame import Form, Named, Spot, figures_below, framed, lines_of, room_for
from doorstep.web.charts.marks import Dot, mark, whisker
from doorstep.web.charts.markup import INK, QUIET, RULE, element, words

LINE, A_DOT, GAP = 20, 30, 8


class Row(msgspec.Struct, frozen=True):
    """A group with a dot of each series."""

    label: str
    dots: tuple[Dot, ...]


class DotWhisker(msgspec.Struct, frozen=True):
    """Figures are in `unit`, such as %; `series` names the marks, where there are several."""

    named: Named
    rows: tuple[Row, ...]
    series: tuple[str, ...]
    unit: str = "%"


class _Room(msgspec.Struct, frozen=True):
    """Where things stand from left to right; what is written at the right never lies over a mark."""

    form: Form
    axis: Axis
    first: float
    last: float

    def x(self, value: float) -> float:
        return self.axis.place(value, self.first, self.last)


def dot_whisker(chart: DotWhisker, form: Form) -> Markup:
    """The picture in one form."""
    reach = max((dot.reach for row in chart.rows for dot in row.dots), default=0.0)
    figures = [dot.said for row in chart.rows for dot in row.dots if dot.value is not None]
    first = 16.0 if form.is_narrow else 226.0
    room = _Room(form, axis_to(reach, form.most_ticks), first, form.width - room_for(figures, form.size + 1))
    y, drawn = _key(chart, form)
    spots: list[Spot] = []
    bands: list[tuple[float, float]] = []
    for row in chart.rows:
        y, from_y, row_drawn, row_spots = _row(row, room, y)
        drawn += row_drawn
        spots += row_spots
        bands.append((from_y, y))
    return framed(
        chart.named, form, y + (34 if figures else 4), [*_ticks(chart, room, bands, bool(figures)), *drawn], spots
    )


def _key(chart: DotWhisker, form: Form) -> tuple[float, list[Markup]]:
    """Which mark is which, where there are several."""
    y, drawn = 4.0, []
    if len(chart.series) > 1:
        for series, name in enumerate(chart.series):
            middle = y + LINE / 2
            drawn += [whisker(series, (2, 38), middle), mark(series, 20, middle)]
            for line in lines_of(name, form.width - 50, form.size):
                drawn.append(words(line, 48, y + 15, form.size))
                y += LINE
            y += GAP
    return y, drawn


def _row(row: Row, room: _Room, y: float) -> tuple[float, float, list[Markup], list[Spot]]:
    """Its foot, where its dots begin, what is drawn, and what leads on."""
    form, drawn, spots, top = room.form, [], [], y
    label_room = form.width - 4 if form.is_narrow else room.first - 14
    lines = lines_of(row.label, label_room, form.size)
    for place, line in enumerate(lines):
        at, anchor = (2.0, "start") if form.is_narrow else (room.first - 12, "end")
        drawn.append(words(line, at, y + 19 + place * LINE, form.size, text_anchor=anchor))
    if form.is_narrow:
        y += len(lines) * LINE + 4
    dots_from = y
    for series, dot in enumerate(row.dots):
        from_y = y
        y, dot_drawn = _dot(series, dot, room, y)
        drawn += dot_drawn
        if dot.url:
            spots.append(Spot(dot.url, room.first, from_y, form.width - room.first, y - from_y))
    return max(y + (GAP if len(row.dots) > 1 else 0), top + len(lines) * LINE + GAP), dots_from, drawn, spots


def _dot(series: int, dot: Dot, room: _Room, y: float) -> tuple[float, list[Markup]]:
    form, middle = room.form, y + A_DOT / 2
    if dot.value is None:
        lines = lines_of(dot.said, form.width - room.first - 10, form.size)
        said = [
            words(line, room.first + 10, y + 20 + place * LINE, form.size, fill=QUIET)
            for place, line in enumerate(lines)
        ]
        return y + max(A_DOT, len(lines) * LINE + GAP), said
    drawn = []
    if dot.low is not None and dot.high is not None:
        drawn.append(whisker(series, (room.x(dot.low), room.x(dot.high)), middle))
    drawn.append(mark(series, room.x(dot.value), middle))
    drawn.append(words(dot.said, form.width - 2, middle + 6, form.size + 1, text_anchor="end", font_weight=700))
    return y + A_DOT, drawn


def _ticks(chart: DotWhisker, room: _Room, bands: list[tuple[float, float]], has_figures: bool) -> list[Markup]:
    """The axis, beside the dots and not through the names; without a single figure there is nothing to measure."""
    drawn = []
    for tick in room.axis.ticks if has_figures else (0.0,) if bands else ():
        x = room.x(tick)
        path = "".join(f"M{x:.1f} {top:.1f}V{low:.1f}" for top, low in bands)
        drawn.append(element("path", d=path, stroke=RULE if tick else INK))
    if not has_figures:
        return drawn
    said = [(room.x(tick), f"{tick:,g}{chart.unit}") for tick in room.axis.ticks]
    # Figures of an axis are a little smaller, where there is room for that.
    size = room.form.size if room.form.is_narrow else room.form.size - 1
    return drawn + figures_below(said, bands[-1][1] + 24, size)
