"""Reads of the facts of appointments: days that are summed from their sums, all others straight from their facts."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any, TypeVar

from doorstep.adapters.sqlite.connection import Connection
from doorstep.adapters.sqlite.wastage import FACT_COLUMNS, day_summary, fact, value_sql
from doorstep.adapters.sqlite.wastage_behind import read_behind
from doorstep.adapters.sqlite.wastage_blocks import DAY_ROWS, BlockSums, read_due
from doorstep.adapters.sqlite.wastage_cases import (
    read_hazards,
    read_orders,
    read_recovery,
    read_repeats,
    read_waiting,
)
from doorstep.adapters.sqlite.wastage_spans import LIMITS, given_by, narrowed_by
from doorstep.adapters.sqlite.wastage_sums import read_sums
from doorstep.application.wastage.asking import (
    Behind,
    DaySummary,
    HazardCase,
    Lengths,
    Orders,
    Recovery,
    Repeats,
    Span,
    Stale,
    Summed,
    Sums,
    WaitingOrder,
)
from doorstep.application.wastage.blocks import BlockRow, Due
from doorstep.domain.wastage.dimensions import SUMMARY_VERSION
from doorstep.domain.wastage.fact import Fact

T = TypeVar("T")


class WastageReads:
    """The part of the port that reads facts, on connections of their own: a long question holds nobody else up.

    `_asked` is how many questions wait on each.
    """

    _analysts: Sequence[Connection]
    _asked: list[int]

    async def wastage_fact(self, appointment_id: str) -> Fact | None:
        return await self._analysed(partial(_one, appointment_id=appointment_id))

    async def wastage_sums(self, asked: Sums) -> Sequence[Summed]:
        return await self._analysed(partial(read_sums, asked=asked))

    async def wastage_behind(self, asked: Behind) -> Sequence[Fact]:
        return await self._analysed(partial(read_behind, asked=asked))

    async def wastage_lengths(self, asked: Lengths) -> Mapping[str, Sequence[int]]:
        return await self._analysed(partial(_lengths, asked=asked))

    async def wastage_recovery(self, asked: Sums) -> Sequence[Recovery]:
        return await self._analysed(partial(read_recovery, asked=asked))

    async def wastage_repeats(self, span: Span, least: int, beyond: tuple[int, str], limit: int) -> Repeats:
        return await self._analysed(partial(read_repeats, span=span, least=least, beyond=beyond, limit=limit))

    async def wastage_orders(self, span: Span, first_ms: int, end_ms: int) -> Orders:
        return await self._analysed(partial(read_orders, span=span, first_ms=first_ms, end_ms=end_ms))

    async def wastage_hazards(self, span: Span, beyond: tuple[str, str], limit: int) -> Sequence[HazardCase]:
        return await self._analysed(partial(read_hazards, span=span, beyond=beyond, limit=limit))

    async def wastage_waiting(
        self, span: Span, first_ms: int, end_ms: int, beyond: str, limit: int
    ) -> Sequence[WaitingOrder]:
        wanted = partial(read_waiting, span=span, first_ms=first_ms, end_ms=end_ms, beyond=beyond, limit=limit)
        return await self._analysed(wanted)

    async def wastage_stale(self, limit: int) -> Sequence[Stale]:
        return await self._analysed(partial(_stale, limit=limit))

    async def wastage_day(self, stale: Stale) -> DaySummary:
        return await self._analysed(partial(_day, day=stale.day))

    async def wastage_due(self, today: str, limit: int) -> Sequence[Due]:
        return await self._analysed(partial(read_due, today=today, limit=limit))

    async def wastage_block(self, due: Due) -> Sequence[BlockRow]:
        sums, day = BlockSums(), date.fromisoformat(due.first_day)
        while day.isoformat() <= due.last_day:
            # A trip for each day: pages are asked for between them.
            rows = await self._analysed(partial(_facts_of, day=day.isoformat()))
            await asyncio.to_thread(sums.add, day.isoformat(), rows)
            day += timedelta(days=1)
        return await asyncio.to_thread(sums.rows)

    async def _analysed(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def from_one_moment(connection: sqlite3.Connection) -> T:
            with _one_moment(connection):
                return work(connection)

        place = min(range(len(self._analysts)), key=self._asked.__getitem__)
        self._asked[place] += 1
        try:
            return await self._analysts[place].together(from_one_moment)
        finally:
            self._asked[place] -= 1


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Several statements see the store as it was at the first of them."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _one(connection: sqlite3.Connection, appointment_id: str) -> Fact | None:
    sql = f"SELECT {FACT_COLUMNS} FROM wastage_facts WHERE appointment_id=?"
    row = connection.execute(sql, (appointment_id,)).fetchone()
    return fact(row) if row else None


def _lengths(connection: sqlite3.Connection, asked: Lengths) -> dict[str, list[int]]:
    tests = ["is_put_to_audit", "NOT is_cancelled_before", f"{asked.field} IS NOT NULL", LIMITS]
    where = " AND ".join([*tests, *narrowed_by(asked.span)])
    found = connection.execute(
        f"SELECT {value_sql(asked.dimension)},{asked.field} FROM wastage_facts WHERE {where} ORDER BY 1,2",
        given_by(asked.span),
    )
    lengths: dict[str, list[int]] = {}
    for value, length in found:
        lengths.setdefault(value, []).append(length)
    return lengths


def _facts_of(connection: sqlite3.Connection, day: str) -> list[Any]:
    return connection.execute(DAY_ROWS, (day,)).fetchall()


def _stale(connection: sqlite3.Connection, limit: int) -> list[Stale]:
    sql = "SELECT day,changes FROM wastage_marks WHERE summed IS NOT changes OR made_by<>? ORDER BY day DESC LIMIT ?"
    return [Stale(*row) for row in connection.execute(sql, (SUMMARY_VERSION, limit))]


def _day(connection: sqlite3.Connection, day: str) -> DaySummary:
    """As of one moment: its facts, and how often they had changed by then."""
    row = connection.execute("SELECT changes FROM wastage_marks WHERE day=?", (day,)).fetchone()
    return day_summary(connection, day, row[0] if row else 0)
