"""CSV, one appointment a row, under our own column names or under theirs by a mapping.

UTF-8 unless Latin-1 is asked for: which of the two a file is in cannot be told from its bytes, and is not guessed.
Columns may stand in any order and those that need not be there may be missing; one that is not known is refused, unless
the mapping says that it is passed over.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from doorstep.adapters.feeds.limits import MOST_CELL, MOST_COLUMNS, MOST_LINE_BYTES, MOST_ROW_BYTES, short
from doorstep.application.intake.columns import NAMES
from doorstep.application.intake.reading import WHOLE_ROW, Fault, FileRefused, Row

ENCODINGS = {"utf-8": "utf-8-sig", "latin-1": "cp1252"}
"""What may be asked for. By Latin-1 people mean what Windows writes: its superset of it."""
NOT_UTF8 = "the file is not UTF-8. Save it again as CSV UTF-8, or say that it is Latin-1 if that is what it is"


class CsvFile:
    """Reads one CSV file. `mapping` is from their header to our column; to nothing, where it is passed over."""

    def __init__(self, mapping: Mapping[str, str] | None = None, encoding: str = "utf-8") -> None:
        self._mapping = {_folded(theirs): ours for theirs, ours in (mapping or {}).items()}
        self._encoding = encoding_of(encoding)

    def rows(self, file: BinaryIO) -> Iterator[Row | Fault]:
        """Each row that is not empty. Raises FileRefused where the file is none that can be read on."""
        reader = _records(file, self._encoding)
        header = _header(reader)
        columns = self._columns(header)
        named = zip(columns, map(str.strip, header), strict=True)
        fields = {ours: theirs for ours, theirs in named if ours and ours != theirs}
        first_rows: dict[str, int] = {}
        row = 1
        while (cells := _next(reader, row)) is not None:
            row += 1
            if not any(cell.strip() for cell in cells):
                continue
            place = f"row {row}"
            made = Row(place, _made(columns, cells), fields)
            if len(cells) != len(header):
                yield made.wrong(WHOLE_ROW, _uneven(len(cells), len(header)))
                continue
            reference = made.cells.get("appointment_ref", "")
            if reference and first_rows.setdefault(reference, row) != row:
                words = f"{short(reference)!r} stands in row {first_rows[reference]} as well; keep one of the two."
                made = made.wrong(fields.get("appointment_ref", "appointment_ref"), words)
            yield made

    def _columns(self, header: Sequence[str]) -> list[str]:
        """Our column for each of theirs; an empty one for those that are passed over."""
        ours = [self._mapping.get(_folded(name), _folded(name)) for name in header]
        unknown = [short(name) for name, column in zip(header, ours, strict=True) if column and column not in NAMES]
        if unknown:
            hint = " Columns are separated by commas." if len(header) == 1 and set(unknown[0]) & set(";\t") else ""
            raise FileRefused(
                f"the header names columns that are not known: {', '.join(map(repr, unknown[:10]))}"
                f"{' and more' * (len(unknown) > 10)}.{hint} Say which of ours each of them is, or that it is passed "
                "over; doorstep import --columns says what ours are."
            )
        named = [column for column in ours if column]
        if twice := sorted({column for column in named if named.count(column) > 1}):
            raise FileRefused(f"two columns of the header are {', '.join(twice)}. Keep one of each.")
        if not named:
            raise FileRefused("no column of the header is one of ours. doorstep import --columns says what ours are.")
        return ours


def encoding_of(name: str) -> str:
    """The codec of an encoding that may be asked for. Raises FileRefused for any other."""
    if name not in ENCODINGS:
        raise FileRefused(f"{short(name)!r} is no encoding that is read here; say utf-8 or latin-1.")
    return ENCODINGS[name]


def headers(file: BinaryIO, encoding: str) -> list[str]:
    """The columns that the file's first line names. Raises FileRefused where there are none to read."""
    return [name.strip() for name in _header(_records(file, encoding_of(encoding)))]


class _Lines:
    """A file's lines as text, each no longer than it may be; nor all lines of one row together."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self.row_bytes = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(MOST_LINE_BYTES + 1)
        self.row_bytes += len(line)
        if len(line) > MOST_LINE_BYTES or self.row_bytes > MOST_ROW_BYTES:
            raise _TooLong
        text = self._decoder.decode(line, final=not line)
        if not line:
            raise StopIteration
        if "\0" in text:
            raise csv.Error("line contains NUL")
        return text


class _TooLong(Exception):
    """A line, or a row of many, that nobody wrote by hand."""


def _records(file: BinaryIO, encoding: str) -> Iterator[list[str]]:
    lines = _Lines(file, encoding)
    for cells in csv.reader(lines, strict=True):
        yield cells
        lines.row_bytes = 0


def _header(reader: Iterator[list[str]]) -> list[str]:
    header = _next(reader, 0)
    if header is None or not any(name.strip() for name in header):
        raise FileRefused("the file is empty, or its first row is: the first row names the columns.")
    if len(header) > MOST_COLUMNS:
        raise FileRefused(f"the header has {len(header)} columns; at most {MOST_COLUMNS} are read.")
    return header


def _next(reader: Iterator[list[str]], row: int) -> list[str] | None:
    """The next row's cells; None at the end."""
    after = f"after row {row}" if row else "in the first row"
    try:
        cells = next(reader, None)
    except UnicodeDecodeError:
        raise FileRefused(f"{after}: {NOT_UTF8}.") from None
    except _TooLong:
        raise FileRefused(
            f"{after}: a line is longer than {MOST_LINE_BYTES} bytes, or a row than {MOST_ROW_BYTES}. "
            "Is this the right file, and is a quotation mark left open?"
        ) from None
    except csv.Error as fault:
        raise FileRefused(
            f"{after}: the file is not CSV, or was cut off ({fault}). Nothing after that can be read: export it again."
        ) from None
    if cells and max(map(len, cells)) > MOST_CELL:
        raise FileRefused(f"{after}: a cell has more than {MOST_CELL} characters. Is a quotation mark left open?")
    return cells


def _made(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells that are ours. Of a row with more of them than the header names, the last holds the rest as well."""
    within = list(cells[: len(columns)])
    if beyond := [cell for cell in cells[len(columns) :] if cell.strip()]:
        last = max(number for number, ours in enumerate(columns) if ours)
        within[last] = ", ".join([*within[last:], *beyond])[:MOST_CELL]
        del within[last + 1 :]
    return {ours: " ".join(cell.split()) for ours, cell in zip(columns, within, strict=False) if ours and cell.strip()}


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _uneven(cells: int, columns: int) -> str:
    return (
        f"has {cells} cells where the header has {columns}; put a cell that holds a comma or a line break between "
        'double quotes ("), and leave no cell out. If it is the last row, the file may have been cut off.'
    )
