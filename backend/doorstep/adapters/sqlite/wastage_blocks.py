"""Make the sums of weeks and months, keep them in pieces, and remember what facts were that changed since."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
import numpy as np

from doorstep.adapters.sqlite.rows import json_list
from doorstep.application.wastage.blocks import BLOCK_VERSION, BLOCKED_BY, BY_WEEKDAY, OF_ALL, BlockPiece, BlockRow, Due
from doorstep.domain.wastage.counters import COUNTERS
from doorstep.domain.wastage.dimensions import BETWEEN, DIMENSIONS
from doorstep.domain.wastage.fact import FIELDS

MOST_BEFORE: Final = 2_000
"""So many facts of a block may have changed before it is made anew."""
GROUPED_BY: Final = tuple(
    dict.fromkeys(["patch", *BLOCKED_BY[1:], *(field for fields in DIMENSIONS.values() for field in fields)])
)
DAY_ROWS: Final = (
    f"SELECT {','.join(GROUPED_BY)},{','.join(f'n_{name}' for name in COUNTERS)} FROM wastage_facts WHERE day=?"
)
ID, DAY = FIELDS.index("appointment_id"), FIELDS.index("day")
NONE: Final = b""

Row = tuple[Any, ...]
Key = tuple[str, str, str, str, str, str]


class BlockSums:
    """The sums of a block while its days are gone through."""

    def __init__(self) -> None:
        self._sums: dict[Key, Any] = {}

    def add(self, day: str, rows: Sequence[Row]) -> None:
        """Add a day's facts, as DAY_ROWS gives them."""
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        texts = dict(zip(GROUPED_BY, columns, strict=False))
        counts = np.array(columns[len(GROUPED_BY) :], dtype=np.int64).T
        codes = {name: _codes(values) for name, values in texts.items()}
        weekday = str(date.fromisoformat(day).isoweekday() % 7)
        for narrowed in BLOCKED_BY:
            for dimension, fields in DIMENSIONS.items():
                by = ("patch", narrowed, *fields) if narrowed else ("patch", *fields)
                of_day = weekday if dimension == BY_WEEKDAY else ""
                for place, summed in _grouped([codes[name] for name in by], counts):
                    value = BETWEEN.join(str(texts[name][place]) for name in fields)
                    to = texts[narrowed][place] if narrowed else ""
                    key = (narrowed, to, dimension, value, of_day, texts["patch"][place])
                    held = self._sums.get(key)
                    self._sums[key] = summed if held is None else held + summed

    def rows(self) -> list[BlockRow]:
        """All groups, in order: of each patch and of all."""
        order = {narrowed: place for place, narrowed in enumerate(BLOCKED_BY)}
        sums = self._sums | self._of_all()
        found = sorted(sums, key=lambda key: (order[key[0]], key[1:]))
        return [BlockRow(*key, tuple(map(int, sums[key]))) for key in found]

    def _of_all(self) -> dict[Key, Any]:
        found: dict[Key, Any] = {}
        for (narrowed, to, dimension, value, weekday, _), summed in self._sums.items():
            key = (narrowed, to, dimension + OF_ALL, value, weekday, "")
            found[key] = found[key] + summed if key in found else summed
        return found


def _codes(values: Sequence[object]) -> Any:
    """A number for each value, the same for the same."""
    known: dict[object, int] = {}
    return np.fromiter((known.setdefault(value, len(known)) for value in values), np.int64, len(values))


def _grouped(codes: Sequence[Any], counts: Any) -> Iterable[tuple[int, Any]]:
    """For each group, the place of one row of it, and its sums."""
    key = codes[0]
    for more in codes[1:]:
        key = key * (int(more.max()) + 1) + more
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    return zip(order[starts].tolist(), np.add.reduceat(counts[order], starts, axis=0), strict=True)


def changes_in(connection: sqlite3.Connection, first_day: str, last_day: str) -> int:
    """How often facts of these days have changed."""
    sql = "SELECT ifnull(sum(changes),0) FROM wastage_marks WHERE day>=? AND day<=?"
    return int(connection.execute(sql, (first_day, last_day)).fetchone()[0])


def read_due(connection: sqlite3.Connection, today: str, limit: int) -> list[Due]:
    """Months that are over and have facts, and weeks that are over since the last of them; the newest first."""
    sql = "SELECT made.block FROM wastage_made made WHERE made_by=? AND (SELECT count(*) FROM wastage_before b "
    held = connection.execute(f"{sql} WHERE b.block=made.block)<=?", (BLOCK_VERSION, MOST_BEFORE))
    made = {block for (block,) in held}
    days = [
        row[0] for row in connection.execute("SELECT day FROM wastage_marks WHERE day<? ORDER BY day DESC", (today,))
    ]
    this_month = date.fromisoformat(today).replace(day=1)
    spans = dict.fromkeys(_month_of(day) for day in days if day < this_month.isoformat())
    weeks = dict.fromkeys(_week_of(day) for day in days if day >= (this_month - timedelta(days=6)).isoformat())
    over = [(first, last) for first, last in (*weeks, *spans) if last < today]
    due = [(first, last) for first, last in over if f"{first}/{last}" not in made]
    return [Due(first, last, changes_in(connection, first, last)) for first, last in due[:limit]]


def _month_of(day: str) -> tuple[str, str]:
    first = date.fromisoformat(day).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.isoformat(), (following - timedelta(days=1)).isoformat()


def _week_of(day: str) -> tuple[str, str]:
    found = date.fromisoformat(day)
    first = found - timedelta(days=found.weekday())
    return first.isoformat(), (first + timedelta(days=6)).isoformat()


def save_blocks(connection: sqlite3.Connection, pieces: Iterable[BlockPiece]) -> None:
    """Keep pieces of blocks whose facts are still those that were summed; the last makes its block one that is read."""
    for piece in pieces:
        due = piece.due
        if changes_in(connection, due.first_day, due.last_day) != due.changes:
            continue
        if piece.is_first:
            _unmake(connection, due.block)
        if piece.begins:
            connection.execute("DELETE FROM wastage_blocks WHERE block=? AND narrowed=?", (due.block, piece.narrowed))
        connection.executemany(
            "INSERT OR REPLACE INTO wastage_blocks VALUES(?,?,?,?,?,?,?,?)",
            ((due.block, *row[:-1], msgspec.msgpack.encode(row.counts)) for row in piece.rows),
        )
        if piece.is_last:
            connection.execute("INSERT OR REPLACE INTO wastage_made VALUES(?,?)", (due.block, piece.made_by))
            _forget_within(connection, due)


def _unmake(connection: sqlite3.Connection, block: str) -> None:
    connection.execute("DELETE FROM wastage_made WHERE block=?", (block,))
    connection.execute("DELETE FROM wastage_before WHERE block=?", (block,))


def _forget_within(connection: sqlite3.Connection, due: Due) -> None:
    """Weeks that lie in a month which is made are asked for no longer."""
    for (block,) in connection.execute("SELECT block FROM wastage_made").fetchall():
        first, last = block.split("/")
        if block != due.block and due.first_day <= first and last <= due.last_day:
            _unmake(connection, block)
            connection.execute("DELETE FROM wastage_blocks WHERE block=?", (block,))


def keep_before(connection: sqlite3.Connection, held: Mapping[str, Row], changed: Sequence[Row]) -> None:
    """Of facts that change, what blocks had summed: the row that was held, or that there was none."""
    blocks = [(block, *block.split("/")) for (block,) in connection.execute("SELECT block FROM wastage_made")]
    if not blocks:
        return
    kept: list[tuple[str, str, bytes]] = []
    for row in changed:
        before = held.get(row[ID])
        for block, first, last in blocks:
            if before and first <= before[DAY] <= last:
                kept.append((block, row[ID], msgspec.msgpack.encode(before)))
            elif first <= row[DAY] <= last:
                kept.append((block, row[ID], NONE))
    connection.executemany("INSERT OR IGNORE INTO wastage_before VALUES(?,?,?)", kept)


def read_before(connection: sqlite3.Connection, blocks: Sequence[str]) -> list[Row]:
    """The facts that these blocks had summed and that have changed since, with their counts behind their fields."""
    found = connection.execute(
        "SELECT fact FROM wastage_before WHERE block IN(SELECT value FROM json_each(?)) AND fact<>x''",
        (json_list(blocks),),
    )
    return [tuple(msgspec.msgpack.decode(packed)) for (packed,) in found]
