"""Would broader windows help? Every two widths, compared within trade and priority."""

from __future__ import annotations

from itertools import combinations

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.asking import Sums
from doorstep.application.wastage.spans import ALL, Filter, Period, span_of
from doorstep.domain.wastage.bands import WIDTH
from doorstep.domain.wastage.dimensions import BETWEEN
from doorstep.domain.wastage.like_with_like import Compared, compare


async def compare_widths(office: Office, person: Person, period: Period, wanted: Filter = ALL) -> list[Compared]:
    """Missed rates of every two widths that there are, the narrower first, over like jobs only."""
    sums = await office.store.wastage_sums(Sums(span_of(person, period, wanted), "like_with_like"))
    counts: dict[tuple[str, str, str], tuple[int, int]] = {}
    for summed in sums:
        trade, priority, width = summed.value.split(BETWEEN)
        counts[trade, priority, width] = (summed.count("missed"), summed.count("population"))
    there = {width for (_, _, width), (_, population) in counts.items() if population}
    widths = [name for _, name in WIDTH if name in there]
    least = office.rules.wastage.least_visits
    return [compare(counts, one, other, least) for one, other in combinations(widths, 2)]
