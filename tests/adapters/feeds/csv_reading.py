"""A landlord's CSV in tests: a row with everything, files of rows, and what is read of them."""

from __future__ import annotations

import csv
import io

from doorstep.adapters.feeds.csv_file import CsvFile
from doorstep.application.import_appointments import Booking
from doorstep.application.intake.reading import Fault, Landlords, read_row

LANDLORDS = Landlords("drs", {"ann.ash": "id-ann", "bob.birch": "id-bob"}, "01632 960002")
ROW = {
    "appointment_ref": "A-1",
    "work_order_ref": "WO-100417",
    "property_ref": "P-9",
    "address": "Flat 4 | 12 Sample Street | ZZ1 2AB",
    "window": "AM",
    "date": "2026-07-06",
    "starts": "08:00",
    "ends": "13:00",
    "priority": "Routine",
    "trade": "Plumbing",
    "patch": "North",
    "operatives": "bob.birch Ann.Ash",
    "agreed_how": "resident_chose",
    "agreed_at": "2026-07-01 10:15",
    "notified_channel": "sms",
    "notified_sent_at": "2026-07-03T09:00:00+01:00",
    "notified_status": "delivered",
    "notified_status_at": "2026-07-03T08:00:04Z",
    "contact_requests": "Come to the side door | Text first",
    "alerts": "20-10: Hard of hearing (review 2027-02-01) | 10: Two people",
    "phones": "mobile: 07700 900123 | home: 01632 960123",
    "key_safe": "no consent",
    "cancelled": "",
    "place": "51.5456000, -0.0567 block",
    "uprn": "010001234567",
    "sor_codes": "20060020, N390917 20060020",
    "contractor": "Larch and Lintel",
    "assigned_starts": "2026-07-06 09:00",
    "assigned_ends": "2026-07-06 10:00",
}


def table(*rows: dict[str, str], header: tuple[str, ...] = tuple(ROW)) -> str:
    """A CSV text of these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(text: str) -> list[Booking | Fault]:
    """What is read of a CSV text."""
    return read_bytes(text.encode())


def read_bytes(data: bytes, mapping: dict[str, str] | None = None, encoding: str = "utf-8") -> list[Booking | Fault]:
    """What is read of a file's bytes, row by row."""
    found: list[Booking | Fault] = []
    for each in CsvFile(mapping, encoding).rows(io.BytesIO(data)):
        read = each if isinstance(each, Fault) else read_row(each, LANDLORDS)
        found += read if isinstance(read, list) else [read]
    return found


def only(text: str) -> Booking:
    """The one booking of a text without faults."""
    [booking] = read(text)
    assert isinstance(booking, Booking), booking
    return booking
