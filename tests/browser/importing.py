"""Appointments that a test books for itself, whatever the hour and whatever the demonstration has on that day."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.browser.serving import ROOT, Server

HOME = "9 Alteration Row"
"""Where it is, unless the test says otherwise."""


def imported(server: Server, folder: Path, **cells: str) -> None:
    """Take in one appointment of today, that lasts all day, by the command that a landlord's scheduler would call."""
    today = datetime.now(ZoneInfo("Europe/London")).date()
    row = {
        "appointment_ref": "changing",
        "work_order_ref": "WO-1",
        "property_ref": "P-1",
        "address": f"{HOME} | ZZ1 2AB",
        "window": "All day",
        "date": today.isoformat(),
        "starts": "00:00",
        "ends": "23:59",
        "priority": "routine",
        "trade": "Plumbing",
        "patch": server.operative(0)["patch"] or "",
        "operatives": server.operative(0)["username"],
        "agreed_how": "resident_chose",
        "agreed_at": "2026-11-02 10:00",
        "notified_channel": "sms",
        "notified_sent_at": "2026-11-02 10:01",
        "notified_status": "delivered",
        "notified_status_at": "2026-11-02 10:02",
        "phones": "mobile: 07700 900123",
        **cells,
    }
    file = folder / "bookings.csv"
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, row.keys())
        writer.writeheader()
        writer.writerow(row)
    command = [sys.executable, "-m", "doorstep.cli", "import", str(file), "--data", str(server.data)]
    done = subprocess.run(command, env=server.environment(), capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
