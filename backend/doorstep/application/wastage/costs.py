"""Measure 5: what wasted visits cost on either side, by outcome, at the rates that held on each day."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.asking import Span, Sums
from doorstep.application.wastage.rules import CostRates
from doorstep.application.wastage.spans import ALL, Filter, Period, span_of
from doorstep.domain.wastage.cost import Cost, Spent
from doorstep.domain.wastage.dimensions import BETWEEN
from doorstep.domain.wastage.sides import Side, side_of

WASTED = ("missed", "landlord")


class OutcomeCost(msgspec.Struct, frozen=True):
    """What the visits of one outcome cost, and whose miss it is."""

    outcome: str
    side: Side
    cost: Cost


class CostAnswer(msgspec.Struct, frozen=True):
    """By outcome, the dearest first. `rates` held in the period; `unrated` visits were before the first of them.

    `untimed` have no time at the door: they count with their rebooking only. Time to travel is held nowhere.
    """

    span: Span
    outcomes: tuple[OutcomeCost, ...]
    missed: Cost
    landlord: Cost
    rates: tuple[CostRates, ...]
    unrated: int
    untimed: int


async def cost_of_waste(
    office: Office, person: Person, period: Period, wanted: Filter = ALL, *, is_decided: bool = False
) -> CostAnswer:
    """What missed visits and the landlord's own failures cost; with `is_decided`, only as supervisors left them."""
    span = span_of(person, period, wanted)
    dimension = "stands_as" if is_decided else "recorded_as"
    found: dict[str, Cost] = {}
    unrated, used = 0, []
    for rates, part in _by_rates(office.rules.wastage.costs, span):
        if rates is not None:
            used.append(rates)
        for summed in await office.store.wastage_sums(Sums(part, dimension)):
            visits = summed.count("population")
            if side_of(summed.value) not in WASTED or not visits:
                continue
            if rates is None:
                unrated += visits
                continue
            timed, on_site_ms = summed.count("timed"), summed.count("on_site_ms")
            spent = Spent(visits, timed, on_site_ms, rates.pence_per_hour, rates.pence_to_rebook)
            found[summed.value] = found.get(summed.value, Cost()).and_spent(spent)
    outcomes = [OutcomeCost(outcome, side_of(outcome), cost) for outcome, cost in found.items()]
    outcomes.sort(key=lambda each: (-each.cost.total_pence, each.outcome))
    sides = {side: _together([each.cost for each in outcomes if each.side == side]) for side in WASTED}
    untimed = sum(each.cost.visits - each.cost.timed for each in outcomes)
    return CostAnswer(span, tuple(outcomes), sides["missed"], sides["landlord"], tuple(used), unrated, untimed)


class DecidedCost(msgspec.Struct, frozen=True):
    """What the visits cost that were recorded as one outcome and stand as another; `side` is where they count now.

    `stands_as` is empty while nobody has decided: they count where they were recorded.
    """

    recorded_as: str
    stands_as: str
    side: Side
    cost: Cost


class DecidedCosts(msgspec.Struct, frozen=True):
    """After decisions: what was overturned is where a supervisor put it. `gone` are on neither side any more."""

    span: Span
    rows: tuple[DecidedCost, ...]
    gone: tuple[DecidedCost, ...]
    missed: Cost
    landlord: Cost
    rates: tuple[CostRates, ...]


def final_side(value: str) -> Side:
    """The side of a group of `decided_as` after decisions."""
    recorded_as, _, stands_as = value.partition(BETWEEN)
    return side_of(stands_as or recorded_as)


async def cost_after_decisions(office: Office, person: Person, period: Period, wanted: Filter = ALL) -> DecidedCosts:
    """The same visits and those that a decision made waste of ours, each at the rate of its day."""
    span = span_of(person, period, wanted)
    found: dict[str, Cost] = {}
    used = []
    for rates, part in _by_rates(office.rules.wastage.costs, span):
        if rates is None:
            continue
        used.append(rates)
        for summed in await office.store.wastage_sums(Sums(part, "decided_as")):
            visits = summed.count("population")
            if visits and {final_side(summed.value), side_of(summed.value.partition(BETWEEN)[0])} & set(WASTED):
                timed, on_site_ms = summed.count("timed"), summed.count("on_site_ms")
                spent = Spent(visits, timed, on_site_ms, rates.pence_per_hour, rates.pence_to_rebook)
                found[summed.value] = found.get(summed.value, Cost()).and_spent(spent)
    rows = [DecidedCost(*_pair(value), final_side(value), cost) for value, cost in found.items()]
    rows.sort(key=lambda each: (-each.cost.total_pence, each.recorded_as, each.stands_as))
    kept = tuple(each for each in rows if each.side in WASTED)
    sides = {side: _together([each.cost for each in kept if each.side == side]) for side in WASTED}
    gone = tuple(each for each in rows if each.side not in WASTED)
    return DecidedCosts(span, kept, gone, sides["missed"], sides["landlord"], tuple(used))


def _pair(value: str) -> tuple[str, str]:
    recorded_as, _, stands_as = value.partition(BETWEEN)
    return recorded_as, stands_as


def _together(costs: list[Cost]) -> Cost:
    whole = Cost()
    for cost in costs:
        whole = whole.and_cost(cost)
    return whole


def _by_rates(costs: tuple[CostRates, ...], span: Span) -> list[tuple[CostRates | None, Span]]:
    """The span in pieces, each with the rates that held throughout it; none before the first."""
    starts: list[tuple[str, CostRates | None]] = [("", None), *((rates.from_day, rates) for rates in costs)]
    pieces = []
    for place, (begins, rates) in enumerate(starts):
        following = starts[place + 1][0] if place + 1 < len(starts) else ""
        first = max(begins, span.first_day)
        last = min(_day_before(following), span.last_day) if following else span.last_day
        if first <= last:
            pieces.append((rates, msgspec.structs.replace(span, first_day=first, last_day=last)))
    return pieces


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
