"""Reads of visits: what is held about each, the lists of them, their calls and photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from doorstep.adapters.sqlite.doors import operatives_to_ask
from doorstep.adapters.sqlite.loading import AMONG, load_world
from doorstep.adapters.sqlite.reading import Reading, one
from doorstep.adapters.sqlite.rows import (
    ENTRY_COLUMNS,
    PHOTO_COLUMNS,
    VISIT_COLUMNS,
    call_row,
    entry,
    json_list,
    marks,
    photo_row,
    visit_row,
)
from doorstep.adapters.sqlite.wanted import counts_wanted, rows_wanted
from doorstep.application.lists import VisitCount, VisitFilter
from doorstep.application.rows import CallRow, Entry, PhotoRow, VisitRow
from doorstep.application.world import Needs
from doorstep.domain.dossier import Dossier

MOST_HASHES = 500


class VisitReads(Reading):
    """The part of the port that reads visits."""

    async def dossier(self, appointment_id: str) -> Dossier | None:
        return (await self.dossiers([appointment_id])).get(appointment_id)

    async def dossiers(self, appointment_ids: Sequence[str]) -> Mapping[str, Dossier]:
        async with self._one_moment() as connection:
            needs = Needs(appointments=set(appointment_ids))
            world = await connection.together(partial(load_world, needs=needs))
        return {held.appointment_id: held for held in world.dossiers.values() if held.versions or held.visits}

    async def home_visits(self, property_ref: str, patch: str, limit: int) -> Sequence[VisitRow]:
        sql = (
            f"SELECT {VISIT_COLUMNS} FROM visits WHERE appointment_id IN(SELECT appointment_id FROM appointments "
            "WHERE property_ref=?1) AND (?2='' OR patch=?2) ORDER BY day DESC,visit_id DESC LIMIT ?3"
        )
        return [visit_row(row) for row in await self._all(sql, property_ref, patch, limit)]

    async def visit_entries(self, visit_id: str) -> Sequence[Entry]:
        found = await self._all(
            f"SELECT {ENTRY_COLUMNS} FROM log LEFT JOIN bodies USING(position) WHERE log.position IN("
            "SELECT position FROM log WHERE visit_id=?1 UNION SELECT position FROM log WHERE visit_id IS NULL AND "
            "appointment_id=(SELECT appointment_id FROM visits WHERE visit_id=?1)) ORDER BY log.position",
            visit_id,
        )
        return [entry(row) for row in found]

    async def visit_row(self, visit_id: str) -> VisitRow | None:
        return one(await self._all(f"SELECT {VISIT_COLUMNS} FROM visits WHERE visit_id=?", visit_id), visit_row)

    async def visit_rows(self, wanted: VisitFilter) -> Sequence[VisitRow]:
        return [visit_row(row) for row in await self._all(*rows_wanted(wanted))]

    async def visit_counts(self, wanted: VisitFilter) -> Sequence[VisitCount]:
        return [VisitCount(*row) for row in await self._all(*counts_wanted(wanted))]

    async def operative_visits(self, operative_id: str, day: str) -> Sequence[VisitRow]:
        found = await self._all(
            f"SELECT {VISIT_COLUMNS} FROM visits WHERE operative_id=? AND (day=? OR standing IN"
            "('in_progress','pending_corroboration','returned','refused')) ORDER BY day,visit_id",
            operative_id,
            day,
        )
        return [visit_row(row) for row in found]

    async def operatives_to_ask(self, first_wait: str, monday: str, sunday: str) -> Sequence[str]:
        return [operative_id for (operative_id,) in await self._all(*operatives_to_ask(first_wait, monday, sunday))]

    async def visits_to(self, appointment_ids: Sequence[str]) -> Sequence[VisitRow]:
        sql = f"SELECT {VISIT_COLUMNS} FROM visits WHERE appointment_id {AMONG} ORDER BY received_at,visit_id"
        return [visit_row(row) for row in await self._all(sql, json_list(appointment_ids))]

    async def last_told(self, visit_ids: Sequence[str]) -> Sequence[bytes]:
        found = await self._all(
            "SELECT body FROM bodies WHERE position IN(SELECT max(position) FROM log "
            f"WHERE visit_id {AMONG} AND kind='standing_changed' GROUP BY visit_id) ORDER BY position",
            json_list(visit_ids),
        )
        return [body for (body,) in found]

    async def call_rows(self, appointment_id: str) -> Sequence[CallRow]:
        sql = "SELECT * FROM planner_calls WHERE appointment_id=? ORDER BY begun_at,call_id"
        return [call_row(row) for row in await self._all(sql, appointment_id)]

    async def photo_size(self, sha256: str, installation_id: str, person_id: str) -> int | None:
        # A phone that took a new installation id may send its events again: the entry stays the first one's.
        sql = (
            "SELECT size_bytes FROM photo_uses WHERE sha256=?1 AND (installation_id=?2 OR "
            "(SELECT actor_id FROM log WHERE log.position=photo_uses.position)=?3 OR position IN(SELECT "
            "log.position FROM repeats JOIN log USING(sha256) WHERE repeats.installation_id=?2)) "
            "ORDER BY position LIMIT 1"
        )
        found = await self._all(sql, bytes.fromhex(sha256), installation_id, person_id)
        return one(found, lambda row: int(row[0]))

    async def photo_visits(self, sha256: str) -> Sequence[VisitRow]:
        found = await self._all(
            f"SELECT {VISIT_COLUMNS} FROM visits WHERE visit_id IN(SELECT visit_id FROM photo_uses WHERE sha256=?) "
            "ORDER BY visit_id",
            bytes.fromhex(sha256),
        )
        return [visit_row(row) for row in found]

    async def undecoded_photos(self, complete: Sequence[str]) -> Sequence[str]:
        waiting: list[str] = []
        for first in range(0, len(complete), MOST_HASHES):
            some = [bytes.fromhex(sha256) for sha256 in complete[first : first + MOST_HASHES]]
            found = await self._all(
                f"SELECT DISTINCT sha256 FROM photo_uses WHERE sha256 IN({marks(len(some))}) "
                "AND sha256 NOT IN(SELECT sha256 FROM photos) ORDER BY sha256",
                *some,
            )
            waiting += [row[0].hex() for row in found]
        return waiting

    async def photo_rows(self, after: str = "", limit: int | None = None) -> Sequence[PhotoRow]:
        sql = f"SELECT {PHOTO_COLUMNS} FROM photos WHERE sha256>? ORDER BY sha256 LIMIT ?"
        found = await self._all(sql, bytes.fromhex(after), -1 if limit is None else limit)
        return [photo_row(row) for row in found]
