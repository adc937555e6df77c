"""Every form of file that is read: what each is called, and how a file shows which it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final, Protocol

from doorstep.adapters.feeds import csv_file
from doorstep.adapters.feeds.booking_xml import BookingXml
from doorstep.adapters.feeds.csv_file import CsvFile
from doorstep.adapters.feeds.flat_file import FlatFile
from doorstep.adapters.feeds.hub_json import HubJson
from doorstep.adapters.feeds.limits import MOST_CELL, short
from doorstep.application.intake.columns import NAMES
from doorstep.application.intake.reading import Fault, FileRefused, Row

CSV, HUB_JSON, BOOKING_XML, FLAT_FILE = "csv", "hub_json", "booking_xml", "flat_file"
BOM: Final = b"\xef\xbb\xbf"
LIKELY: Final = {
    "appointment_ref": "appointment id|appointment reference|appointment number|booking id|booking reference|appt ref",
    "work_order_ref": "work order|work order reference|order|order number|order ref|job|job number|job ref|wo ref",
    "property_ref": "property reference|property|property id|asset reference|asset id|prop ref",
    "address": "full address|property address|address line 1",
    "window": "slot|time slot|appointment slot|timeslot",
    "date": "appointment date|slot date|visit date",
    "starts": "start|start time|slot start|from|window start",
    "ends": "end|end time|slot end|to|until|window end",
    "priority": "job priority|priority name|urgency",
    "trade": "trade name|trade description|craft",
    "patch": "area|team|neighbourhood",
    "operatives": "operative|engineer|resource|operative username",
    "uprn": "unique property reference number",
    "sor_codes": "sor|sor code|schedule of rates",
    "contractor": "supplier|contractor name",
    "phones": "phone|phone number|telephone|mobile|contact number",
}
"""What other systems call our columns, in small letters with single spaces."""


class Reader(Protocol):
    """Reads one file, row by row."""

    def rows(self, file: BinaryIO) -> Iterator[Row | Fault]: ...


class _Bounded:
    """A reader of which no cell is longer than one of CSV: a row that is held is kept, and shown, with all it says."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def rows(self, file: BinaryIO) -> Iterator[Row | Fault]:
        """Each row. Raises FileRefused for one that nobody wrote."""
        for row in self._reader.rows(file):
            if isinstance(row, Row) and row.cells and max(map(len, row.cells.values())) > MOST_CELL:
                raise FileRefused(f"{row.place}: a field has more than {MOST_CELL} characters. Is this the right file?")
            yield row


class FileFormats:
    """The forms that this office reads."""

    names: Sequence[str] = (CSV, HUB_JSON, BOOKING_XML, FLAT_FILE)

    def detect(self, head: bytes, name: str) -> str:
        """The likely form of a file, by its first bytes and what it is called. Raises FileRefused for none of ours."""
        start = head.removeprefix(BOM).lstrip()
        if start.startswith(b"<"):
            return BOOKING_XML
        if start[:1] in (b"{", b"["):
            return HUB_JSON
        if start.startswith((b"'HEADER'", b"HEADER,")):
            return FLAT_FILE
        if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise FileRefused(f"{short(name)!r} is a spreadsheet or an archive. Save the sheet as CSV UTF-8.")
        if not start or b"\0" in start:
            raise FileRefused(f"{short(name)!r} is empty, or is no text. Appointments come as CSV, JSON or XML.")
        return CSV

    def reader(self, name: str, mapping: Mapping[str, str], encoding: str) -> Reader:
        """A reader; `mapping` matters to CSV only, `encoding` to CSV and the flat file: utf-8 or latin-1."""
        if name == CSV:
            return CsvFile(mapping, encoding)
        if name == FLAT_FILE:
            return _Bounded(FlatFile(encoding))
        if name in (HUB_JSON, BOOKING_XML):
            return _Bounded(HubJson() if name == HUB_JSON else BookingXml())
        raise FileRefused(f"{short(name)!r} is no form of file that is read here; say {', '.join(self.names)}.")

    def headers(self, file: BinaryIO, encoding: str) -> Sequence[str]:
        """The columns that a CSV file names. Raises FileRefused where there are none to read."""
        return csv_file.headers(file, encoding)

    def suggested(self, headers: Sequence[str]) -> Mapping[str, str]:
        """What these headers likely mean: theirs to ours, only where just one of them can be meant."""
        found: dict[str, list[str]] = {}
        for theirs in headers:
            if ours := _likely(theirs):
                found.setdefault(ours, []).append(theirs)
        return {theirs[0]: ours for ours, theirs in found.items() if len(theirs) == 1}


def _likely(header: str) -> str:
    plain = " ".join(re.sub(r"([a-z])([A-Z])", r"\1 \2", header).replace("_", " ").replace("-", " ").split()).casefold()
    if plain.replace(" ", "_") in NAMES:
        return plain.replace(" ", "_")
    return next((ours for ours, names in LIKELY.items() if plain in names.split("|")), "")
