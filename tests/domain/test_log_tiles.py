"""The tree is kept in tiles: they grow as the log does, are read back as they were, and can be made again without."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.domain.log_tiles import TILE, TILE_BYTES, Growth, KeptNodes, Tiles
from doorstep.domain.log_tree import inclusion_proof, leaf_hash, root_at

TWO_LEVELS = TILE * TILE


class Shelf:
    """A log's leaves in memory, with the tiles that were kept of them."""

    def __init__(self) -> None:
        self.leaves = b""
        self.held: dict[tuple[int, int], bytes] = {}
        self.growth = Growth()
        self.asked: list[tuple[int, int]] = []

    def grow(self, count: int) -> None:
        """Append some leaves at once."""
        size = self.growth.frontier.size
        new = [leaf_hash(b"%d" % number) for number in range(size, size + count)]
        self.leaves += b"".join(new)
        self.growth, kept = self.growth.grown(new)
        self.held |= {(tile.level, tile.index): tile.hashes for tile in kept}

    def tiles(self) -> Tiles:
        """What was kept, with the leaves for the rest."""
        return Tiles(self.growth.frontier.size, self.read, lambda first, count: self.leaves[32 * first :][: 32 * count])

    def read(self, level: int, index: int) -> bytes | None:
        """A tile, remembering that it was asked for."""
        self.asked.append((level, index))
        return self.held.get((level, index))

    def nodes(self) -> KeptNodes:
        """The whole tree over the leaves."""
        nodes = KeptNodes()
        for first in range(0, len(self.leaves), 32):
            nodes.append(self.leaves[first : first + 32])
        return nodes


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=5), st.data())
def test_growing_by_any_steps(steps: list[int], data: st.DataObject) -> None:
    """Whatever is appended at once: tiles, frontier and tails are those of the whole, also read back from the tiles."""
    shelf, at_once = Shelf(), Shelf()
    for count in steps:
        shelf.grow(count)
    size = sum(steps)
    at_once.grow(size)
    nodes = shelf.nodes()
    assert shelf.held == at_once.held
    assert Growth.read(shelf.tiles(), size) == shelf.growth == at_once.growth
    assert shelf.growth.frontier.head().root == root_at(nodes, size) == root_at(shelf.tiles(), size)
    if size:
        index = data.draw(st.integers(0, size - 1))
        assert inclusion_proof(shelf.tiles(), index, size) == inclusion_proof(nodes, index, size)


def test_only_whole_tiles_of_leaves_are_kept() -> None:
    """Of the leaves after the last whole tile nothing is written; of a tile above, what there is."""
    shelf = Shelf()
    shelf.grow(TILE - 1)
    assert shelf.held == {}
    shelf.grow(TILE + 1)
    assert {key: len(hashes) for key, hashes in shelf.held.items()} == {
        (0, 0): TILE_BYTES,
        (0, 1): TILE_BYTES,
        (1, 0): 64,
    }


def test_a_log_of_three_levels() -> None:
    """Past 65,536 entries: going on after a start reads one tile a level, and a proof hardly more."""
    shelf = Shelf()
    shelf.grow(TWO_LEVELS + TILE + 1)
    size = shelf.growth.frontier.size
    nodes = shelf.nodes()
    assert len(shelf.held[2, 0]) == 32
    shelf.asked.clear()
    assert Growth.read(shelf.tiles(), size) == shelf.growth
    assert len(shelf.asked) <= 3
    for index in (0, 255, 256, TWO_LEVELS - 1, TWO_LEVELS, size - 1):
        shelf.asked.clear()
        assert inclusion_proof(shelf.tiles(), index, size) == inclusion_proof(nodes, index, size)
        assert len(shelf.asked) <= 5


def test_without_tiles() -> None:
    """A log from before it had any, or one that lost them: all of it is made from the leaves."""
    shelf = Shelf()
    shelf.grow(3 * TILE + 5)
    size, nodes = shelf.growth.frontier.size, shelf.nodes()
    growth = shelf.growth
    for lost in list(shelf.held):
        kept = dict(shelf.held)
        del shelf.held[lost]
        assert Growth.read(shelf.tiles(), size) == growth
        shelf.held = kept
    shelf.held = {}
    assert Growth.read(shelf.tiles(), size) == growth
    assert inclusion_proof(shelf.tiles(), 300, size) == inclusion_proof(nodes, 300, size)


def test_an_earlier_size_has_what_it_had() -> None:
    """A tile above that has grown since is read as far as the earlier log went."""
    shelf = Shelf()
    shelf.grow(5 * TILE)
    then = Tiles(2 * TILE + 1, shelf.read, lambda first, count: shelf.leaves[32 * first :][: 32 * count])
    assert len(then.tile(1, 0)) == 64
    assert root_at(then, 2 * TILE + 1) == root_at(shelf.nodes(), 2 * TILE + 1)
