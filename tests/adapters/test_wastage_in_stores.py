"""One contract for the facts of appointments: every store answers every question alike, whatever has been summed."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.intake.kept import NO_SLOT, OPEN, HeldRow
from doorstep.application.store import Store
from doorstep.application.wastage.asking import ONLY, Behind, Lengths, Orders, Span, Stale, Sums
from doorstep.application.wastage.blocks import BLOCK_VERSION, pieces_of
from doorstep.application.world import Changes
from doorstep.domain.wastage.counters import COUNTERS
from doorstep.domain.wastage.dimensions import DIMENSIONS, PARTS, groups_in, value_of
from doorstep.domain.wastage.fact import Fact
from tests.invented_facts import invent_facts
from tests.makers import an_id

WHOLE = Span("2026-01-01", "2026-12-31")
SPANS = (
    WHOLE,
    Span("2026-11-03", "2026-11-05"),
    Span("2026-01-01", "2026-12-31", "north"),
    Span("2026-11-02", "2026-11-30", "", (("trade", "plumber"), ("window", "AM"))),
    Span("2020-01-01", "2020-12-31"),
)


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[MemoryStore, SqliteStore]]:
    """Both stores with the same facts; of the second's days every other one is summed."""
    memory, sqlite = MemoryStore(), await SqliteStore.open(tmp_path / "store.sqlite3")
    facts = invent_facts(7, 250)
    for store in (memory, sqlite):
        await _save(store, Changes(wastage={fact.appointment_id: fact for fact in facts}))
    for stale in (await sqlite.wastage_stale(100))[::2]:
        await _sum(sqlite, stale)
    yield memory, sqlite
    await sqlite.close()


async def _save(store: Store, changes: Changes) -> None:
    async with store.unit() as unit:
        await unit.save(changes)


async def _sum(store: Store, stale: Stale) -> None:
    for piece in (await store.wastage_day(stale)).pieces(20):
        await _save(store, Changes(wastage_days={piece.day: piece}))


@pytest.mark.parametrize("span", SPANS)
async def test_sums_are_the_same(both: tuple[MemoryStore, SqliteStore], span: Span) -> None:
    """By every dimension and part, over days that are summed and days that are not."""
    memory, sqlite = both
    for dimension in DIMENSIONS:
        for part in PARTS:
            asked = Sums(span, dimension, part)
            assert await sqlite.wastage_sums(asked) == await memory.wastage_sums(asked), asked


async def test_behind_each_number_are_as_many_as_it_says(both: tuple[MemoryStore, SqliteStore]) -> None:
    """Every counter's appointments, page by page, are those that it counted, the same in every store."""
    memory, sqlite = both
    [total] = await sqlite.wastage_sums(Sums(WHOLE))
    for counter in COUNTERS:
        found: list[Fact] = []
        beyond = ("", "")
        while page := await sqlite.wastage_behind(Behind(WHOLE, counter, beyond=beyond, limit=60)):
            assert page == await memory.wastage_behind(Behind(WHOLE, counter, beyond=beyond, limit=60))
            found += page
            beyond = (page[-1].day, page[-1].appointment_id)
        assert len(set(found)) == len(found)
        if counter != "on_site_ms":
            assert len(found) == total.count(counter), counter


async def test_behind_a_number_of_a_group(both: tuple[MemoryStore, SqliteStore]) -> None:
    """A bar of a chart, a cell of a heat map and a clause of a list each lead to their own appointments."""
    memory, sqlite = both
    for dimension, part in (
        ("window", "weekday"),
        ("clauses_failed", ""),
        ("like_with_like", "month"),
        ("alerts", "day"),
    ):
        for value, of_part, counts in await sqlite.wastage_sums(Sums(WHOLE, dimension, part)):
            for group in groups_in(dimension, value):
                asked = Behind(WHOLE, "population", dimension, group, part, of_part, limit=1_000)
                page = await sqlite.wastage_behind(asked)
                assert page == await memory.wastage_behind(asked)
                assert {group} == {
                    each for fact in page for each in groups_in(dimension, value_of(dimension, fact)) if each == group
                } | ({group} if not page else set())
                if dimension != "clauses_failed":
                    assert len(page) == counts[COUNTERS.index("population")]


@pytest.mark.parametrize("span", SPANS)
async def test_cases_are_the_same(both: tuple[MemoryStore, SqliteStore], span: Span) -> None:
    """Lengths, recovery, repeats, orders and hazards, with their pages."""
    memory, sqlite = both
    for dimension in ("total", "operative", "trade"):
        for field in ("wait_ms", "decided_after_ms"):
            lengths = Lengths(span, field, dimension)
            assert await sqlite.wastage_lengths(lengths) == await memory.wastage_lengths(lengths)
        recovery = Sums(span, dimension)
        assert await sqlite.wastage_recovery(recovery) == await memory.wastage_recovery(recovery)
    assert await sqlite.wastage_orders(span, 0, 10**15) == await memory.wastage_orders(span, 0, 10**15)
    home, case = (0, ""), ("", "")
    for _ in range(4):
        repeats = await sqlite.wastage_repeats(span, 2, home, 3)
        assert repeats == await memory.wastage_repeats(span, 2, home, 3)
        cases = await sqlite.wastage_hazards(span, case, 3)
        assert cases == await memory.wastage_hazards(span, case, 3)
        home = (repeats.page[-1].missed, repeats.page[-1].property_ref) if repeats.page else home
        case = (cases[-1].first_day, cases[-1].work_order_ref) if cases else case


async def test_orders_that_wait(both: tuple[MemoryStore, SqliteStore]) -> None:
    """An order that was held for its appointment, and has none: of that patch, and held within those instants."""
    memory, sqlite = both
    booked = next(fact.work_order_ref for fact in invent_facts(7, 250) if not fact.is_cancelled_before)
    rows = [
        _held("1", "WO-NEW", "north", 500),
        _held("2", "WO-NEW", "north", 600),
        _held("3", booked, "north", 500),
        _held("4", "WO-SOUTH", "south", 500),
        _held("5", "WO-LATER", "north", 5_000),
        msgspec.structs.replace(_held("6", "WO-DROPPED", "north", 500), state="dropped"),
    ]
    for store in (memory, sqlite):
        await _save(store, Changes(records={(HeldRow, row.key): row for row in rows}))
        north = Span("2026-01-01", "2026-12-31", "north")
        assert (await store.wastage_orders(north, 500, 5_000)).waiting == 1
        assert (await store.wastage_orders(WHOLE, 0, 10**15)).waiting == 3
        assert await store.wastage_orders(Span("2020-01-01", "2020-01-02"), 0, 400) == Orders(0, 0)
        found = await store.wastage_waiting(WHOLE, 0, 10**15, "", 2)
        assert found == [("WO-LATER", 5_000), ("WO-NEW", 500)]
        assert await store.wastage_waiting(WHOLE, 0, 10**15, "WO-NEW", 2) == [("WO-SOUTH", 500)]


def _held(held_id: str, order: str, patch: str, held_at: int) -> HeldRow:
    fields: dict[str, Any] = dict.fromkeys(HeldRow.__struct_fields__, "")
    fields |= {"held_id": held_id, "work_order_ref": order, "patch": patch, "kind": NO_SLOT, "state": OPEN}
    return HeldRow(**fields | {"held_at": held_at, "done_at": None})


async def test_what_changes_shows_at_once(both: tuple[MemoryStore, SqliteStore]) -> None:
    """A fact that moves to another day, or comes late to a day that is summed, is counted in the next answer."""
    memory, sqlite = both
    for stale in await sqlite.wastage_stale(100):
        await _sum(sqlite, stale)
    assert await sqlite.wastage_stale(100) == []
    random = Random(3)
    for fact in random.sample(invent_facts(7, 250), 20):
        changed = msgspec.structs.replace(fact, day=f"2026-11-{random.randint(2, 30):02}", recorded_as="completed")
        for store in (memory, sqlite):
            await _save(store, Changes(wastage={fact.appointment_id: changed}))
        assert await sqlite.wastage_fact(fact.appointment_id) == changed
        for part in ("", "day"):
            asked = Sums(WHOLE, "window", part)
            assert await sqlite.wastage_sums(asked) == await memory.wastage_sums(asked)
    assert len(await sqlite.wastage_stale(100)) > 10


async def test_sums_that_are_too_old_are_not_kept(both: tuple[MemoryStore, SqliteStore]) -> None:
    """Facts that change between a summing and its keeping win: the day stays one that is counted from its facts."""
    memory, sqlite = both
    fact = invent_facts(7, 250)[0]
    made = await sqlite.wastage_day(next(each for each in await sqlite.wastage_stale(100)))
    changed = msgspec.structs.replace(fact, day=made.day, trade="glazier")
    for store in (memory, sqlite):
        await _save(store, Changes(wastage={fact.appointment_id: changed}))
    await _save(sqlite, Changes(wastage_days={made.day: made}))
    assert made.day in {stale.day for stale in await sqlite.wastage_stale(100)}
    asked = Sums(WHOLE, "trade")
    assert await sqlite.wastage_sums(asked) == await memory.wastage_sums(asked)


LATER = "2027-01-15"
"""By then every month of BLOCKED's facts is over."""
BLOCKED = tuple(
    Span(first, last, patch, where)
    for first, last in (("2026-10-20", "2027-01-10"), ("2026-11-01", "2026-11-30"), ("2026-11-28", "2027-01-03"))
    for patch in ("", "north")
    for where in (
        (),
        (("trade", "plumber"),),
        (("contractor", ""),),
        (("window", "AM"),),
        (("priority", "hazard"),),
        (("operative_id", an_id(10**9 + 3)),),
        (("trade", "plumber"), ("window", "AM")),
    )
)


async def test_weeks_and_months_answer_exactly_whatever_changes(tmp_path: Path) -> None:
    """Blocks are made in turn; before, between and after it, and after their facts moved, came or went, sums agree."""
    memory, sqlite = MemoryStore(), await SqliteStore.open(tmp_path / "store.sqlite3")
    random = Random("blocks")
    facts = invent_facts(5, 420, 84, first=date(2026, 10, 20))
    try:
        for place, today in enumerate(("2026-11-01", "2026-12-18", "2026-12-31", LATER, LATER)):
            coming = facts[place * 105 : place * 105 + 105]
            coming += [_moved(random, fact) for fact in random.sample(facts[: place * 105 + 1], min(place * 20, 60))]
            for store in (memory, sqlite):
                await _save(store, Changes(wastage={fact.appointment_id: fact for fact in coming}))
            await _agree(memory, sqlite)
            while due := await sqlite.wastage_due(today, 2):
                for each in due:
                    rows = await sqlite.wastage_block(each)
                    for piece in pieces_of(each, BLOCK_VERSION, rows, 300):
                        await _save(sqlite, Changes(wastage_blocks=[piece]))
                await _agree(memory, sqlite)
        with sqlite3.connect(tmp_path / "store.sqlite3") as held:
            made = {block for (block,) in held.execute("SELECT block FROM wastage_made")}
            assert {"2026-10-01/2026-10-31", "2026-11-01/2026-11-30", "2026-12-01/2026-12-31"} < made
            assert held.execute("SELECT count(*) FROM wastage_before").fetchone()[0] > 20
        held.close()
    finally:
        await sqlite.close()


def _moved(random: Random, fact: Fact) -> Fact:
    day = date(2026, 10, 20) + timedelta(days=random.randrange(84))
    return msgspec.structs.replace(
        fact,
        day=random.choice((fact.day, day.isoformat())),
        trade=random.choice((fact.trade, "plumber")),
        patch=random.choice((fact.patch, "north")),
        recorded_as=random.choice((fact.recorded_as, "completed")),
    )


async def _agree(memory: MemoryStore, sqlite: SqliteStore) -> None:
    for span in BLOCKED:
        for dimension, part in (("total", "month"), ("window", "weekday"), ("window", ""), ("operative", "patch")):
            asked = Sums(span, dimension, part)
            assert await sqlite.wastage_sums(asked) == await memory.wastage_sums(asked), asked


async def test_a_block_that_is_too_old_is_not_kept(tmp_path: Path) -> None:
    """Facts that change between a block's summing and its keeping win: it is due again, and nothing of it is read."""
    memory, sqlite = MemoryStore(), await SqliteStore.open(tmp_path / "store.sqlite3")
    facts = invent_facts(5, 60)
    try:
        for store in (memory, sqlite):
            await _save(store, Changes(wastage={fact.appointment_id: fact for fact in facts}))
        due = await sqlite.wastage_due(LATER, 1)
        pieces = pieces_of(due[0], BLOCK_VERSION, await sqlite.wastage_block(due[0]), 200)
        await _save(sqlite, Changes(wastage_blocks=pieces[:2]))
        for store in (memory, sqlite):
            await _save(store, Changes(wastage={facts[0].appointment_id: _moved(Random(1), facts[0])}))
        await _save(sqlite, Changes(wastage_blocks=pieces[2:]))
        assert [each.block for each in await sqlite.wastage_due(LATER, 1)] == [due[0].block]
        await _agree(memory, sqlite)
    finally:
        await sqlite.close()


async def test_altered_orders_are_found(tmp_path: Path) -> None:
    """What is kept of orders beside the facts is checked with the store: nothing in it stands by itself."""
    sqlite = await SqliteStore.open(tmp_path / "store.sqlite3")
    try:
        await _save(sqlite, Changes(wastage={fact.appointment_id: fact for fact in invent_facts(7, 250)}))
        assert await sqlite.faults() == []
        with sqlite3.connect(tmp_path / "store.sqlite3") as held:
            held.execute("UPDATE wastage_recovered SET came_to=2 WHERE came_to=0")
            held.execute(
                "DELETE FROM wastage_again WHERE appointment_id=(SELECT max(appointment_id) FROM wastage_again)"
            )
        held.close()
        assert len(await sqlite.faults()) == 2
    finally:
        await sqlite.close()


def test_nothing_is_asked_by_a_name_that_is_not_ours() -> None:
    """Names stand in statements: only those that the code itself wrote are let in."""
    with pytest.raises(ValueError, match="narrowed"):
        Span("2026-01-01", "2026-12-31", "", (("1=1 OR trade", "x"),))
    with pytest.raises(ValueError, match="summed"):
        Sums(WHOLE, "window--")
    with pytest.raises(ValueError, match="counted"):
        Behind(WHOLE, "missed OR 1")
    with pytest.raises(ValueError, match="lengths"):
        Lengths(WHOLE, "starts_at")


async def test_behind_what_is_no_counter(both: tuple[MemoryStore, SqliteStore]) -> None:
    """What became of orders, homes, cases, and several groups together: as many as are counted, in each store."""
    memory, sqlite = both
    asked = [Behind(WHOLE, "missed", only=only, limit=999) for only in ONLY if only != "hazard"]
    asked += [Behind(WHOLE, "missed", "trade", "plumber", only=only, limit=999) for only in ("rebooked", "never")]
    asked += [Behind(span, "population", only="first_of_order", limit=999) for span in SPANS]
    asked += [Behind(WHOLE, "population", only="hazard", order="WO-3", limit=999)]
    asked += [Behind(WHOLE, "missed", home="P-9", limit=999)]
    asked += [Behind(WHOLE, "population", "trade", among=("plumber", "joiner"), limit=999)]
    found = {}
    for each in asked:
        found[each] = await sqlite.wastage_behind(each)
        assert found[each] == await memory.wastage_behind(each), each
    [recovered] = await sqlite.wastage_recovery(Sums(WHOLE))
    counts = {each.only: len(found[each]) for each in asked[: len(ONLY) - 1]}
    assert counts["unknown_order"] == recovered.unknown
    assert counts["known_order"] == recovered.missed - recovered.unknown
    assert (counts["rebooked"], counts["completed"]) == (recovered.rebooked, recovered.completed)
    assert counts["never"] == counts["known_order"] - recovered.completed
    for span in SPANS:
        made = found[Behind(span, "population", only="first_of_order", limit=999)]
        assert len(made) == (await sqlite.wastage_orders(span, 0, 1)).made
    assert len(found[asked[-1]]) > 100
