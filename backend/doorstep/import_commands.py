"""What the `doorstep import` command does: check a whole CSV file of appointments, then take all of it in, or none."""

from __future__ import annotations

import argparse
import asyncio
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from doorstep.adapters.csv_bookings import COLUMNS, CsvUnreadable, Landlords, RowFault, read_bookings
from doorstep.application.import_appointments import MOST_AT_ONCE, Booking, Imported, import_bookings
from doorstep.application.office import Office
from doorstep.domain.chain import body_hash
from doorstep.domain.office_events import SYSTEM
from doorstep.settings import read_settings

DONE, FAULT = 0, 2


def add_parser(commands: Any) -> None:
    """`doorstep import`, with its arguments."""
    command = commands.add_parser(
        "import",
        help="take in appointments from a CSV file",
        description="Take in appointments from a CSV file. Nothing is taken in unless every row is right. "
        "Taking in the same file again changes nothing: if it was broken off, run it again.",
    )
    command.add_argument("file", nargs="?", metavar="FILE", help="the CSV file; - for standard input")
    command.add_argument(
        "--data", type=Path, help="the folder that holds everything (default: DOORSTEP_DATA or ./data)"
    )
    command.add_argument(
        "--source", default="csv", help="whose references these are: the scheduler's name (%(default)s)"
    )
    command.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
    command.add_argument("--columns", action="store_true", help="say what the columns are")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check the file, then take it in; 0 where that was done, 2 where something has to be put right first."""
    if arguments.columns:
        print("\n".join(f"{c.name:<19} {'needed  ' if c.is_required else '        '} {c.words}" for c in COLUMNS))
        return DONE
    if not arguments.file:
        print("doorstep: which file? See doorstep import --help.", file=sys.stderr)
        return FAULT
    # A copy, read twice: what was checked is what is taken in, whoever writes to the file meanwhile.
    with tempfile.TemporaryFile() as copy:
        if arguments.file == "-":
            shutil.copyfileobj(sys.stdin.buffer, copy)
        else:
            with Path(arguments.file).open("rb") as file:
                shutil.copyfileobj(file, copy)
        return asyncio.run(_import(arguments, copy))


async def _import(arguments: argparse.Namespace, copy: IO[bytes]) -> int:
    from doorstep.main import open_office

    async with open_office(read_settings(data=arguments.data)) as running:
        office = running.office
        landlords = Landlords(arguments.source, await _operative_ids(office), office.rebooking_number)
        try:
            right, wrong = _check(copy, landlords)
        except CsvUnreadable as fault:
            print(f"doorstep: {fault}\nNothing was taken in.", file=sys.stderr)
            return FAULT
        if wrong:
            print(f"{wrong} faults. Nothing was taken in. Put them right and import the file again.", file=sys.stderr)
            return FAULT
        total = Imported()
        rows = (row for row in _read(copy, landlords) if isinstance(row, Booking))
        while bookings := list(islice(rows, MOST_AT_ONCE)):
            if arguments.dry_run:
                done = await what_would_change(office, bookings)
            else:
                done = await import_bookings(office, SYSTEM, bookings)
            total = Imported(total.new + done.new, total.changed + done.changed, total.same + done.same)
            if sys.stderr.isatty():
                print(f"\r{total.new + total.changed + total.same} of {right}", end="", file=sys.stderr, flush=True)
        verb = "would be " if arguments.dry_run else ""
        print(f"{right} appointments: {total.new} {verb}new, {total.changed} {verb}changed, {total.same} as they were.")
        return DONE


def _check(copy: IO[bytes], landlords: Landlords) -> tuple[int, int]:
    """How many rows are right, and how many faults were found, each of which is printed."""
    right = wrong = 0
    for read in _read(copy, landlords):
        if isinstance(read, RowFault):
            wrong += 1
            print(read, file=sys.stderr)
        else:
            right += 1
    return right, wrong


def _read(copy: IO[bytes], landlords: Landlords) -> Iterator[Booking | RowFault]:
    copy.seek(0)
    text = io.TextIOWrapper(copy, encoding="utf-8-sig", newline="")
    try:
        yield from read_bookings(text, landlords)
    finally:
        text.detach()


async def _operative_ids(office: Office) -> dict[str, str]:
    people = await office.store.people()
    return {
        person.username: person.person_id for person in people if person.role == "operative" and person.left_at is None
    }


async def what_would_change(office: Office, bookings: list[Booking]) -> Imported:
    """What importing these would do: an appointment is the same where its snapshot and its assignment are."""
    counts = {"new": 0, "changed": 0, "same": 0}
    for booking in bookings:
        row = await office.store.appointment_row(booking.appointment_id)
        if row is None:
            counts["new"] += 1
            continue
        held = (row.snapshot_sha256, row.operative_ids, row.patch, row.is_cancelled)
        made = (
            body_hash(booking.snapshot().encode()),
            tuple(sorted(booking.operative_ids)),
            booking.patch,
            booking.is_cancelled,
        )
        counts["same" if held == made else "changed"] += 1
    return Imported(**counts)
