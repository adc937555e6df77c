"""What the `doorstep import` command does: look at a whole file of appointments, then take in what is right in it."""

from __future__ import annotations

import argparse
import asyncio
import csv
import getpass
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from doorstep.adapters.feeds.csv_file import ENCODINGS
from doorstep.adapters.feeds.formats import FileFormats
from doorstep.application.exports.taking_out import plain_cell
from doorstep.application.intake.columns import COLUMNS
from doorstep.application.intake.reading import Fault
from doorstep.application.intake.runs import REFUSED, Brought, begin, carry_out, counts_of
from doorstep.application.intake.take_in import Counts, Watching
from doorstep.application.intake.telling import told
from doorstep.application.writer import Refused
from doorstep.data_folder import takes_data
from doorstep.settings import read_settings

DONE, SOME_HELD, FAULT = 0, 1, 2
MOST_PRINTED = 50
LINE_EVERY_ROWS = 10_000
ENDS = """\
Good rows go in. The others are held, to be mended on the page Imports or put right in the file and sent again; taking
in the same file again changes nothing, so run it again if it was broken off. Nothing of a file goes in that cannot be
read to its end.

It ends with 0 where nothing was held, 1 where rows were (or, in a dry run, would be), 2 where nothing was taken in."""


def add_parser(commands: Any) -> None:
    """`doorstep import`, with its arguments."""
    command = commands.add_parser(
        "import",
        help="take in appointments: CSV, a repairs hub's JSON, a scheduler's XML, a housing system's orders",
        description="Take in appointments from a file.",
        epilog=ENDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("file", nargs="?", metavar="FILE", help="the file; - for standard input")
    takes_data(command)
    command.add_argument(
        "--source", default="csv", help="whose references these are: the scheduler's name (%(default)s)"
    )
    command.add_argument("--format", default="", choices=FileFormats.names, help="else it is told from the file itself")
    command.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="THEIR=OURS",
        help="a header of a CSV file and the column that it is; THEIR= passes it over. Remembered for this source",
    )
    command.add_argument("--encoding", default="utf-8", choices=tuple(ENCODINGS), help="(%(default)s)")
    command.add_argument("--faults", type=Path, metavar="FILE.csv", help="write all faults there")
    command.add_argument("--dry-run", action="store_true", help="say what would happen, and take nothing in")
    command.add_argument("--columns", action="store_true", help="say what the columns are")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check the file, then take it in; the exit status is told by --help."""
    if arguments.columns:
        print("\n".join(f"{c.name:<19} {'needed  ' if c.is_required else '        '} {c.words}" for c in COLUMNS))
        return DONE
    if not arguments.file:
        print("doorstep: which file? See doorstep import --help.", file=sys.stderr)
        return FAULT
    if unclear := [pair for pair in arguments.map if "=" not in pair]:
        print(f"doorstep: --map takes THEIR=OURS, as in 'Job No=work_order_ref'; not {unclear[0]!r}.", file=sys.stderr)
        return FAULT
    # A copy, read more than once: what was checked is what is taken in, whoever writes to the file meanwhile.
    with tempfile.TemporaryFile() as copy:
        if arguments.file == "-":
            shutil.copyfileobj(sys.stdin.buffer, copy)
        else:
            with Path(arguments.file).open("rb") as file:
                shutil.copyfileobj(file, copy)
        return asyncio.run(_import(arguments, copy))


async def _import(arguments: argparse.Namespace, copy: BinaryIO) -> int:
    from doorstep.main import open_office

    async with open_office(read_settings(data=arguments.data)) as running:
        office, intake = running.office, running.office.intake
        if intake is None:
            raise RuntimeError("This office takes no files in.")
        brought = Brought(
            source=arguments.source,
            name=Path(arguments.file).name,
            by=f"the command, as {_who()}",
            format=arguments.format,
            mapping=dict(pair.split("=", 1) for pair in arguments.map),
            encoding=arguments.encoding,
        )
        with _faults_told(arguments.faults) as faults:
            watching = Watching(faults.tell, _Progress().tell)
            try:
                ended = await begin(office, intake, brought, copy)
                ended = await carry_out(
                    office, intake, ended, copy, brought.actor_id, watching, is_dry=arguments.dry_run
                )
            except Refused as refused:
                print(f"doorstep: {refused.detail}", file=sys.stderr)
                return FAULT
            faults.tell_rest(arguments.faults)
    if ended.state == REFUSED:
        print(f"doorstep: {told(ended)}", file=sys.stderr)
        return FAULT
    print(told(ended))
    return SOME_HELD if counts_of(ended).held else DONE


class _Faults:
    """Prints the first faults, counts the others, and writes all of them where that is wanted."""

    def __init__(self, file: Any) -> None:
        self._count = 0
        self._rows = csv.writer(file) if file else None
        if self._rows:
            self._rows.writerow(("place", "column", "what to do"))

    def tell(self, fault: Fault) -> None:
        self._count += 1
        if self._count <= MOST_PRINTED:
            print(fault, file=sys.stderr)
        if self._rows:
            # It is opened in a spreadsheet: what a source wrote must not run there.
            self._rows.writerow([plain_cell(text) for text in (fault.place, fault.column, fault.words)])

    def tell_rest(self, file: Path | None) -> None:
        if self._count > MOST_PRINTED:
            where = f"all of them are in {file}" if file else "all of them: --faults FILE.csv"
            print(f"and {self._count - MOST_PRINTED:,} more; {where}", file=sys.stderr)


@contextmanager
def _faults_told(file: Path | None) -> Iterator[_Faults]:
    if file is None:
        yield _Faults(None)
        return
    with file.open("w", newline="", encoding="utf-8-sig") as opened:
        yield _Faults(opened)


class _Progress:
    """Says how far it has come: in place on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._told = 0

    async def tell(self, counts: Counts) -> None:
        if sys.stderr.isatty():
            end = "\n" if counts.rows == counts.of else ""
            print(f"\r{counts.rows:,} of {counts.of:,} rows", end=end, file=sys.stderr, flush=True)
        elif counts.rows - self._told >= LINE_EVERY_ROWS:
            self._told = counts.rows
            print(f"{counts.rows:,} of {counts.of:,} rows", file=sys.stderr, flush=True)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "nobody that the system knows"
