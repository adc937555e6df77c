"""The audit compares the log's tree with its tiles and with what phones were told, and says which entries are meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.application.audit_tree import TreeWalk
from doorstep.application.office import state
from doorstep.application.rows import Entry
from doorstep.application.world import Needs
from doorstep.domain.anchor import write_anchor
from doorstep.domain.events import Event, read_event
from doorstep.domain.log_tree import TreeHead
from doorstep.domain.office_events import LogRestored, PhotoUnreadable, read_office_event
from tests.makers import MORNING, a_person, a_session, a_visit, an_id, an_office, closed, send

SIZE = 600


@pytest.fixture
async def store() -> MemoryStore:
    """A log of 600 entries."""
    held = MemoryStore()
    async with held.unit() as unit:
        world = await unit.load(Needs())
        for number in range(SIZE):
            _, body = state(PhotoUnreadable, an_id(1), MORNING, sha256=f"{number:064x}", size_bytes=1, why="damaged")
            world.append("photo_unreadable", body, MORNING)
        await unit.save(world.changes)
    return held


async def found(store: MemoryStore) -> list[str]:
    """What is wrong with that log's tiles."""
    walk = TreeWalk()
    for entry in store.log:
        walk.add(entry, None)
    return [fault async for fault in walk.faults(store)]


def flipped(hashes: bytes, place: int) -> bytes:
    """Some hashes with one of them altered."""
    return hashes[: 32 * place] + bytes([hashes[32 * place] ^ 1]) + hashes[32 * place + 1 :]


async def test_a_sound_tree(store: MemoryStore) -> None:
    """Nothing is wrong with the tiles that the log made."""
    assert await found(store) == []


@pytest.mark.parametrize(("tile", "place", "named"), [((0, 0), 0, 1), ((0, 0), 255, 256), ((0, 1), 7, 264)])
async def test_a_leaf_altered(store: MemoryStore, tile: tuple[int, int], place: int, named: int) -> None:
    """The entry's position is named."""
    store.tiles[tile] = flipped(store.tiles[tile], place)
    [fault] = await found(store)
    assert fault.startswith(f"Log entry {named}: its row is not the one that went into the log's tree.")


async def test_a_hash_above_altered(store: MemoryStore) -> None:
    """The entries under it are named."""
    store.tiles[1, 0] = flipped(store.tiles[1, 0], 1)
    [fault] = await found(store)
    assert fault.startswith("The log's tree has another hash over entries 257 to 512")


async def test_a_tile_lost_or_cut_short(store: MemoryStore) -> None:
    """A rebuild brings it back."""
    del store.tiles[0, 1]
    assert await found(store) == ["The log's tree lacks its tile 0/1. Run `doorstep rebuild`."]
    store.tiles[0, 1] = b""
    [fault] = await found(store)
    assert fault.startswith("Log entry 257: ")


async def test_a_tile_too_long(store: MemoryStore) -> None:
    """More hashes than the log has: its end is missing."""
    store.tiles[1, 0] += b"\x01" * 32
    [fault] = await found(store)
    assert fault.startswith("The log's tree has another hash over entries 513 to 768")


async def test_an_entry_torn_out(store: MemoryStore) -> None:
    """Those after it keep their places: it alone is named."""
    del store.log[299]
    [leaf, above] = await found(store)
    assert leaf.startswith("Log entry 300: ")
    assert above.startswith("The log's tree has another hash over entries 257 to 512")


async def an_event(folder: Path, **own: object) -> Event:
    """An `arrived` with these fields."""
    bench = await an_office(folder)
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off", **own)
    await send(bench, session, chain.bodies)
    await closed(bench)
    return read_event(chain.bodies[1].encode())


def an_entry(position: int, fault: str | None = None) -> Entry:
    """A phone's entry at that position."""
    return Entry(position, "ab" * 32, "arrived", b"{}", MORNING, an_id(9), fault=fault)


@pytest.mark.parametrize(
    ("size", "root", "fault", "named"),
    [
        (100, None, None, None),
        (SIZE, None, None, None),
        (100, b"\x02" * 32, None, "with another root"),
        (SIZE + 1, b"\x02" * 32, None, "entries were cut off"),
        (9_999, b"\x02" * 32, None, "entries were cut off"),
        (9_999, b"\x02" * 32, "bad_anchor", None),
        (9_999, b"\x02" * 32, "wrong_actor", None),
    ],
)
async def test_what_a_phone_was_told(
    tmp_path: Path, store: MemoryStore, size: int, root: bytes | None, fault: str | None, named: str | None
) -> None:
    """An anchor that does not fit the log is named; one that was found wanting when it came says nothing."""
    head = TreeHead(size, root or await store.root_at(size))
    event = await an_event(tmp_path, anchor=write_anchor(MORNING, head, b"\x03" * 64))
    walk = TreeWalk()
    for entry in store.log:
        walk.add(entry, None)
    walk.add(an_entry(SIZE + 1, fault), event)
    faults = [one async for one in walk.faults(store)]
    assert [
        one.startswith(f"Log entry {SIZE + 1}: its phone was told of a log of {size} entries") for one in faults
    ] == ([True] if named else [])
    assert named is None or named in faults[0]


async def test_what_a_phone_was_told_before_a_backup_was_taken_up(tmp_path: Path, store: MemoryStore) -> None:
    """A log that says that it went on from a backup is not accused of what was lost with that, nor excused after it."""
    _, body = state(LogRestored, an_id(1), MORNING, origin="b", previous_origin="a", checkpoint="note")
    restored = read_office_event(body)
    lost = TreeHead(SIZE + 50, b"\x02" * 32)
    for at_ms, is_named in ((MORNING - 1, False), (MORNING + 1, True)):
        event = await an_event(tmp_path / str(at_ms), anchor=write_anchor(at_ms, lost, b"\x03" * 64))
        walk = TreeWalk()
        for entry in store.log:
            walk.add(entry, None)
        walk.add(Entry(SIZE + 1, "cd" * 32, "log_restored", body, MORNING), restored)
        walk.add(an_entry(SIZE + 2), event)
        assert bool([one async for one in walk.faults(store)]) is is_named
