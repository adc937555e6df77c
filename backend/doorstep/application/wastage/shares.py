"""Answer a measure that is made of shares, and find the appointments behind any number of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.answers import Answer, Group, Told
from doorstep.application.wastage.asking import Behind, Span, Summed, Sums
from doorstep.application.wastage.rules import WastageRules
from doorstep.application.wastage.spans import ALL, Filter, Period, span_of
from doorstep.application.writer import Refused
from doorstep.domain.wastage.counters import COUNTERS
from doorstep.domain.wastage.dimensions import BETWEEN, DIMENSIONS, TOTAL, groups_in, is_of_lists
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.measures.definition import Measure, Ratio
from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.domain.wastage.rate import Rate, rate_of

NONE: tuple[int, ...] = (0,) * len(COUNTERS)


async def measure(
    office: Office,
    person: Person,
    name: str,
    period: Period,
    wanted: Filter = ALL,
    dimension: str = TOTAL,
    part: str = "",
) -> Answer:
    """One measure over a period, by a dimension and a part. Raises Refused for what it is not told by."""
    asked, span = _asked(name, dimension), span_of(person, period, wanted)
    sums = await office.store.wastage_sums(Sums(span, dimension, part))
    return answer_of(asked, office.rules.wastage, span, dimension, part, sums)


def measure_named(name: str) -> Measure:
    """A measure that is made of shares. Raises Refused where there is none of that name."""
    if name not in SHARES:
        raise Refused("not-found", f"There is no measure of that name; there are {', '.join(SHARES)}.")
    return SHARES[name]


def _asked(name: str, dimension: str) -> Measure:
    asked = measure_named(name)
    if dimension not in (TOTAL, *asked.groups):
        raise Refused("invalid", f"{name} is told by {', '.join(asked.groups)}.", path="dimension")
    return asked


def answer_of(
    asked: Measure, rules: WastageRules, span: Span, dimension: str, part: str, sums: Sequence[Summed]
) -> Answer:
    """The answer that sums give: what a page, a report and an export all show."""
    total = _added(each.counts for each in sums)
    return Answer(
        number=asked.number,
        name=asked.name,
        span=span,
        dimension=dimension,
        part=part,
        least_appointments=rules.least_appointments,
        least_visits=rules.least_visits,
        total=_group(asked, rules, (), "", total),
        groups=tuple(
            _group(asked, rules, tuple(value.split(BETWEEN)) if DIMENSIONS[dimension] else (), of_part, counts)
            for value, of_part, counts in _split(dimension, sums)
        ),
        asides=tuple(
            Told(aside.counter, total[COUNTERS.index(aside.counter)], aside.is_left_out) for aside in asked.asides
        ),
    )


def _split(dimension: str, sums: Sequence[Summed]) -> list[Summed]:
    """Of lists of codes, a group for each code: an appointment with two codes is in both."""
    if not is_of_lists(dimension):
        return list(sums)
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for each in sums:
        for value in groups_in(dimension, each.value):
            found[value, each.part] = _added([found.get((value, each.part), NONE), each.counts])
    return [Summed(*group, found[group]) for group in sorted(found)]


def _added(counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    rows = list(counts)
    return tuple(map(sum, zip(*rows, strict=True))) if rows else NONE


def _group(asked: Measure, rules: WastageRules, value: tuple[str, ...], part: str, counts: tuple[int, ...]) -> Group:
    return Group(value, part, counts, {ratio.name: _rate(ratio, rules, counts) for ratio in asked.ratios})


def _rate(ratio: Ratio, rules: WastageRules, counts: tuple[int, ...]) -> Rate:
    part, whole = (counts[COUNTERS.index(name)] for name in (ratio.part, ratio.whole))
    return rate_of(part, whole, rules.least_appointments if ratio.whole == "population" else rules.least_visits)


async def appointments_behind(
    office: Office,
    person: Person,
    name: str,
    counter: str,
    period: Period,
    wanted: Filter = ALL,
    dimension: str = TOTAL,
    value: Sequence[str] = (),
    part: str = "",
    part_value: str = "",
    beyond: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> Sequence[Fact]:
    """The appointments, with their visits' ids, that a number of a measure counted; the next page begins `beyond`.

    `counter` is the part or the whole of one of its shares, or what it tells apart. Raises Refused for any other.
    """
    asked, span = measure_named(name), span_of(person, period, wanted)
    if dimension not in (TOTAL, *asked.groups, *asked.listed_by):
        raise Refused("invalid", f"{name} is told by {', '.join(asked.groups)}.", path="dimension")
    counters = {each for ratio in asked.ratios for each in (ratio.part, ratio.whole)}
    if counter not in counters | {aside.counter for aside in asked.asides}:
        raise Refused("invalid", f"{name} counts no {counter}.", path="counter")
    behind = Behind(span, counter, dimension, BETWEEN.join(value), part, part_value, beyond, limit)
    return await office.store.wastage_behind(behind)
