"""The appointments behind any number of the analysis, whichever kind of measure it is of, and how many they are."""

from __future__ import annotations

from typing import Final

import msgspec

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.asking import Behind, Span, Sums
from doorstep.application.wastage.cases import RECOVERY_GROUPS, orders_made, recovery
from doorstep.application.wastage.costs import final_side
from doorstep.application.wastage.shares import appointments_behind, measure
from doorstep.application.wastage.spans import ALL, Filter, Period, span_of
from doorstep.application.wastage.widths import groups_of_widths
from doorstep.application.writer import Refused
from doorstep.domain.wastage.dimensions import BETWEEN, TOTAL, groups_in
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.domain.wastage.sides import side_of

RECOVERED: Final = ("", "unknown_order", "known_order", "rebooked", "completed", "never")
SIDES: Final = {"missed": ("missed",), "landlord": ("landlord",), "both": ("missed", "landlord")}
WIDTHS: Final = ("compared", "left_out")


class Number(msgspec.Struct, frozen=True):
    """Which number. Beside a share's counter and group: `only`, by measure, what is meant of them.

    Of recovery one of RECOVERED; of costs a side, as `recorded_missed` or `decided_both`; of widths one of WIDTHS, with
    the two of them in `value`; of repeats the home, of hazards the order, each in `value`.
    """

    measure: str
    counter: str
    dimension: str = TOTAL
    value: tuple[str, ...] = ()
    part: str = ""
    part_value: str = ""
    only: str = ""


class Found(msgspec.Struct, frozen=True):
    """A page of them; `count` is of all, None where the page that led here counts nothing but these."""

    facts: tuple[Fact, ...]
    count: int | None


async def behind_number(
    office: Office,
    person: Person,
    number: Number,
    period: Period,
    wanted: Filter = ALL,
    beyond: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> Found:
    """They, beyond a day and appointment. Raises Refused for a number that no page shows."""
    if number.measure in SHARES:
        return await _of_share(office, person, number, period, wanted, beyond, limit)
    span = span_of(person, period, wanted)
    asked, count = await _asked(office, person, number, period, wanted, span)
    facts = await office.store.wastage_behind(msgspec.structs.replace(asked, beyond=beyond, limit=limit))
    return Found(tuple(facts), count)


async def _of_share(
    office: Office,
    person: Person,
    number: Number,
    period: Period,
    wanted: Filter,
    beyond: tuple[str, str],
    limit: int,
) -> Found:
    facts = await appointments_behind(
        office,
        person,
        number.measure,
        number.counter,
        period,
        wanted,
        number.dimension,
        number.value,
        number.part,
        number.part_value,
        beyond,
        limit,
    )
    is_told = number.dimension in (TOTAL, *SHARES[number.measure].groups)
    if not is_told:
        sums = await office.store.wastage_sums(Sums(span_of(person, period, wanted), number.dimension))
        group = BETWEEN.join(number.value)
        among = [each for each in sums if group in groups_in(number.dimension, each.value)]
        return Found(tuple(facts), sum(each.count(number.counter) for each in among))
    answer = await measure(office, person, number.measure, period, wanted, number.dimension, number.part)
    if number.dimension == TOTAL and not number.part:
        return Found(tuple(facts), answer.total.count(number.counter))
    count = sum(
        group.count(number.counter)
        for group in answer.groups
        if group.value == number.value and (not number.part or group.part == number.part_value)
    )
    return Found(tuple(facts), count)


async def _asked(
    office: Office, person: Person, number: Number, period: Period, wanted: Filter, span: Span
) -> tuple[Behind, int | None]:
    if number.measure == "recovery" and number.counter == "missed" and number.only in RECOVERED:
        return await _recovery(office, person, number, period, wanted, span)
    if number.measure == "orders" and number.counter == "population":
        made = (await orders_made(office, person, period, wanted)).made
        return Behind(span, "population", only="first_of_order"), made
    if number.measure == "repeats" and number.counter == "missed" and any(number.value):
        return Behind(span, "missed", home=number.value[0]), None
    if number.measure == "hazards" and number.counter == "population" and number.value:
        return Behind(span, "population", only="hazard", order=number.value[0]), None
    if number.measure == "cost" and number.counter == "population":
        return await _cost(office, number, span)
    if number.measure == "widths" and number.counter == "population" and number.only in WIDTHS:
        return await _widths(office, number, span)
    raise Refused("not-found", "No page shows such a number. Follow the link of one.")


async def _recovery(
    office: Office, person: Person, number: Number, period: Period, wanted: Filter, span: Span
) -> tuple[Behind, int | None]:
    if number.dimension not in (TOTAL, *RECOVERY_GROUPS):
        raise Refused("invalid", f"recovery is told by {', '.join(RECOVERY_GROUPS)}.", path="dimension")
    found = await recovery(office, person, period, wanted, number.dimension)
    groups = [group for group in found.groups if group.value == number.value]
    group = found.total if number.dimension == TOTAL else groups[0] if groups else None
    counts = (
        {
            "": group.missed,
            "unknown_order": group.unknown,
            "known_order": group.missed - group.unknown,
            "rebooked": group.rebooked.part,
            "completed": group.completed.part,
            "never": group.never,
        }
        if group
        else {}
    )
    asked = Behind(span, "missed", number.dimension, BETWEEN.join(number.value), only=number.only)
    return asked, counts.get(number.only, 0)


async def _cost(office: Office, number: Number, span: Span) -> tuple[Behind, int | None]:
    """One outcome, or all of a side: as recorded, or as they stand after decisions."""
    basis, _, side = number.only.partition("_")
    dimension = "decided_as" if basis == "decided" else "recorded_as"
    sums = await office.store.wastage_sums(Sums(span, dimension))
    if side in SIDES:
        sums = [
            each
            for each in sums
            if (final_side(each.value) if basis == "decided" else side_of(each.value)) in SIDES[side]
        ]
        among = tuple(each.value for each in sums if each.count("population"))
    else:
        among = (BETWEEN.join(number.value),)
    # Where nothing is on a side, no group is: an empty list would stand for every one.
    asked = Behind(span, "population", dimension, among=among or (BETWEEN * 9,))
    return asked, sum(each.count("population") for each in sums if each.value in among)


async def _widths(office: Office, number: Number, span: Span) -> tuple[Behind, int | None]:
    one, _, other = BETWEEN.join(number.value).partition(BETWEEN)
    sums = await office.store.wastage_sums(Sums(span, "like_with_like"))
    alike, others = groups_of_widths(sums, one, other, office.rules.wastage.least_visits)
    among = alike if number.only == "compared" else others
    asked = Behind(span, "population", "like_with_like", among=among or (BETWEEN * 9,))
    return asked, sum(each.count("population") for each in sums if each.value in among)
