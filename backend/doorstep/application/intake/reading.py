"""From a row's cells to a booking: every cell is read strictly, and every fault of the row is named at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, TypeVar

import msgspec

from doorstep.application.import_appointments import Agreed, Assigned, Booking, Notification, Window
from doorstep.application.intake import cells as forms
from doorstep.application.intake.cells import CellRefused
from doorstep.application.intake.columns import AGREED, ASSIGNED, NOTIFIED, REQUIRED

T = TypeVar("T")


WHOLE_ROW = "the whole row"
"""The column of a fault by which nobody can say which cell is which."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one cell: where it stands, what it is called there, and what to do about it.

    `of_file`: it is seen in the file only, as a reference that stands there twice; the row's own cells do not show it.
    """

    place: str
    column: str
    words: str
    of_file: bool = False

    def __str__(self) -> str:
        return f"{self.place}, {self.column}: {self.words}"


class Row(msgspec.Struct, frozen=True):
    """One appointment as a file has it. `place` says where in the file, for a person: row 12.

    `cells` are by our columns; `fields` gives the file's own name for a column, where it is another one. `faults` are
    those of the file: with any it is not read further, and held with all that it says.
    """

    place: str
    cells: dict[str, str]
    fields: dict[str, str] = {}
    faults: tuple[Fault, ...] = ()

    def wrong(self, column: str, words: str) -> Row:
        """The row with one more fault of the file, at the file's own name of a column."""
        return msgspec.structs.replace(self, faults=(*self.faults, Fault(self.place, column, words, of_file=True)))

    def is_itself(self) -> bool:
        """Whether its reference can be trusted: not where it stands twice, nor where cells may be out of place."""
        unsure = {WHOLE_ROW, self.fields.get("appointment_ref", "appointment_ref")}
        return not any(fault.column in unsure for fault in self.faults)


class FileRefused(ValueError):
    """The file cannot be read on; the message says where, and what to do about the file as a whole."""


class Landlords(msgspec.Struct, frozen=True):
    """What the landlord knows beside the file: who may attend (`operative_ids` by username), and its own number."""

    source: str
    operative_ids: Mapping[str, str]
    rebooking_number: str


def read_row(row: Row, landlords: Landlords) -> Booking | list[Fault]:
    """The row as a booking, or all its faults; cells under columns that are not ours are passed over."""
    if row.faults:
        return list(row.faults)
    reading = _Reading(row)
    booking = reading.booking(landlords)
    return reading.faults or booking or []


class _Reading:
    """One row while it is read: its faults pile up, so that all of them can be put right at once."""

    def __init__(self, row: Row) -> None:
        self.row, self.cells = row, row.cells
        self.faults: list[Fault] = []

    def fault(self, column: str, words: str) -> None:
        self.faults.append(Fault(self.row.place, self.row.fields.get(column, column), words))

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
            "source_ref": self.read("appointment_ref", forms.words),
            "work_order_ref": self.read("work_order_ref", forms.words),
            "property_ref": self.read("property_ref", forms.words),
            "address": self.read("address", lambda cell: tuple(forms.items(cell))),
            "window": self._window(),
            "priority": self.read("priority", lambda cell: forms.words(cell).casefold()),
            "trade": self.read("trade", forms.words),
            "patch": self.read("patch", forms.words) or "",
            "operative_ids": self._operative_ids(landlords.operative_ids),
            "agreed": self._agreed(),
            "notifications": self._notifications(),
            "contact_requests": self.read("contact_requests", forms.contact_requests) or (),
            "alerts": self.read("alerts", forms.alerts) or (),
            "phone_numbers": self.read("phones", forms.phone_numbers) or (),
            "key_safe": self.read("key_safe", forms.key_safe),
            "is_cancelled": self.read("cancelled", forms.yes) or False,
            "place": self.read("place", forms.place),
            "uprn": self.read("uprn", forms.uprn) or "",
            "sor_codes": self.read("sor_codes", forms.sor_codes) or (),
            "contractor": self.read("contractor", forms.words) or "",
            "assigned": self._assigned(),
        }
        if read["address"] == ():
            self.fault("address", "holds bars and nothing between them; write the address.")
        if self.faults:
            return None
        return Booking(source=landlords.source, rebooking_number=landlords.rebooking_number, **read)

    def _window(self) -> Window | None:
        name = self.read("window", forms.words)
        on = self.read("date", forms.day)
        times = {column: self.read(column, forms.clock) for column in ("starts", "ends")}
        starts, ends = times["starts"], times["ends"]
        if starts is not None and ends is not None and not (starts.tzinfo or ends.tzinfo) and ends <= starts:
            self._ends_too_soon(starts, ends)
            return None
        if name is None or on is None or starts is None or ends is None:
            return None
        instants: list[str] = []
        for column, at in (("starts", starts), ("ends", ends)):
            try:
                instants.append(forms.on_london_day(on, at))
            except CellRefused as refused:
                self.fault(column, str(refused))
        if len(instants) == 2 and instants[1] <= instants[0]:
            self._ends_too_soon(starts, ends)
            return None
        return Window(name, *instants) if len(instants) == 2 else None

    def _ends_too_soon(self, starts: time, ends: time) -> None:
        self.fault("ends", f"{ends:%H:%M} is not after {starts:%H:%M}, when the window starts; check both.")

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
        how, at = self.read("agreed_how", forms.code), self.read("agreed_at", forms.instant)
        self._all_or_none(AGREED)
        return Agreed(how, at) if how and at else None

    def _notifications(self) -> tuple[Notification, ...]:
        channel, status = self.read("notified_channel", forms.code), self.read("notified_status", forms.code)
        sent_at = self.read("notified_sent_at", forms.instant)
        status_at = self.read("notified_status_at", forms.instant)
        self._all_or_none(NOTIFIED, also="notified_status_at")
        return (Notification(channel, sent_at, status, status_at),) if channel and sent_at and status else ()

    def _assigned(self) -> Assigned | None:
        # Outside its window, or the wrong way round, it is no fault of the row: it is told as a data exception.
        starts, ends = self.read("assigned_starts", forms.instant), self.read("assigned_ends", forms.instant)
        self._all_or_none(ASSIGNED)
        return Assigned(starts, ends) if starts and ends else None

    def _all_or_none(self, columns: tuple[str, ...], also: str = "") -> None:
        if any(self.cells.get(column) for column in (*columns, also)):
            for column in columns:
                if not self.cells.get(column):
                    self.fault(column, f"is empty; fill all of {', '.join(columns)}, or none of them.")
