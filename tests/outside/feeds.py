"""Real files of landlords' systems, as they came: `python -m tests.outside.feeds FOLDER` says what is read of each."""

from __future__ import annotations

import argparse
from pathlib import Path

from doorstep.adapters.feeds.formats import FileFormats
from doorstep.application.import_appointments import Booking
from doorstep.application.intake.reading import Fault, FileRefused, Landlords, read_row

SUFFIXES = (".csv", ".json", ".xml", ".txt")
HEAD_BYTES = 4096


def main() -> int:
    """Read every file of the folder that may hold appointments; say what came of each row, and why."""
    parser = argparse.ArgumentParser(description="Read real files of landlords' systems.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--operatives", default="", help="usernames that are known here, between spaces")
    arguments = parser.parse_args()
    known = {username.casefold(): f"id of {username}" for username in arguments.operatives.split()}
    files = sorted(file for file in arguments.folder.iterdir() if file.suffix in SUFFIXES)
    for file in files:
        print(f"{file.name}: {told(file, Landlords('outside', known, ''))}")
    return 0 if files else 1


def told(file: Path, landlords: Landlords) -> str:
    """What is read of one file, row by row."""
    formats = FileFormats()
    lines: list[str] = []
    whole = lacking = 0
    with file.open("rb") as opened:
        try:
            form = formats.detect(opened.read(HEAD_BYTES), file.name)
            opened.seek(0)
            for each in formats.reader(form, {}, "utf-8").rows(opened):
                read = [each] if isinstance(each, Fault) else read_row(each, landlords)
                if isinstance(read, Booking):
                    whole += 1
                    lines.append(f"    {read.source_ref}: {read.window.name}, {read.window.starts_at}, {read.trade}")
                else:
                    lacking += 1
                    lines += [f"    {fault}" for fault in read]
        except FileRefused as refused:
            return f"refused: {refused}"
    return "\n".join([f"{form}, {whole} whole, {lacking} with faults", *lines])


if __name__ == "__main__":
    raise SystemExit(main())
