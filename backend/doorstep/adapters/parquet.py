"""Tables as Parquet: true types, the dictionary's words beside each column, and one group of rows held at most.

pyarrow is an extra, far larger than everything else that Doorstep runs on: it is loaded when a table is asked for.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any, Final

from doorstep.application.exports.table import FORMS, Column, Form, Table

ROWS_IN_GROUP: Final = 10_000
"""So few that a group is encoded in some hundredths of a second and memory stays flat; so many that files are small."""


def has_parquet() -> bool:
    """Whether what writes Parquet is installed; it is not loaded by asking."""
    return importlib.util.find_spec("pyarrow") is not None


class _Drained:
    """A file that only grows, of which what was written can be taken away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self.closed = False

    def write(self, piece: Any) -> int:
        held = bytes(piece)
        self._pieces.append(held)
        self._size += len(held)
        return len(held)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


class ParquetSheet:
    """One table on its way out. Columns are text, whole numbers, booleans, dates, and instants in UTC, in ms."""

    def __init__(self, table: Table) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self._arrow = pa
        self._schema = pa.schema([_field(pa, column) for column in table.columns])
        self._forms: list[Form] = [column.form for column in table.columns]
        self._drained = _Drained()
        repeating = [column.name for column in table.columns if column.form == "text" and column.name not in table.key]
        self._writer = parquet.ParquetWriter(
            pa.PythonFile(self._drained, mode="w"),
            self._schema,
            compression="snappy",
            use_dictionary=repeating or False,
            version="2.6",
        )
        self._waiting: list[Sequence[Any]] = []

    def start(self) -> bytes:
        """What every file begins with."""
        return self._drained.take()

    def add(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """Take some rows on; gives the groups that became full."""
        self._waiting.extend(rows)
        while len(self._waiting) >= ROWS_IN_GROUP:
            self._write(self._waiting[:ROWS_IN_GROUP])
            del self._waiting[:ROWS_IN_GROUP]
        return self._drained.take()

    def end(self) -> bytes:
        """The last rows, and what says where each group lies: without it nothing of the file can be read."""
        if self._waiting:
            self._write(self._waiting)
        self._writer.close()
        return self._drained.take()

    def _write(self, rows: Sequence[Sequence[Any]]) -> None:
        cells = zip(*rows, strict=True)
        arrays = [
            self._array(form, list(column), field.type)
            for form, column, field in zip(self._forms, cells, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))

    def _array(self, form: Form, cells: list[Any], type_: Any) -> Any:
        if form in ("instant", "day"):
            # A day or an instant that never was is no text of no letters.
            return self._arrow.array([cell or None for cell in cells], self._arrow.string()).cast(type_)
        if form == "yes_no":
            return self._arrow.array([None if cell is None else bool(cell) for cell in cells], type_)
        return self._arrow.array(cells, type_)


def _field(arrow: Any, column: Column) -> Any:
    types = {
        "text": arrow.string(),
        "number": arrow.int64(),
        "yes_no": arrow.bool_(),
        "instant": arrow.timestamp("ms", tz="UTC"),
        "day": arrow.date32(),
    }
    told = {
        "description": column.words,
        "form": FORMS[column.form],
        "unit": column.unit,
        "is_personal": "yes" if column.is_personal else "no",
    }
    return arrow.field(column.name, types[column.form], metadata=told)
