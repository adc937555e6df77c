"""The `doorstep report` command: the board's report of a month, made once and kept, written to files."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from doorstep.application.board_report.editions import (
    Press,
    editions,
    file_name,
    make_edition,
    newest_edition,
    read_file,
)
from doorstep.application.board_report.taking_out import take_file
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.data_folder import existing, takes_data
from doorstep.domain.office_events import SYSTEM
from doorstep.main import open_office
from doorstep.settings import SettingRefused, Settings

DONE, REFUSED = 0, 2
WHOEVER_RUNS_IT = Person(SYSTEM, SYSTEM, "Doorstep", "auditor", "", "")


def add_parser(commands: Any) -> None:
    """`doorstep report` and its ways."""
    report = commands.add_parser("report", help="the board's monthly assurance report, as PDF and HTML")
    ways = report.add_subparsers(metavar="WHAT", required=True)
    month = ways.add_parser("month", help="write the report of a month that is over; made once, then kept as it is")
    month.add_argument("month", metavar="MONTH", help="such as 2026-10")
    month.add_argument("--out", type=Path, default=Path(), help="the folder to write to (default: this one)")
    month.add_argument(
        "--new-edition", action="store_true", help="make another edition, which says what differs from the last"
    )
    takes_data(month)
    month.set_defaults(run=_month)
    listed = ways.add_parser("list", help="the editions that were made, with the hashes of their files")
    takes_data(listed)
    listed.set_defaults(run=_list)


def _month(arguments: argparse.Namespace) -> int:
    settings = existing(arguments.data)
    arguments.out.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_write(settings, arguments.month, arguments.out, is_new=arguments.new_edition))


async def _write(settings: Settings, month: str, out: Path, *, is_new: bool) -> int:
    async with open_office(settings, adopts=False) as running:
        office, press = running.office, _press(running.office)
        newest = await newest_edition(office, month)
        number = newest.edition + is_new if newest else 1
        try:
            made = await make_edition(office, press, month, SYSTEM, number)
            for form in made.hashes:
                # Before anything is written: a file that was changed leaves none of the others behind.
                read_file(press, made, form)
            for form in made.hashes:
                content = await take_file(office, press, WHOEVER_RUNS_IT, made, form)
                file = out / file_name(month, made.edition, form)
                with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
                    opened.write(content)
                print(f"{file}: {len(content)} bytes")
        except Refused as refused:
            print(f"doorstep: {refused}", file=sys.stderr)
            return REFUSED
    print(f"Edition {made.edition} of {month}, told in entry {made.position} of the log.")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    return asyncio.run(_tell(existing(arguments.data)))


async def _tell(settings: Settings) -> int:
    async with open_office(settings, adopts=False) as running:
        held = await editions(running.office)
    for made in held:
        print(f"{made.month}, edition {made.edition}, from {made.tree_size} log entries, told in entry {made.position}")
        for form, sha256 in made.hashes.items():
            print(f"  {sha256}  {file_name(made.month, made.edition, form)}")
    if not held:
        print("No report has been made yet. `doorstep report month MONTH` makes one.")
    return DONE


def _press(office: Office) -> Press:
    if office.press is None:
        raise SettingRefused("This installation makes no reports.")
    return office.press
