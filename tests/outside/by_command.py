"""A landlord's folder whose files of appointments come by the command alone."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.browser.serving import ROOT
from tests.outside.came_of import Came, of_command

OWN = ("appointment_id", "operative_ids")
"""Columns that are of one folder only: the ids that it gave."""


class Folder:
    """One landlord's folder, where nobody serves."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def engage(self, usernames: Sequence[str]) -> None:
        """Let these operatives work here."""
        for username in usernames:
            way = ["--name", f"Operative {username}", "--role", "operative", "--password-stdin"]
            done = self._run("people", "add", username, *way, typed="lantern-saddle-1042\n")
            assert done.returncode == 0, done.stderr

    def take_in(self, file: Path, source: str, *, is_dry: bool) -> Came:
        """Look at a file, or take it in."""
        done = self._run("import", str(file), "--source", source, *(["--dry-run"] if is_dry else []))
        complaints = [line for line in done.stderr.splitlines() if line.strip()]
        return of_command(done.stdout.strip(), complaints)

    def appointments(self, into: Path) -> list[dict[str, str]]:
        """What was taken in, by any way, without what is this folder's own."""
        done = self._run("export", "csv", "appointments", "--into", str(into))
        assert done.returncode == 0, done.stderr
        with (into / "appointments.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [{name: cell for name, cell in row.items() if name not in OWN} for row in csv.DictReader(file)]
        return sorted(rows, key=lambda row: (row["source_ref"], row["work_order_ref"]))

    def _run(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        command = [sys.executable, "-m", "doorstep.cli", *words, "--data", str(self.data)]
        environment = kept | {"DOORSTEP_RULES": str(ROOT / "rules")}
        return subprocess.run(command, input=typed, env=environment, capture_output=True, text=True, cwd=ROOT)
