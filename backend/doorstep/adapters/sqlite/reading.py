"""Reads of committed work, on connections of their own beside the writer's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from doorstep.adapters.sqlite.connection import Connection

T = TypeVar("T")


class Reading:
    """What every group of reads stands on: a connection for single reads, and one for several from one moment."""

    def __init__(self, reader: Connection, moment: Connection) -> None:
        self._reader = reader
        self._moment = moment
        self._moment_taken = asyncio.Lock()

    @asynccontextmanager
    async def _one_moment(self) -> AsyncIterator[Connection]:
        """A connection on which several reads see the store as it was at the first of them."""
        async with self._moment_taken:
            try:
                await self._moment.execute("BEGIN")
                yield self._moment
            finally:
                await end(self._moment)

    async def _all(self, sql: str, *values: Any) -> Sequence[Any]:
        return list(await self._reader.execute_fetchall(sql, values))


async def end(connection: Connection) -> None:
    """Leave no transaction open, even if whoever waited for its BEGIN was cancelled: the BEGIN runs all the same.

    The connection's thread takes its calls in order, and there a rollback of nothing is nothing.
    """
    await asyncio.shield(connection.rollback())


def one(rows: Sequence[Any], read: Callable[[Any], T]) -> T | None:
    """What the only row says; None where there is none."""
    return read(rows[0]) if rows else None
