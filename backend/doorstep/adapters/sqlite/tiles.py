"""The log's tree in its tables: it grows in the transaction that writes the entries, and is read tile by tile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from doorstep.adapters.sqlite.rows import LEAF_COLUMNS, entry
from doorstep.application.rows import Entry
from doorstep.domain.log_tiles import MISSING, TILE, Growth, Tile, Tiles
from doorstep.domain.log_tree import consistency_proof, inclusion_proof, leaf_hash, root_at

REMADE_AT_ONCE = 16 * TILE


def load_growth(connection: sqlite3.Connection) -> Growth:
    """Where the tree has got to, by a few reads."""
    size = _log_size(connection)
    return Growth.read(_tiles(connection, size), size)


def grow(connection: sqlite3.Connection, growth: Growth, entries: Sequence[Entry]) -> Growth:
    """Add entries to the tree; `growth` is what was remembered of it."""
    if not entries:
        return growth
    size = entries[0].position - 1
    if growth.frontier.size != size:
        # A command wrote beside the server: what the server remembers is of before that.
        growth = Growth.read(_tiles(connection, size), size)
    growth, tiles = growth.grown(leaf_hash(entry.leaf()) for entry in entries)
    _keep(connection, tiles)
    return growth


def remake(connection: sqlite3.Connection) -> Growth:
    """All tiles anew from the log's rows."""
    connection.execute("DELETE FROM tiles")
    growth, size = Growth(), _log_size(connection)
    for first in range(0, size, REMADE_AT_ONCE):
        growth, tiles = growth.grown(_leaf_hashes(connection, first, min(REMADE_AT_ONCE, size - first)))
        _keep(connection, tiles)
    return growth


def read_tile(connection: sqlite3.Connection, level: int, index: int) -> bytes | None:
    """What is kept of a tile, as it stands."""
    found = connection.execute("SELECT hashes FROM tiles WHERE level=? AND idx=?", (level, index)).fetchone()
    return None if found is None else bytes(found[0])


def read_inclusion(connection: sqlite3.Connection, position: int, size: int) -> tuple[bytes, ...]:
    """That the entry at a position is in the log's first `size` entries."""
    return inclusion_proof(_older(connection, size), position - 1, size)


def read_consistency(connection: sqlite3.Connection, first: int, second: int) -> tuple[bytes, ...]:
    """That the log's first `second` entries begin with its first `first`."""
    return consistency_proof(_older(connection, second), first, second)


def read_root(connection: sqlite3.Connection, size: int) -> bytes:
    """The root over the log's first `size` entries."""
    return root_at(_older(connection, size), size)


def _older(connection: sqlite3.Connection, size: int) -> Tiles:
    if not 0 <= size <= _log_size(connection):
        raise ValueError(f"the log is not yet {size} entries long")
    return _tiles(connection, size)


def _tiles(connection: sqlite3.Connection, size: int) -> Tiles:
    return Tiles(
        size,
        lambda level, index: read_tile(connection, level, index),
        lambda first, count: b"".join(_leaf_hashes(connection, first, count)),
    )


def _log_size(connection: sqlite3.Connection) -> int:
    [(size,)] = connection.execute("SELECT ifnull(max(position),0) FROM log")
    return int(size)


def _leaf_hashes(connection: sqlite3.Connection, first: int, count: int) -> list[bytes]:
    """The leaves of some entries, from the log's rows; one that is missing from a damaged log keeps its place."""
    sql = f"SELECT {LEAF_COLUMNS} FROM log WHERE position>? AND position<=?"
    hashes = [MISSING] * count
    for row in connection.execute(sql, (first, first + count)):
        held = entry(row)
        hashes[held.position - 1 - first] = leaf_hash(held.leaf())
    return hashes


def _keep(connection: sqlite3.Connection, tiles: Iterable[Tile]) -> None:
    rows = ((tile.level, tile.index, tile.hashes) for tile in tiles)
    connection.executemany("INSERT OR REPLACE INTO tiles VALUES(?,?,?)", rows)
