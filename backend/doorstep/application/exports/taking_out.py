"""Take a table out of the house: that it went, and who took it, is logged before its first row goes."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from doorstep.application.exports.dictionary import BY_NAME, Table
from doorstep.application.exports.tables import Tables
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.office_events import DataExported

FORMULA = "=+-@\t\r"
"""A spreadsheet takes a cell that begins with one of these for a formula."""
BOM = "\ufeff"


async def export_csv(office: Office, person: Person, name: str) -> AsyncIterator[str]:
    """A table as pieces of a CSV text, of the person's patch. Raises Refused for no such table, or no store of them."""
    table = BY_NAME.get(name)
    if table is None:
        raise Refused("not-found", f"There is no table of that name; there are {', '.join(BY_NAME)}.")
    if office.tables is None:
        raise Refused("no-exports", "This server's store gives no tables out.")
    await office.writer.submit(_Log(person, name, office.clock.now_ms()))
    return _pieces(office.tables, table, person.patch)


async def _pieces(tables: Tables, table: Table, patch: str) -> AsyncIterator[str]:
    yield BOM + written([[column.name for column in table.columns]])
    async for rows in tables.rows(table, patch):
        yield written(rows)


def written(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV; no cell of text is one that a spreadsheet would run."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([list(map(plain_cell, row)) for row in rows])
    return text.getvalue()


def plain_cell(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] and cell[0] in FORMULA else cell


class _Log:
    def __init__(self, person: Person, name: str, now_ms: int) -> None:
        self.person, self.name, self.now_ms = person, name, now_ms

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        by = self.person.person_id
        log_event(world, DataExported, by, self.now_ms, table=self.name, patch=self.person.patch)
