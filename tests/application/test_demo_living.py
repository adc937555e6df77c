"""The demonstration's simulated phones of today: at doors when it starts, and one of them waiting for a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

from doorstep.application.lists import VisitFilter
from doorstep.application.rows import VisitRow
from doorstep.demo.landlord import Landlord, invent_landlord
from doorstep.demo.living import AT_THE_START, live_on
from doorstep.demo.seed import book_today, fill
from doorstep.demo.stories import MINUTE_MS
from doorstep.domain.instants import MS_PER_HOUR
from tests.makers import MORNING, Bench

TODAY = date(2026, 11, 23)


Kinds = list[str]
LOOKS = 1500


async def _opened(bench: Bench, homes: int) -> Landlord:
    """The landlord, with yesterday behind it and today's appointments, at eleven in the morning."""
    landlord = invent_landlord(1, homes)
    await fill(bench.office, landlord, TODAY)
    bench.clock.ms = MORNING + 2 * MS_PER_HOUR
    await book_today(bench.office, landlord, bench.clock.ms)
    return landlord


async def _live(bench: Bench, landlord: Landlord, is_enough: Callable[[Kinds, list[VisitRow]], bool]) -> list[VisitRow]:
    """Let the phones live until it is enough; today's visits then."""
    held = len(await bench.office.store.entries(0, 100_000))
    living = asyncio.create_task(live_on(bench.office, bench.looker, landlord, lambda _: None))
    kinds: Kinds = []
    rows: list[VisitRow] = []
    for _ in range(LOOKS):
        kinds = [entry.kind for entry in await bench.office.store.entries(held, 1_000)]
        rows = list(await bench.office.store.visit_rows(VisitFilter(first_day=TODAY.isoformat())))
        if is_enough(kinds, rows):
            break
        await asyncio.sleep(0.02)
    else:
        raise AssertionError(f"never enough: {kinds}")
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)
    return rows


def _all_at_doors(kinds: Kinds, _: list[VisitRow]) -> bool:
    return "planner_call_tried" in kinds and kinds.count("planner_call_logged") == 3


async def test_a_large_landlord_has_phones_at_doors_from_the_start(bench: Bench) -> None:
    """One has asked for a call, the planner has spoken with three others; each is at a door of today."""
    rows = await _live(bench, await _opened(bench, 500), _all_at_doors)
    assert [row.standing for row in rows] == ["in_progress"] * len(AT_THE_START)


async def test_a_small_landlord_has_the_day_to_itself(bench: Bench) -> None:
    """Browser tests share the day with nobody."""
    landlord = await _opened(bench, 40)
    looked: list[int] = []

    def long_enough(kinds: Kinds, _: list[VisitRow]) -> bool:
        looked.append(len(kinds))
        return len(looked) > 20

    assert await _live(bench, landlord, long_enough) == []
    assert set(looked) == {0}


async def test_what_an_earlier_run_left_open_is_closed(bench: Bench) -> None:
    """Started again, the phones end the visits that they were at, and go to other doors."""
    landlord = await _opened(bench, 500)
    await _live(bench, landlord, _all_at_doors)
    bench.clock.ms += 20 * MINUTE_MS
    rows = await _live(bench, landlord, lambda _, rows: len(rows) == 2 * len(AT_THE_START))
    assert {row.outcome for row in rows if row.standing == "ended"} == {"access_gained_late"}
    assert [row.standing for row in rows].count("ended") == len(AT_THE_START)
    assert {entry.fault for entry in await bench.office.store.entries(0, 100_000)} == {None}
