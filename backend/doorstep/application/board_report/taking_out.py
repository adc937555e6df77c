"""Give a report's file to somebody: who may have it, and that it left the house is in the log before it does."""

from __future__ import annotations

import asyncio
from typing import Final

from doorstep.application.board_report.editions import Edition, Press, file_name, read_file
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.office_events import DataExported, DataExportEnded

READERS: Final = ("supervisor", "auditor", "admin")


def may_read_reports(person: Person) -> bool:
    """A report tells of every patch: somebody who has one of them reads the analysis of that one instead."""
    return person.role in READERS and not person.patch


async def find_edition(office: Office, person: Person, month: str, edition: int) -> Edition:
    """One edition. Raises Refused where there is none that this person may read."""
    held = await office.store.record(Edition, month, edition) if may_read_reports(person) else None
    if held is None:
        raise Refused("not-found", "There is no such report. The list names them.")
    return held


async def take_file(office: Office, press: Press, person: Person, edition: Edition, form: str) -> bytes:
    """A file of it, logged as whatever is taken out is: under its name, as one row."""
    content = await asyncio.to_thread(read_file, press, edition, form)
    name = file_name(edition.month, edition.edition, form)
    await office.writer.submit(_Log(person, name, office.clock.now_ms()))
    return content


class _Log:
    """That it goes, and that all of it was given: it is in memory by now, and goes as one piece."""

    def __init__(self, person: Person, name: str, now_ms: int) -> None:
        self.person, self.name, self.now_ms = person, name, now_ms

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        of = {"table": self.name, "patch": self.person.patch}
        log_event(world, DataExported, self.person.person_id, self.now_ms, **of)
        log_event(world, DataExportEnded, self.person.person_id, self.now_ms, **of, rows=1, is_whole=True)
