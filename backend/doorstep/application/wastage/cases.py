"""Measures of orders, homes and cases: 4 appointments made, 9 repeats, 10 recovery, 15 hazards; and two medians."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

import msgspec

from doorstep.application.london import london_ms
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.asking import HazardCase, Lengths, Repeats, Span, Sums, WaitingOrder
from doorstep.application.wastage.spans import ALL, Filter, Period, span_of
from doorstep.application.writer import Refused
from doorstep.domain.wastage.dimensions import BETWEEN, TOTAL
from doorstep.domain.wastage.rate import Rate, median, rate_of

RECOVERY_GROUPS = ("window", "trade", "priority", "contractor", "alerts", "recorded_as")
MEDIAN_GROUPS = ("operative", "contractor", "trade")
LENGTHS = {"wait": "wait_ms", "age": "decided_after_ms"}


class OrdersAnswer(msgspec.Struct, frozen=True):
    """`rate` is of orders that have an appointment among them and those that still wait for one."""

    span: Span
    made: int
    waiting: int
    rate: Rate


class RecoveryGroup(msgspec.Struct, frozen=True):
    """Of the missed: how many have a later appointment for the same order, and in how many of these it was done.

    `never` were not completed so far; `unknown` bear no order, and are in no rate.
    """

    value: tuple[str, ...]
    missed: int
    unknown: int
    rebooked: Rate
    completed: Rate
    never: int


class RecoveryAnswer(msgspec.Struct, frozen=True):
    """Measure 10, as everything stands now: a visit missed yesterday has had a day to recover."""

    span: Span
    dimension: str
    total: RecoveryGroup
    groups: tuple[RecoveryGroup, ...]


class RepeatsAnswer(msgspec.Struct, frozen=True):
    """Measure 9: homes to offer help to, never a list of who is to blame. `share` is of the homes with any missed."""

    span: Span
    least: int
    days: int
    found: Repeats
    share: Rate


class Middle(msgspec.Struct, frozen=True):
    """A median in ms and of how many; None where there are too few to give one."""

    value: tuple[str, ...]
    count: int
    median_ms: float | None


async def orders_made(office: Office, person: Person, period: Period, wanted: Filter = ALL) -> OrdersAnswer:
    """Measure 4."""
    span = span_of(person, period, wanted)
    made, waiting = await office.store.wastage_orders(span, *_instants(period))
    return OrdersAnswer(span, made, waiting, rate_of(made, made + waiting, office.rules.wastage.least_appointments))


async def orders_waiting(
    office: Office, person: Person, period: Period, wanted: Filter = ALL, beyond: str = "", limit: int = 50
) -> Sequence[WaitingOrder]:
    """The orders that wait, which measure 4 counts: by number, beyond one."""
    return await office.store.wastage_waiting(span_of(person, period, wanted), *_instants(period), beyond, limit)


def _instants(period: Period) -> tuple[int, int]:
    """The first of its days' instants, and the first after them."""
    first, end = (london_ms(datetime.combine(day, time())) for day in (period.first, period.last + timedelta(days=1)))
    return first, end


async def recovery(
    office: Office, person: Person, period: Period, wanted: Filter = ALL, dimension: str = TOTAL
) -> RecoveryAnswer:
    """Measure 10. Raises Refused for a dimension that it is not told by."""
    if dimension not in (TOTAL, *RECOVERY_GROUPS):
        raise Refused("invalid", f"recovery is told by {', '.join(RECOVERY_GROUPS)}.", path="dimension")
    span = span_of(person, period, wanted)
    least = office.rules.wastage.least_visits
    found = await office.store.wastage_recovery(Sums(span, dimension))
    figures = [(each.missed, each.unknown, each.rebooked, each.completed) for each in found]
    total = tuple(map(sum, zip(*figures, strict=True))) if figures else (0, 0, 0, 0)
    groups = [
        _recovered(tuple(each.value.split(BETWEEN)), counts, least)
        for each, counts in zip(found, figures, strict=True)
        if dimension != TOTAL
    ]
    return RecoveryAnswer(span, dimension, _recovered((), total, least), tuple(groups))


def _recovered(value: tuple[str, ...], counts: tuple[int, ...], least: int) -> RecoveryGroup:
    missed, unknown, rebooked, completed = counts
    known = missed - unknown
    return RecoveryGroup(
        value,
        missed,
        unknown,
        rate_of(rebooked, known, least),
        rate_of(completed, known, least),
        known - completed,
    )


async def repeats(
    office: Office,
    person: Person,
    period: Period,
    wanted: Filter = ALL,
    beyond: tuple[int, str] = (0, ""),
    limit: int = 50,
) -> RepeatsAnswer:
    """Measure 9: in the days that end with the period, whenever it began; a page of homes beyond (missed, home)."""
    rules = office.rules.wastage
    first = period.last - timedelta(days=rules.repeat_days - 1)
    span = span_of(person, Period(first, period.last), wanted)
    found = await office.store.wastage_repeats(span, rules.repeat_visits, beyond, limit)
    share = rate_of(found.repeated, found.homes, rules.least_visits)
    return RepeatsAnswer(span, rules.repeat_visits, rules.repeat_days, found, share)


async def hazard_cases(
    office: Office,
    person: Person,
    period: Period,
    wanted: Filter = ALL,
    beyond: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> Sequence[HazardCase]:
    """Measure 15: each order about a hazard with every attempt to get in; a page beyond (first day, order)."""
    return await office.store.wastage_hazards(span_of(person, period, wanted), beyond, limit)


async def medians(
    office: Office, person: Person, period: Period, length: str, wanted: Filter = ALL, dimension: str = TOTAL
) -> list[Middle]:
    """The median `wait` at the door (measure 12), or the `age` of records at their decision (14)."""
    if length not in LENGTHS or dimension not in (TOTAL, *MEDIAN_GROUPS):
        raise Refused("invalid", f"{' and '.join(LENGTHS)} are told by {', '.join(MEDIAN_GROUPS)}.", path="dimension")
    asked = Lengths(span_of(person, period, wanted), LENGTHS[length], dimension)
    found: Mapping[str, Sequence[int]] = await office.store.wastage_lengths(asked)
    least = office.rules.wastage.least_visits
    return [
        Middle(
            () if dimension == TOTAL else tuple(value.split(BETWEEN)),
            len(lengths),
            median(list(lengths)) if len(lengths) >= least else None,
        )
        for value, lengths in sorted(found.items())
    ]
