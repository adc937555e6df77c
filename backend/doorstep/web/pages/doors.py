"""The doors of a patch as they stand, worked out once for all of its planners who look at one moment.

A commit wakes every open board at once, and each door costs two judgements: ten planners would have them made tenfold.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import msgspec

from doorstep.application.call_claims import CallClaim, Contact, open_claims
from doorstep.application.lists import VisitFilter
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.web.pages.door_view import Beside, Door, door_view
from doorstep.web.pages.words import spoken_language

MOST_DOORS = 200
MOMENT_MS = 1000
"""What moves by the clock alone may be shown as it was so long ago; what was committed may not."""


class Look(msgspec.Struct, frozen=True):
    """What was seen at one moment: the doors, with everybody by id and who has which call."""

    doors: tuple[Door, ...]
    are_cut: bool
    people: Mapping[str, Person]
    claims: Mapping[Contact, CallClaim]


class Doors:
    """The newest look at each patch in each language: doors have words. Who asks after the same commit, within the
    second, shares it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._newest: dict[tuple[str, str], tuple[tuple[int, int], asyncio.Task[Look]]] = {}

    async def on(self, patch: str, now_ms: int) -> Look:
        """The doors of a patch now; an empty one stands for every patch."""
        moment = (self.office.writer.news.position, now_ms // MOMENT_MS)
        reader = (patch, spoken_language())
        at, look = self._newest.get(reader, (None, None))
        if look is None or at != moment:
            look = asyncio.get_running_loop().create_task(_look(self.office, patch, now_ms))
            self._newest[reader] = moment, look
        # Others wait for it too: it goes on where one of them hangs up.
        return await asyncio.shield(look)


async def _look(office: Office, patch: str, now_ms: int) -> Look:
    day = london_date(now_ms).isoformat()
    people = {person.person_id: person for person in await office.store.people()}
    claims = await open_claims(office.store, now_ms)
    rows = await office.store.visit_rows(VisitFilter("in_progress", day, day, patch=patch, limit=MOST_DOORS + 1))
    homes = {row.visit_id: row.appointment_id for row in rows[:MOST_DOORS] if row.appointment_id}
    dossiers = await office.store.dossiers(sorted(set(homes.values())))
    held = {visit_id: dossiers[home] for visit_id, home in homes.items() if home in dossiers}
    phones = {
        body.event.device_id for visit_id, dossier in held.items() for body in dossier.visits[visit_id] if body.event
    }
    beside = Beside(office.rules, people, await office.store.heard_at(sorted(phones)), claims, now_ms)
    doors = []
    for visit_id, dossier in held.items():
        doors.append(door_view(dossier, visit_id, beside))
        # Two judgements a row: a phone that sends meanwhile does not wait for a whole board.
        await asyncio.sleep(0)
    return Look(tuple(doors), len(rows) > MOST_DOORS, people, claims)
