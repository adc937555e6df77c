"""Abuses 25 to 27: a row altered, a history signed anew, a tail deleted; and who finds it out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.audit import Audited, faults
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Session
from doorstep.domain.checkpoint import NoteSignature, note_text, read_note, read_vkey, signed_note
from doorstep.domain.log_tree import TreeHead, is_consistent
from tests.abuses.forger import alter, cut_tail, rewrite, rewrite_tree
from tests.makers import LOG_KEY, Bench, a_person, a_session, a_visit, an_enrolled_phone, an_office, closed, send

TAPS = 300
"""So many notes make the log longer than a tile of its tree."""


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Bench]:
    """An office over that folder, stopped at the end."""
    store = await SqliteStore.open(folder / "store.sqlite3")
    bench = await an_office(folder, store)
    yield bench
    await closed(bench)
    await store.close()


async def found(bench: Bench) -> list[str]:
    """What the audit finds wrong."""
    return [fault async for fault in faults(bench.office, Audited())]


async def a_log(folder: Path, taps: int = 0) -> Path:
    """An office with one visit whose phone is enrolled and embeds the server's anchor; gives its file."""
    async with opened(folder) as bench:
        session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
        key, device_id = await an_enrolled_phone(bench, session)
        chain = await a_visit(bench, session)
        chain.device_id = device_id
        chain.start()
        for number in range(taps):
            chain.state("note_added", 1_000 + number, note=f"tap {number}")
        await send(bench, session, chain.bodies, key=key)
        before = len(chain.bodies)
        chain.state(
            "arrived", 5_000, address_confirmed=True, place_missing="off", anchor=bench.office.anchors.current()
        )
        chain.state("door_knocked", 20_000, method="knock")
        await send(bench, session, chain.bodies[before:], before + 1, key=key)
        assert await found(bench) == []
    return folder / "store.sqlite3"


def a_checkpoint(head: TreeHead) -> str:
    """A note of that head under the log's real key."""
    text = note_text(LOG_KEY.origin, head)
    key_hash = read_vkey(LOG_KEY.vkey).key_hash
    return signed_note(text, [NoteSignature(LOG_KEY.origin, key_hash, LOG_KEY.sign(text.encode()))])


AN_ARRIVAL = "(SELECT position FROM log WHERE kind='arrived')"


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE log SET received_at=received_at-600000 WHERE position={AN_ARRIVAL}",
        f"UPDATE log SET n=9 WHERE position={AN_ARRIVAL}",
        f"UPDATE log SET sig=NULL WHERE position={AN_ARRIVAL}",
        f"UPDATE log SET sig=x'{'00' * 64}' WHERE position={AN_ARRIVAL}",
        f"UPDATE bodies SET body=CAST(replace(CAST(body AS TEXT),'5000','4000') AS BLOB) WHERE position={AN_ARRIVAL}",
    ],
)
async def test_25_a_row_altered(tmp_path: Path, statement: str) -> None:
    """One column of one row, past the file's guards: the audit fails and names the row."""
    file = await a_log(tmp_path)
    alter(file, statement)
    async with opened(tmp_path) as bench:
        [arrival] = [entry for entry in await bench.office.store.entries(0, 999) if entry.kind == "arrived"]
        assert (await found(bench))[0].startswith(f"Log entry {arrival.position} (arrived of visit")


async def test_25_a_row_altered_and_every_seal_made_anew(tmp_path: Path) -> None:
    """With hashes and seals that fit, the tree's tiles still hold the row that was: the first altered one is named."""
    file = await a_log(tmp_path, TAPS // 6)
    async with opened(tmp_path) as bench:
        session = await a_session(bench, await a_person(bench, 2, "operative"), 12)
        chain = await a_visit(bench, session, 2, "A-2")
        chain.start()
        for number in range(TAPS):
            chain.state("note_added", 1_000 + number, note=f"tap {number}")
        await send(bench, session, chain.bodies)
        entries = await bench.office.store.entries(0, 999)
    [tapped] = [entry for entry in entries if b'"tap 20"' in entry.body and entry.sig is None]
    await rewrite(file, tapped.position, "tap 20", "tap 99")
    async with opened(tmp_path) as bench:
        assert any(
            fault.startswith(f"Log entry {tapped.position}: its row is not the one that went into the log's tree.")
            for fault in await found(bench)
        )


async def test_25_an_enrolled_phones_words_altered(tmp_path: Path) -> None:
    """With every hash, seal and tile made anew, the phone's signature is not over those words."""
    file = await a_log(tmp_path)
    async with opened(tmp_path) as bench:
        entries = await bench.office.store.entries(0, 999)
    last = entries[-1]
    await rewrite(file, last.position, '"knock"', '"bell"')
    rewrite_tree(file)
    async with opened(tmp_path) as bench:
        name = f"Log entry {last.position} (door_knocked of visit {last.visit_id})"
        signed = f"its signature is not by the phone {_device_of(last.body)}, which it names."
        assert await found(bench) == [f"{name}: {signed}"]


def _device_of(body: bytes) -> str:
    return body.decode().partition('"device_id":"')[2][:36]


async def test_26_a_history_signed_anew(tmp_path: Path) -> None:
    """An office entry altered, all made anew, and the head signed with the real key: an older checkpoint refuses it."""
    file = await a_log(tmp_path)
    async with opened(tmp_path) as bench:
        held_by_the_auditor = a_checkpoint(bench.office.writer.tree_head())
        changed = [entry for entry in await bench.office.store.entries(0, 999) if entry.kind == "appointment_changed"]
        session = await a_session(bench, await a_person(bench, 2, "operative"), 12)
        await send(bench, session, await _started(bench, session))
        honest = bench.office.writer.tree_head()
        old = read_note(held_by_the_auditor).head
        assert is_consistent(old, honest, await bench.office.store.consistency(old.size, honest.size))
    await rewrite(file, changed[0].position, "Inventon", "Elsewhere")
    async with opened(tmp_path) as bench:
        await rebuild(bench.office.store, bench.office.rules.policies)
    async with opened(tmp_path) as bench:
        new = read_note(a_checkpoint(bench.office.writer.tree_head()))
        assert LOG_KEY.verifies(new.text.encode(), new.signatures[0].sig)
        assert new.head.size == honest.size
        proof = await bench.office.store.consistency(old.size, new.head.size)
        assert not is_consistent(old, new.head, proof)
        assert not is_consistent(old, TreeHead(old.size, await bench.office.store.root_at(old.size)), ())
        # A phone was told of the log as it was, and its event says so.
        assert any("with another root" in fault for fault in await found(bench))


async def _started(bench: Bench, session: Session) -> list[str]:
    chain = await a_visit(bench, session, 2, "A-2")
    chain.start()
    return chain.bodies


async def test_27_a_tail_deleted(tmp_path: Path) -> None:
    """The newest entries gone: what the phone was acknowledged does not come to what is kept of it."""
    file = await a_log(tmp_path)
    tail = "position>=(SELECT max(position) FROM log)"
    alter(file, f"DELETE FROM bodies WHERE {tail}", f"DELETE FROM log WHERE {tail}")
    async with opened(tmp_path) as bench:
        assert "was acknowledged up to event 3" in (await found(bench))[0]


async def test_27_a_tail_deleted_with_its_receipts(tmp_path: Path) -> None:
    """With the receipts cut to fit, a phone that comes back brings the anchor that it was given of the longer log."""
    file = await a_log(tmp_path)
    async with opened(tmp_path) as bench:
        entries = list(await bench.office.store.entries(0, 999))
        told = bench.office.anchors.current()
    cut_tail(file, entries, entries[-2].position)
    async with opened(tmp_path) as bench:
        session = await a_session(bench, await a_person(bench, 2, "operative"), 12)
        chain = await a_visit(bench, session, 2, "A-2")
        chain.start()
        chain.state("arrived", 5_000, address_confirmed=True, place_missing="off", anchor=told)
        accepted = await send(bench, session, chain.bodies)
        assert accepted.refused == []
        wrong = [fault for fault in await found(bench) if "its phone was told of a log of" in fault]
        assert wrong
        assert f"a log of {len(entries)} entries" in wrong[0]


async def test_27_a_tail_longer_than_a_tile(tmp_path: Path) -> None:
    """Where the tiles are left, they know of more entries than there are."""
    file = await a_log(tmp_path, 40)
    async with opened(tmp_path) as bench:
        session = await a_session(bench, await a_person(bench, 2, "operative"), 12)
        chain = await a_visit(bench, session, 2, "A-2")
        chain.start()
        for number in range(TAPS):
            chain.state("note_added", 1_000 + number, note=f"tap {number}")
        await send(bench, session, chain.bodies)
    alter(file, "DELETE FROM bodies WHERE position>200", "DELETE FROM log WHERE position>200")
    async with opened(tmp_path) as bench:
        assert any("knows of 256 entries or more, and the log has 200" in fault for fault in await found(bench))
