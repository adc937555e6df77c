"""The flat file by which a housing system hands orders to the scheduler: comma-separated, in single quotes.

HEADER, then for each order an ORDER-CREATE and its SCHEDULED-ITEMS, then a TRAILER with the count of all lines. Orders
have no slot yet: each row is what is known of an order until its appointment is made. Of ORDER-CREATE these fields are
used, counted from the record's name as 0: 2 the order, 4 its priority, 8 what is wrong, 16 a number to call, 18 notes;
of SCHEDULED-ITEMS 2 the order, 3 the trade, 5 the code of the schedule of rates. Where 16 holds no number and 8 and 18
hold just one, that one is taken, and says so. The meaning of the others is not certain, and they are passed over; 15,
the resident's name, is not taken.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from doorstep.adapters.feeds.csv_file import encoding_of
from doorstep.adapters.feeds.limits import read_whole, short
from doorstep.application.intake.reading import WHOLE_ROW, Fault, FileRefused, Row

HEADER, ORDER, ITEM, TRAILER = "HEADER", "ORDER-CREATE", "SCHEDULED-ITEMS", "TRAILER"
FEWEST: Final = {HEADER: 2, ORDER: 17, ITEM: 6, TRAILER: 3}
"""How many fields each record has at the least."""
FIELDS: Final = {
    "appointment_ref": "ORDER-CREATE field 2",
    "work_order_ref": "ORDER-CREATE field 2",
    "priority": "ORDER-CREATE field 4",
    "phones": "ORDER-CREATE field 16",
    "window": "ORDER-CREATE fields 8 and 18",
    "trade": "SCHEDULED-ITEMS field 3",
    "sor_codes": "SCHEDULED-ITEMS field 5",
}
_SLOT = re.compile(r"\bANY (AM|PM)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9][0-9 ]{8,14}")
_IN_NOTES = re.compile(r"(?<![0-9])(?:\+44 ?|0)[1237](?: ?[0-9]){8,9}(?![0-9])")


class FlatFile:
    """Reads one file, whole: its last line says whether it is."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._encoding = encoding_of(encoding)

    def rows(self, file: BinaryIO) -> Iterator[Row | Fault]:
        """Each order. Raises FileRefused for a file that is cut off, or is none of these."""
        records = self._records(read_whole(file))
        orders: dict[str, list[tuple[int, Sequence[str]]]] = {}
        for line, record in records:
            if record[0] not in (ORDER, ITEM):
                yield Fault(f"line {line}", "the record", f"{short(record[0])!r} is a kind of record that is not read.")
            elif len(record) < FEWEST[record[0]]:
                words = f"has {len(record)} fields; {record[0]} has {FEWEST[record[0]]} or more."
                yield _alone(line, record).wrong(WHOLE_ROW, words)
            elif record[0] == ITEM and record[2] not in orders:
                words = f"is of order {short(record[2])!r}, which is not before it."
                yield _alone(line, record).wrong(WHOLE_ROW, words)
            elif record[0] == ORDER and record[2] in orders:
                words = f"is of order {short(record[2])!r}, which stands before it."
                yield _alone(line, record).wrong(FIELDS["appointment_ref"], words)
            else:
                orders.setdefault(record[2], []).append((line, record))
        for reference, parts in orders.items():
            line = parts[0][0]
            yield Row(
                f"order {short(reference)}, line {line}",
                {name: cell for name, cell in _cells([record for _, record in parts]).items() if cell},
                FIELDS,
            )

    def _records(self, content: bytes) -> list[tuple[int, list[str]]]:
        try:
            text = content.decode(self._encoding)
        except UnicodeDecodeError:
            raise FileRefused("the file is not UTF-8. Say that it is Latin-1, if that is what it is.") from None
        if "\0" in text:
            raise FileRefused("the file holds NUL characters: it is no text, or was damaged. Have it sent again.")
        reader = csv.reader(io.StringIO(text, newline=""), quotechar="'", strict=True, skipinitialspace=True)
        records: list[tuple[int, list[str]]] = []
        try:
            records.extend((reader.line_num, list(map(_plain, record))) for record in reader if record)
        except csv.Error as fault:
            raise FileRefused(f"line {reader.line_num}: the file is cut off, or is no such file ({fault}).") from None
        _check_ends(records)
        return records[1:-1]


def _plain(cell: str) -> str:
    """A field on one line; a bar would part what the sender means as one."""
    return " ".join(cell.replace("|", "/").split())


def _check_ends(records: Sequence[tuple[int, Sequence[str]]]) -> None:
    """The file's first and last lines say that it is whole."""
    if not records or records[0][1][0] != HEADER:
        raise FileRefused("the file does not begin with a HEADER line: it is no order file, or its start is missing.")
    line, last = records[-1]
    if last[0] != TRAILER or len(last) < FEWEST[TRAILER]:
        raise FileRefused(
            f"line {line}: the file does not end with a TRAILER line: it was cut off. Have it sent again."
        )
    if last[2] != str(len(records)):
        raise FileRefused(
            f"line {line}: the TRAILER counts {short(last[2])} lines, and there are {len(records)}. Have it sent again."
        )


def _alone(line: int, record: Sequence[str]) -> Row:
    """One record as far as it says something by itself; the fields that it leaves out are empty."""
    whole = [*record, *[""] * (FEWEST[record[0]] - len(record))]
    if record[0] == ITEM:
        cells = {"work_order_ref": whole[2], "trade": whole[3], "sor_codes": whole[5]}
    else:
        cells = _cells([whole])
    return Row(f"line {line}", {name: cell for name, cell in cells.items() if cell}, FIELDS)


def _cells(records: Sequence[Sequence[str]]) -> dict[str, str]:
    order, items = records[0], [record for record in records if record[0] == ITEM]
    notes = " ".join((order[8], *order[18:19]))
    slots = {slot.upper() for slot in _SLOT.findall(notes)}
    numbers = _IN_NOTES.findall(notes)
    phones = f"given with the order: {order[16]}" if _NUMBER.fullmatch(order[16]) else ""
    if not phones and len(numbers) == 1:
        phones = f"found in the notes of the order: {numbers[0]}"
    return {
        "appointment_ref": order[2],
        "work_order_ref": order[2],
        "priority": order[4].casefold(),
        "trade": items[0][3] if items else "",
        "sor_codes": " ".join(item[5] for item in items),
        # Only where it says one of the two, and only the slot's name: no date stands in the order.
        "window": slots.pop() if len(slots) == 1 else "",
        "phones": phones,
    }
