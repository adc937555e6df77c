"""One contract for every store: what a unit saves, reads give back, and nothing that is kept can be altered."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.connection import Connection, open_reader, open_writer
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.decide_visit import decide_visit
from doorstep.application.lists import AppointmentFilter, VisitFilter, cursor
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import VisitRow
from doorstep.application.sign_in import sign_out
from doorstep.application.store import Store
from doorstep.application.world import Needs, World
from doorstep.domain.log_tiles import Growth
from tests.chains import PICTURE
from tests.makers import DAY, Bench, a_person, a_session, a_visit, an_alert, an_id, an_office, closed, send, upload


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Every store that there is."""
    held = MemoryStore() if request.param == "memory" else await SqliteStore.open(tmp_path / "store.sqlite3")
    yield held
    await held.close()


@pytest.fixture
async def bench(store: Store, tmp_path: Path) -> AsyncIterator[Bench]:
    """An office over that store."""
    made = await an_office(tmp_path, store)
    yield made
    await closed(made)


async def test_a_visit_goes_all_the_way(bench: Bench) -> None:
    """From the door to a supervisor's decision, with the same answers from every store."""
    operative, planner = await a_person(bench, 1, "operative"), await a_person(bench, 2, "planner")
    supervisor = await a_person(bench, 3, "supervisor", "north")
    session = await a_session(bench, operative, 11)
    chain = await a_visit(bench, session)
    call = await begin_planner_call(bench.office, planner, chain.appointment_id, operative.person_id)
    chain.whole(call.code)
    accepted = await send(bench, session, chain.bodies)
    assert (accepted.ack, accepted.refused) == (10, [])
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert (row.standing, row.outcome, row.awaiting) == (
        "pending_corroboration",
        "no_access_carded",
        '["photo","planner_call"]',
    )
    await upload(bench)
    logged = await log_planner_call(bench.office, planner, call.call_id, "nobody came", "leave_card", None)
    assert (logged.visit_id, logged.n) == (chain.visit_id, 6)
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert row.standing == "recorded"
    settled = await decide_visit(bench.office, supervisor, chain.visit_id, "upheld", "All there.", None)
    assert settled.standing == "upheld"
    feed = await bench.office.store.feed(operative.person_id, 0, 100)
    kinds = [item.kind for item in feed]
    assert kinds.count("standing_changed") == 4
    assert kinds[0] == "appointment_changed"
    assert "planner_call_logged" in kinds


async def test_lists_filter_and_page(bench: Bench) -> None:
    """A list gives what was asked for, newest first, and its cursor continues where it stopped."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    for number in (1, 2, 3):
        chain = await a_visit(bench, session, number, f"A-{number}")
        chain.start()
        await send(bench, session, chain.bodies, number)
    store = bench.office.store
    first = await store.visit_rows(VisitFilter(limit=2))
    last = await store.visit_rows(VisitFilter(after=f"{first[-1].day}/{first[-1].visit_id}"))
    assert [len(first), len(last)] == [2, 1]
    assert len(await store.visit_rows(VisitFilter(standing="in_progress", words="sample street"))) == 3
    assert await store.visit_rows(VisitFilter(standing="recorded")) == []
    assert await store.visit_rows(VisitFilter(patch="south")) == []
    assert len(await store.appointment_rows(AppointmentFilter(day=DAY, words="wo-a-2"))) == 1
    assert len(await store.operative_visits(session.person.person_id, DAY)) == 3


async def test_a_list_in_every_order_and_its_figures(bench: Bench) -> None:
    """Several standings at once, what makes a visit worth a look, each order page by page, and counts that agree."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    seq = 1
    homes = ("9 Bramble Row", "4 Alder Close", "7 Cedar Way", "4 Alder Close")
    for number, home in enumerate(homes, start=1):
        more: dict[str, Any] = {"alerts": (an_alert("20-10"),)} if number == 1 else {}
        more |= {"priority": "emergency"} if number == 2 else {}
        chain = await a_visit(bench, session, number, f"A-{number}", address=(home, "ZZ1 2AB"), **more)
        if number == 3:
            chain.start()
            chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
            chain.state("clause_waived", 20_000, clause="called", reason="no_number_held")
        elif number == 4:
            chain.whole()
        else:
            chain.start()
        await send(bench, session, chain.bodies, seq)
        seq += len(chain.bodies)
    store = bench.office.store

    async def found(**wanted: Any) -> list[int]:
        rows = await store.visit_rows(VisitFilter(**wanted))
        return [int(row.visit_id[-1]) for row in rows]

    orders = {"newest": [4, 3, 2, 1], "oldest": [1, 2, 3, 4]}
    for order, expected in orders.items():
        paged: list[int] = []
        after = ""
        while rows := await store.visit_rows(VisitFilter(order=cast("Any", order), after=after, limit=2)):
            paged += [int(row.visit_id[-1]) for row in rows]
            after = cursor(cast("Any", order), rows[-1])
        assert paged == expected, order
    assert await found(standing=("in_progress", "pending_corroboration"), order="oldest") == [1, 2, 3, 4]
    assert await found(standing=("pending_corroboration", "recorded")) == [4]
    assert [await found(had_alert=True), await found(had_waiver=True), await found(was_pressing=True)] == [
        [1],
        [3],
        [2],
    ]
    assert await found(words="zz12ab alder") == [4, 2]
    assert await found(words="ZZ1 2ab bramble") == [1]
    [missed] = await store.visit_rows(VisitFilter(standing="pending_corroboration"))
    grade = missed.grade
    assert await found(grades=(grade,), standing="pending_corroboration") == [4]
    assert await found(grades=("no such grade",)) == []
    assert [msgspec.structs.astuple(count) for count in await store.visit_counts(VisitFilter(standing="upheld"))] == [
        ("in_progress", 3, 1, 1, 1, ""),
        ("pending_corroboration", 1, 0, 0, 0, grade),
    ]
    counted = await store.visit_counts(VisitFilter(words="alder", was_pressing=True, first_day=DAY, last_day=DAY))
    assert [msgspec.structs.astuple(count) for count in counted] == [("in_progress", 1, 0, 0, 1, "")]
    assert await store.visit_counts(VisitFilter(patch="south")) == []
    row = await store.visit_row(an_id(0xF001))
    assert row is not None
    assert (row.address, row.work_order_ref, row.priority) == ("9 Bramble Row, ZZ1 2AB", "WO-A-1", "routine")


async def test_what_there_is_most_reason_to_look_at_comes_first(bench: Bench) -> None:
    """By weakness, the oldest first among equals, page by page; of the grades that are wanted."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session, 1, "A-1")
    chain.start()
    await send(bench, session, chain.bodies)
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    held = [("proven", 0), ("unsupported", 1), ("contradicted", 3), ("unsupported", 2), ("contradicted", 3)]
    rows = [
        msgspec.structs.replace(
            row, visit_id=an_id(0xF001 + n), day=f"2026-11-{20 - n}", grade=grade, weakness=weakness
        )
        for n, (grade, weakness) in enumerate(held)
    ]
    await bench.office.writer.submit(_Put(rows))

    async def paged(limit: int, **wanted: Any) -> list[int]:
        found: list[int] = []
        after = ""
        while rows := await bench.office.store.visit_rows(
            VisitFilter(order="weakest", after=after, limit=limit, **wanted)
        ):
            found += [int(row.visit_id[-1]) for row in rows]
            after = cursor("weakest", rows[-1])
        return found

    assert [await paged(limit) for limit in (1, 2, 9)] == [[5, 3, 4, 2, 1]] * 3
    assert await paged(1, grades=("unsupported", "proven")) == [4, 2, 1]
    counts = await bench.office.store.visit_counts(VisitFilter(grades=("proven",)))
    assert [(count.grade, count.visits) for count in counts] == [("contradicted", 2), ("proven", 1), ("unsupported", 2)]
    assert len(await bench.office.store.visit_rows(VisitFilter(order="weakest", after="9x.2026/nothing"))) == 1


class _Put:
    """Rows of the list as they are given, whatever the log says."""

    def __init__(self, rows: Sequence[VisitRow]) -> None:
        self.rows = rows

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.visits |= {row.visit_id: row for row in self.rows}


def _of_the_first_version() -> set[str]:
    """The names of all that the first version's file held."""
    with closing(sqlite3.connect(":memory:")) as first:
        first.executescript((resources.files("doorstep.adapters.sqlite") / "001.sql").read_text())
        return {name for (name,) in first.execute("SELECT name FROM sqlite_master")}


async def test_an_older_file_is_filled_anew(tmp_path: Path) -> None:
    """A list that a newer version widened is due to be made from the log, and is as it was once that is done."""
    file = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(file)
    bench = await an_office(tmp_path, store)
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    chain.whole()
    await send(bench, session, chain.bodies)
    before = await store.visit_row(chain.visit_id)
    assert not await store.is_rebuild_due()
    await closed(bench)
    await store.close()
    old = sqlite3.connect(file)
    for kind, name in old.execute("SELECT type,name FROM sqlite_master ORDER BY type='table'").fetchall():
        if name not in _of_the_first_version() and not name.startswith("sqlite_"):
            old.execute(f"DROP {kind} IF EXISTS {name}")
    old.executescript(
        "DROP TABLE visits; CREATE TABLE visits(visit_id); "
        "ALTER TABLE people DROP COLUMN phone; ALTER TABLE log DROP COLUMN sig; PRAGMA user_version=1"
    )
    old.close()
    store = await SqliteStore.open(file)
    assert await store.is_rebuild_due()
    assert await rebuild(store, bench.office.rules.policies) == 1
    assert not await store.is_rebuild_due()
    assert await store.visit_row(chain.visit_id) == before
    await store.close()


async def test_a_board_needs_few_reads(bench: Bench) -> None:
    """Several dossiers at once, when phones were last heard, and who was at a home before, on one patch or on any."""
    store, clock = bench.office.store, bench.clock
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    first = await a_visit(bench, session, 1, "A-1")
    second = await a_visit(bench, session, 2, "A-2", property_ref="P-2")
    third = await a_visit(bench, session, 3, "A-3", patch="south")
    for chain in (first, second, third):
        chain.start()
    await send(bench, session, [*first.bodies, *second.bodies, *third.bodies])
    clock.ms += 90_000
    await send(bench, session, [], 4)
    ids = [first.appointment_id, second.appointment_id]
    held = await store.dossiers([*ids, "nothing"])
    assert {appointment_id: list(dossier.visits) for appointment_id, dossier in held.items()} == {
        ids[0]: [first.visit_id],
        ids[1]: [second.visit_id],
    }
    assert await store.heard_at([an_id(11), an_id(12)]) == {an_id(11): clock.ms}
    assert [row.visit_id for row in await store.home_visits("P-1", "", 9)] == [third.visit_id, first.visit_id]
    assert [row.visit_id for row in await store.home_visits("P-1", "north", 9)] == [first.visit_id]
    assert len(await store.home_visits("P-1", "", 1)) == 1
    rows = await store.appointment_rows(AppointmentFilter(words="sample OPERATIVE", patch="south"))
    assert [row.appointment_id for row in rows] == [third.appointment_id]


async def test_sessions_end(bench: Bench) -> None:
    """A session is live until it expires, is signed out, or its person leaves."""
    store = bench.office.store
    person = await a_person(bench, 1, "planner")
    session = await a_session(bench, person)
    assert await store.session(session.token_hash, bench.clock.ms) == session
    assert await store.session(session.token_hash, session.expires_at) is None
    assert not await store.has_held(person.person_id, an_id(11))
    await a_session(bench, person, 11)
    assert await store.has_held(person.person_id, an_id(11))
    assert not await store.has_held(person.person_id, an_id(12))
    from doorstep.application.keep_people import person_left

    await person_left(bench.office, person.username)
    assert await store.session(session.token_hash, bench.clock.ms) is None


async def test_a_photo_is_taken_from_its_operative_and_from_its_phone(bench: Bench) -> None:
    """A new installation of the same operative may send it, and so may whoever shares the phone; nobody else."""
    operative, colleague = await a_person(bench, 1, "operative"), await a_person(bench, 2, "operative")
    session = await a_session(bench, operative, 11)
    chain = await a_visit(bench, session)
    chain.whole()
    await send(bench, session, chain.bodies)
    photo, store = hashlib.sha256(PICTURE).hexdigest(), bench.office.store
    assert await store.photo_size(photo, an_id(11), operative.person_id) == len(PICTURE)
    assert await store.photo_size(photo, an_id(12), operative.person_id) == len(PICTURE)
    assert await store.photo_size(photo, an_id(11), colleague.person_id) == len(PICTURE)
    assert await store.photo_size(photo, an_id(12), colleague.person_id) is None
    assert await store.photo_size("0" * 64, an_id(11), operative.person_id) is None


class LateReader:
    """A connection whose answers of sessions come late: read at once, and given once the gate is open."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.gate, self.has_read = connection, asyncio.Event(), asyncio.Event()

    async def execute_fetchall(self, sql: str, values: Any) -> Any:
        """Read now, answer later."""
        found = await self.connection.execute_fetchall(sql, values)
        if "FROM sessions" in sql:
            self.has_read.set()
            await self.gate.wait()
        return found

    async def close(self) -> None:
        """Close the connection."""
        await self.connection.close()


async def test_a_session_that_is_read_while_it_ends_is_not_remembered(tmp_path: Path) -> None:
    """Whoever asks at the very moment of signing out may still get an answer; whoever asks next does not."""
    file = tmp_path / "store.sqlite3"
    writer = await open_writer(file)
    late = LateReader(await open_reader(file))
    store = SqliteStore(writer, cast("Connection", late), await open_reader(file), Growth())
    bench = await an_office(tmp_path, store)
    session = await a_session(bench, await a_person(bench, 1, "planner"))
    reading = asyncio.create_task(store.session(session.token_hash, bench.clock.ms))
    await late.has_read.wait()
    await sign_out(bench.office, session)
    late.gate.set()
    assert await reading == session
    assert await store.session(session.token_hash, bench.clock.ms) is None
    await closed(bench)
    await store.close()


async def test_a_file_that_is_no_store_leaves_nothing_running(tmp_path: Path) -> None:
    """Whoever opens it is told; a connection's thread that stayed would keep the command from ever ending."""
    file = tmp_path / "store.sqlite3"
    file.write_bytes(b"half a file, which is no database at all")
    before = set(threading.enumerate())
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        await SqliteStore.open(file)
    begun = set(threading.enumerate()) - before
    for thread in begun:
        await asyncio.to_thread(thread.join, 10)
    assert not any(thread.is_alive() for thread in begun)
