"""What wasted visits cost, and whether broader windows go with fewer of them, as sections."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from doorstep.application.wastage.costs import CostAnswer, cost_of_waste
from doorstep.application.wastage.widths import compare_widths
from doorstep.domain.wastage.like_with_like import Compared
from doorstep.web.charts.dot_whisker import DotWhisker, Row, dot_whisker
from doorstep.web.charts.frame import Named, both
from doorstep.web.charts.marks import Dot
from doorstep.web.charts.waterfall import Step, Waterfall, waterfall
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_sections import Cell
from doorstep.web.pages.analysis_told import Question, Told, plain_section
from doorstep.web.pages.times import short_day
from doorstep.web.pages.words import say


def pounds(pence: int) -> str:
    """Whole pounds, a half rounded up, as a sentence says them."""
    return f"£{(pence + 50) // 100:,}"


def exact(pence: int) -> str:
    """Pounds and pence, as a table adds them up."""
    return f"£{pence // 100:,}.{pence % 100:02}"


async def tell_cost(asks: Question) -> Told:
    """Measure 5: by outcome and side, at the rates of each day."""
    found = await cost_of_waste(asks.office, asks.person, asks.asked.days, asks.asked.wanted)
    says = (
        say("analysis.answer.cost", missed=pounds(found.missed.total_pence), ours=pounds(found.landlord.total_pence))
        if found.rates
        else say("analysis.answer.cost_none")
    )
    notes = [
        say(
            "measures.cost.rates",
            hour=exact(each.pence_per_hour)[1:],
            rebook=exact(each.pence_to_rebook)[1:],
            day=short_day(each.from_day),
        )
        for each in found.rates
    ]
    if found.untimed:
        notes.append(say("measures.cost.untimed", count=f"{found.untimed:,}"))
    if found.unrated:
        notes.append(say("measures.cost.unrated", count=f"{found.unrated:,}"))
    title = say("analysis.cost_title")
    if not found.outcomes:
        return Told(says, (plain_section("cost", title, say("analysis.nothing"), Markup(""), (), (), tuple(notes)),))
    together = found.missed.and_cost(found.landlord)
    picture = both(waterfall, _falling(asks, found, title, says))
    rows = [
        (
            Cell(asks.speech.outcome(each.outcome), is_number=False),
            Cell(say(f"analysis.side.{each.side}"), is_number=False),
            Cell(
                f"{each.cost.visits:,}",
                _behind_cost(asks.asked, found, each.outcome),
                asks.speech.outcome(each.outcome),
            ),
            Cell(f"{each.cost.minutes:,}"),
            Cell(exact(each.cost.time_pence)),
            Cell(exact(each.cost.rebooking_pence)),
            Cell(exact(each.cost.total_pence)),
        )
        for each in sorted(found.outcomes, key=lambda each: each.side != "missed")
    ]
    rows += [
        (
            Cell(say("analysis.together"), is_number=False),
            Cell(say(f"analysis.side.{side}"), is_number=False),
            Cell(f"{cost.visits:,}"),
            Cell(f"{cost.minutes:,}"),
            Cell(exact(cost.time_pence)),
            Cell(exact(cost.rebooking_pence)),
            Cell(exact(cost.total_pence)),
        )
        for side, cost in (("missed", found.missed), ("landlord", found.landlord), ("both", together))
    ]
    kinds = ("outcome", "side", "visits", "minutes", "time", "rebooking", "whole")
    columns = tuple(say(f"analysis.cost_{kind}") for kind in kinds)
    return Told(says, (plain_section("cost", title, says, picture, columns, tuple(rows), tuple(notes)),))


def _behind_cost(asked: Asked, found: CostAnswer, outcome: str) -> str:
    """Only days that have a rate are reckoned: those are the visits that are listed."""
    first = date.fromisoformat(found.rates[0].from_day)
    return asked.behind("missed", "population", "recorded_as", (outcome,), first=first)


def _falling(asks: Question, found: CostAnswer, title: str, says: str) -> Waterfall:
    steps = [
        Step(
            asks.speech.outcome(each.outcome),
            each.cost.total_pence / 100,
            pounds(each.cost.total_pence),
            0 if each.side == "missed" else 1,
            url=_behind_cost(asks.asked, found, each.outcome),
        )
        for each in sorted(found.outcomes, key=lambda each: each.side != "missed")
    ]
    whole = found.missed.and_cost(found.landlord).total_pence
    steps.append(Step(say("analysis.together"), whole / 100, pounds(whole), 2, is_sum=True))
    named = Named("cost", title, says, "cost-figures")
    return Waterfall(named, tuple(steps), (say("analysis.side.missed"), say("analysis.side.landlord")))


async def tell_widths(asks: Question) -> Told:
    """Would broader windows help: every two widths, over like jobs only."""
    pairs = await compare_widths(asks.office, asks.person, asks.asked.days, asks.asked.wanted)
    says = _says_of_widths(asks, pairs)
    rows, drawn = [], []
    for each in pairs:
        one, other = (asks.speech.group("width", (width,)) for width in (each.one, each.other))
        label = say("analysis.two_widths", one=one, other=other)
        rates = [_percent(rate) for rate in (each.rate_of_one, each.rate_of_other)]
        drawn.append(Row(label, tuple(Dot(said, value) for said, value in rates)))
        counts = (each.strata, each.appointments, each.left_out)
        rows.append(
            (Cell(label, is_number=False), *(Cell(said) for said, _ in rates), *(Cell(f"{n:,}") for n in counts))
        )
    if not rows:
        return Told(says)
    title = say("analysis.widths_title")
    names = (say("analysis.narrower"), say("analysis.broader"))
    chart = DotWhisker(Named("widths", title, says, "widths-figures"), tuple(drawn), names)
    columns = (
        say("measures.by.width"),
        *names,
        *(say(f"analysis.width_{kind}") for kind in ("strata", "n", "left_out")),
    )
    behind = asks.asked.url("where", "like_with_like")
    first = (Cell(say("analysis.widths_each"), behind, is_number=False), *(Cell("") for _ in columns[1:]))
    notes = (say("analysis.no_interval"), say("measures.association"))
    return Told(says, (plain_section("widths", title, says, both(dot_whisker, chart), columns, (*rows, first), notes),))


def _says_of_widths(asks: Question, pairs: list[Compared]) -> str:
    """The two widths that most appointments are compared of."""
    if not pairs:
        return say("analysis.nothing")
    most = max(pairs, key=lambda each: each.appointments)
    one, other = (asks.speech.group("width", (width,)) for width in (most.one, most.other))
    (narrower, is_given), (broader, _) = _percent(most.rate_of_one), _percent(most.rate_of_other)
    if is_given is None:
        return say("analysis.none_given")
    return say("analysis.answer.widths", one=one, other=other, narrower=narrower, broader=broader)


def _percent(rate: float | None) -> tuple[str, float | None]:
    return (say("analysis.too_few_alike"), None) if rate is None else (f"{100 * rate:.1f}%", 100 * rate)
