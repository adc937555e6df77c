"""One contract for the lists of visits: every store finds the same rows, page by page, and counts them alike."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path
from random import Random

import msgspec
import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.lists import Order, VisitFilter, cursor
from doorstep.application.rows import VisitRow
from doorstep.application.store import Store
from doorstep.application.world import Changes
from doorstep.domain.deciding import SECOND_LOOK
from tests.makers import an_id

STANDINGS = ("recorded", "refused", "pending_corroboration", "upheld", "ended")
FLAGS = (
    "[]",
    f'["{SECOND_LOOK}"]',
    '["dispute_open"]',
    '["photo_reused","dispute_answered"]',
    '["photo_resembles"]',
    '["photo_unreadable"]',
)
Both = tuple[MemoryStore, SqliteStore]


def _visit(random: Random, number: int) -> VisitRow:
    grade = random.choice(("", "strong", "weak", "contradicted"))
    return VisitRow(
        visit_id=an_id(number),
        appointment_id=an_id(number + 10_000),
        operative_id=random.choice(("anna", "ben")),
        patch=random.choice(("north", "south")),
        day=f"2026-11-{random.randrange(1, 9):02}",
        standing=random.choice((*STANDINGS, "recorded", "recorded")),
        outcome="no_access_carded",
        awaiting="[]",
        reasons="[]",
        otherwise="",
        flags=random.choice(FLAGS),
        started_at=None,
        arrived_at=None,
        closed_at=None,
        received_at=number,
        words=random.choice(("4 sample street wo-1", "7 mock lane wo-2")),
        address="",
        work_order_ref="",
        priority=random.choice(("routine", "routine", "emergency", "hazard_significant")),
        alert_count=random.choice((0, 0, 2)),
        waived_count=random.choice((0, 0, 1)),
        grade=grade,
        weakness=random.randrange(4),
        grades="[]",
        graded_by="",
        lot=random.randrange(10_000),
    )


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    """Both stores with the same visits, each of which has changed once or twice since it was first kept."""
    random = Random("visits")
    memory, sqlite = MemoryStore(), await SqliteStore.open(tmp_path / "store.sqlite3")
    for _ in range(3):
        rows = [_visit(random, number) for number in random.sample(range(1, 181), 120)]
        for store in (memory, sqlite):
            await _save(store, rows)
    yield memory, sqlite
    await sqlite.close()


async def _save(store: Store, rows: list[VisitRow]) -> None:
    async with store.unit() as unit:
        await unit.save(Changes(visits={row.visit_id: row for row in rows}))


FILTERS = [
    VisitFilter(standing=standing, patch=patch, first_day=first, last_day=last, lots=lots, not_looked_at=others, **also)
    for standing, patch, (first, last), (lots, others), also in product(
        ("", "ended", STANDINGS[:3]),
        ("", "south"),
        (("", ""), ("2026-11-03", ""), ("", "2026-11-05"), ("2026-11-03", "2026-11-05")),
        ((None, False), (2_500, False), (2_500, True), (1_234, False)),
        (
            {},
            {"had_alert": True},
            {"had_waiver": True, "was_pressing": True},
            {"wants_second_look": True},
            {"was_disputed": True},
            {"has_photo_alike": True},
            {"outcome": "completed"},
            {"operative_id": "anna", "grades": ("weak", "contradicted")},
            {"words": "mock wo-2"},
            {"words": "7"},
            {"words": 'sample "x'},
        ),
    )
]


async def test_lists_are_counted_alike(both: Both) -> None:
    """The figures beside the filters are those of the visits, whatever is asked for and however they were changed."""
    memory, sqlite = both
    for wanted in FILTERS:
        assert list(await sqlite.visit_counts(wanted)) == list(await memory.visit_counts(wanted)), wanted


@pytest.mark.parametrize("order", ["newest", "oldest", "weakest"])
async def test_lists_are_paged_alike(both: Both, order: Order) -> None:
    """Page after page of every list has the same visits, to its end, in either store."""
    memory, sqlite = both
    for wanted in FILTERS[::7]:
        after, found = "", 0
        while True:
            asked = msgspec.structs.replace(wanted, order=order, after=after, limit=17)
            page = list(await sqlite.visit_rows(asked))
            assert page == list(await memory.visit_rows(asked)), asked
            if not page:
                break
            found += len(page)
            after = cursor(asked.order, page[-1])
        standings = wanted.standings or STANDINGS
        counts = await memory.visit_counts(wanted)
        graded = [each for each in counts if not wanted.grades or each.grade in wanted.grades]
        assert found == sum(each.visits for each in graded if each.standing in standings)


async def test_an_altered_tally_is_found(both: Both, tmp_path: Path) -> None:
    """Figures that somebody changed beside the office, or a visit that was put away, show when the store is checked."""
    _, sqlite = both
    assert await sqlite.faults() == []
    with sqlite3.connect(tmp_path / "store.sqlite3") as held:
        held.execute("UPDATE visit_tallies SET visits=visits+1 WHERE day='*'")
    held.close()
    assert any("of every day" in fault for fault in await sqlite.faults())
    with sqlite3.connect(tmp_path / "store.sqlite3") as held:
        held.execute("DELETE FROM visits WHERE visit_id=(SELECT min(visit_id) FROM visits)")
    held.close()
    assert any("the tally of visits on 2026-11-0" in fault for fault in await sqlite.faults())


@pytest.mark.parametrize("order", ["newest", "oldest", "weakest"])
async def test_of_what_words_find_the_newest_are_listed_and_counted_alike(tmp_path: Path, order: Order) -> None:
    """No more than are wanted, of those that answer to everything else: the oldest where these come first."""
    random = Random("found")
    memory, sqlite = MemoryStore(), await SqliteStore.open(tmp_path / "store.sqlite3")
    rows = [
        msgspec.structs.replace(
            _visit(random, number),
            day=f"2026-{number % 12 + 1:02}-{number // 12 + 1:02}",
            words=f"{number} sample street",
        )
        for number in random.sample(range(240), 240)
    ]
    for store in (memory, sqlite):
        for part in (rows[:100], rows[100:], rows[50:150]):
            await _save(store, part)
    for also in (
        {},
        {"patch": "south"},
        {"words": "1 sample street"},
        {"words": "1"},
        {"among": STANDINGS[:2]},
        {"among": STANDINGS, "standing": STANDINGS[:1], "grades": ("weak",)},
        {"first_day": "2026-03-01", "last_day": "2026-10-31"},
    ):
        wanted = msgspec.structs.replace(VisitFilter(words="sample", order=order, most_found=20), **also)
        assert list(await sqlite.visit_rows(wanted)) == list(await memory.visit_rows(wanted)), also
        counts = list(await sqlite.visit_counts(wanted))
        assert counts == list(await memory.visit_counts(wanted)), also
        assert sum(count.visits for count in counts) == 20, also
    await sqlite.close()
