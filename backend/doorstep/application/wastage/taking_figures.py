"""Figures leave the house: that they did, and who took them, is in the log as for any table."""

from __future__ import annotations

from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.domain.office_events import DataExported, DataExportEnded


async def take_figures(office: Office, person: Person, name: str, patch: str, figures: int) -> None:
    """Log that so many figures of a measure were given out, before they are."""
    await office.writer.submit(_Log(person.person_id, f"analysis/{name}", patch, figures, office.clock.now_ms()))


class _Log:
    def __init__(self, by_id: str, table: str, patch: str, figures: int, now_ms: int) -> None:
        self.by_id, self.table, self.patch, self.figures, self.now_ms = by_id, table, patch, figures, now_ms

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        of = {"table": self.table, "patch": self.patch}
        log_event(world, DataExported, self.by_id, self.now_ms, **of)
        log_event(world, DataExportEnded, self.by_id, self.now_ms, **of, rows=self.figures, is_whole=True)
