"""What the server does by itself, and what every look at the board asks, is found by an index: no table is walked."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from doorstep.adapters.sqlite.connection import open_reader, open_writer
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.call_claims import open_claims
from doorstep.application.erase_bodies import erase_ended
from doorstep.application.intake.forgetting import forget_intake, sweep_uploads
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.forget_texts import forget_texts
from doorstep.application.resident.answer import disputes_to_answer
from doorstep.application.resident.cards import Card
from doorstep.application.resident.keeping import forget_times
from doorstep.application.rows import Person
from doorstep.application.webhooks.send_deliveries import forget_deliveries
from doorstep.domain.log_tiles import Growth
from tests.makers import Bench, an_office, closed

AUDITOR = Person("auditor", "auditor", "Auditor", "auditor", "", "")
SMALL = frozenset({"failed_numbers"})
"""What may be walked: a planner sees to each row."""


@dataclass
class Watched:
    """An office over a store on disk, and every statement that was read with."""

    bench: Bench
    file: Path
    statements: list[str]

    def walked(self) -> set[str]:
        """The tables that a statement walks from end to end."""
        with closing(sqlite3.connect(self.file)) as connection:
            plans = [
                step[3]
                for statement in self.statements
                if statement.startswith("SELECT")
                for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
            ]
        return {found[1] for plan in plans if (found := re.match(r"SCAN (\w+)\b(?! VIRTUAL)", plan))} - {"CONSTANT"}


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """Whoever reads is overheard."""
    file, statements = tmp_path / "store.sqlite3", list[str]()
    writer, reader, moment = await open_writer(file), await open_reader(file), await open_reader(file)
    await reader.set_trace_callback(statements.append)
    store = SqliteStore(writer, reader, moment, Growth())
    bench = await an_office(tmp_path, store)
    statements.clear()
    yield Watched(bench, file, statements)
    await closed(bench)
    await store.close()


async def _sweep(bench: Bench) -> None:
    assert bench.office.intake
    await sweep_uploads(bench.office, bench.office.intake)


ASKED: dict[str, Callable[[Bench], Awaitable[object]]] = {
    "erase_ended": lambda bench: erase_ended(bench.office),
    "forget_intake": lambda bench: forget_intake(bench.office, 30),
    "sweep_uploads": _sweep,
    "forget_texts": lambda bench: forget_texts(bench.office, 30),
    "forget_times": lambda bench: forget_times(bench.office, 30),
    "disputes_to_answer": lambda bench: disputes_to_answer(bench.office, AUDITOR),
    "answered": lambda bench: disputes_to_answer(bench.office, AUDITOR, is_answered=True),
    "a card": lambda bench: bench.office.store.records(Card, Wanted((Where("card_key", "=", "k"),), limit=2)),
    "forget_deliveries": lambda bench: forget_deliveries(bench.office),
    "open_claims": lambda bench: open_claims(bench.office.store, bench.clock.ms),
}


@pytest.mark.parametrize("name", ASKED)
async def test_nothing_is_walked(watched: Watched, name: str) -> None:
    """However much there is to forget, or was called about, a round reads what it is after."""
    await ASKED[name](watched.bench)
    assert watched.statements
    assert watched.walked() <= SMALL


async def test_a_walk_is_noticed(watched: Watched) -> None:
    """Every card, whatever its key: this is what the test above looks for."""
    await watched.bench.office.store.records(Card)
    assert watched.walked() == {"cards"}
