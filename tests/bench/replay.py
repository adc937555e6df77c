"""How long a replay takes and what memory it holds: `python -m tests.bench.replay --visits 5000`.

The store is filled with real visits, each with its appointment and a chain of ten events; the command then judges all
of them twice, in a process of its own. Half as many visits are judged as well: the memory of a replay that is bounded
does not grow between the two.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import tempfile
from pathlib import Path

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.import_appointments import import_bookings
from doorstep.application.serve_day import serve_day
from doorstep.settings import CHECKOUT, read_settings
from tests.chains import Chain
from tests.makers import DAY, MORNING, Bench, a_booking, a_person, a_session, an_id, an_office, closed, send

A_YEAR = 125_000
A_DAY = 25
"""Visits of one operative, who is served them all at once."""


async def fill(folder: Path, visits: int) -> None:
    """So many missed visits, each by the ordinary way in."""
    store = await SqliteStore.open(read_settings({}, data=folder).database)
    bench = await an_office(folder, store)
    for operative in range(visits // A_DAY):
        await _a_day(bench, operative)
    await closed(bench)
    await store.close()


async def _a_day(bench: Bench, operative: int) -> None:
    person = await a_person(bench, operative, "operative", "north" if operative % 2 else "south")
    session = await a_session(bench, person, 10_000 + operative)
    bookings = [a_booking((person.person_id,), f"A-{operative}-{place}", patch=person.patch) for place in range(A_DAY)]
    await import_bookings(bench.office, "system", bookings)
    day = await serve_day(bench.office, session, None)
    seq = 1
    for place, served in enumerate(day.appointments):
        chain = Chain(
            actor_id=person.person_id,
            installation_id=str(session.installation_id),
            appointment_id=served.row.row.appointment_id,
            snapshot=served.row.snapshot,
            policy_version=served.policy.version,
            visit_id=an_id(1_000_000 + operative * A_DAY + place),
            began_ms=MORNING,
        )
        # A picture of its own: one that all have used would be looked for in all of them.
        chain.whole(picture=chain.visit_id.encode())
        await send(bench, session, chain.bodies, seq)
        seq += len(chain.bodies)


def replay(folder: Path, *words: str) -> tuple[int, float, float]:
    """How many visits the command judged, in how many seconds, and its peak of memory in MB."""
    command = [str(CHECKOUT / ".venv/bin/doorstep"), "policy", "replay", "--data", str(folder), "--from", DAY]
    drafted = ["--to", DAY, "--set", "waited.minutes=20", "--format", "csv", *words]
    with tempfile.TemporaryFile() as beside:
        with subprocess.Popen([*command, *drafted], stdout=subprocess.PIPE, stderr=beside) as running:
            assert running.stdout
            rows = sum(1 for _ in running.stdout) - 1
            _, status, used = os.wait4(running.pid, 0)
            running.returncode = os.waitstatus_to_exitcode(status)
        beside.seek(0)
        said = beside.read().decode()
    assert running.returncode == 0, said
    # What the command itself says: without the seconds in which any command starts.
    seconds = float(said.split("judged twice in ")[1].split()[0])
    return rows, seconds, used.ru_maxrss / 1024


def main() -> None:
    """Fill, replay half and all, and print what a year of a large landlord would take."""
    parser = argparse.ArgumentParser(description="Measure the replay command.")
    parser.add_argument("--visits", type=int, default=5_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(fill(folder, wanted.visits))
        for words in (("--patch", "north"), ()):
            visits, seconds, memory = replay(folder, *words)
            year = A_YEAR / visits * seconds
            print(
                f"{visits} visits in {seconds:.1f} s, {visits / seconds:.0f} a second, {memory:.0f} MB; "
                f"{A_YEAR} would take {year:.0f} s"
            )


if __name__ == "__main__":
    main()
