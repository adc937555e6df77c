"""How long a large file takes to come in, and in how much memory: `python -m tests.bench.imports --rows 200000`.

A CSV file of that many rows, one in a thousand of them wrong, on a store on disk: the dry run, the real one, and the
same file again. Each is a process of its own, so that the peak of its memory is its own.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import multiprocessing
import os
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from doorstep.adapters.feeds.formats import FileFormats
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.intake.holding import Delivery
from doorstep.application.intake.take_in import Counts, Watching, take_in
from doorstep.domain.office_events import SYSTEM
from tests.makers import a_person, an_office, closed

FIRST_DAY = date(2026, 11, 23)
OPERATIVES = 400
HOMES = 125_000
WRONG_EVERY = 1_000


def write_rows(file: Path, rows: int) -> None:
    """A month of appointments of a landlord of the largest kind."""
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(
            "appointment_ref work_order_ref property_ref address window date starts ends priority trade patch "
            "operatives agreed_how agreed_at phones".split()
        )
        for number in range(rows):
            day = FIRST_DAY + timedelta(days=number * 30 // rows)
            is_morning = number % 2 == 0
            writer.writerow(
                (
                    f"A-{number}",
                    f"WO-{number // 2}",
                    f"P-{number % HOMES}",
                    f"{number % 250 + 1} Sample Street | Inventon | ZZ{number % 99 + 1} 2AB",
                    "AM" if is_morning else "PM",
                    "tomorrow" if number % WRONG_EVERY == WRONG_EVERY - 1 else day.isoformat(),
                    "08:00" if is_morning else "12:00",
                    "13:00" if is_morning else "17:00",
                    "routine",
                    "Plumbing",
                    ("north", "south")[number % 2],
                    f"operative{number % OPERATIVES + 1}",
                    "resident_chose",
                    "2026-11-17 08:00",
                    "mobile: 07700 900123",
                )
            )


async def take(folder: Path, file: Path, *, is_dry: bool) -> tuple[Counts, float]:
    """Take the file in over the store in that folder; what became of it, and the seconds."""
    store = await SqliteStore.open(folder / "store.sqlite3")
    bench = await an_office(folder, store)
    if not await store.people():
        for number in range(1, OPERATIVES + 1):
            await a_person(bench, number, "operative")
    began = time.perf_counter()
    with file.open("rb") as opened:
        form = FileFormats().reader("csv", {}, "utf-8")
        counts = await take_in(bench.office, form, opened, Delivery("bench", "drs", SYSTEM), Watching(), is_dry=is_dry)
    spent = time.perf_counter() - began
    await closed(bench)
    await store.close()
    return counts, spent


def say(name: str, folder: Path, file: Path, is_dry: bool) -> None:
    """One line of figures."""
    counts, spent = asyncio.run(take(folder, file, is_dry=is_dry))
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak_mb, cpu = used.ru_maxrss / 1024, used.ru_utime + used.ru_stime
    print(
        f"{name:<16} {spent:6.1f} s ({cpu:5.1f} s of CPU) {counts.rows / spent:6.0f} rows/s {peak_mb:4.0f} MB   "
        f"{counts.new} new, {counts.changed} changed, {counts.same} same, {counts.held} held",
        flush=True,
    )


def main() -> None:
    """Print a line for each of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--disk", type=Path, default=None, help="a folder on the disk to measure (default: temporary)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.disk) as made:
        folder = Path(made)
        file = folder / "rows.csv"
        write_rows(file, arguments.rows)
        print(f"{arguments.rows:,} rows, {file.stat().st_size / 1e6:.0f} MB, {os.cpu_count()} cores")
        for name, is_dry in (("dry run", True), ("for the 1st time", False), ("the same again", False)):
            process = multiprocessing.get_context("spawn").Process(target=say, args=(name, folder, file, is_dry))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(process.exitcode)
        print(f"the store is {(folder / 'store.sqlite3').stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
