"""What `doorstep export` does: write a visit's evidence pack, tables for a reporting tool, or their dictionary."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from doorstep.application.checkpoints import CheckpointRefused
from doorstep.application.exports.dictionary import BY_NAME, dictionary_rows
from doorstep.application.exports.schema import FileForm, data_package
from doorstep.application.exports.taking_out import export_csv, export_parquet, written
from doorstep.application.pack.assemble import PackMaker
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.data_folder import existing, takes_data
from doorstep.domain.office_events import SYSTEM
from doorstep.main import open_office
from doorstep.settings import SettingRefused, Settings

DONE, REFUSED = 0, 2
WHOEVER_RUNS_IT = Person(SYSTEM, SYSTEM, "Doorstep", "auditor", "", "")


def add_parser(commands: Any) -> None:
    """`doorstep export` and what it exports."""
    export = commands.add_parser("export", help="write a visit's evidence pack, or tables, to files")
    ways = export.add_subparsers(metavar="WHAT", required=True)
    pack = ways.add_parser("pack", help="the evidence pack of one visit, a ZIP that proves itself offline")
    pack.add_argument("visit_id", metavar="VISIT_ID")
    pack.add_argument("--out", type=Path, help="the file to write (default: visit-VISIT_ID.zip)")
    takes_data(pack)
    pack.add_argument("--redacted", action="store_true", help="the copy for the resident: names left out")
    pack.set_defaults(run=_pack)
    tables = ways.add_parser("tables", help="tables for a reporting tool, as CSV or Parquet")
    tables.add_argument("--format", choices=("csv", "parquet"), default="csv", help="parquet: with true types")
    csv = ways.add_parser("csv", help="the same as `tables`, as CSV")
    csv.set_defaults(format="csv")
    for each in (tables, csv):
        each.add_argument("tables", metavar="TABLE", nargs="*", help="which ones (default: all of them)")
        each.add_argument("--into", type=Path, default=Path(), help="the folder to write to (default: this one)")
        takes_data(each)
        each.set_defaults(run=_tables)
    dictionary = ways.add_parser("dictionary", help="what each column of each table means")
    dictionary.add_argument("--format", choices=("csv", "json"), default="csv", help="json: for reporting tools")
    dictionary.set_defaults(run=_dictionary)


def _dictionary(arguments: argparse.Namespace) -> int:
    if arguments.format == "json":
        print(msgspec.json.format(msgspec.json.encode(data_package())).decode())
    else:
        print(written(dictionary_rows()), end="")
    return DONE


def _tables(arguments: argparse.Namespace) -> int:
    settings = existing(arguments.data)
    if unknown := [name for name in arguments.tables if name not in BY_NAME]:
        print(f"doorstep: there is no table {unknown[0]!r}; there are {', '.join(BY_NAME)}.", file=sys.stderr)
        return REFUSED
    arguments.into.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_write_tables(settings, arguments.tables or list(BY_NAME), arguments.into, arguments.format))


async def _write_tables(settings: Settings, names: list[str], folder: Path, form: FileForm) -> int:
    async with open_office(settings, adopts=False) as running:
        for name in names:
            file = folder / f"{name}.{form}"
            try:
                if form == "parquet":
                    pieces = await export_parquet(running.office, WHOEVER_RUNS_IT, name)
                else:
                    texts = await export_csv(running.office, WHOEVER_RUNS_IT, name)
                    pieces = (text.encode() async for text in texts)
            except Refused as refused:
                print(f"doorstep: {refused}", file=sys.stderr)
                return REFUSED
            with os.fdopen(_for_oneself(file), "wb") as opened:
                async for piece in pieces:
                    opened.write(piece)
            print(f"{file}: {file.stat().st_size} bytes")
    package = folder / "datapackage.json"
    told = msgspec.json.encode(data_package(form, [BY_NAME[name] for name in names]))
    with os.fdopen(_for_oneself(package), "wb") as opened:
        opened.write(msgspec.json.format(told))
    print(f"{package}: what each column of them means, for a reporting tool")
    return DONE


def _for_oneself(file: Path) -> int:
    """A new file, readable by whoever runs the command and by nobody else of the machine: it tells of people."""
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _pack(arguments: argparse.Namespace) -> int:
    settings = existing(arguments.data)
    return asyncio.run(_write(settings, arguments.visit_id, arguments.out, is_redacted=arguments.redacted))


async def _write(settings: Settings, visit_id: str, out: Path | None, *, is_redacted: bool) -> int:
    async with open_office(settings, adopts=False) as running:
        report = running.office.report
        if report is None:
            raise SettingRefused("This installation lays out no reports.")
        maker = PackMaker(report, settings.static / "verify.html")
        try:
            made = await maker.assemble(running.office, WHOEVER_RUNS_IT, visit_id, is_redacted=is_redacted)
        except (Refused, CheckpointRefused) as refused:
            print(f"doorstep: {refused}", file=sys.stderr)
            return REFUSED
    file = out or Path(made.name)
    with os.fdopen(_for_oneself(file), "wb") as opened:
        opened.write(made.content)
    print(f"{file}: {len(made.content)} bytes. Check it with `doorstep verify {file} --log-key KEY`.")
    return DONE
