"""Filters that a person keeps: theirs alone, few, by name."""

from __future__ import annotations

import pytest

from doorstep.application.saved_filters import MOST_FILTERS, remove_filter, save_filter, saved_filters
from doorstep.application.writer import Refused
from tests.makers import Bench, a_person


async def test_a_filter_is_its_owners(any_bench: Bench) -> None:
    """Kept by name, replaced under the same one, removed; another's of that name is another."""
    office = any_bench.office
    first, second = await a_person(any_bench, 1, "supervisor"), await a_person(any_bench, 2, "planner")
    await save_filter(office, first, "  Waived,  north ", "view=all&also=waiver")
    await save_filter(office, first, "Alerts", "view=all&also=alert")
    await save_filter(office, second, "Alerts", "view=missed&also=alert")
    await save_filter(office, first, "Alerts", "view=decide&also=alert")
    kept = [(each.name, each.query) for each in await saved_filters(office, first)]
    assert kept == [("Alerts", "view=decide&also=alert"), ("Waived, north", "view=all&also=waiver")]
    await remove_filter(office, first, "Alerts")
    await remove_filter(office, first, "Alerts")
    assert [each.name for each in await saved_filters(office, first)] == ["Waived, north"]
    assert [each.name for each in await saved_filters(office, second)] == ["Alerts"]


@pytest.mark.parametrize(("name", "query"), [(" ", "view=all"), ("x" * 61, "view=all"), ("Long", "q=" + "x" * 1_000)])
async def test_a_name_that_does_not_do(bench: Bench, name: str, query: str) -> None:
    """None at all, too long a one, too long a filter."""
    person = await a_person(bench, 1, "supervisor")
    with pytest.raises(Refused) as refused:
        await save_filter(bench.office, person, name, query)
    assert refused.value.more["path"] == "filter_name"
    assert await saved_filters(bench.office, person) == []


async def test_nobody_keeps_too_many(bench: Bench) -> None:
    """One more than fit is refused; one that replaces another is not."""
    person = await a_person(bench, 1, "supervisor")
    for n in range(MOST_FILTERS):
        await save_filter(bench.office, person, f"Filter {n}", "view=all")
    with pytest.raises(Refused):
        await save_filter(bench.office, person, "One more", "view=all")
    await save_filter(bench.office, person, "Filter 3", "view=missed")
    assert len(await saved_filters(bench.office, person)) == MOST_FILTERS
