"""How long every kind of data exception takes to count: `python -m tests.bench.exceptions --appointments 2000000`.

Appointments are made straight in the store's tables, as many a day as `--a-day` says, so that they reach back as far as
they have to; one in twelve has a visit, with a photo. One in a hundred is wrong in each of a few ways. Beside the
seconds for all kinds stands the slowest of them. The last line is the same with the counting of one patch.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from doorstep.adapters import sqlite as sqlite_adapter
from doorstep.adapters.policies import load_rules
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.data_exceptions.asking import ExceptionQuery
from doorstep.application.data_exceptions.facts import LACKS
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from tests.makers import RULES, an_id

LAST_DAY = date(2026, 11, 29)
NOW_MS = round(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp() * 1000)
BATCH = 50_000
PATCHES = ("north", "south", "east", "west")


def appointments(count: int, a_day: int) -> Iterator[tuple[Any, ...]]:
    """Facts of appointments, the newest first: number, day, and which of LACKS are true of it."""
    for number in range(count):
        day = LAST_DAY - timedelta(days=number // a_day)
        lacks = 0 if number % 100 else 1 << number // 100 % len(LACKS)
        lacks |= sum(1 << LACKS.index(usual) for usual in ("place", "sor_codes", "contractor"))
        yield number, day, lacks


def fill(path: Path, count: int, a_day: int) -> None:
    """Write them, with a visit and a photo's use for one in twelve."""
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA synchronous=OFF;PRAGMA foreign_keys=OFF;DROP TRIGGER log_insert;")
    facts, rows, visits, uses, log = [], [], [], [], []
    for number, day, lacks in appointments(count, a_day):
        appointment_id, patch, home = an_id(number), PATCHES[number // 7 % 4], f"P-{number % 125_000}"
        at = round(datetime(day.year, day.month, day.day, 8, tzinfo=UTC).timestamp() * 1000)
        ends = at + 5 * MS_PER_HOUR
        sinces = msgspec.json.encode([at - MS_PER_DAY if lacks >> bit & 1 else None for bit in range(len(LACKS))])
        order = f"WO-{number - number % 200 // 199}"
        uprn = str(number % 125_000) if number % 5_000 else "9"
        priority = "" if lacks >> LACKS.index("priority") & 1 else "routine"
        known = (appointment_id, day.isoformat(), patch, at, ends, home, order, uprn, priority, "plumber")
        facts.append((*known, None, "", lacks, sinces.decode(), at - MS_PER_DAY))
        address, slot = "4 Sample Street, Inventon", (at, ends, 0, b"s" * 32, 1)
        rows.append((appointment_id, "t", order, order, home, address, patch, day.isoformat(), "AM", *slot))
        if number % 12 == 0 and at < NOW_MS:
            visit = (an_id(1 << 64 | number), appointment_id, "anna", patch, day.isoformat(), "recorded")
            more = ("no_access_carded", "[]", "[]", "", "[]", at, at - 1 if number % 1200 == 0 else at + 1, at, at)
            visits.append((*visit, *more, "", address, order, "routine", 0, 0, "", 0, "[]", "", 0))
            sha256 = number.to_bytes(32, "big") if number % 2400 else b"p" * 32
            uses.append((number + 1, visit[0], sha256, "phone", 1, sha256))
            log.append((number + 1, number.to_bytes(32, "little"), "card_photographed", visit[0], at, b"s" * 32))
        if len(facts) == BATCH:
            _write(connection, facts, rows, visits, uses, log)
    _write(connection, facts, rows, visits, uses, log)
    for statement in _suspects():
        connection.execute(statement)
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()


def _suspects() -> list[str]:
    """What fills the tables of suspects from all that is there, as for a store that was there before them."""
    script = resources.files(sqlite_adapter).joinpath("029.sql").read_text(encoding="utf-8")
    return [line for line in script.splitlines() if line.startswith("INSERT")]


def _write(connection: sqlite3.Connection, *tables: list[tuple[Any, ...]]) -> None:
    into = (
        f"appointment_facts VALUES({_marks(15)})",
        f"appointments VALUES({_marks(14)})",
        f"visits VALUES({_marks(26)})",
        f"photo_uses VALUES({_marks(6)})",
        f"log(position,sha256,kind,visit_id,received_at,seal) VALUES({_marks(6)})",
    )
    for table, rows in zip(into, tables, strict=True):
        connection.executemany(f"INSERT INTO {table}", rows)
        rows.clear()


def _marks(count: int) -> str:
    return ",".join("?" * count)


async def measure(path: Path, patch: str) -> tuple[float, str, float, int]:
    """Seconds for all kinds, the slowest kind and its seconds, and how many exceptions there were."""
    store = await SqliteStore.open(path)
    slowest, whole, found = ("", 0.0), 0.0, 0
    for kind in load_rules(RULES).exceptions.kinds:
        began = time.perf_counter()
        tally = await store.exception_tally(ExceptionQuery(kind, NOW_MS, patch=patch))
        seconds = time.perf_counter() - began
        whole, found = whole + seconds, found + tally.count
        slowest = max(slowest, (kind.kind, seconds), key=lambda each: each[1])
    await store.close()
    return whole, *slowest, found


async def made(folder: Path, count: int, a_day: int) -> Path:
    """A store that holds so many."""
    path = folder / "store.sqlite3"
    await (await SqliteStore.open(path)).close()
    fill(path, count, a_day)
    return path


def main() -> None:
    """Print one line for all patches and one for one patch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--appointments", type=int, default=20_000)
    parser.add_argument("--a-day", type=int, default=1_500)
    parser.add_argument("--disk", type=Path, default=None, help="a folder on the disk to measure (default: temporary)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.disk) as name:
        path = asyncio.run(made(Path(name), arguments.appointments, arguments.a_day))
        for patch in ("", "north"):
            whole, kind, seconds, found = asyncio.run(measure(path, patch))
            print(
                f"{arguments.appointments} appointments, patch {patch or 'any'}: all kinds counted in {whole:.3f} s, "
                f"{found} found; the slowest is {kind} with {seconds:.3f} s"
            )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
