"""What wasted visits cost, as they were recorded and after decisions, as sections."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from doorstep.application.wastage.costs import CostAnswer, DecidedCost, cost_after_decisions, cost_of_waste
from doorstep.application.wastage.numbers import SIDES
from doorstep.application.wastage.rules import CostRates
from doorstep.domain.wastage.cost import Cost
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.web.charts.frame import Named, both
from doorstep.web.charts.waterfall import Step, Waterfall, waterfall
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_sections import Cell, Section
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
    notes.append(say("analysis.no_travel"))
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
            *_money(each.cost),
        )
        for each in sorted(found.outcomes, key=lambda each: each.side != "missed")
    ]
    rows += [
        (
            Cell(say("analysis.together"), is_number=False),
            Cell(say(f"analysis.side.{side}"), is_number=False),
            Cell(
                f"{cost.visits:,}",
                _behind(asks.asked, found.rates, f"recorded_{side}") if cost.visits else "",
                say(f"analysis.side.{side}"),
            ),
            *_money(cost),
        )
        for side, cost in (("missed", found.missed), ("landlord", found.landlord), ("both", together))
    ]
    kinds = ("outcome", "side", "visits", "minutes", "time", "rebooking", "whole")
    columns = tuple(say(f"analysis.cost_{kind}") for kind in kinds)
    section = plain_section("cost", title, says, picture, columns, tuple(rows), tuple(notes))
    return Told(says, (section, await _decided_section(asks, tuple(notes[: len(found.rates)]))))


def _money(cost: Cost) -> tuple[Cell, ...]:
    shown = (f"{cost.minutes:,}", exact(cost.time_pence), exact(cost.rebooking_pence), exact(cost.total_pence))
    return tuple(map(Cell, shown))


def _behind_cost(asked: Asked, found: CostAnswer, outcome: str) -> str:
    return _behind(asked, found.rates, "recorded", "recorded_as", (outcome,))


def _behind(asked: Asked, rates: tuple[CostRates, ...], only: str, by: str = TOTAL, value: tuple[str, ...] = ()) -> str:
    """Only days that have a rate are reckoned: those are the visits that are listed."""
    first = date.fromisoformat(rates[0].from_day)
    return asked.behind("cost", "population", by, value, first=first, only=only)


async def _decided_section(asks: Question, rates: tuple[str, ...]) -> Section:
    """What was overturned counts where the supervisor put it; what nobody has decided, where it was recorded."""
    found = await cost_after_decisions(asks.office, asks.person, asks.asked.days, asks.asked.wanted)
    missed, ours = pounds(found.missed.total_pence), pounds(found.landlord.total_pence)
    says = say("analysis.answer.cost_decided", missed=missed, ours=ours)
    rows = [
        (
            Cell(asks.speech.group("recorded_as", (each.recorded_as,)), is_number=False),
            Cell(_stands_as(asks, each), is_number=False),
            Cell(say(f"analysis.side.{each.side if each.side in SIDES else 'neither'}"), is_number=False),
            Cell(
                f"{each.cost.visits:,}",
                _behind(asks.asked, found.rates, "decided", "decided_as", (each.recorded_as, each.stands_as)),
                asks.speech.group("decided_as", (each.recorded_as, each.stands_as)),
            ),
            *_money(each.cost),
        )
        for each in (*sorted(found.rows, key=lambda each: each.side != "missed"), *found.gone)
    ]
    together = found.missed.and_cost(found.landlord)
    rows += [
        (
            Cell(say("analysis.together"), is_number=False),
            Cell("", is_number=False),
            Cell(say(f"analysis.side.{side}"), is_number=False),
            Cell(
                f"{cost.visits:,}",
                _behind(asks.asked, found.rates, f"decided_{side}") if cost.visits else "",
                say(f"analysis.side.{side}"),
            ),
            *_money(cost),
        )
        for side, cost in (("missed", found.missed), ("landlord", found.landlord), ("both", together))
    ]
    columns = (
        say("measures.by.recorded_as"),
        say("measures.by.stands_as"),
        *(say(f"analysis.cost_{kind}") for kind in ("side", "visits", "minutes", "time", "rebooking", "whole")),
    )
    notes = (*rates, say("analysis.decided_note"))
    return plain_section("decided", say("analysis.decided_title"), says, Markup(""), columns, tuple(rows), notes)


def _stands_as(asks: Question, row: DecidedCost) -> str:
    return asks.speech.outcome(row.stands_as) if row.stands_as else say("analysis.undecided")


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
