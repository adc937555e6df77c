"""The log's tree in every store: it goes on with the entries, and outlives a stop, a fault and a rebuild."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.office import state
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Entry
from doorstep.application.store import Store
from doorstep.application.world import Needs, World
from doorstep.application.writer import Writer
from doorstep.domain.log_tree import TreeHead, is_consistent, is_included, leaf_hash
from doorstep.domain.office_events import PhotoUnreadable
from tests.domain.slow_log_tree import slow_root
from tests.makers import MORNING, an_id


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Every store that there is."""
    held = MemoryStore() if request.param == "memory" else await SqliteStore.open(tmp_path / "store.sqlite3")
    yield held
    await held.close()


async def keep(store: Store, count: int, *, fails: bool = False) -> None:
    """Add some entries of the office in one transaction, as the writer does; or all but commit them."""
    async with store.unit() as unit:
        world = await unit.load(Needs())
        add(world, count)
        await unit.save(world.changes)
        if fails:
            raise RuntimeError("undone")


def add(world: World, count: int) -> None:
    """Say of some photos that they could not be read: the plainest thing that the office writes."""
    for _ in range(count):
        number = f"{world.head:064x}"
        _, body = state(PhotoUnreadable, an_id(1), MORNING, sha256=number, size_bytes=1, why="damaged")
        world.append("photo_unreadable", body, MORNING)


async def leaves(store: Store) -> Sequence[bytes]:
    """Every leaf's data, from the log's own entries."""
    return [entry.leaf() for entry in await store.entries(0, 9_999)]


async def test_the_tree_goes_on_with_the_entries(store: Store) -> None:
    """After each commit the head is the one over all entries, and older sizes keep their roots."""
    assert store.tree_head() == TreeHead(0, slow_root([]))
    all_leaves: Sequence[bytes] = []
    for count in (1, 2, 250, 10, 300):
        await keep(store, count)
        all_leaves = await leaves(store)
        assert store.tree_head() == TreeHead(len(all_leaves), slow_root(all_leaves))
    for size in (0, 1, 255, 256, 257, 512, 563):
        assert await store.root_at(size) == slow_root(all_leaves[:size])


async def test_proofs(store: Store) -> None:
    """Any entry is in the head of any size that came after it, and any older head is the beginning of a newer."""
    await keep(store, 700)
    all_leaves, heads = await leaves(store), {}
    for size in (1, 2, 255, 256, 257, 600, 700):
        heads[size] = TreeHead(size, await store.root_at(size))
    for size, head in heads.items():
        for position in {1, size // 2 + 1, size}:
            proof = await store.inclusion(position, size)
            assert is_included(leaf_hash(all_leaves[position - 1]), position - 1, head, proof)
            assert not is_included(leaf_hash(all_leaves[position - 2]), position - 1, head, proof)
        for older in heads.values():
            if older.size <= size:
                assert is_consistent(older, head, await store.consistency(older.size, size))


async def test_what_is_not_in_the_log_yet(store: Store) -> None:
    """A size that the log has not reached, or a position beyond it, has no proof."""
    await keep(store, 3)
    for position, size in ((0, 3), (4, 3), (1, 4), (1, 0)):
        with pytest.raises(ValueError, match=r"log|leaf"):
            await store.inclusion(position, size)
    for first, second in ((0, 3), (3, 2), (3, 4)):
        with pytest.raises(ValueError, match="log"):
            await store.consistency(first, second)
    for size in (-1, 4):
        with pytest.raises(ValueError, match="log"):
            await store.root_at(size)


async def test_a_transaction_undone(store: Store) -> None:
    """What was not committed is not in the tree, and the next entries stand in its place."""
    await keep(store, 300)
    head, tile = store.tree_head(), await store.tile(0, 0)
    with pytest.raises(RuntimeError, match="undone"):
        await keep(store, 300, fails=True)
    assert (store.tree_head(), await store.tile(0, 0), await store.tile(0, 1)) == (head, tile, None)
    await keep(store, 5)
    all_leaves = await leaves(store)
    assert store.tree_head() == TreeHead(305, slow_root(all_leaves))


async def test_a_rebuild_changes_no_root(store: Store) -> None:
    """The tiles are made anew from the log: byte for byte what they were."""
    await keep(store, 600)
    head, tiles = store.tree_head(), [await store.tile(*key) for key in ((0, 0), (0, 1), (1, 0))]
    await rebuild(store, {})
    assert store.tree_head() == head
    assert [await store.tile(*key) for key in ((0, 0), (0, 1), (1, 0))] == tiles
    assert await store.tile(0, 2) is None
    await keep(store, 1)
    assert store.tree_head().size == 601


async def test_the_writer_tells_the_head(store: Store) -> None:
    """Anchors and checkpoints are made of the head after the last commit."""
    writer = Writer(store)
    assert writer.tree_head().size == 0
    await keep(store, 2)
    assert writer.tree_head() == store.tree_head()


def sizes(file: Path) -> dict[tuple[int, int], int]:
    """The tiles that a file keeps, and how many bytes each has."""
    with sqlite3.connect(file) as held:
        rows = held.execute("SELECT level,idx,length(hashes) FROM tiles").fetchall()
    held.close()
    return {(level, index): length for level, index, length in rows}


async def test_started_again(tmp_path: Path) -> None:
    """A server that starts again goes on where it was, with the same tiles as one that never stopped."""
    file = tmp_path / "store.sqlite3"
    for count in (255, 1, 300, 256):
        store = await SqliteStore.open(file)
        await keep(store, count)
        await store.close()
    store = await SqliteStore.open(file)
    all_leaves = await leaves(store)
    assert store.tree_head() == TreeHead(812, slow_root(all_leaves))
    assert sizes(file) == {(0, 0): 8192, (0, 1): 8192, (0, 2): 8192, (1, 0): 96}
    await store.close()


async def test_a_command_wrote_meanwhile(tmp_path: Path) -> None:
    """Two processes may write in turn: the one that remembers an older tree takes up the newer."""
    file = tmp_path / "store.sqlite3"
    server, command = await SqliteStore.open(file), await SqliteStore.open(file)
    await keep(server, 10)
    await keep(command, 300)
    await keep(server, 300)
    all_leaves = await leaves(server)
    assert server.tree_head() == TreeHead(610, slow_root(all_leaves))
    assert sizes(file) == {(0, 0): 8192, (0, 1): 8192, (1, 0): 64}
    await command.close()
    await server.close()


async def test_a_file_without_tiles(tmp_path: Path) -> None:
    """From before there was a tree, or with its tiles lost: the head and the proofs are the log's."""
    file = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(file)
    await keep(store, 600)
    head, proof = store.tree_head(), await store.inclusion(1, 600)
    await store.close()
    with sqlite3.connect(file) as held:
        held.execute("DELETE FROM tiles")
    held.close()
    store = await SqliteStore.open(file)
    assert (store.tree_head(), await store.inclusion(1, 600)) == (head, proof)
    await keep(store, 200)
    assert store.tree_head() == TreeHead(800, slow_root(await leaves(store)))
    await store.close()


async def test_a_log_with_a_hole(tmp_path: Path) -> None:
    """An entry torn out of the file: the store still opens, for the audit to say so, and the head is another."""
    file = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(file)
    await keep(store, 5)
    head = store.tree_head()
    await store.close()
    with sqlite3.connect(file) as held:
        held.executescript("DROP TRIGGER log_delete; DROP TRIGGER body_delete; DELETE FROM bodies WHERE position=3;")
        held.execute("DELETE FROM log WHERE position=3")
    held.close()
    store = await SqliteStore.open(file)
    assert store.tree_head().size == 5
    assert store.tree_head() != head
    await store.close()


def test_a_leaf_holds_all_but_the_body() -> None:
    """Each field of an entry is in its leaf, the signature in base64url; the body is there by its hash alone."""
    entry = Entry(7, "ab", "arrived", b"{}", 5, "v", "a", "p", "i", 3, 2, "gap", "seal", b"\xfb" * 64)
    sig = "-_v7" * 21 + "-w"
    assert entry.leaf() == (f'["doorstep/leaf/v1",7,"ab","arrived",5,"v","a","p","i",3,2,"gap","{sig}"]'.encode())
