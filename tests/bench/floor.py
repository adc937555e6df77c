"""The benchmark's floor: the rows that the server wrote, put into an empty file by plain sqlite3, a visit at a time."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

TABLES = {
    "log": "visit_id=?1",
    "bodies": "position IN(SELECT position FROM log WHERE visit_id=?1)",
    "feed": "position IN(SELECT position FROM log WHERE visit_id=?1)",
    "visits": "visit_id=?1",
    "photo_uses": "visit_id=?1",
}


def floor(folder: Path, photo_bytes: int) -> float:
    """Visits a second: same tables and indexes (without triggers), WAL, synchronous=FULL, one COMMIT a visit."""
    held = sqlite3.connect(folder / "doorstep.sqlite3")
    # Standing changes of photos that were decoded meanwhile came after the acknowledgement: they are not counted.
    visits = [
        {table: _rows(held, table, test, visit_id) for table, test in TABLES.items()}
        for (visit_id,) in held.execute("SELECT visit_id FROM visits")
    ]
    schema = [sql for (sql,) in held.execute("SELECT sql FROM sqlite_master WHERE type IN('table','index') AND sql>''")]
    held.close()
    plain = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("PRAGMA synchronous=FULL")
    for sql in schema:
        plain.execute(sql)
    began = time.perf_counter()
    for number, visit in enumerate(visits):
        if photo_bytes:
            _file(folder, number, photo_bytes)
        plain.execute("BEGIN IMMEDIATE")
        for table, rows in visit.items():
            if rows:
                marks = ",".join("?" * len(rows[0]))
                plain.executemany(f"INSERT INTO {table} VALUES({marks})", rows)
        plain.execute("INSERT OR REPLACE INTO installations VALUES('floor',?,0)", (number,))
        plain.execute("COMMIT")
    seconds = time.perf_counter() - began
    plain.close()
    return len(visits) / seconds


def _rows(held: sqlite3.Connection, table: str, test: str, visit_id: str) -> list[Any]:
    rows = held.execute(f"SELECT * FROM {table} WHERE {test}", (visit_id,)).fetchall()
    return rows[:10] if table in ("log", "bodies") else rows[:1]


def _file(folder: Path, number: int, photo_bytes: int) -> None:
    partial = folder / f"floor-{number}.part"
    with partial.open("wb") as file:
        file.write(os.urandom(1000) * (photo_bytes // 1000))
        file.flush()
        os.fsync(file.fileno())
    partial.rename(folder / f"floor-{number}.jpg")
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
