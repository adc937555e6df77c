"""How the log's tree is kept: in tiles of 256 hashes, so that it grows by little writes and is read in few pieces.

Tile (0, i) holds the hashes of leaves 256 i to 256 i + 255; tile (1, i) the roots of 256 such tiles, and so on. A tile
of leaves is kept once it is whole; the leaves after the last are reckoned from the log's own entries. A tile above is
kept as far as it goes. All of it can be reckoned from the log again: what is kept only saves the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from doorstep.domain.log_tree import HASH_BYTES, Frontier, leaf_hash, node_hash, peaks_of

LEVELS: Final = 8
TILE: Final = 1 << LEVELS
TILE_BYTES: Final = TILE * HASH_BYTES
MISSING: Final = leaf_hash(b"")
"""Stands for an entry that is no longer in the log: no proof fits a tree with it."""


class Tile(msgspec.Struct, frozen=True):
    """One tile: `hashes` are joined, 32 bytes each."""

    level: int
    index: int
    hashes: bytes


class Tiles:
    """The whole subtrees of a log of `size` entries, read from its tiles; a tile that is not kept is made from below.

    `held` reads what is kept of a tile, None where nothing is; `leaves` gives the joined hashes of some entries, by the
    first one's index and their number.
    """

    def __init__(
        self, size: int, held: Callable[[int, int], bytes | None], leaves: Callable[[int, int], bytes]
    ) -> None:
        self._size = size
        self._held = held
        self._leaves = leaves
        self._read: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """See domain.log_tree.Nodes."""
        above, within = divmod(level, LEVELS)
        tile, place = divmod(index << within, TILE)
        return subtree_root(self.tile(above, tile), place, 1 << within)

    def tile(self, level: int, index: int) -> bytes:
        """The joined hashes of a tile, as many as a log of this size has of it."""
        known = self._read.get((level, index))
        if known is None:
            known = self._read[level, index] = self._find(level, index)
        return known

    def _find(self, level: int, index: int) -> bytes:
        count = min(TILE, (self._size >> LEVELS * level) - TILE * index)
        held = self._held(level, index)
        if held is not None and len(held) >= count * HASH_BYTES:
            return held[: count * HASH_BYTES]
        if level == 0:
            return self._leaves(TILE * index, count)
        below = (self.tile(level - 1, TILE * index + place) for place in range(count))
        return b"".join(subtree_root(hashes, 0, TILE) for hashes in below)


class Growth(msgspec.Struct, frozen=True):
    """All that a growing log remembers of its tree: its frontier, and what there is of the last tile at each level."""

    frontier: Frontier = Frontier()
    tails: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, tiles: Tiles, size: int) -> Growth:
        """Where a log of `size` entries has got to: one tile at each level."""
        tails = []
        level = 0
        while count := size >> LEVELS * level:
            tails.append(tiles.tile(level, count // TILE) if count % TILE else b"")
            level += 1
        return cls(Frontier(size, peaks_of(tiles, 0, size)), tuple(tails))

    def grown(self, leaf_hashes: Iterable[bytes]) -> tuple[Growth, list[Tile]]:
        """With more leaves at the end, and the tiles that are to be kept for it, each as it now is."""
        new = list(leaf_hashes)
        frontier = self.frontier.extended(new)
        tails: list[bytes] = []
        tiles: list[Tile] = []
        level = 0
        while new:
            before = self.frontier.size >> LEVELS * level
            joined = (self.tails[level] if level < len(self.tails) else b"") + b"".join(new)
            pieces = [joined[first : first + TILE_BYTES] for first in range(0, len(joined), TILE_BYTES)]
            kept = [Tile(level, before // TILE + place, hashes) for place, hashes in enumerate(pieces)]
            tiles += [tile for tile in kept if level or len(tile.hashes) == TILE_BYTES]
            whole = len(joined) // TILE_BYTES
            tails.append(joined[whole * TILE_BYTES :])
            new = [subtree_root(hashes, 0, TILE) for hashes in pieces[:whole]]
            level += 1
        return Growth(frontier, (*tails, *self.tails[level:])), tiles


class KeptNodes:
    """A whole tree in memory, 64 bytes for each leaf: what has to be asked of many sizes and places."""

    def __init__(self) -> None:
        self._levels = [bytearray()]

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        rest, node = self.size, leaf
        for row in self._levels:
            row.extend(node)
            if not rest & 1:
                return
            node = node_hash(bytes(row[-2 * HASH_BYTES : -HASH_BYTES]), node)
            rest >>= 1
        self._levels.append(bytearray(node))

    def node(self, level: int, index: int) -> bytes:
        """See domain.log_tree.Nodes."""
        return self.hashes(level, index, 1)

    def hashes(self, level: int, first: int, count: int) -> bytes:
        """Several neighbours of one level, joined."""
        return bytes(self._levels[level][first * HASH_BYTES : (first + count) * HASH_BYTES])


def subtree_root(hashes: bytes, first: int, count: int) -> bytes:
    """The root over some of a tile's hashes; `count` is a power of two."""
    row = [hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES] for place in range(first, first + count)]
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]
