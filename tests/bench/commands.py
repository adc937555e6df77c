"""How long commands take over a landlord's data, each in a process of its own, with the most memory that it held."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from doorstep.settings import CHECKOUT


class Took(NamedTuple):
    """What one run of a command took, and the last line of what it said beside its output."""

    seconds: float
    peak_bytes: int
    said: str


def run(words: Sequence[str]) -> Took:
    """Run `doorstep` with these words. Raises RuntimeError where it fails, with what it said."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as beside:
        with subprocess.Popen(
            [str(CHECKOUT / ".venv/bin/doorstep"), *words], stdout=subprocess.DEVNULL, stderr=beside
        ) as running:
            _, status, used = os.wait4(running.pid, 0)
            running.returncode = os.waitstatus_to_exitcode(status)
        beside.seek(0)
        said = beside.read().decode().strip()
    if running.returncode:
        raise RuntimeError(f"doorstep {' '.join(words)}: {said}")
    return Took(time.perf_counter() - began, used.ru_maxrss * 1024, said.rpartition("\n")[2])


def seconds_of(folder: Path, last: date) -> list[str]:
    """A replay of the year until that day, and the board's report of the month before it: each in a line."""
    drafted = ["--set", "waited.minutes=20", "--format", "csv"]
    first = last - timedelta(days=364)
    days = ["--from", first.isoformat(), "--to", last.isoformat()]
    replayed = run(["policy", "replay", "--data", str(folder), *days, *drafted])
    month = f"{last.replace(day=1) - timedelta(days=1):%Y-%m}"
    with tempfile.TemporaryDirectory() as out:
        reported = run(["report", "month", month, "--new-edition", "--out", out, "--data", str(folder)])
    return [
        f"{name}: {took.seconds:.1f} s, {took.peak_bytes / 1e6:,.0f} MB at most; {took.said}"
        for name, took in (("replay of a year", replayed), (f"the board's report of {month}", reported))
    ]
