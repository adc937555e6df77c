"""How fast the office's pages are over a landlord's data: `python -m tests.bench.office FOLDER`, a data folder's copy.

The server is the real one, started as people start it, over a folder that `doorstep demo` has filled (people and their
sessions are added to it: give it a copy). So many people at once ask for each kind of page; printed are the median and
the 99th percentile of each in ms, and how many times the floor that is: the same people at once, in the same run,
asking whether the server is alive. Beside them stand the seconds of the start, the server's memory, and the size of the
database. With `--commands`, a replay of a year and the report of a month are timed too, each in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from doorstep.application.keep_people import add_person
from doorstep.application.sign_in import _Begin, new_session
from doorstep.main import open_office
from doorstep.settings import read_settings
from tests.bench.browsing import Asked, Times, browse
from tests.bench.commands import seconds_of
from tests.bench.office_pages import Readers, draw, pages_of
from tests.bench.serving import Server, serving

ALIVE = Asked("/healthz")


async def sign_in(folder: Path, users: int, patch: str) -> Readers:
    """So many people of each sort, with a session each."""
    settings = read_settings(
        {"DOORSTEP_RULES": str(folder / "rules")} if (folder / "rules").exists() else {}, data=folder
    )
    mark = f"{time.time_ns()}"
    async with open_office(settings) as running:
        office = running.office
        tokens: list[list[str]] = []
        for sort, (role, of) in enumerate((role, of) for role in ("supervisor", "planner") for of in ("", patch)):
            tokens.append([])
            for number in range(users):
                name = f"bench{sort}.{number}.{mark}"
                person = await add_person(office, name, name, role, of, f"{name} long password")
                token, session = new_session(office, person, None, office.clock.now_ms())
                await office.writer.submit(_Begin(session))
                tokens[-1].append(token)
    supervisors, of_a_patch, planners, patch_planners = tokens
    return Readers(supervisors, of_a_patch, planners, patch_planners)


def some_patch(database: Path) -> str:
    """The patch with the most visits."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as held:
        sql = "SELECT patch FROM visits WHERE patch<>'' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        return str(held.execute(sql).fetchone()[0])


def sizes(folder: Path, database: Path) -> str:
    """What there is, in a line."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as held:
        counts = {
            name: held.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for name, table in (("appointments", "appointments"), ("visits", "visits"), ("entries", "log"))
        }
        missed = held.execute("SELECT count(*) FROM wastage_facts WHERE n_missed").fetchone()[0]
    size = sum(file.stat().st_size for file in folder.glob(f"{database.name}*"))
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    return f"{told}, {missed:,} missed; the database has {size / 1e6:,.0f} MB"


async def measure(server: Server, pages: dict[str, list[Asked]], users: int, each: int, only: str) -> list[str]:
    """Every kind of page in turn; what slow ones are is told at once."""
    await browse(server.port, users, [ALIVE], each)
    floor = await browse(server.port, users, [ALIVE], each * 10)
    lines = [_line("floor: is it alive", floor, floor)]
    print(lines[0], flush=True)
    for kind, asked in pages.items():
        if not asked or only not in kind:
            continue
        lines.append(_line(kind, await browse(server.port, users, asked, each), floor))
        print(lines[-1], flush=True)
    return lines


def _line(kind: str, times: Times, floor: Times) -> str:
    ratio = f"{times.p50 / floor.p50:7.1f} {times.p99 / floor.p99:7.1f}"
    return f"{kind:44} n {times.pages:4} {times.p50:9.1f} {times.p99:9.1f} {times.longest:9.1f} {ratio}"


def _memory(server: Server) -> str:
    return f"{server.memory() / 1e6:,.0f} MB resident, {server.peak() / 1e6:,.0f} MB at most"


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--each", type=int, default=12, help="pages of each kind that each user asks for")
    parser.add_argument("--only", default="", help="kinds of pages with these letters in their name")
    parser.add_argument("--commands", action="store_true", help="time the commands as well")
    given = parser.parse_args(arguments)
    database = read_settings({}, data=given.folder).database
    if not database.exists():
        raise SystemExit(f"{database} is not there. Give a copy of a folder that `doorstep demo` has filled.")
    patch = some_patch(database)
    readers = asyncio.run(sign_in(given.folder, given.users, patch))
    drawn = draw(database, patch)
    print(sizes(given.folder, database))
    began = time.perf_counter()
    with serving(given.folder) as server:
        print(f"the server answers after {server.ready_s:.1f} s; {_memory(server)}")
        print(f"{'page':44} {'':6} {'p50 ms':>9} {'p99 ms':>9} {'max ms':>9} {'x floor':>7} {'':>7}")
        asyncio.run(measure(server, pages_of(drawn, readers), given.users, given.each, given.only))
        print(f"after {time.perf_counter() - began:.0f} s: {_memory(server)}")
    if given.commands:
        print("\n".join(seconds_of(given.folder, date.fromisoformat(drawn.today))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
