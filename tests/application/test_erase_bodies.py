"""What ended long ago loses its words, and nothing else: the log, its tree, the audit and a rebuild hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from doorstep.adapters.log_key import verifier
from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.leftovers import empty_journal
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.audit import Audited, faults
from doorstep.application.audit_checkpoints import checkpoint_faults
from doorstep.application.checkpoints import make_checkpoint
from doorstep.application.composing import ALERT, HomeFact
from doorstep.application.erase_bodies import MOST_AT_ONCE, erase_ended
from doorstep.application.fact_rows import FactChange
from doorstep.application.home_facts import change_fact, end_fact, record_fact
from doorstep.application.import_appointments import import_bookings
from doorstep.application.office import state
from doorstep.application.pack.assemble import PackMaker
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Entry, Person
from doorstep.application.world import Needs, World
from doorstep.domain.office_events import BodiesErased, read_office_event
from doorstep.main import open_office
from doorstep.rounds import rounds_of
from doorstep.settings import read_settings
from tests.facts import HOME, a_booking_on, a_day, a_request_of, an_alert_of, said
from tests.makers import Bench, a_person, a_session, a_visit, an_id, an_office, closed, send
from tests.pack.making import a_page, lived, unzipped
from tests.pack.true_packs import checked

DAYS = 24 * 3_600_000
SECRET = "Xylophonist with a zeppelin"


async def a_home(bench: Bench) -> Person:
    """A home with an appointment long ago, and the planner of its patch."""
    await a_person(bench, 1, "operative")
    await import_bookings(bench.office, "system", [a_booking_on(a_day(-1), an_id(1), "old")])
    return await a_person(bench, 2, "planner")


async def entries_of(bench: Bench) -> list[Entry]:
    return list(await bench.office.store.entries(0, 9_999))


async def audited(bench: Bench) -> list[str]:
    return [fault async for fault in faults(bench.office, Audited())]


async def test_words_go_so_many_days_after_the_end(any_bench: Bench) -> None:
    """Not a day before; every change of what ended, and nothing of what still stands or ended lately."""
    planner = await a_home(any_bench)
    over = await an_alert_of(any_bench, planner, text=SECRET, ends_on=a_day(3))
    await change_fact(any_bench.office, planner, HOME, over.fact_id, said(text=SECRET, ends_on=a_day(2)))
    standing = await an_alert_of(any_bench, planner, text="Still so")
    by_word = await a_request_of(any_bench, planner, text="Use the back door")
    any_bench.clock.ms += 5 * DAYS
    await end_fact(any_bench.office, planner, HOME, by_word.fact_id, "Gate is mended")
    any_bench.clock.ms += 87 * DAYS
    assert await erase_ended(any_bench.office) == 0
    before = await entries_of(any_bench)
    any_bench.clock.ms += 1 * DAYS
    assert await erase_ended(any_bench.office) == 2
    after = await entries_of(any_bench)
    gone = [entry.position for entry in after if not entry.body]
    assert [before[position - 1].kind for position in gone] == ["alert_recorded", "alert_recorded"]
    assert not any(SECRET.encode() in entry.body for entry in after)
    erasure = read_office_event(after[-1].body)
    assert isinstance(erasure, BodiesErased)
    assert (erasure.positions, erasure.reason) == (gone, "ended more than 90 days ago")
    held = await any_bench.office.store.records(HomeFact)
    assert {fact.fact_id for fact in held} == {standing.fact_id, by_word.fact_id}
    assert not any(change.fact_id == over.fact_id for change in await any_bench.office.store.records(FactChange))
    any_bench.clock.ms += 5 * DAYS
    assert await erase_ended(any_bench.office) == 2
    assert [fact.fact_id for fact in await any_bench.office.store.records(HomeFact)] == [standing.fact_id]


async def test_the_log_holds_after_an_erasure(any_bench: Bench) -> None:
    """Place, hash, author, time and seal of each entry stay; the tree grows; the audit and a rebuild find it sound."""
    planner = await a_home(any_bench)
    await an_alert_of(any_bench, planner, text=SECRET, ends_on=a_day(0))
    before = await entries_of(any_bench)
    head = any_bench.office.store.tree_head()
    any_bench.clock.ms += 91 * DAYS
    await erase_ended(any_bench.office)
    after = await entries_of(any_bench)
    assert [(e.sha256, e.seal, e.actor_id, e.received_at) for e in after[: len(before)]] == [
        (e.sha256, e.seal, e.actor_id, e.received_at) for e in before
    ]
    assert await any_bench.office.store.root_at(head.size) == head.root
    assert await audited(any_bench) == []
    grown = any_bench.office.store.tree_head()
    await rebuild(any_bench.office.store, any_bench.office.rules.policies)
    assert any_bench.office.store.tree_head() == grown
    assert await audited(any_bench) == []
    assert await any_bench.office.store.records(HomeFact) == []


async def test_more_than_one_transaction_takes_all(any_bench: Bench) -> None:
    """Phones write between them; nothing is left behind."""
    planner = await a_home(any_bench)
    for number in range(MOST_AT_ONCE + 1):
        await an_alert_of(any_bench, planner, text=f"Note {number}", ends_on=a_day(0))
    any_bench.clock.ms += 91 * DAYS
    assert await erase_ended(any_bench.office) == MOST_AT_ONCE + 1
    kinds = [entry.kind for entry in await entries_of(any_bench)]
    assert kinds.count("bodies_erased") == 2
    assert await erase_ended(any_bench.office) == 0


async def test_a_visits_snapshot_keeps_what_it_was_made_by(any_bench: Bench) -> None:
    """The alert in the snapshot is the visit's evidence: it outlives the register's own words."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 9)
    chain = await a_visit(any_bench, session)
    planner = await a_person(any_bench, 2, "planner")
    await an_alert_of(any_bench, planner, text=SECRET, ends_on=a_day(0))
    chain.start()
    await send(any_bench, session, chain.bodies)
    any_bench.clock.ms += 91 * DAYS
    await erase_ended(any_bench.office)
    dossier = await any_bench.office.store.dossier(chain.appointment_id)
    assert dossier is not None
    assert [alert["text"] for alert in dossier.versions[-1].snapshot["alerts"]] == [SECRET]


def files_with(folder: Path, words: str) -> list[str]:
    """The store's files that hold these words anywhere."""
    return [file.name for file in folder.glob("store.sqlite3*") if words.encode() in file.read_bytes()]


async def test_the_file_forgets_the_words(tmp_path: Path) -> None:
    """Not only the row goes: its bytes are not left in the file's free places."""
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    bench = await an_office(tmp_path, store)
    planner = await a_home(bench)
    held = await an_alert_of(bench, planner, text=SECRET, starts_on=a_day(9), ends_on=a_day(9))
    assert files_with(tmp_path, SECRET) != []
    await end_fact(bench.office, planner, HOME, held.fact_id, f"Never came: {SECRET}")
    bench.clock.ms += 91 * DAYS
    await erase_ended(bench.office)
    assert await empty_journal(tmp_path / "store.sqlite3")
    assert files_with(tmp_path, SECRET) == [], "while the server goes on, its journal beside the file too"
    await closed(bench)
    await store.close()
    assert files_with(tmp_path, SECRET) == []


async def test_the_journal_is_emptied_beside_other_work(tmp_path: Path) -> None:
    """While somebody reads from an older moment it stays, and nobody is kept waiting; nothing that was kept is lost."""
    path = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(path)
    bench = await an_office(tmp_path, store)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM log").fetchone()
        planner = await a_home(bench)
        assert not await empty_journal(path)
        other.execute("COMMIT")
    assert await empty_journal(path)
    assert await store.person(planner.person_id) == planner
    await closed(bench)
    await store.close()


class _Erased:
    """An erasure of whatever somebody wants to be rid of, past the use case."""

    def __init__(self, bench: Bench, positions: list[int]) -> None:
        self.bench, self.positions = bench, positions

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        _, body = state(BodiesErased, "system", self.bench.clock.ms, positions=self.positions, reason="because")
        entry = world.append("bodies_erased", body, self.bench.clock.ms, actor_id="system")
        world.changes.erased |= dict.fromkeys(self.positions, entry.position)


async def test_evidence_is_never_erased_in_silence(any_bench: Bench) -> None:
    """Whoever erases an event of a phone, with an entry that says so, is named by the audit."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 9)
    chain = await a_visit(any_bench, session)
    chain.until_planner()
    await send(any_bench, session, chain.bodies)
    knock = next(entry for entry in await entries_of(any_bench) if entry.kind == "door_knocked")
    await any_bench.office.writer.submit(_Erased(any_bench, [knock.position]))
    found = await audited(any_bench)
    assert any(f"Log entry {knock.position} (door_knocked" in fault for fault in found), found
    assert any(f"the words of log entry {knock.position} were erased, which nobody may erase" in f for f in found), (
        found
    )


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (
            (
                "INSERT INTO erasures SELECT position,position FROM log WHERE kind='alert_recorded'",
                "DELETE FROM bodies WHERE position IN(SELECT position FROM log WHERE kind='alert_recorded')",
            ),
            "its body is missing, and no entry of the log says that it was erased",
        ),
        (("DELETE FROM home_facts",), "Alert or request"),
        (("UPDATE home_facts SET text='Another'",), "(text)"),
        (("UPDATE home_fact_changes SET reason='Another'",), "(reason)"),
        (("INSERT INTO erasures SELECT position,position FROM log WHERE kind='alert_recorded'",), "down as erased"),
    ],
)
async def test_tampering_with_the_register_is_named(tmp_path: Path, statements: tuple[str, ...], named: str) -> None:
    """A body that went without a word, and a row that says something else than the log."""
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    bench = await an_office(tmp_path, store)
    await an_alert_of(bench, await a_home(bench), text=SECRET)
    assert await audited(bench) == []
    with sqlite3.connect(tmp_path / "store.sqlite3") as held:
        for statement in statements:
            assert held.execute(statement).rowcount > 0
    held.close()
    found = await audited(bench)
    assert any(named in fault for fault in found), found
    await closed(bench)
    await store.close()


async def test_words_that_were_put_back_are_named(any_bench: Bench) -> None:
    """An erasure that the log tells of, and a body that is there all the same."""
    planner = await a_home(any_bench)
    await an_alert_of(any_bench, planner, text=SECRET, ends_on=a_day(0))
    body = (await entries_of(any_bench))[-1].body
    any_bench.clock.ms += 91 * DAYS
    await erase_ended(any_bench.office)
    store = any_bench.office.store
    gone = next(entry for entry in await entries_of(any_bench) if not entry.body)
    if isinstance(store, MemoryStore):
        store.log[gone.position - 1] = replace(gone, body=body)
    else:
        await put_back(any_bench, gone.position, body)
    assert any("Somebody put them back" in fault for fault in await audited(any_bench))


async def put_back(bench: Bench, position: int, body: bytes) -> None:
    """Past the triggers, as whoever has the file can."""
    async with bench.office.store.unit() as unit:
        connection = unit._connection  # type: ignore[attr-defined]
        await connection.execute("DROP TRIGGER body_insert")
        await connection.execute("INSERT INTO bodies VALUES(?,?)", (position, body))


async def test_the_server_goes_this_round_by_itself(tmp_path: Path) -> None:
    """Daily, from the start on, with the landlord's own number of days."""
    settings = read_settings({"DOORSTEP_ERASE_AFTER_DAYS": "30"}, data=tmp_path / "data")
    async with open_office(settings) as running:
        rounds = {one.name: one for one in rounds_of(running.office, settings)}
        assert running.office.erase_after_days == 30
        assert rounds["erase_ended"].every_s == 24 * 3600
        assert await rounds["erase_ended"].act() == 0
        assert await rounds["empty_journal"].act() is True
        assert (tmp_path / "data" / "doorstep.sqlite3-wal").stat().st_size == 0


async def test_packs_and_checkpoints_hold_after_an_erasure(tmp_path: Path) -> None:
    """A checkpoint from before still fits the log, and a visit's pack made afterwards is sound from end to end."""
    bench = await an_office(tmp_path)
    await an_appointment_with_an_alert(bench)
    living = await lived(bench)
    office = bench.office
    await make_checkpoint(office)
    bench.clock.ms += 91 * DAYS
    assert await erase_ended(office) == 1
    assert [fault async for fault in checkpoint_faults(office.store, verifier)] == []
    assert await audited(bench) == []
    assert office.report is not None
    made = await PackMaker(office.report, a_page(tmp_path)).assemble(office, living.supervisor, living.visit_id)
    found = checked(unzipped(made.content))
    assert [fault.words for fault in found.faults] == []
    assert {step for step, mark in found.marks.items() if mark != "good"} == {"timestamp"}
    await closed(bench)


async def an_appointment_with_an_alert(bench: Bench) -> None:
    """At another home than the visit's, so that the visit is as it would be without."""
    await import_bookings(bench.office, "system", [a_booking_on(a_day(0), an_id(1), "other", property_ref="P-2")])
    planner = await a_person(bench, 2, "planner")
    await record_fact(bench.office, planner, ALERT, "P-2", said(text=SECRET, ends_on=a_day(0)))
