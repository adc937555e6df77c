"""The one writer: many works in one transaction, each whole or not at all, and none lost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.memory_unit import MemoryUnit
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.rows import Person
from doorstep.application.store import StoreFull
from doorstep.application.world import Needs, World
from doorstep.application.writer import MOST_WORKS_AT_ONCE, Refused, Writer, WriterStopped
from tests.makers import an_id


class CountedStore(MemoryStore):
    """Counts its transactions, and can be told to be full."""

    def __init__(self) -> None:
        super().__init__()
        self.units = 0
        self.is_full = False

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[MemoryUnit]:
        self.units += 1
        async with super().unit() as unit:
            await asyncio.sleep(0)
            yield unit
            if self.is_full:
                raise StoreFull("full")


class Keep:
    """Keeps a person; gives how many people there were in this world before."""

    def __init__(self, number: int, do: Callable[[World], Any] | None = None) -> None:
        self.number, self.do = number, do

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> int:
        before = len(world.changes.people)
        if self.do:
            self.do(world)
        name = f"p{self.number}"
        world.changes.people[an_id(self.number)] = Person(an_id(self.number), name, name, "admin", "", "x")
        return before


def refuse(_: World) -> None:
    raise Refused("no", "Not today.", path="day")


def break_down(_: World) -> None:
    raise ZeroDivisionError


class Needy(Keep):
    """Breaks down before it even says what it needs."""

    def needs(self) -> Needs:
        raise ZeroDivisionError


@pytest.fixture
async def store() -> CountedStore:
    return CountedStore()


@pytest.fixture
async def writer(store: CountedStore) -> AsyncIterator[Writer]:
    made = Writer(store)
    made.start()
    yield made
    await made.stop()


async def submit_all(writer: Writer, *works: Keep) -> list[Any]:
    return await asyncio.gather(*(writer.submit(work) for work in works), return_exceptions=True)


async def test_what_waits_shares_a_transaction(store: CountedStore, writer: Writer) -> None:
    """One fsync for all that wait, in the order in which they were submitted; a later work sees an earlier one's."""
    assert await submit_all(writer, *(Keep(number) for number in range(10))) == list(range(10))
    assert (store.units, len(store.persons)) == (1, 10)


async def test_a_batch_has_an_end(store: CountedStore, writer: Writer) -> None:
    """However many wait, nobody waits for all of them."""
    await submit_all(writer, *(Keep(number) for number in range(MOST_WORKS_AT_ONCE + 1)))
    assert (store.units, len(store.persons)) == (2, MOST_WORKS_AT_ONCE + 1)


async def test_a_refused_work_changes_nothing(store: CountedStore, writer: Writer) -> None:
    """The works beside it are kept, in one transaction all the same."""
    first, refused, last = await submit_all(writer, Keep(1), Keep(2, refuse), Keep(3))
    assert (first, last, store.units, len(store.persons)) == (0, 1, 1, 2)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.detail, refused.more) == ("no", "Not today.", {"path": "day"})


@pytest.mark.parametrize("poison", [Keep(2, break_down), Needy(2)])
async def test_a_poisonous_work_harms_only_itself(store: CountedStore, writer: Writer, poison: Keep) -> None:
    """A work that breaks down unexpectedly gets its own failure; the others are done again without it."""
    first, broken, last = await submit_all(writer, Keep(1), poison, Keep(3))
    assert (first, last) == (0, 0)
    assert isinstance(broken, ZeroDivisionError)
    assert (set(store.persons), store.units) == ({an_id(1), an_id(3)}, 4 if poison.do else 2)
    assert await writer.submit(Keep(4)) == 0


async def test_a_full_store_is_told_to_everybody(store: CountedStore, writer: Writer) -> None:
    """No request hangs and nothing is kept; when there is room again, writing goes on."""
    store.is_full = True
    failures = await submit_all(writer, *(Keep(number) for number in range(5)))
    assert all(isinstance(failure, StoreFull) for failure in failures)
    assert store.persons == {}
    store.is_full = False
    assert await writer.submit(Keep(9)) == 0


async def test_a_cancelled_request_does_not_lose_the_work(store: CountedStore, writer: Writer) -> None:
    """Who hung up is not told, but what they sent is kept; nor is anybody else disturbed."""
    request = asyncio.create_task(writer.submit(Keep(1)))
    other = asyncio.create_task(writer.submit(Keep(2)))
    await asyncio.sleep(0)
    request.cancel()
    assert await other == 1
    assert request.cancelled() or await asyncio.gather(request, return_exceptions=True)
    assert set(store.persons) == {an_id(1), an_id(2)}


async def test_a_cancelled_request_that_fails(writer: Writer) -> None:
    """Its failure is nobody's any more, and harms nobody."""
    request = asyncio.create_task(writer.submit(Keep(1, break_down)))
    await asyncio.sleep(0)
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    assert await writer.submit(Keep(2)) == 0


async def test_stopping_finishes_what_is_queued(store: CountedStore) -> None:
    """What was submitted before is durable and answered; what comes after is told to come again."""
    writer = Writer(store)
    writer.start()
    waiting = [asyncio.create_task(writer.submit(Keep(number))) for number in range(MOST_WORKS_AT_ONCE * 2)]
    await asyncio.sleep(0)
    stopping = asyncio.create_task(writer.stop())
    await asyncio.sleep(0)
    with pytest.raises(WriterStopped):
        await writer.submit(Keep(999))
    await stopping
    assert len(await asyncio.gather(*waiting)) == len(store.persons) == MOST_WORKS_AT_ONCE * 2


async def test_stopping_an_idle_writer(store: CountedStore) -> None:
    """With nothing queued, or never started, it stops at once."""
    await Writer(store).stop()
    writer = Writer(store)
    writer.start()
    await writer.stop()
    assert store.units == 0


async def test_sqlite_keeps_a_batch_whole(tmp_path: Path) -> None:
    """Over SQLite a failed batch leaves no transaction open, and its good works are kept."""
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    writer = Writer(store)
    writer.start()
    same_name = Keep(1, lambda world: world.changes.people.__setitem__("x", Person("x", "p1", "", "nobody", "", "")))
    results = await submit_all(writer, Keep(1), same_name, Keep(2))
    assert [type(result) for result in results] == [int, sqlite3.IntegrityError, int]
    assert [person.username for person in await store.people()] == ["p1", "p2"]
    await writer.stop()
    await store.close()


async def test_a_cancelled_unit_leaves_nothing_open(tmp_path: Path) -> None:
    """Whenever it is cancelled, a unit or a read ends its transaction: the next one can begin."""
    store = await SqliteStore.open(tmp_path / "store.sqlite3")

    async def write() -> None:
        async with store.unit() as unit:
            await unit.load(Needs(appointments={"A-1"}))

    for steps in range(8):
        for work in (write(), store.dossier("A-1"), store.day(an_id(1), "2026-11-23")):
            task: asyncio.Task[Any] = asyncio.create_task(work)
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    await write()
    assert await store.dossier("A-1") is None
    await store.close()
