"""A folder that other systems drop files into: each is taken in once it is whole, and moved with what was said of it.

A file is called SOURCE.anything, or lies in a folder called by its source. It is whole when two looks find it of the
same size. A crash between taking in and moving has it taken in again, which changes nothing.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import BinaryIO

import structlog

from doorstep.application.intake.desk import Intake
from doorstep.application.intake.kept import ImportRun
from doorstep.application.intake.runs import REFUSED, UNDER_WAY, Brought, begin, carry_out, counts_of, faults_of
from doorstep.application.intake.telling import told
from doorstep.application.office import Office
from doorstep.application.writer import Refused

DONE_FOLDER, REFUSED_FOLDER = "done", "refused"
OURS = frozenset({DONE_FOLDER, REFUSED_FOLDER})
_log = structlog.get_logger()


class WatchedFolder:
    """Looks into one folder, again and again, and remembers what it saw there the last time."""

    def __init__(self, office: Office, intake: Intake, folder: Path) -> None:
        self._office, self._intake, self._folder = office, intake, folder
        self._seen: dict[Path, tuple[int, int]] = {}

    async def look(self) -> int:
        """Take in what has not changed since the last look; gives how many files."""
        found = await asyncio.to_thread(self._find)
        whole = [path for path, marks in found.items() if self._seen.get(path) == marks]
        self._seen = found
        return sum([await self._take(path) for path in sorted(whole)])

    def _find(self) -> dict[Path, tuple[int, int]]:
        if not self._folder.is_dir():
            return {}
        found = {}
        for path in [*self._folder.iterdir(), *self._folder.glob("*/*")]:
            first = path.relative_to(self._folder).parts[0]
            # What another system is still writing often has a name that begins with a dot.
            if first in OURS or path.name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            held = path.stat()
            found[path] = (held.st_size, held.st_mtime_ns)
        return found

    async def _take(self, path: Path) -> bool:
        parts = path.relative_to(self._folder).parts
        source = parts[0] if len(parts) > 1 else path.name.partition(".")[0]
        try:
            with path.open("rb") as file:
                said, is_refused = await self._said(path, source, file)
        except OSError as fault:
            # Not ours to read: told in the log, and looked at again the next time.
            _log.warning("intake_file_unreadable", fault=type(fault).__name__)
            return False
        except Refused as refused:
            if refused.reason == UNDER_WAY:
                return False
            said, is_refused = refused.detail, True
        await asyncio.to_thread(self._move, path, REFUSED_FOLDER if is_refused else DONE_FOLDER, said)
        self._seen.pop(path, None)
        return True

    async def _said(self, path: Path, source: str, file: BinaryIO) -> tuple[str, bool]:
        if os.fstat(file.fileno()).st_size > self._intake.most_bytes:
            return f"The file is larger than {self._intake.most_bytes} bytes. Send it in parts.", True
        brought = Brought(source, path.name, "watched folder")
        run = await begin(self._office, self._intake, brought, file)
        run = await carry_out(self._office, self._intake, run, file, brought.actor_id, is_dry=False)
        return said_of(run), run.state == REFUSED

    def _move(self, path: Path, to: str, said: str) -> None:
        folder = self._folder / to
        folder.mkdir(exist_ok=True)
        target, number = folder / path.name, 1
        while target.exists():
            number += 1
            target = folder / f"{path.stem} ({number}){path.suffix}"
        target.with_name(f"{target.name}.txt").write_text(said, encoding="utf-8")
        path.rename(target)


def said_of(run: ImportRun) -> str:
    """What became of a file, in words: its counts, and the first of its faults."""
    faults = [f"{fault.place}, {fault.column}: {fault.words}" for fault in faults_of(run)]
    more = counts_of(run).faults - len(faults)
    beyond = [f"and {more} more"] if more > 0 else []
    return "\n".join([told(run), *faults, *beyond, ""])
