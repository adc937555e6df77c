"""Thirteen months in two pictures, and the same figures under them."""

from __future__ import annotations

from markupsafe import Markup

from doorstep.application.board_report.document import Figures, Part, Picture
from doorstep.application.board_report.figures import MonthFigures
from doorstep.domain.wastage.rate import Rate
from doorstep.web.board_report.said import counts, overlap, short_month, table_id
from doorstep.web.charts.dot_whisker import DotWhisker, Row, dot_whisker
from doorstep.web.charts.frame import NARROW, WIDE, Named
from doorstep.web.pages.analysis_told import plain_dot
from doorstep.web.pages.analysis_words import say_rate
from doorstep.web.pages.words import say

Months = list[tuple[str, Rate]]
BEGINS, ENDS = "<svg", "</svg>"
PART = "months"


def image_in(drawn: Markup) -> str:
    """The picture alone, without the frame that a page puts around it."""
    return str(drawn)[str(drawn).index(BEGINS) : str(drawn).rindex(ENDS) + len(ENDS)]


def trend_part(figures: MonthFigures) -> Part:
    """The year up to the month, and the same month of the year before."""
    sides = [
        ("missed", say("analysis.side.missed"), [(each.month, each.missed) for each in figures.trend]),
        ("landlord", say("analysis.side.landlord"), [(each.month, each.landlord) for each in figures.trend]),
    ]
    return Part(
        PART,
        say("analysis.months_title"),
        (say("reports.months_lead"),),
        tuple(_picture(*side, place) for place, side in enumerate(sides, start=1)),
        tuple(_table(title, months) for _, title, months in sides),
    )


def _table(title: str, months: Months) -> Figures:
    columns = (
        say("reports.month"),
        say("analysis.counted"),
        say("analysis.of"),
        say("analysis.rate"),
        say("analysis.interval"),
    )
    rows = tuple((short_month(month), *counts(rate)) for month, rate in months)
    return Figures(say("analysis.same_figures", title=title), columns, rows)


def _picture(name: str, title: str, months: Months, place: int) -> Picture:
    says = _says(months)
    named = Named(f"months-{name}", title, says, table_id(PART, place))
    chart = DotWhisker(named, tuple(Row(short_month(month), (plain_dot(rate),)) for month, rate in months), (title,))
    return Picture(
        f"months-{name}", title, says, image_in(dot_whisker(chart, WIDE)), image_in(dot_whisker(chart, NARROW))
    )


def _says(months: Months) -> str:
    """The first and the last month that have a rate, and whether they surely differ."""
    given = [(month, rate) for month, rate in months if rate.is_given]
    if len(given) < 2:
        return say("analysis.none_given") if not given else f"{short_month(given[0][0])}: {say_rate(given[0][1])}."
    (first, begins), (last, ends) = given[0], given[-1]
    told = say(
        "reports.months_says",
        begins=say_rate(begins),
        first=short_month(first),
        ends=say_rate(ends),
        last=short_month(last),
    )
    return f"{told} {say('reports.chance' if overlap(begins, ends) else 'reports.not_chance')}"
