"""Appointments from a landlord's CSV file, one row each: every row is read strictly, and every fault is named.

The file is UTF-8 with a header; columns may stand in any order, those that need not be there may be missing, and
nothing that is not known is passed over in silence. COLUMNS says what each holds.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from doorstep.adapters import csv_cells
from doorstep.adapters.csv_cells import CellRefused
from doorstep.application.import_appointments import Agreed, Booking, Notification, Window

T = TypeVar("T")


class Column(NamedTuple):
    """One column: its name, whether every row must fill it, and what to write in it."""

    name: str
    is_required: bool
    words: str


COLUMNS = (
    Column("appointment_ref", True, "the landlord's own reference; no two rows may share one"),
    Column("work_order_ref", True, "the work order that it is for; one order may have many appointments"),
    Column("property_ref", True, "the landlord's reference of the home"),
    Column("address", True, "its lines, between bars: Flat 4 | 12 Sample Street | ZZ1 2AB"),
    Column("window", True, "the slot's name: AM"),
    Column("date", True, "2026-11-23 or 23/11/2026, in London"),
    Column("starts", True, "08:00, in London"),
    Column("ends", True, "13:00, in London, on the same day"),
    Column("priority", True, "emergency, urgent, routine ...: the policy's own words, in any case"),
    Column("trade", True, "Plumbing"),
    Column("patch", False, "the patch whose office sees it; empty: only those who see every patch"),
    Column("operatives", False, "the usernames of those who may attend, between spaces"),
    Column("agreed_how", False, "how the slot was agreed: resident_chose, resident_agreed ..."),
    Column("agreed_at", False, "when; wherever agreed_how is filled"),
    Column("notified_channel", False, "how the resident was told: sms, letter, call ..."),
    Column("notified_sent_at", False, "when; wherever notified_channel is filled"),
    Column("notified_status", False, "what is known of it: sent, delivered, permanent-failure ..."),
    Column("notified_status_at", False, "since when; empty while nothing has come back"),
    Column("contact_requests", False, "what the resident asked for, between bars: side door | text first"),
    Column(
        "alerts",
        False,
        "person alerts in force that day, code and words, between bars: 20-10: deaf (review 2027-02-01) | 10: two",
    ),
    Column("phones", False, "label and number, between bars: mobile: 07700 900123 | home: 01632 960123"),
    Column("key_safe", False, "where one is on record: consent, or no consent, to its use; never its code"),
    Column("cancelled", False, "yes, where the appointment was cancelled; else empty"),
)
NAMES = tuple(column.name for column in COLUMNS)
REQUIRED = tuple(column.name for column in COLUMNS if column.is_required)
AGREED = ("agreed_how", "agreed_at")
NOTIFIED = ("notified_channel", "notified_sent_at", "notified_status")


class RowFault(msgspec.Struct, frozen=True):
    """What is wrong with one cell. `row` is the row of a spreadsheet: the header is row 1."""

    row: int
    column: str
    words: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.words}"


class CsvUnreadable(ValueError):
    """The file cannot be read on; the message says where, and what to do about the file as a whole."""


class Landlords(msgspec.Struct, frozen=True):
    """What the landlord knows beside the file: who may attend (`operative_ids` by username), and its own number."""

    source: str
    operative_ids: Mapping[str, str]
    rebooking_number: str


def read_bookings(lines: Iterable[str], landlords: Landlords) -> Iterator[Booking | RowFault]:
    """Each row as a booking, or all its faults. Open the file as `utf-8-sig` with `newline=""`.

    Raises CsvUnreadable for a file that is no such table: then nothing of it may be used.
    """
    rows_of_refs: dict[str, int] = {}
    for row, cells in _rows(lines):
        if isinstance(cells, RowFault):
            yield cells
            continue
        reading = _Row(row, cells)
        booking = reading.booking(landlords)
        ref = cells.get("appointment_ref", "")
        if ref in rows_of_refs:
            reading.fault("appointment_ref", f"{ref!r} stands in row {rows_of_refs[ref]} as well; keep one of the two.")
        elif ref:
            rows_of_refs[ref] = row
        if reading.faults or booking is None:
            yield from reading.faults
        else:
            yield booking


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str] | RowFault]]:
    """The cells of each row by column; line breaks and runs of spaces within a cell count as one space."""
    row = 0
    try:
        reader = csv.reader(lines, strict=True)
        header = [name.strip().casefold() for name in next(reader, [])]
        _check_header(header)
        for row, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                yield row, RowFault(row, "the whole row", _uneven(len(cells), len(header)))
                continue
            yield row, {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=True)}
    except UnicodeDecodeError:
        raise CsvUnreadable(f"after row {max(row, 1)}: the file is not UTF-8. Save it again as CSV UTF-8.") from None
    except csv.Error as fault:
        raise CsvUnreadable(f"after row {max(row, 1)}: the file is not CSV ({fault}).") from None


def _uneven(cells: int, columns: int) -> str:
    return (
        f"has {cells} cells where the header has {columns}; put a cell that holds a comma or a line break between "
        'double quotes ("), and leave no cell out.'
    )


def _check_header(header: list[str]) -> None:
    unknown = [name for name in header if name not in NAMES]
    if unknown:
        hint = (
            " Columns are separated by commas."
            if len(header) == 1 and (";" in unknown[0] or "\t" in unknown[0])
            else ""
        )
        raise CsvUnreadable(
            f"the header names columns that are not known: {', '.join(map(repr, unknown))}.{hint} "
            "See doorstep import --columns."
        )
    if missing := [name for name in REQUIRED if name not in header]:
        raise CsvUnreadable(f"the header lacks {', '.join(missing)}. See doorstep import --columns.")
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise CsvUnreadable(f"the header names {', '.join(twice)} twice. Keep one of each.")


class _Row:
    """One row while it is read: its faults pile up, so that all of them can be put right at once."""

    def __init__(self, row: int, cells: Mapping[str, str]) -> None:
        self.row, self.cells = row, cells
        self.faults: list[RowFault] = []

    def fault(self, column: str, words: str) -> None:
        self.faults.append(RowFault(self.row, column, words))

    def read(self, column: str, form: Callable[[str], T]) -> T | None:
        """What a cell holds; None, and a fault where there is to be one, if it is empty or refused."""
        cell = self.cells.get(column, "")
        if not cell:
            if column in REQUIRED:
                self.fault(column, "is empty; every appointment needs it.")
            return None
        try:
            return form(cell)
        except CellRefused as refused:
            self.fault(column, str(refused))
            return None

    def booking(self, landlords: Landlords) -> Booking | None:
        """The row as a booking; None where it has faults."""
        read: dict[str, Any] = {
            "source_ref": self.read("appointment_ref", csv_cells.words),
            "work_order_ref": self.read("work_order_ref", csv_cells.words),
            "property_ref": self.read("property_ref", csv_cells.words),
            "address": self.read("address", lambda cell: tuple(csv_cells.items(cell))),
            "window": self._window(),
            "priority": self.read("priority", lambda cell: csv_cells.words(cell).casefold()),
            "trade": self.read("trade", csv_cells.words),
            "patch": self.read("patch", csv_cells.words) or "",
            "operative_ids": self._operative_ids(landlords.operative_ids),
            "agreed": self._agreed(),
            "notifications": self._notifications(),
            "contact_requests": self.read("contact_requests", csv_cells.contact_requests) or (),
            "alerts": self.read("alerts", csv_cells.alerts) or (),
            "phone_numbers": self.read("phones", csv_cells.phone_numbers) or (),
            "key_safe": self.read("key_safe", csv_cells.key_safe),
            "is_cancelled": self.read("cancelled", csv_cells.yes) or False,
        }
        if read["address"] == ():
            self.fault("address", "holds bars and nothing between them; write the address.")
        if self.faults:
            return None
        return Booking(source=landlords.source, rebooking_number=landlords.rebooking_number, **read)

    def _window(self) -> Window | None:
        name = self.read("window", csv_cells.words)
        on = self.read("date", csv_cells.day)
        times = {column: self.read(column, csv_cells.clock) for column in ("starts", "ends")}
        starts, ends = times["starts"], times["ends"]
        if starts is not None and ends is not None and ends <= starts:
            self.fault("ends", f"{ends:%H:%M} is not after {starts:%H:%M}, when the window starts; check both.")
            return None
        if name is None or on is None or starts is None or ends is None:
            return None
        instants: list[str] = []
        for column, at in (("starts", starts), ("ends", ends)):
            try:
                instants.append(csv_cells.on_london_day(on, at))
            except CellRefused as refused:
                self.fault(column, str(refused))
        return Window(name, *instants) if len(instants) == 2 else None

    def _operative_ids(self, known: Mapping[str, str]) -> tuple[str, ...]:
        usernames = self.cells.get("operatives", "").casefold().split()
        for username in usernames:
            if username not in known:
                self.fault(
                    "operatives",
                    f"{username!r} is no operative here; check the spelling, or add them with doorstep people add.",
                )
        return tuple(sorted({known[username] for username in usernames if username in known}))

    def _agreed(self) -> Agreed | None:
        how, at = self.read("agreed_how", csv_cells.code), self.read("agreed_at", csv_cells.instant)
        self._all_or_none(AGREED)
        return Agreed(how, at) if how and at else None

    def _notifications(self) -> tuple[Notification, ...]:
        channel, status = self.read("notified_channel", csv_cells.code), self.read("notified_status", csv_cells.code)
        sent_at = self.read("notified_sent_at", csv_cells.instant)
        status_at = self.read("notified_status_at", csv_cells.instant)
        self._all_or_none(NOTIFIED, also="notified_status_at")
        return (Notification(channel, sent_at, status, status_at),) if channel and sent_at and status else ()

    def _all_or_none(self, columns: tuple[str, ...], also: str = "") -> None:
        if any(self.cells.get(column) for column in (*columns, also)):
            for column in columns:
                if not self.cells.get(column):
                    self.fault(column, f"is empty; fill all of {', '.join(columns)}, or none of them.")
