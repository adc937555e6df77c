"""Open the store's file as every connection must have it, and bring its tables up to this version."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TypeVar

import aiosqlite

T = TypeVar("T")
MIGRATIONS = (
    *(f"{number:03}.sql" for number in range(1, 13)),
    "013.sql",
    "015.sql",
    "016.sql",
    "017.sql",
    "018.sql",
    "020.sql",
    "021.sql",
    "022.sql",
    "023.sql",
    "025.sql",
    "026.sql",
    "027.sql",
    "028.sql",
    "029.sql",
    "030.sql",
)
BUSY_MS = 10_000
CACHE_KIB = 64 * 1024


class Connection(aiosqlite.Connection):
    """An aiosqlite connection that can run several statements in one trip to its thread.

    A batch needs about twenty statements, and a trip costs more than most of them: measured, half of a phone's wait.
    """

    async def together(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a plain function over the connection, on the connection's own thread."""
        done: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return done


async def open_writer(path: Path) -> Connection:
    """The one connection that writes. Runs the migrations that the file has not seen; of the log they take nothing."""
    connection = await _open(path)
    try:
        await _bring_up_to_date(connection, path)
    except BaseException:
        # Its thread would keep the process from ending.
        await connection.close()
        raise
    return connection


async def _bring_up_to_date(connection: Connection, path: Path) -> None:
    await connection.execute("PRAGMA journal_mode=WAL")
    await connection.execute("PRAGMA synchronous=FULL")
    await connection.execute("PRAGMA foreign_keys=ON")
    # What is erased is to be gone from the file's free places too. Not every build of SQLite does so by itself.
    await connection.execute("PRAGMA secure_delete=ON")
    await connection.execute("BEGIN IMMEDIATE")
    try:
        [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
        if version > len(MIGRATIONS):
            raise RuntimeError(f"{path} was written by a newer Doorstep. Run that version, or restore a backup.")
        for number, name in enumerate(MIGRATIONS[version:], start=version + 1):
            script = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
            for statement in _statements(script):
                await connection.execute(statement)
            await connection.execute(f"PRAGMA user_version={number}")
        await connection.execute("COMMIT")
    except BaseException:
        await connection.execute("ROLLBACK")
        raise


async def open_reader(path: Path, factory: type[sqlite3.Connection] = sqlite3.Connection) -> Connection:
    """A connection that cannot write; of another kind, where somebody wants to know what is asked on it."""
    connection = await _open(path, factory)
    await connection.execute("PRAGMA query_only=ON")
    return connection


async def _open(path: Path, factory: type[sqlite3.Connection] = sqlite3.Connection) -> Connection:
    connect = partial(sqlite3.connect, path, isolation_level=None, cached_statements=256, factory=factory)
    connection = Connection(connect, 64)
    await connection
    try:
        await connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        # Ids, hashes and words come in no order: with SQLite's usual 2 MB each row of a large import, and each that a
        # search finds, would fetch its pages anew (measured: a search takes three times as long).
        await connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    except BaseException:
        # Its thread would keep the process from ending.
        await connection.close()
        raise
    return connection


def _statements(script: str) -> Iterable[str]:
    """A script's statements one by one: executescript would commit the transaction that a migration runs in."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
