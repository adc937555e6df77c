"""How long a large landlord's tables take to leave, and with how much memory: `python -m tests.bench.exports`.

The store is filled with made-up visits, each with its checks and some entries of the log; each table is written to a
file as the command does it, in a process of its own, so that its peak is its own.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from pyarrow import parquet

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.parquet import ParquetSheet
from doorstep.adapters.sqlite.report_views import ReportViews
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.exports.taking_out import export_csv, export_parquet
from doorstep.application.rows import Person, VisitRow
from tests.makers import MORNING, an_id, an_office, closed

AUDITOR = Person(an_id(9), "leila", "Leila", "auditor", "", "")
CLAUSES = ("notified", "suitable", "requests", "arrived", "knocked", "called", "waited", "planner", "card", "recorded")
GRADES = msgspec.json.encode(
    [{"clause": clause, "grade": "proven", "why": "bench", "vouchers": ["phone", "server"]} for clause in CLAUSES]
).decode()
EVENTS = 10
COLUMNS = VisitRow.__struct_fields__


def a_visit(number: int) -> tuple[Any, ...]:
    """One visit's row."""
    row = VisitRow(
        visit_id=an_id(number),
        appointment_id=an_id(number),
        operative_id=an_id(number % 300),
        patch=("north", "south")[number % 2],
        day=f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
        standing="recorded",
        outcome="no_access_carded",
        awaiting="[]",
        reasons="[]",
        otherwise="",
        flags="[]",
        started_at=MORNING,
        arrived_at=MORNING,
        closed_at=MORNING,
        received_at=MORNING,
        words="",
        address="",
        work_order_ref=f"WO-{number}",
        priority="routine",
        alert_count=0,
        waived_count=0,
        grade="proven",
        grades=GRADES,
    )
    return msgspec.structs.astuple(row)


def entries(visits: int) -> Iterator[tuple[Any, ...]]:
    """The log's entries of so many visits, each visit's one after another."""
    for position in range(1, visits * EVENTS + 1):
        visit_id = an_id((position - 1) // EVENTS)
        yield position, position.to_bytes(32, "big"), "door_knocked", visit_id, "phone", position, MORNING, b"s" * 32


async def fill(path: Path, visits: int) -> None:
    """A store that holds so many visits."""
    await (await SqliteStore.open(path)).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        # Made-up entries, by the thousand: what keeps the log append-only would look at each of them.
        connection.execute("DROP TRIGGER log_insert")
        marks = ",".join("?" * len(COLUMNS))
        rows = (a_visit(number) for number in range(visits))
        connection.executemany(f"INSERT INTO visits({','.join(COLUMNS)}) VALUES({marks})", rows)
        into = "log(position,sha256,kind,visit_id,installation_id,seq,received_at,seal)"
        connection.executemany(f"INSERT INTO {into} VALUES(?,?,?,?,?,?,?,?)", entries(visits))


async def take_parquet(folder: Path, name: str) -> tuple[int, int]:
    """Write one table as Parquet; gives how many rows and bytes."""
    bench = await an_office(folder / f"{name}-parquet", MemoryStore())
    bench.office.tables, bench.office.parquet = ReportViews(folder / "store.sqlite3"), ParquetSheet
    file = folder / f"{name}.parquet"
    with file.open("wb") as opened:
        async for piece in await export_parquet(bench.office, AUDITOR, name):
            opened.write(piece)
    await closed(bench)
    return parquet.ParquetFile(file).metadata.num_rows, file.stat().st_size


async def take(folder: Path, name: str) -> tuple[int, int]:
    """Write one table as CSV; gives how many rows and bytes."""
    bench = await an_office(folder / name, MemoryStore())
    bench.office.tables = ReportViews(folder / "store.sqlite3")
    lines, file = -1, folder / f"{name}.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        async for piece in await export_csv(bench.office, AUDITOR, name):
            opened.write(piece)
            lines += piece.count("\r\n")
    await closed(bench)
    return lines, file.stat().st_size


def say(folder: Path, name: str, form: str) -> None:
    """One table's line."""
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    lines, size = asyncio.run((take if form == "csv" else take_parquet)(folder, name))
    spent = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:<8} {form:<7} {lines:>9,} rows {size / 1e6:6.0f} MB {spent:6.1f} s {lines / spent:8,.0f} rows/s, "
        f"peak {peak_mb:.0f} MB ({peak_mb - before_mb:+.0f} MB while it was written)",
        flush=True,
    )


def main() -> None:
    """Print a line for each of the large tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=100_000)
    parser.add_argument("--disk", type=Path, default=None, help="a folder on the disk to measure (default: temporary)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.disk) as made:
        folder = Path(made)
        asyncio.run(fill(folder / "store.sqlite3", arguments.visits))
        for name, form in product(("visits", "checks", "events"), ("csv", "parquet")):
            process = multiprocessing.get_context("spawn").Process(target=say, args=(folder, name, form))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
