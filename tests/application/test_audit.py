"""The audit names what was altered, whoever altered it past the database's own guards."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.audit import Audited, faults
from doorstep.application.decide_visit import decide_visit
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.rows import AppointmentRow, VisitRow
from tests.makers import Bench, a_person, a_session, a_visit, an_id, an_office, closed, send, upload

TRIGGERS = ("log_update", "log_delete", "log_insert", "body_insert", "body_update", "body_delete")


@dataclass
class Kept:
    """An office with a visit upheld, one in progress and a stray, and its file."""

    bench: Bench
    file: Path

    def alter(self, *statements: str) -> None:
        """Change the file as somebody could who has it: past its triggers."""
        with sqlite3.connect(self.file) as held:
            for trigger in TRIGGERS:
                held.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            for statement in statements:
                assert held.execute(statement).rowcount != 0, statement
        held.close()

    async def forge(self, body: bytes, **columns: int) -> None:
        """Put another body into the newest entry, with a hash and a seal that fit it."""
        *_, before, last = await self.bench.office.store.entries(0, 9_999)
        forged = replace(last, body=body, sha256=hashlib.sha256(body).hexdigest(), **columns)
        setting = "".join(f"{name}={value}," for name, value in columns.items())
        self.alter(
            f"UPDATE bodies SET body=x'{body.hex()}' WHERE position={last.position}",
            f"UPDATE log SET {setting}sha256=x'{forged.sha256}',seal=x'{forged.sealed(before.seal)}' "
            f"WHERE position={last.position}",
        )

    async def audited(self) -> tuple[list[str], Audited]:
        audited = Audited()
        return [fault async for fault in faults(self.bench.office, audited)], audited

    async def first_fault(self) -> str:
        found, _ = await self.audited()
        return found[0]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that office, made once: each test alters a copy."""
    folder = tmp_path_factory.mktemp("built")
    asyncio.run(_build(folder))
    return folder


async def _build(folder: Path) -> None:
    store = await SqliteStore.open(folder / "store.sqlite3")
    bench = await an_office(folder, store)
    operative, planner = await a_person(bench, 1, "operative"), await a_person(bench, 2, "planner")
    supervisor = await a_person(bench, 3, "supervisor")
    session, again = await a_session(bench, operative, 11), await a_session(bench, operative, 12)
    chain, second = await a_visit(bench, session), await a_visit(bench, session, 2, "A-2")
    third = await a_visit(bench, session, 3, "A-3")
    call = await begin_planner_call(bench.office, planner, chain.appointment_id, operative.person_id)
    chain.whole(call.code)
    second.until_planner()
    third.until_planner()
    await send(bench, session, [*chain.bodies, "{}"])
    await send(bench, again, [chain.bodies[0], *second.bodies, *third.bodies[1:]])
    await upload(bench)
    await log_planner_call(bench.office, planner, call.call_id, "nobody came", "leave_card", None)
    await decide_visit(bench.office, supervisor, chain.visit_id, "upheld", "All there.", None)
    await closed(bench)
    await store.close()


@pytest.fixture
async def kept(built: Path, tmp_path: Path) -> AsyncIterator[Kept]:
    folder = tmp_path / "kept"
    shutil.copytree(built, folder)
    store = await SqliteStore.open(folder / "store.sqlite3")
    bench = await an_office(folder, store)
    yield Kept(bench, folder / "store.sqlite3")
    await closed(bench)
    await store.close()


async def test_a_sound_store(kept: Kept) -> None:
    """Nothing is wrong, and the report says what was walked."""
    found, audited = await kept.audited()
    assert found == []
    assert (audited.entries, audited.photos, audited.visits) == (33, 1, 3)


VISIT = an_id(0xF001)


def said(right: str, wrong: str) -> str:
    """SQL for a body with other words in it."""
    return f"CAST(replace(CAST(body AS TEXT),'{right}','{wrong}') AS BLOB)"


def as_another(table: str, key: str, name: str) -> str:
    """SQL for the first row of a table once more, under another name."""
    columns = {"visits": VisitRow, "appointments": AppointmentRow}[table].__struct_fields__
    named = ",".join(column for column in columns if column not in (key, "operative_ids"))
    return f"INSERT INTO {table}({key},{named}) SELECT '{name}',{named} FROM {table} LIMIT 1"


LAST = "(SELECT max(position) FROM log)"
A_BODY = "(SELECT position FROM log WHERE kind='arrived' ORDER BY position LIMIT 1)"
AN_APPOINTMENT = "(SELECT min(appointment_id) FROM appointments)"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (f"UPDATE bodies SET body={said('5000', '5001')} WHERE position={A_BODY}", "its body is not"),
        (
            f"UPDATE bodies SET body={said('nobody came', 'they came')} WHERE CAST(body AS TEXT) LIKE '%nobody came%'",
            "its body is not",
        ),
        (f"UPDATE log SET received_at=received_at-1 WHERE position={A_BODY}", "(arrived of visit"),
        (f"UPDATE log SET n=n+1 WHERE position={A_BODY}", "(arrived of visit"),
        (f"UPDATE log SET seq=seq+100 WHERE position={A_BODY}", "(arrived of visit"),
        (f"UPDATE log SET fault='wrong_actor' WHERE position={A_BODY}", "(arrived of visit"),
        ("UPDATE log SET fault=NULL WHERE fault='malformed'", "(malformed)"),
        (f"UPDATE log SET kind='door_knocked' WHERE position={A_BODY}", "(door_knocked of visit"),
        (f"UPDATE log SET visit_id='{an_id(9)}' WHERE position={A_BODY}", an_id(9)),
        (f"UPDATE log SET actor_id='{an_id(9)}' WHERE position={A_BODY}", "one of its fields"),
        (f"UPDATE log SET installation_id='{an_id(12)}',seq=900 WHERE position={A_BODY}", "installation"),
        ("UPDATE log SET appointment_id=NULL WHERE kind='decision_made'", "(decision_made of visit"),
        (f"UPDATE log SET seal=x'{'00' * 32}' WHERE position={LAST}", "one of its fields, or the seal"),
        (f"UPDATE log SET sha256=x'{'00' * 32}' WHERE position={LAST}", "its body is not"),
        ("UPDATE installations SET ack_seq=ack_seq+1", "was acknowledged up to event"),
        (f"DELETE FROM installations WHERE installation_id='{an_id(12)}'", "no acknowledgement"),
        (f"DELETE FROM bodies WHERE position={A_BODY}", "do not stand together"),
        ("UPDATE visits SET standing='recorded' WHERE standing='upheld'", "(standing)"),
        ("UPDATE visits SET received_at=0", "(received_at)"),
        (f"UPDATE visits SET appointment_id={AN_APPOINTMENT} WHERE appointment_id>{AN_APPOINTMENT}", "(appointment_id"),
        (f"UPDATE visits SET appointment_id=NULL WHERE visit_id='{VISIT}'", f"Visit {VISIT}"),
        ("UPDATE visits SET operative_id='' WHERE appointment_id IS NULL", "(operative_id)"),
        (f"DELETE FROM visits WHERE visit_id='{VISIT}'", f"Visit {VISIT}: its row in the lists is missing"),
        ("DELETE FROM visits WHERE appointment_id IS NULL", "its row in the lists is missing"),
        (
            as_another("visits", "visit_id", an_id(8)),
            f"Visit {an_id(8)}: it is in the lists",
        ),
        ("UPDATE appointments SET starts_at=starts_at-1", "(starts_at)"),
        ("UPDATE appointments SET patch='south'", "(patch)"),
        (f"DELETE FROM appointments WHERE appointment_id={AN_APPOINTMENT}", "its row in the lists is missing"),
        (
            as_another("appointments", "appointment_id", "invented"),
            "Appointment invented: it is in the lists",
        ),
        ("DELETE FROM assignments", "(operative_ids)"),
        (f"UPDATE planner_calls SET planner_id='{an_id(9)}'", "planner calls"),
        ("DELETE FROM planner_calls", "planner calls"),
        ("UPDATE photos SET state='unreadable'", "(state)"),
        ("DELETE FROM photos", "its row in the lists is missing"),
        (f"INSERT INTO photos VALUES(x'{'ab' * 32}','complete',1,'','','[]')", "the log knows nothing of it"),
        ("UPDATE photo_uses SET size_bytes=1", "the visits that use it"),
        ("DELETE FROM photo_uses", "the visits that use it"),
        ("DELETE FROM servings", "(standing, outcome"),
    ],
)
async def test_what_was_altered_is_named(kept: Kept, statement: str, named: str) -> None:
    """One byte, one column, one row: the audit says where it is."""
    kept.alter(statement)
    found, _ = await kept.audited()
    assert any(named in fault for fault in found), found


async def test_a_removed_entry_is_named(kept: Kept) -> None:
    """From the middle of the log, with its body: the entries that are missing are named."""
    kept.alter("DELETE FROM bodies WHERE position=9", "DELETE FROM log WHERE position=9")
    found, _ = await kept.audited()
    assert "Log entries 9 to 9 are missing." in found
    kept.alter("DELETE FROM bodies WHERE position<9", "DELETE FROM log WHERE position<9")
    found, _ = await kept.audited()
    assert "Log entries 1 to 9 are missing." in found


async def test_moved_up_entries_are_named(kept: Kept) -> None:
    """Closing the gap afterwards does not help: every later seal is of another place."""
    kept.alter(
        "DELETE FROM bodies WHERE position=9",
        "DELETE FROM log WHERE position=9",
        "UPDATE log SET position=position-1 WHERE position>9",
        "UPDATE bodies SET position=position-1 WHERE position>9",
    )
    found, _ = await kept.audited()
    assert any("Log entry 9 " in fault and "one of its fields, or the seal" in fault for fault in found)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 20])
async def test_a_removed_tail_is_named(kept: Kept, count: int) -> None:
    """The newest entries: what the phones were acknowledged, the feeds and the lists all tell of them."""
    tail = f"position>(SELECT max(position)-{count} FROM log)"
    kept.alter(f"DELETE FROM bodies WHERE {tail}", f"DELETE FROM log WHERE {tail}")
    found, _ = await kept.audited()
    assert found
    assert not found[0].startswith("Log entries")


async def test_a_photos_byte_is_named(kept: Kept) -> None:
    """One byte of a copy that is shown, one of an original, and then the whole file."""
    [row] = await kept.bench.office.store.photo_rows()
    copy = kept.bench.photos.derivative(row.sha256, 400)
    assert copy is not None
    shown = copy.read_bytes()
    copy.write_bytes(shown[:-1] + b"!")
    assert (
        await kept.first_fault() == f"Photo {row.sha256}: its copy of 400 pixels is not the one that was made from it."
    )
    copy.write_bytes(shown)
    original = kept.bench.photos.original(row.sha256)
    assert original is not None
    original.chmod(0o600)
    original.write_bytes(b"B" + original.read_bytes()[1:])
    assert await kept.first_fault() == f"Photo {row.sha256}: its bytes are not those that were received."
    original.unlink()
    assert await kept.first_fault() == f"Photo {row.sha256}: its file is missing. Restore it from a backup."


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"[]", "its body does not fit the vocabulary"),
        (None, "it is filed wrongly"),
    ],
)
async def test_a_forged_event(kept: Kept, body: bytes | None, named: str) -> None:
    """Sealed anew by somebody who knows how, the newest entry must still be what its body says."""
    session = await a_session(kept.bench, await a_person(kept.bench, 4, "operative"), 14)
    chain = await a_visit(kept.bench, session, 4, "A-4")
    chain.start()
    await send(kept.bench, session, chain.bodies)
    await kept.forge(body or chain.bodies[0].encode(), n=1)
    assert named in await kept.first_fault()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"[]", "not one that the office writes"),
        (
            b'{"kind":"photo_unreadable","v":1,"at":"","actor_id":"","salt":"","sha256":"","size_bytes":1,"why":""}',
            "filed under another kind",
        ),
    ],
)
async def test_a_forged_statement_of_the_office(kept: Kept, body: bytes, named: str) -> None:
    """The office's newest entry must be one that the office writes, of the kind that it is filed under."""
    await kept.forge(body)
    assert named in await kept.first_fault()


async def test_a_damaged_file(kept: Kept) -> None:
    """What the database itself finds wrong comes first."""
    with sqlite3.connect(kept.file) as held:
        held.execute("PRAGMA writable_schema=ON")
        held.execute(
            "UPDATE sqlite_schema SET sql=replace(sql,'standing,day DESC','standing,day') WHERE name='visits_standing'"
        )
    held.close()
    store = await SqliteStore.open(kept.file)
    assert await store.faults()
    await store.close()
