"""An import that is killed in the middle is run again: every row is there once, as if it had never been broken off."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from doorstep.application.intake.kept import HeldRow
from doorstep.application.lists import AppointmentFilter
from doorstep.main import open_office
from doorstep.settings import read_settings
from tests.csv_files import ROW, csv_of

ROWS = 12_500
COMMAND = [sys.executable, "-m", "doorstep.cli", "import"]


def started(file: Path, data: Path) -> subprocess.Popen[str]:
    """The command, as a process of its own."""
    return subprocess.Popen(
        [*COMMAND, str(file), "--data", str(data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


async def found(data: Path) -> tuple[int, int, int, list[str]]:
    """How many appointments, held rows and entries of the log there are, and what an audit finds."""
    async with open_office(read_settings(data=data)) as running:
        store = running.office.store
        rows = await store.appointment_rows(AppointmentFilter(limit=ROWS * 2))
        log = store.tree_head().size
        wrong = list(await store.faults())
        return len(rows), await store.count_records(HeldRow), log, wrong


def test_an_import_that_is_killed_is_run_again(tmp_path: Path) -> None:
    """Killed once ten thousand rows are in: the second run takes in the rest, and a third changes nothing."""
    file, data = tmp_path / "rows.csv", tmp_path / "data"
    rows = [{**ROW, "appointment_ref": f"A-{number}", "property_ref": f"P-{number % 500}"} for number in range(ROWS)]
    rows[7]["date"] = rows[-7]["date"] = "never"
    file.write_text(csv_of(*rows))
    first = started(file, data)
    assert first.stderr
    while not (line := first.stderr.readline()).startswith("10,000 of"):
        assert line, "the import ended before it could be killed"
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    in_before, held_before, _, _ = asyncio.run(found(data))
    assert 10_000 <= in_before + held_before < ROWS
    second = started(file, data)
    said, told = second.communicate()
    assert second.returncode == 1, told
    assert f"{ROWS - 2 - in_before} new, 0 changed, {in_before} as they were, 2 held" in said
    whole = asyncio.run(found(data))
    assert whole[:2] == (ROWS - 2, 2)
    third = started(file, data)
    assert f"0 new, 0 changed, {ROWS - 2} as they were, 2 held" in third.communicate()[0]
    assert asyncio.run(found(data)) == whole
    assert whole[3] == []
