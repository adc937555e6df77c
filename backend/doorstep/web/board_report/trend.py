"""Thirteen months in two pictures, and the same figures under them."""

from __future__ import annotations

from markupsafe import Markup

from doorstep.application.board_report.document import Figures, Part, Picture
from doorstep.application.board_report.figures import MonthFigures
from doorstep.domain.wastage.rate import Rate
from doorstep.web.board_report.said import counts, overlap, short_month
from doorstep.web.charts.dot_whisker import DotWhisker, Row, dot_whisker
from doorstep.web.charts.frame import NARROW, WIDE, Named
from doorstep.web.pages.analysis_told import plain_dot
from doorstep.web.pages.analysis_words import say_rate
from doorstep.web.pages.words import say

BEGINS, ENDS = "<svg", "</svg>"
PART = "months"


def image_in(drawn: Markup) -> str:
    """The picture alone, without the frame that a page puts around it."""
    return str(drawn)[str(drawn).index(BEGINS) : str(drawn).rindex(ENDS) + len(ENDS)]


def trend_part(figures: MonthFigures) -> Part:
    """The year up to the month, and the same month of the year before."""
    missed = [(each.month, each.missed) for each in figures.trend]
    ours = [(each.month, each.landlord) for each in figures.trend]
    rows = tuple(
        (short_month(each.month), f"{each.missed.whole:,}", *_short(each.missed), *_short(each.landlord))
        for each in figures.trend
    )
    sides = say("analysis.side.missed"), say("analysis.side.landlord")
    columns = (
        say("reports.month"),
        say("analysis.of"),
        *(f"{side}: {what}" for side in sides for what in _columns()),
    )
    return Part(
        PART,
        say("analysis.months_title"),
        (say("reports.months_lead"),),
        (_picture("missed", sides[0], missed), _picture("landlord", sides[1], ours)),
        (Figures(say("analysis.same_figures", title=say("analysis.months_title")), columns, rows),),
    )


def _columns() -> tuple[str, str, str]:
    return say("analysis.counted"), say("analysis.rate"), say("analysis.interval")


def _short(rate: Rate) -> tuple[str, str, str]:
    part, _, value, between = counts(rate)
    return part, value, between


def _picture(name: str, title: str, months: list[tuple[str, Rate]]) -> Picture:
    says = _says(title, months)
    named = Named(f"months-{name}", title, says, f"{PART}-figures")
    chart = DotWhisker(named, tuple(Row(short_month(month), (plain_dot(rate),)) for month, rate in months), (title,))
    return Picture(
        f"months-{name}", title, says, image_in(dot_whisker(chart, WIDE)), image_in(dot_whisker(chart, NARROW))
    )


def _says(title: str, months: list[tuple[str, Rate]]) -> str:
    """The first and the last month that have a rate, and whether they surely differ."""
    given = [(month, rate) for month, rate in months if rate.is_given]
    if len(given) < 2:
        return say("analysis.none_given") if not given else f"{title}: {short_month(given[0][0])}, {say_rate(given[0][1])}."
    (first, begins), (last, ends) = given[0], given[-1]
    told = say(
        "analysis.months_says",
        label=title,
        begins=say_rate(begins),
        first=short_month(first),
        ends=say_rate(ends),
        last=short_month(last),
    )
    return f"{told} {say('reports.chance' if overlap(begins, ends) else 'reports.not_chance')}"
