"""Would broader windows help? Every two widths, compared within trade and priority."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.asking import Summed, Sums
from doorstep.application.wastage.spans import ALL, Filter, Period, span_of
from doorstep.domain.wastage.bands import WIDTH
from doorstep.domain.wastage.dimensions import BETWEEN
from doorstep.domain.wastage.like_with_like import Compared, compare, strata_alike


async def compare_widths(office: Office, person: Person, period: Period, wanted: Filter = ALL) -> list[Compared]:
    """Missed rates of every two widths that there are, the narrower first, over like jobs only."""
    counts = _counts(await office.store.wastage_sums(Sums(span_of(person, period, wanted), "like_with_like")))
    there = {width for (_, _, width), (_, population) in counts.items() if population}
    widths = [name for _, name in WIDTH if name in there]
    least = office.rules.wastage.least_visits
    return [compare(counts, one, other, least) for one, other in combinations(widths, 2)]


def groups_of_widths(
    sums: Sequence[Summed], one: str, other: str, least: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the groups of two widths those that are compared, and those that are left out."""
    counts = _counts(sums)
    mine = [key for key in counts if key[2] in (one, other) and counts[key][1]]
    alike = strata_alike(counts, one, other, least)
    compared = tuple(BETWEEN.join(key) for key in mine if key[:2] in alike)
    return compared, tuple(BETWEEN.join(key) for key in mine if key[:2] not in alike)


def _counts(sums: Sequence[Summed]) -> dict[tuple[str, str, str], tuple[int, int]]:
    counts: dict[tuple[str, str, str], tuple[int, int]] = {}
    for summed in sums:
        trade, priority, width = summed.value.split(BETWEEN)
        counts[trade, priority, width] = (summed.count("missed"), summed.count("population"))
    return counts
