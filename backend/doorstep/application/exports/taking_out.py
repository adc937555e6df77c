"""Take a table out of the house: that it goes, and who takes it, is logged before its first row; what went, at its end.

The end is logged also where whoever took it broke off. Only a server that ends meanwhile leaves a beginning without an
end: then all of it may have gone.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from doorstep.application.exports.dictionary import BY_NAME
from doorstep.application.exports.schema import ESCAPED
from doorstep.application.exports.table import Table
from doorstep.application.exports.tables import Sheet, Tables
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused, WriterStopped
from doorstep.domain.office_events import DataExported, DataExportEnded

FORMULA = re.compile(ESCAPED)
"""A spreadsheet takes a cell that begins with one of these signs for a formula.

Apostrophes before them count too, so that whoever takes one off again has just what was there.
"""
BOM = "\ufeff"


Piece = TypeVar("Piece", str, bytes)
HOW_TO_GET_PARQUET = (
    "Parquet needs pyarrow, which is not installed: `pip install --require-hashes --no-deps -r "
    "requirements/parquet.txt`, or the extra doorstep[parquet]; then start the server again. CSV needs nothing."
)


async def export_csv(office: Office, person: Person, name: str) -> AsyncIterator[str]:
    """A table as pieces of a CSV text, of the person's patch. Raises Refused for no such table, or no store of them."""
    table, tables = _asked(office, name)
    return await _taken(office, tables, table, person, CsvSheet(table))


async def export_parquet(office: Office, person: Person, name: str) -> AsyncIterator[bytes]:
    """A table as pieces of a Parquet file. Raises Refused as for CSV, and where nothing that writes it is installed."""
    table, tables = _asked(office, name)
    if office.parquet is None:
        raise Refused("no-parquet", HOW_TO_GET_PARQUET)
    return await _taken(office, tables, table, person, office.parquet(table))


def _asked(office: Office, name: str) -> tuple[Table, Tables]:
    table = BY_NAME.get(name)
    if table is None:
        raise Refused("not-found", f"There is no table of that name; there are {', '.join(BY_NAME)}.")
    if office.tables is None:
        raise Refused("no-exports", "This server's store gives no tables out.")
    return table, office.tables


async def _taken(
    office: Office, tables: Tables, table: Table, person: Person, sheet: Sheet[Piece]
) -> AsyncIterator[Piece]:
    await office.writer.submit(_Log(person, table.name, office.clock.now_ms()))
    return _pieces(office, tables, table, person, sheet)


async def _pieces(
    office: Office, tables: Tables, table: Table, person: Person, sheet: Sheet[Piece]
) -> AsyncIterator[Piece]:
    given, is_whole = 0, False
    try:
        yield sheet.start()
        async for rows in tables.rows(table, person.patch):
            # Before they are given: where it is broken off here, they may have gone.
            given += len(rows)
            # Beside the server's other work: thousands of rows become a piece of Parquet at once.
            if piece := await asyncio.to_thread(sheet.add, rows):
                yield piece
        if last := await asyncio.to_thread(sheet.end):
            yield last
        is_whole = True
    finally:
        # It is in the writer's queue before anything is awaited: whoever breaks off cannot keep it from the log.
        with suppress(WriterStopped):
            await office.writer.submit(_LogEnd(person, table.name, given, office.clock.now_ms(), is_whole=is_whole))


class CsvSheet:
    """A table as CSV, with a mark at its start by which spreadsheets know that it is UTF-8."""

    def __init__(self, table: Table) -> None:
        self._header = [column.name for column in table.columns]

    def start(self) -> str:
        """The mark and the columns' names."""
        return BOM + written([self._header])

    def add(self, rows: Sequence[Sequence[Any]]) -> str:
        """Some rows."""
        return written(rows)

    def end(self) -> str:
        """Nothing ends a CSV file."""
        return ""


def written(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV; no cell of text is one that a spreadsheet would run."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([list(map(plain_cell, row)) for row in rows])
    return text.getvalue()


def plain_cell(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


class _Log:
    def __init__(self, person: Person, name: str, now_ms: int) -> None:
        self.person, self.name, self.now_ms = person, name, now_ms

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        by = self.person.person_id
        log_event(world, DataExported, by, self.now_ms, table=self.name, patch=self.person.patch)


class _LogEnd:
    def __init__(self, person: Person, name: str, given: int, now_ms: int, *, is_whole: bool) -> None:
        self.person, self.name, self.given, self.now_ms, self.is_whole = person, name, given, now_ms, is_whole

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        of = {"table": self.name, "patch": self.person.patch, "rows": self.given, "is_whole": self.is_whole}
        log_event(world, DataExportEnded, self.person.person_id, self.now_ms, **of)
