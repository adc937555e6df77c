"""A landlord's CSV file for tests: a row that is right in everything, and files of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from tests.makers import DAY

ROW = {
    "appointment_ref": "A-1",
    "work_order_ref": "WO-1",
    "property_ref": "P-1",
    "address": "4 Sample Street | ZZ1 2AB",
    "window": "AM",
    "date": DAY,
    "starts": "08:00",
    "ends": "13:00",
    "priority": "routine",
    "trade": "Plumbing",
    "patch": "north",
}


def csv_of(*rows: Mapping[str, str], called: Mapping[str, str] | None = None) -> str:
    """A CSV file of these rows; `called` gives columns other names in its header."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writerow({name: (called or {}).get(name, name) for name in names})
    writer.writerows(rows)
    return text.getvalue()
