"""Heat map: a rate of every weekday within every time slot, written in its cell; what is too few is hatched."""

from __future__ import annotations

from math import ceil
from typing import Final

import msgspec
from markupsafe import Markup

from doorstep.web.charts.frame import Form, Named, Spot, framed, lines_of
from doorstep.web.charts.marks import Dot
from doorstep.web.charts.markup import INK, PAPER, QUIET, element, words

LINE: Final = 20
LIGHT: Final = (255, 255, 255)
FULL: Final = (125, 172, 217)
"""The darkest that black can still be read on with ease: 8 to 1."""


class HeatRow(msgspec.Struct, frozen=True):
    """A row of cells, one for each column; a dot without a value is hatched, and says why in `said`."""

    label: str
    cells: tuple[Dot, ...]


class HeatMap(msgspec.Struct, frozen=True):
    """`columns` are their full and their short names; `hatched` says what a hatched cell is."""

    named: Named
    columns: tuple[tuple[str, str], ...]
    rows: tuple[HeatRow, ...]
    hatched: str


def heat_map(chart: HeatMap, form: Form) -> Markup:
    """The picture in one form: a table of cells, or where it is narrow, the cells of each row in lines of four."""
    most = max((cell.value or 0.0 for row in chart.rows for cell in row.cells), default=0.0)
    hatch = f"{chart.named.chart_id}-{form.name}-hatch"
    drawn, spots = [_pattern(hatch)], []
    y = 0.0 if form.is_narrow else _heads(chart, form, drawn)
    for row in chart.rows:
        lines = lines_of(row.label, form.width if form.is_narrow else _first(form) - 12, form.size)
        if form.is_narrow:
            y += 6
        for place, line in enumerate(lines):
            drawn.append(words(line, 2, y + (17 if form.is_narrow else 25) + place * LINE, form.size))
        high = max(_height(form), len(lines) * LINE + 10) if not form.is_narrow else _height(form)
        top = y + (len(lines) * LINE + 6 if form.is_narrow else 0)
        for place, cell in enumerate(row.cells):
            at = _cell_at(chart, form, place, top, high)
            drawn += _cell(cell, at, (most, hatch), form, chart.columns[place][1])
            if cell.url:
                spots.append(Spot(cell.url, *at))
        y = top + (ceil(len(row.cells) / 4) if form.is_narrow else 1) * high
    y = _key(chart, form, y + 12, hatch, drawn)
    return framed(chart.named, form, y, drawn, spots)


def _first(form: Form) -> float:
    return 0.0 if form.is_narrow else 190.0


def _height(form: Form) -> float:
    return 50.0 if form.is_narrow else 40.0


def _cell_at(chart: HeatMap, form: Form, place: int, top: float, high: float) -> tuple[float, float, float, float]:
    if form.is_narrow:
        wide = form.width / 4
        return place % 4 * wide, top + place // 4 * high, wide, high
    wide = (form.width - _first(form)) / len(chart.columns)
    return _first(form) + place * wide, top, wide, high


def _heads(chart: HeatMap, form: Form, drawn: list[Markup]) -> float:
    for place, (_, short) in enumerate(chart.columns):
        x, _, wide, _ = _cell_at(chart, form, place, 0, 0)
        drawn.append(words(short, x + wide / 2, 18, form.size, text_anchor="middle", fill=QUIET))
    return 28.0


def _cell(
    cell: Dot, at: tuple[float, float, float, float], scale: tuple[float, str], form: Form, column: str
) -> list[Markup]:
    x, y, wide, high = at
    most, hatch = scale
    fill = f"url(#{hatch})" if cell.value is None else _tint(cell.value / most if most else 0.0)
    box = element("rect", x=x + 1, y=y + 1, width=wide - 2, height=high - 2, fill=fill, stroke="#b1b4b6")
    said = "–" if cell.value is None else cell.said
    middle = x + wide / 2
    foot = y + high - 9 if form.is_narrow else y + high / 2 + 5
    rim: dict[str, object] = {"stroke": PAPER, "stroke_width": 9} if cell.value is None else {"stroke": "none"}
    drawn = [box, words(said, middle, foot, form.size, text_anchor="middle", **rim)]
    if form.is_narrow:
        drawn.append(words(column, middle, y + 20, form.size, text_anchor="middle", fill=INK, **rim))
    return drawn


def _key(chart: HeatMap, form: Form, y: float, hatch: str, drawn: list[Markup]) -> float:
    drawn.append(element("rect", x=1, y=y, width=28, height=22, fill=f"url(#{hatch})", stroke="#b1b4b6"))
    for line in lines_of(chart.hatched, form.width - 40, form.size):
        drawn.append(words(line, 38, y + 16, form.size, fill=QUIET))
        y += LINE
    return y + 10


def _pattern(name: str) -> Markup:
    line = element("path", d="M0 8L8 0M-2 2L2 -2M6 10L10 6", stroke="#8d9297", stroke_width=1.5)
    size = {"width": 8, "height": 8}
    return element("defs", element("pattern", line, id=name, patternUnits="userSpaceOnUse", **size))


def _tint(share: float) -> str:
    mixed = (round(light + (full - light) * min(share, 1.0)) for light, full in zip(LIGHT, FULL, strict=True))
    return "#" + "".join(f"{each:02x}" for each in mixed)
