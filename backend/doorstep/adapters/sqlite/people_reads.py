"""Reads of people: who they are, their sessions, and the phones that they were given."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from doorstep.adapters.sqlite.connection import Connection
from doorstep.adapters.sqlite.loading import AMONG
from doorstep.adapters.sqlite.reading import Reading, one
from doorstep.adapters.sqlite.rows import DEVICE_COLUMNS, PERSON_COLUMNS, device_row, json_list, person, session
from doorstep.application.rows import DeviceRow, Person, Session

MOST_SESSIONS = 10_000
REMEMBER_SECONDS = 2.0


class PeopleReads(Reading):
    """The part of the port that reads people."""

    def __init__(self, reader: Connection, moment: Connection) -> None:
        super().__init__(reader, moment)
        self._sessions: dict[str, tuple[float, Session]] = {}

    async def session(self, token_hash: str, now_ms: int) -> Session | None:
        """See the port. Remembered for two seconds, until this process changes any: a phone asks twice a visit."""
        remembered = self._sessions
        read_at, held = remembered.get(token_hash, (0.0, None))
        if held and time.monotonic() - read_at < REMEMBER_SECONDS and held.expires_at > now_ms:
            return held
        found = await self._all(
            f"SELECT token_hash,installation_id,began_at,expires_at,{PERSON_COLUMNS} FROM sessions "
            "JOIN people USING(person_id) WHERE token_hash=? AND expires_at>? AND ended_at IS NULL AND left_at IS NULL",
            bytes.fromhex(token_hash),
            now_ms,
        )
        if len(remembered) > MOST_SESSIONS:
            remembered.clear()
        live = one(found, session)
        if live:
            remembered[token_hash] = (time.monotonic(), live)
        return live

    def _forget_sessions(self) -> None:
        # A new one, not an emptied one: whoever is still reading what was true before fills the old one.
        self._sessions = {}

    async def has_held(self, person_id: str, installation_id: str) -> bool:
        sql = "SELECT 1 FROM sessions WHERE installation_id=? AND person_id=? LIMIT 1"
        return bool(await self._all(sql, installation_id, person_id))

    async def devices(self) -> Sequence[DeviceRow]:
        found = await self._all(f"SELECT {DEVICE_COLUMNS} FROM devices ORDER BY position")
        return [device_row(row) for row in found]

    async def devices_of(self, installation_id: str | None, device_ids: Sequence[str] = ()) -> Sequence[DeviceRow]:
        sql = (
            f"SELECT {DEVICE_COLUMNS} FROM devices WHERE installation_id=?1 OR moved_to=?1 OR device_id "
            "IN(SELECT value FROM json_each(?2)) ORDER BY position"
        )
        found = map(device_row, await self._all(sql, installation_id, json_list(device_ids)))
        return [row for row in found if row.lives_on == installation_id or row.device_id in device_ids]

    async def kept_aside(self) -> Mapping[str, int]:
        return dict(await self._all("SELECT installation_id,count(*) FROM quarantine GROUP BY installation_id"))

    async def heard_at(self, installation_ids: Sequence[str]) -> Mapping[str, int]:
        sql = f"SELECT installation_id,seen_at FROM installations WHERE installation_id {AMONG}"
        return dict(await self._all(sql, json_list(installation_ids)))

    async def person(self, person_id: str) -> Person | None:
        return one(await self._all(f"SELECT {PERSON_COLUMNS} FROM people WHERE person_id=?", person_id), person)

    async def person_named(self, username: str) -> Person | None:
        return one(await self._all(f"SELECT {PERSON_COLUMNS} FROM people WHERE username=?", username), person)

    async def people(self) -> Sequence[Person]:
        return [person(row) for row in await self._all(f"SELECT {PERSON_COLUMNS} FROM people ORDER BY username")]
