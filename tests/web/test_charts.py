"""The pictures of figures: nothing outside its axis, no words over others, everything escaped, in both forms."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from doorstep.web.charts.axis import axis_to
from doorstep.web.charts.dot_whisker import DotWhisker, Row, dot_whisker
from doorstep.web.charts.frame import NARROW, WIDE, Form, Named, lines_of, span_of
from doorstep.web.charts.heat_map import HeatMap, HeatRow, heat_map
from doorstep.web.charts.marks import Dot
from doorstep.web.charts.small_multiples import Panel, SmallMultiples, small_multiples
from doorstep.web.charts.waterfall import Step, Waterfall, spans_of, waterfall

NAMED = Named("c", "Where are visits missed?", "All day, 9%.", "c-figures")
FORMS = pytest.mark.parametrize("form", [WIDE, NARROW], ids=lambda form: form.name)
EVIL = "<script>\"&'</text></svg>"
PLACE = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
SVG = "{http://www.w3.org/2000/svg}"
LABELS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=70)


def parsed(picture: Markup) -> ET.Element:
    """The picture as XML: what is not well formed fails here."""
    return ET.fromstring(str(picture))  # noqa: S314 - our own


def image(picture: Markup) -> ET.Element:
    """The drawn picture, without its layer of links."""
    return parsed(picture)[0]


def dots() -> st.SearchStrategy[Dot]:
    """Rates with an interval around them, from 0 to 100 %, and those that are not given."""
    three = st.tuples(*[st.floats(0, 100)] * 3).map(sorted)
    given_rate = three.map(lambda held: Dot(f"{held[1]:.1f}%", held[1], held[0], held[2], "/x?a=1&b=2"))
    return st.one_of(given_rate, st.just(Dot("n = 149: too few to give a rate", url="/few")))


@st.composite
def charts(draw: st.DrawFn) -> DotWhisker:
    """Up to 40 groups of one to three series."""
    series = draw(st.integers(1, 3))
    rows = st.builds(Row, LABELS, st.tuples(*[dots()] * series))
    return DotWhisker(NAMED, tuple(draw(st.lists(rows, max_size=40))), ("Missed", "Our failures", "Kept")[:series])


def texts(drawn: ET.Element, form: Form) -> list[tuple[float, float, float, float, str]]:
    """The boxes of all words: left, top, right, foot; as wide as the widest letters make them."""
    found = []
    for each in drawn.iter("text"):
        said, x, y = each.text or "", float(each.get("x", "")), float(each.get("y", ""))
        size = float(each.get("font-size", ""))
        assert size >= (16 if form is NARROW else 14)
        wide = len(said) * size * 0.5
        left = {"end": x - wide, "middle": x - wide / 2}.get(each.get("text-anchor", ""), x)
        found.append((left, y - size * 0.75, left + wide, y, said))
    return found


def overlap(boxes: list[tuple[float, float, float, float, str]]) -> list[tuple[str, str]]:
    """Words that lie over other words."""
    return [
        (one[4], other[4])
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


@given(st.floats(0, 1e9), st.integers(3, 8))
def test_an_axis_holds_its_values_at_round_numbers(most: float, ticks: int) -> None:
    """From zero to no less than the greatest, evenly, with as few ticks as were asked for."""
    axis = axis_to(most, ticks)
    assert axis.ticks[0] == 0
    assert axis.top == axis.ticks[-1] >= most * (1 - 1e-6)
    assert 2 <= len(axis.ticks) <= ticks
    steps = [after - before for before, after in pairwise(axis.ticks)]
    assert max(steps) - min(steps) <= axis.top * 1e-9
    assert f"{steps[0]:.0e}"[0] in "125"


@FORMS
@settings(max_examples=40, deadline=None)
@given(chart=charts())
def test_dots_lie_within_their_axis_and_words_beside_each_other(form: Form, chart: DotWhisker) -> None:
    """For up to 40 groups, with any names: nothing is off the picture, and no word lies over another."""
    picture = dot_whisker(chart, form)
    drawn = image(picture)
    high = float(drawn.get("height", ""))
    boxes = texts(drawn, form)
    assert overlap(boxes) == []
    assert all(top >= -1 and foot <= high for _, top, _, foot, _ in boxes)
    first, last = (16, 270) if form is NARROW else (226, 660)
    circles = [each for each in drawn.iter("circle") if float(each.get("cx", "")) != 20]
    assert all(first <= float(each.get("cx", "")) <= last for each in circles)
    assert len(parsed(picture).findall(".//a")) == sum(len(row.dots) for row in chart.rows)


@FORMS
def test_a_whisker_goes_around_its_dot(form: Form) -> None:
    """Its ends stand where the interval's do, and the dot between them."""
    drawn = image(dot_whisker(DotWhisker(NAMED, (Row("All", (Dot("9.0%", 9, 7.9, 10),)),), ("Missed",)), form))
    [circle] = drawn.iter("circle")
    [path] = [each for each in drawn.iter("path") if each.get("stroke-width") == "3"]
    low, _, rest = path.get("d", "")[1:].partition(" ")
    high = rest.partition("H")[2].partition("M")[0]
    assert float(low) < float(circle.get("cx", "")) < float(high)
    axis_first = 16 if form is NARROW else 226
    assert (float(high) - axis_first) / (float(low) - axis_first) == pytest.approx(10 / 7.9, abs=0.01)


def every_chart(label: str, dot: Dot, count: int) -> list[tuple[object, object]]:
    """One of each kind, with that many groups."""
    names = tuple(f"{label} {number}" for number in range(count))
    step = Step(label, dot.value or 0.0, dot.said, 1, url="/x")
    return [
        (dot_whisker, DotWhisker(NAMED, tuple(Row(name, (dot, dot)) for name in names), (label, label))),
        (heat_map, HeatMap(NAMED, (("Monday", "Mon"),) * 7, tuple(HeatRow(name, (dot,) * 7) for name in names), label)),
        (small_multiples, SmallMultiples(NAMED, ("Jan", "Feb"), tuple(Panel(n, (dot, dot)) for n in names), label)),
        (waterfall, Waterfall(NAMED, (step,) * count, (label, label))),
    ]


EDGES = {
    "nothing": (PLACE, Dot("0.0%"), 0),
    "one group": ("All", Dot("9.0%", 9, 8, 10), 1),
    "all too few": (PLACE, Dot("n = 149: rhy ychydig i roi cyfradd"), 5),
    "40 groups": (PLACE, Dot("9.0%", 9, 8, 10), 40),
    "0 %": ("All", Dot("0.0%", 0, 0, 0), 2),
    "100 %": ("All", Dot("100.0%", 100, 98.1, 100), 2),
    "evil": (EVIL, Dot("<9%>", 1, 0, 2, f"/x?{EVIL}"), 2),
}


@FORMS
@pytest.mark.parametrize("edge", EDGES)
def test_every_picture_stands_every_edge(form: Form, edge: str) -> None:
    """Well-formed, named, described by its table, with no style or script of its own, and no word over another."""
    for draw, chart in every_chart(*EDGES[edge]):
        assert callable(draw)
        picture = draw(chart, form)
        drawn = image(picture)
        assert (drawn.get("role"), drawn.findtext("title"), drawn.findtext("desc")) == (
            "img",
            NAMED.title,
            NAMED.description,
        )
        assert "c-figures" in drawn.get("aria-describedby", "")
        assert not {each.tag for each in parsed(picture).iter()} & {"script", "style"}
        assert all("style" not in each.attrib and not set(each.attrib) & {"onclick"} for each in parsed(picture).iter())
        assert drawn.get("viewBox", "").startswith(f"0 0 {form.width} ")
        boxes = texts(drawn, form)
        assert overlap(boxes) == []
        assert all(top >= -1 and foot <= float(drawn.get("height", "")) for _, top, _, foot, _ in boxes)


@FORMS
def test_a_cell_without_a_rate_is_hatched_and_its_reason_said(form: Form) -> None:
    """It is told by a pattern, not by a colour, and a key says what it means."""
    few = Dot("n = 3: too few to give a rate")
    chart = HeatMap(
        NAMED, (("Monday", "Mon"), ("Tuesday", "Tue")), (HeatRow("AM", (Dot("5.0%", 5, 4, 6), few)),), "Few"
    )
    drawn = image(heat_map(chart, form))
    hatched = [each for each in drawn.iter("rect") if each.get("fill", "").startswith("url(#")]
    assert len(hatched) == 2
    said = [each.text for each in drawn.iter("text")]
    assert {"5.0%", "–", "Few"} <= set(said)


@given(st.lists(st.floats(0, 1e6), max_size=20))
def test_each_bar_of_a_waterfall_begins_where_the_last_ended(amounts: list[float]) -> None:
    """And their sum begins at zero and ends where they all end."""
    steps = tuple(Step("", amount, "", 0) for amount in amounts)
    spans = spans_of((*steps, Step("", sum(amounts), "", 2, is_sum=True)))
    assert spans[-1] == (0.0, sum(amounts))
    for before, after in pairwise(spans[:-1]):
        assert before[1] == after[0]
    if amounts:
        assert spans[-2][1] == pytest.approx(sum(amounts))


@given(LABELS, st.floats(60, 300))
def test_lines_lose_no_letter(text: str, room: float) -> None:
    """A long name is broken, never cut, and no line is wider than its room."""
    lines = lines_of(text, room, 16)
    assert all(span_of(line, 16) <= room for line in lines)
    assert "".join(lines).replace("-", "").replace(" ", "") == "".join(text.split()).replace("-", "")
