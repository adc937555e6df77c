"""One file's way in: kept while it is looked at, a dry run that is remembered, then the real one; one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from hashlib import sha256
from typing import BinaryIO

import msgspec

from doorstep.application.intake.desk import Intake
from doorstep.application.intake.holding import Delivery, ToldFault, encoded, told_faults
from doorstep.application.intake.kept import ImportRun
from doorstep.application.intake.mappings import recall, remember
from doorstep.application.intake.reading import Fault, FileRefused
from doorstep.application.intake.take_in import Counts, Watching, take_in
from doorstep.application.office import Office, new_id
from doorstep.application.records import keep_records
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.office_events import SYSTEM

CSV = "csv"
UNDER_WAY = "import-running"
HEAD_BYTES = 4096
MOST_FAULTS_KEPT = 1000
MOST_SOURCE = 50
HEARD_EVERY_ROWS = 5_000
BROKEN_OFF_MS = 10 * 60_000
SPOOLED_MS = 60 * 60_000
WAITING, CHECKING, CHECKED, RUNNING, DONE, REFUSED, BROKEN_OFF = (
    "waiting",
    "checking",
    "checked",
    "running",
    "done",
    "refused",
    "broken_off",
)


class Brought(msgspec.Struct, frozen=True):
    """A file that came in, and who brought it. An empty `format` is to be told from the file itself."""

    source: str
    name: str
    by: str
    actor_id: str = SYSTEM
    patch: str = ""
    format: str = ""
    mapping: Mapping[str, str] = {}
    encoding: str = "utf-8"


def brought_by(person: Person, source: str, name: str, form: str = "") -> Brought:
    """A file that a person brought, for their patch."""
    return Brought(source, name, person.username, person.person_id, person.patch, form)


def checked_source(source: str) -> str:
    """A source's name as it may stand in ids and folders. Raises Refused."""
    source = source.strip()
    if not source or len(source) > MOST_SOURCE or not all(letter.isalnum() or letter in "-_." for letter in source):
        raise Refused(
            "invalid",
            f"source names the system that the file comes from, with at most {MOST_SOURCE} letters, digits and -_.",
            path="source",
        )
    return source


def is_broken_off(run: ImportRun, now_ms: int) -> bool:
    """Whether nobody works on a run any more that never came to its end."""
    return run.state in (CHECKING, RUNNING) and run.heard_at < now_ms - BROKEN_OFF_MS


async def begin(office: Office, intake: Intake, brought: Brought, file: BinaryIO, spooled: str = "") -> ImportRun:
    """A new run over a file, which is told what it is; its mapping is the one that is remembered. Raises Refused.

    `spooled` is its name where it is to be kept for another run.
    """
    source = checked_source(brought.source)
    sha, size_bytes, head = await asyncio.to_thread(_look, file)
    now_ms = office.clock.now_ms()
    run = ImportRun(
        import_id=new_id(),
        source=source,
        format=brought.format,
        name=brought.name[:200],
        sha256=sha,
        size_bytes=size_bytes,
        by=brought.by,
        patch=brought.patch,
        mapping=encoded(brought.mapping),
        encoding=brought.encoding,
        is_dry=True,
        state=WAITING,
        why="",
        begun_at=now_ms,
        heard_at=now_ms,
        ended_at=None,
        counts="{}",
        faults="[]",
        spooled=spooled,
    )
    try:
        format_name = brought.format or intake.formats.detect(head, brought.name)
        if format_name not in intake.formats.names:
            raise Refused("invalid", f"format is one of {', '.join(intake.formats.names)}.", path="format")
        mapping = await _mapping(office, intake, brought, source, format_name, file)
        run = msgspec.structs.replace(run, format=format_name, mapping=encoded(mapping))
    except FileRefused as refused:
        run = msgspec.structs.replace(run, state=REFUSED, why=str(refused), ended_at=now_ms)
    await keep_records(office, [run])
    return run


async def _mapping(
    office: Office, intake: Intake, brought: Brought, source: str, format_name: str, file: BinaryIO
) -> Mapping[str, str]:
    if format_name != CSV:
        return {}
    headers = await asyncio.to_thread(intake.formats.headers, file, brought.encoding)
    file.seek(0)
    if brought.mapping:
        await remember(office, source, headers, brought.mapping, brought.by)
    # What a header only seems to mean is asked of a person, on the page, and never guessed here.
    return {**(await recall(office, source, headers)), **brought.mapping}


def _look(file: BinaryIO) -> tuple[str, int, bytes]:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    hashed, size_bytes, piece = sha256(head), len(head), head
    while piece := file.read(1 << 20):
        hashed.update(piece)
        size_bytes += len(piece)
    file.seek(0)
    return hashed.hexdigest(), size_bytes, head


async def carry_out(
    office: Office,
    intake: Intake,
    run: ImportRun,
    file: BinaryIO,
    actor_id: str,
    watching: Watching | None = None,
    *,
    is_dry: bool,
) -> ImportRun:
    """Carry a run out, dry or not, and remember what came of it. Raises Refused where another one is under way."""
    if run.state == REFUSED:
        return run
    if intake.gate.locked():
        raise Refused(UNDER_WAY, "Another file is being taken in. Try again when it is done.")
    async with intake.gate:
        return await _Carrying(office, run, watching or Watching(), is_dry=is_dry).out(intake, file, actor_id)


class _Carrying:
    """One run while it is under way, told now and then how far it has come."""

    def __init__(self, office: Office, run: ImportRun, watching: Watching, *, is_dry: bool) -> None:
        self.office, self.watching = office, watching
        now_ms = office.clock.now_ms()
        self.run = msgspec.structs.replace(
            run, is_dry=is_dry, state=CHECKING if is_dry else RUNNING, heard_at=now_ms, ended_at=None, why=""
        )
        self.faults: list[ToldFault] = []
        self.told_at = 0

    async def out(self, intake: Intake, file: BinaryIO, actor_id: str) -> ImportRun:
        await keep_records(self.office, [self.run])
        run = self.run
        delivery = Delivery(run.import_id, run.source, actor_id, run.patch)
        mapping = msgspec.json.decode(run.mapping, type=dict[str, str])
        state, why = (CHECKED if run.is_dry else DONE), ""
        counts = Counts()
        try:
            form = intake.formats.reader(run.format, mapping, run.encoding)
            watching = Watching(self._fault, self._progress)
            counts = await take_in(self.office, form, file, delivery, watching, is_dry=run.is_dry)
        except FileRefused as refused:
            state, why = REFUSED, str(refused)
        now_ms = self.office.clock.now_ms()
        ended = msgspec.structs.replace(
            run,
            state=state,
            why=why,
            heard_at=now_ms,
            ended_at=now_ms,
            counts=encoded(counts),
            faults=encoded(self.faults),
        )
        await keep_records(self.office, [ended])
        return ended

    def _fault(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS_KEPT:
            self.faults += told_faults([fault])
        self.watching.fault(fault)

    async def _progress(self, counts: Counts) -> None:
        await self.watching.progress(counts)
        if counts.rows - self.told_at >= HEARD_EVERY_ROWS:
            self.told_at = counts.rows
            now_ms = self.office.clock.now_ms()
            await keep_records(
                self.office, [msgspec.structs.replace(self.run, heard_at=now_ms, counts=encoded(counts))]
            )


def counts_of(run: ImportRun) -> Counts:
    """What became of its rows, as far as it is known."""
    return msgspec.json.decode(run.counts, type=Counts)


def faults_of(run: ImportRun) -> list[ToldFault]:
    """The first of its faults."""
    return msgspec.json.decode(run.faults, type=list[ToldFault])
