"""A folder that other systems drop files into: each is taken in once it is whole, and moved with what was said of it.

A file is called SOURCE.anything, or lies in a folder called by its source. It is whole when two looks find it of the
same size. A crash between taking in and moving has it taken in again, which changes nothing.

Whoever may write here may not lead us elsewhere: no link is followed, of a folder neither, and nothing but plain files
is opened. One file that cannot be moved holds up no other, and is not taken in again until it changes.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import structlog

from doorstep.application.intake.desk import Intake
from doorstep.application.intake.kept import ImportRun
from doorstep.application.intake.runs import REFUSED, UNDER_WAY, Brought, begin, carry_out, counts_of, faults_of
from doorstep.application.intake.telling import told
from doorstep.application.office import Office
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY

DONE_FOLDER, REFUSED_FOLDER = "done", "refused"
OURS = frozenset({DONE_FOLDER, REFUSED_FOLDER})
MOST_NAME_BYTES = 200
"""Of a file system's 255, so that there is room for a number and for what is said of it."""
_log = structlog.get_logger()


class WatchedFolder:
    """Looks into one folder, again and again, and remembers what it saw there the last time."""

    def __init__(self, office: Office, intake: Intake, folder: Path) -> None:
        self._office, self._intake, self._folder = office, intake, folder
        self._seen: dict[Path, tuple[int, int]] = {}
        self._stuck: dict[Path, tuple[int, int]] = {}

    async def look(self) -> int:
        """Take in what has not changed since the last look; gives how many files."""
        found = await asyncio.to_thread(self._find)
        self._stuck = {path: marks for path, marks in self._stuck.items() if found.get(path) == marks}
        whole = [path for path, marks in found.items() if self._seen.get(path) == marks and path not in self._stuck]
        self._seen = found
        return sum([await self._take(path) for path in sorted(whole)])

    async def forget(self, keep_days: int) -> int:
        """Drop files that were taken in or refused so many days ago, with what was said of them; gives how many."""
        before = self._office.clock.now_ms() - keep_days * MS_PER_DAY
        return await asyncio.to_thread(self._drop, before)

    def _drop(self, before_ms: int) -> int:
        count = 0
        for folder in (self._folder / DONE_FOLDER, self._folder / REFUSED_FOLDER):
            for entry in _entries(folder):
                held = entry.stat(follow_symlinks=False)
                # When it was moved here; what it bears besides is when its sender wrote it.
                if stat.S_ISREG(held.st_mode) and held.st_ctime_ns // 1_000_000 < before_ms:
                    Path(entry).unlink(missing_ok=True)
                    count += 1
        return count

    def _find(self) -> dict[Path, tuple[int, int]]:
        found = {}
        for entry in _entries(self._folder):
            if entry.name in OURS:
                continue
            for each in _entries(Path(entry)) if entry.is_dir(follow_symlinks=False) else [entry]:
                # What another system is still writing often has a name that begins with a dot.
                with suppress(FileNotFoundError):
                    held = each.stat(follow_symlinks=False)
                    if stat.S_ISREG(held.st_mode) and not each.name.startswith("."):
                        found[Path(each)] = (held.st_size, held.st_mtime_ns)
        return found

    async def _take(self, path: Path) -> bool:
        parts = path.relative_to(self._folder).parts
        source = parts[0] if len(parts) > 1 else path.name.partition(".")[0]
        try:
            with open(path, "rb", opener=_plainly) as file:  # noqa: ASYNC230 - a plain file, or it does not open
                said, is_refused = await self._said(path, source, file)
        except OSError as fault:
            # Not ours to read: told in the log, and looked at again the next time.
            _log.warning("intake_file_unreadable", fault=type(fault).__name__)
            return False
        except Refused as refused:
            if refused.reason == UNDER_WAY:
                return False
            said, is_refused = refused.detail, True
        marks = self._seen.pop(path)
        try:
            await asyncio.to_thread(self._move, path, REFUSED_FOLDER if is_refused else DONE_FOLDER, said)
        except OSError as fault:
            self._stuck[path] = marks
            _log.warning("intake_file_not_moved", fault=type(fault).__name__)
        return True

    async def _said(self, path: Path, source: str, file: BinaryIO) -> tuple[str, bool]:
        if os.fstat(file.fileno()).st_size > self._intake.most_bytes:
            return f"The file is larger than {self._intake.most_bytes} bytes. Send it in parts.", True
        name = path.name.encode("utf-8", "replace").decode()
        brought = Brought(source, name, "watched folder")
        run = await begin(self._office, self._intake, brought, file)
        run = await carry_out(self._office, self._intake, run, file, brought.actor_id, is_dry=False)
        return said_of(run), run.state == REFUSED

    def _move(self, path: Path, to: str, said: str) -> None:
        folder = self._folder / to
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            raise NotADirectoryError(to)
        cut = os.fsdecode(os.fsencode(path.name)[:MOST_NAME_BYTES])
        name, number = cut, 1
        while any(os.path.lexists(folder / taken) for taken in (name, f"{name}.txt")):
            number += 1
            name = f"{Path(cut).stem} ({number}){Path(cut).suffix}"
        with (folder / f"{name}.txt").open("x", encoding="utf-8", errors="replace") as words:
            words.write(said)
        path.rename(folder / name)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in a folder; nothing where it is none, or a link to one that lies elsewhere."""
    with suppress(FileNotFoundError, NotADirectoryError):
        if not folder.is_symlink():
            with os.scandir(folder) as entries:
                yield from entries


def _plainly(path: str, flags: int) -> int:
    """Open a plain file and nothing else: what it was when it was looked at it may not be any more."""
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is no file")
    return descriptor


def said_of(run: ImportRun) -> str:
    """What became of a file, in words: its counts, and the first of its faults."""
    faults = [f"{fault.place}, {fault.column}: {fault.words}" for fault in faults_of(run)]
    more = counts_of(run).faults - len(faults)
    beyond = [f"and {more} more"] if more > 0 else []
    return "\n".join([told(run), *faults, *beyond, ""])
