"""What wasted visits cost in a report: falling bars by outcome, the figures under them, and the rates of the day."""

from __future__ import annotations

from doorstep.application.board_report.document import Figures, Part, Picture
from doorstep.application.board_report.figures import CostLine, MonthFigures
from doorstep.web.board_report.said import table_id
from doorstep.web.board_report.trend import image_in
from doorstep.web.charts.frame import NARROW, WIDE, Named
from doorstep.web.charts.waterfall import Step, Waterfall, waterfall
from doorstep.web.pages.analysis_costs import exact, pounds
from doorstep.web.pages.analysis_words import Speech
from doorstep.web.pages.times import short_day
from doorstep.web.pages.words import say

NUMBER = 5
PART = "measure-cost"


def cost_part(figures: MonthFigures, speech: Speech) -> Part:
    """Measure 5; without an outcome that cost anything there is no picture."""
    cost = figures.now.cost
    lines = sorted(cost.lines, key=lambda each: each.side != "missed")
    notes = [
        say(
            "measures.cost.rates",
            hour=exact(each.pence_per_hour)[1:],
            rebook=exact(each.pence_to_rebook)[1:],
            day=short_day(each.from_day),
        )
        for each in cost.rates
    ] or [say("analysis.answer.cost_none")]
    if cost.untimed:
        notes.append(say("measures.cost.untimed", count=f"{cost.untimed:,}"))
    if cost.unrated:
        notes.append(say("measures.cost.unrated", count=f"{cost.unrated:,}"))
    rows = [(speech.outcome(line.outcome), say(f"analysis.side.{line.side}"), *_figures(line)) for line in lines]
    if rows:
        rows += [
            (say("analysis.together"), say(f"analysis.side.{line.side}"), *_figures(line))
            for line in (cost.missed, cost.landlord)
        ]
    kinds = ("outcome", "side", "visits", "minutes", "time", "rebooking", "whole")
    columns = tuple(say(f"analysis.cost_{kind}") for kind in kinds)
    table = Figures(
        say("analysis.same_figures", title=say("analysis.cost_title")),
        columns,
        tuple(rows),
        words=2,
        empty=say("analysis.nothing"),
    )
    return Part(
        PART,
        say("reports.numbered", number=NUMBER, title=say("measures.cost.title")),
        (say("measures.cost.says"), *notes),
        (_picture(figures, lines, speech),) if lines else (),
        (table,),
        (say("measures.cost.cannot_say"),),
        level=3,
    )


def _figures(line: CostLine) -> tuple[str, ...]:
    return (
        f"{line.visits:,}",
        f"{line.minutes:,}",
        exact(line.time_pence),
        exact(line.rebooking_pence),
        exact(line.total_pence),
    )


def _picture(figures: MonthFigures, lines: list[CostLine], speech: Speech) -> Picture:
    cost = figures.now.cost
    steps = [
        Step(
            speech.outcome(line.outcome),
            line.total_pence / 100,
            pounds(line.total_pence),
            0 if line.side == "missed" else 1,
        )
        for line in lines
    ]
    whole = cost.missed.total_pence + cost.landlord.total_pence
    steps.append(Step(say("analysis.together"), whole / 100, pounds(whole), 2, is_sum=True))
    title = say("analysis.cost_title")
    says = say("analysis.answer.cost", missed=pounds(cost.missed.total_pence), ours=pounds(cost.landlord.total_pence))
    sides = say("analysis.side.missed"), say("analysis.side.landlord")
    chart = Waterfall(Named("cost", title, says, table_id(PART)), tuple(steps), sides)
    return Picture("cost", title, says, image_in(waterfall(chart, WIDE)), image_in(waterfall(chart, NARROW)))
