"""Tables as Parquet: the same rows as the CSV files, with true types, in groups; and what to do without it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.parquet import ROWS_IN_GROUP, ParquetSheet
from doorstep.application.exports.dictionary import BY_NAME, TABLES
from doorstep.application.exports.table import Form, Table
from doorstep.application.exports.taking_out import export_csv, export_parquet, plain_cell
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from tests.makers import an_id, an_office, closed

AUDITOR = Person(an_id(9), "leila", "Leila", "auditor", "", "")
TYPES: dict[Form, Any] = {
    "text": pa.string(),
    "number": pa.int64(),
    "yes_no": pa.bool_(),
    "instant": pa.timestamp("ms", tz="UTC"),
    "day": pa.date32(),
}
CELLS: dict[Form, list[Any]] = {
    "text": ["plain", "=cmd", "", 'Ŵyn, "q"\r\nline', None],
    "number": [0, 1, -1, 2**53 + 1, None],
    "yes_no": [0, 1, 1, 0, None],
    "instant": ["2026-03-29T00:59:59.999Z", "1969-12-31T23:59:59.001Z", "", "2026-10-25T01:00:00.000Z", None],
    "day": ["2026-03-29", "2024-02-29", "", "1999-12-31", None],
}


class MadeRows:
    """A store whose views have so many rows, of every form's edges, some hundreds at a time."""

    def __init__(self, count: int) -> None:
        self.count = count

    async def rows(self, table: Table, patch: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        for first in range(0, self.count, 500):
            numbers = range(first, min(first + 500, self.count))
            yield [[CELLS[column.form][n % 5] for column in table.columns] for n in numbers]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office with more rows than one group holds."""
    bench = await an_office(tmp_path, MemoryStore())
    yield replace(bench.office, tables=MadeRows(ROWS_IN_GROUP + 777), parquet=ParquetSheet)
    await closed(bench)


async def whole(office: Office, name: str) -> parquet.ParquetFile:
    """A table, as a reader of Parquet opens it."""
    pieces = [piece async for piece in await export_parquet(office, AUDITOR, name)]
    return parquet.ParquetFile(io.BytesIO(b"".join(pieces)))


def as_csv(value: Any) -> str:
    """A value read from Parquet, as CSV writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z"
    return value.isoformat() if isinstance(value, date) else str(plain_cell(value))


@pytest.mark.parametrize("name", ["appointments", "visits", "events", "home_facts"])
async def test_both_hold_the_same_rows(office: Office, name: str) -> None:
    """Row by row and cell by cell, read by another's reader; text without the apostrophe that spreadsheets need."""
    text = "".join([piece async for piece in await export_csv(office, AUDITOR, name)])
    [header, *rows] = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    read = (await whole(office, name)).read()
    columns = [[as_csv(value) for value in column.to_pylist()] for column in read.columns]
    assert read.column_names == header
    assert [list(row) for row in zip(*columns, strict=True)] == rows
    assert len(rows) == ROWS_IN_GROUP + 777


async def test_every_table_has_the_dictionarys_types(office: Office) -> None:
    """Each column of the type of its form, with its meaning, its unit and whether it is personal beside it."""
    few = replace(office, tables=MadeRows(5))
    for table in TABLES:
        schema = (await whole(few, table.name)).schema_arrow
        assert schema.names == [column.name for column in table.columns]
        for column, field in zip(table.columns, schema, strict=True):
            assert field.type == TYPES[column.form], (table.name, column.name)
            assert field.metadata[b"description"].decode() == column.words
            assert field.metadata[b"unit"].decode() == column.unit
            assert field.metadata[b"is_personal"] == (b"yes" if column.is_personal else b"no")


async def test_rows_lie_in_groups(office: Office) -> None:
    """As many as fit, then the rest: what is held in memory is one group, however many rows there are."""
    told = (await whole(office, "visits")).metadata
    assert [told.row_group(n).num_rows for n in range(told.num_row_groups)] == [ROWS_IN_GROUP, 777]


async def test_a_table_without_rows_can_be_read(office: Office) -> None:
    """It has its columns and no rows."""
    read = (await whole(replace(office, tables=MadeRows(0)), "visits")).read()
    assert (read.num_rows, read.column_names) == (0, [column.name for column in BY_NAME["visits"].columns])


async def test_where_it_is_not_installed_it_says_how(office: Office) -> None:
    """What to install; and nothing was taken, so that nothing is in the log."""
    with pytest.raises(Refused, match=r"requirements/parquet\.txt"):
        await export_parquet(replace(office, parquet=None), AUDITOR, "visits")
    assert not [entry for entry in await office.store.entries(0, 99) if entry.kind.startswith("data_")]


async def test_it_is_logged_as_csv_is(office: Office) -> None:
    """That it goes, and, at its end, that it went."""
    await whole(office, "visits")
    kinds = [entry.kind for entry in await office.store.entries(0, 99)]
    assert [kind for kind in kinds if kind.startswith("data_")] == ["data_exported", "data_export_ended"]
