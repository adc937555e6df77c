"""What was erased is gone from the store's file, but not yet from the journal beside it: empty that, now and then."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

WAIT_MS = 200
"""So long the writer may be kept waiting. Whoever reads longer than that is left alone, and the next round comes."""


async def empty_journal(path: Path) -> bool:
    """Carry all that the write-ahead log holds into the file, and cut it to nothing; False where somebody still reads.

    SQLite by itself goes on writing over the old one from its start: on a quiet server what was erased there, word for
    word, would stay readable for days.
    """
    return await asyncio.to_thread(_empty, path)


def _empty(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=WAIT_MS / 1000, isolation_level=None)) as connection:
        [is_busy, _, _] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy
