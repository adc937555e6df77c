"""The SQLite store: units of work on the writer's connection, and reads on connections of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from doorstep.adapters.sqlite.appointment_reads import AppointmentReads
from doorstep.adapters.sqlite.connection import CACHE_KIB, Connection, open_reader, open_writer
from doorstep.adapters.sqlite.exceptions import read_exceptions, read_tally
from doorstep.adapters.sqlite.log_reads import LogReads
from doorstep.adapters.sqlite.people_reads import PeopleReads
from doorstep.adapters.sqlite.reading import end
from doorstep.adapters.sqlite.records import count_records, read_record, read_records
from doorstep.adapters.sqlite.tiles import load_growth
from doorstep.adapters.sqlite.unit import SqliteUnit
from doorstep.adapters.sqlite.visit_reads import VisitReads
from doorstep.adapters.sqlite.wastage_reads import WastageReads
from doorstep.application.data_exceptions.asking import ExceptionQuery, FoundException, Tally
from doorstep.application.records import EVERY, R, Record, Value, Wanted
from doorstep.application.store import StoreFull
from doorstep.domain.log_tiles import Growth
from doorstep.domain.log_tree import TreeHead

ANALYSTS = 2
"""Connections for the analysis: SQLite works beside Python, and a long question holds up one of two."""
FILLING_CACHE_KIB = 4 * 1024 * 1024
"""Held while a store is filled: ids and hashes come in no order, so a write may need any page of an index."""


class SqliteStore(VisitReads, AppointmentReads, PeopleReads, LogReads, WastageReads):
    """One file. `open` before use, `close` after."""

    def __init__(
        self,
        writer: Connection,
        reader: Connection,
        moment: Connection,
        growth: Growth,
        analysts: Sequence[Connection] = (),
    ) -> None:
        super().__init__(reader, moment)
        self._writer = writer
        self._analysts = tuple(analysts) or (reader,)
        self._asked = [0] * len(self._analysts)
        self._growth = growth

    @classmethod
    async def open(cls, path: Path, reading: type[sqlite3.Connection] = sqlite3.Connection) -> SqliteStore:
        """Open the file, made where there is none, and bring its tables up to this version.

        `reading` is the kind of the connections that read: one of a test's own may keep what it was asked.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = [await open_writer(path)]
        try:
            growth = await opened[0].together(load_growth)
            while len(opened) < 3 + ANALYSTS:
                opened.append(await open_reader(path, reading))
        except BaseException:
            for connection in opened:
                await connection.close()
            raise
        writer, reader, moment, *analysts = opened
        return cls(writer, reader, moment, growth, analysts)

    @asynccontextmanager
    async def filling(self) -> AsyncIterator[None]:
        """While it is filled with what can be made anew: nobody waits for the disk, and much of the file is held.

        Whoever cuts the power meanwhile may find a broken file. Afterwards everything is on the disk.
        """
        await self._writer.execute("PRAGMA synchronous=OFF")
        await self._writer.execute(f"PRAGMA cache_size=-{FILLING_CACHE_KIB}")
        try:
            yield
        finally:
            await self._writer.execute("PRAGMA synchronous=FULL")
            await self._writer.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            await self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """Close the connections."""
        for connection in {*self._analysts, self._moment, self._reader, self._writer}:
            await connection.close()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[SqliteUnit]:
        """One transaction, committed where the block ends and undone where it raises."""
        try:
            await self._writer.execute("BEGIN IMMEDIATE")
            unit = SqliteUnit(self._writer, self._growth)
            yield unit
            await self._writer.execute("COMMIT")
            self._growth = unit.growth
            if unit.changed_people:
                self._forget_sessions()
        except BaseException as fault:
            await end(self._writer)
            # Its extended codes say which call failed: SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC.
            name = fault.sqlite_errorname if isinstance(fault, sqlite3.OperationalError) else ""
            if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
                raise StoreFull("The disk is full: nothing was kept. Free some space.") from fault
            raise

    def tree_head(self) -> TreeHead:
        return self._growth.frontier.head()

    async def records(self, kind: type[R], wanted: Wanted = EVERY) -> list[R]:
        return await self._reader.together(partial(read_records, kind=kind, wanted=wanted))

    async def count_records(self, kind: type[Record], wanted: Wanted = EVERY) -> int:
        return await self._reader.together(partial(count_records, kind=kind, wanted=wanted))

    async def record(self, kind: type[R], *key: Value) -> R | None:
        return await self._reader.together(partial(read_record, kind=kind, key=key))

    async def exception_tally(self, query: ExceptionQuery) -> Tally:
        return await self._reader.together(partial(read_tally, query=query))

    async def exception_rows(self, query: ExceptionQuery) -> list[FoundException]:
        return await self._reader.together(partial(read_exceptions, query=query))

    async def is_rebuild_due(self) -> bool:
        return bool(await self._all("SELECT 1 FROM rebuild_due LIMIT 1"))

    async def is_ready(self) -> bool:
        return bool(list(await self._all("SELECT 1")))
