"""The SQLite store: units of work on the writer's connection, and reads on connections of their own."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from doorstep.adapters.sqlite.connection import Connection, open_reader, open_writer
from doorstep.adapters.sqlite.exceptions import read_exceptions, read_tally
from doorstep.adapters.sqlite.faults import FAULTS
from doorstep.adapters.sqlite.loading import AMONG
from doorstep.adapters.sqlite.records import count_records, read_record, read_records
from doorstep.adapters.sqlite.rows import (
    APPOINTMENT_COLUMNS,
    CHECKPOINT_COLUMNS,
    DEVICE_COLUMNS,
    ENTRY_COLUMNS,
    PERSON_COLUMNS,
    PHOTO_COLUMNS,
    VISIT_COLUMNS,
    appointment_row,
    call_row,
    checkpoint,
    device_row,
    entry,
    json_list,
    marks,
    person,
    photo_row,
    session,
    visit_row,
)
from doorstep.adapters.sqlite.tiles import load_growth, read_consistency, read_inclusion, read_root, read_tile
from doorstep.adapters.sqlite.unit import SqliteUnit
from doorstep.adapters.sqlite.wanted import counts_wanted, rows_wanted
from doorstep.application.data_exceptions.asking import ExceptionQuery, FoundException, Tally
from doorstep.application.lists import AppointmentFilter, Day, DayAppointment, Home, HomeFilter, VisitCount, VisitFilter
from doorstep.application.records import EVERY, R, Record, Value, Wanted
from doorstep.application.rows import (
    AppointmentRow,
    CallRow,
    Checkpoint,
    DeviceRow,
    Entry,
    FeedItem,
    Person,
    PhotoRow,
    Session,
    VisitRow,
)
from doorstep.application.store import StoreFull
from doorstep.application.world import Needs
from doorstep.domain.dossier import Dossier
from doorstep.domain.log_tiles import Growth
from doorstep.domain.log_tree import TreeHead
from doorstep.domain.office_events import AppointmentChanged, read_office_event

NAMES = (
    "(SELECT group_concat(name,' ') FROM assignments JOIN people ON person_id=operative_id "
    "WHERE assignments.appointment_id=appointments.appointment_id)"
)
MOST_HASHES = 500
MOST_SESSIONS = 10_000
REMEMBER_SECONDS = 2.0
T = TypeVar("T")


class SqliteStore:
    """One file. `open` before use, `close` after."""

    def __init__(self, writer: Connection, reader: Connection, moment: Connection, growth: Growth) -> None:
        self._writer = writer
        self._growth = growth
        self._reader = reader
        self._moment = moment
        self._moment_taken = asyncio.Lock()
        self._sessions: dict[str, tuple[float, Session]] = {}

    @classmethod
    async def open(cls, path: Path) -> SqliteStore:
        """Open the file, made where there is none, and bring its tables up to this version."""
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = await open_writer(path)
        growth = await writer.together(load_growth)
        return cls(writer, await open_reader(path), await open_reader(path), growth)

    async def close(self) -> None:
        """Close the connections."""
        for connection in (self._moment, self._reader, self._writer):
            await connection.close()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[SqliteUnit]:
        """One transaction, committed where the block ends and undone where it raises."""
        try:
            await self._writer.execute("BEGIN IMMEDIATE")
            unit = SqliteUnit(self._writer, self._growth)
            yield unit
            await self._writer.execute("COMMIT")
            self._growth = unit.growth
            if unit.changed_people:
                # A new one, not an emptied one: whoever is still reading what was true before fills the old one.
                self._sessions = {}
        except BaseException as fault:
            await _end(self._writer)
            # Its extended codes say which call failed: SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC.
            name = fault.sqlite_errorname if isinstance(fault, sqlite3.OperationalError) else ""
            if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
                raise StoreFull("The disk is full: nothing was kept. Free some space.") from fault
            raise

    @asynccontextmanager
    async def _one_moment(self) -> AsyncIterator[Connection]:
        """A connection on which several reads see the store as it was at the first of them."""
        async with self._moment_taken:
            try:
                await self._moment.execute("BEGIN")
                yield self._moment
            finally:
                await _end(self._moment)

    async def dossier(self, appointment_id: str) -> Dossier | None:
        return (await self.dossiers([appointment_id])).get(appointment_id)

    async def dossiers(self, appointment_ids: Sequence[str]) -> Mapping[str, Dossier]:
        async with self._one_moment() as connection:
            world = await SqliteUnit(connection, self._growth).load(Needs(appointments=set(appointment_ids)))
        return {held.appointment_id: held for held in world.dossiers.values() if held.versions or held.visits}

    async def heard_at(self, installation_ids: Sequence[str]) -> Mapping[str, int]:
        sql = f"SELECT installation_id,seen_at FROM installations WHERE installation_id {AMONG}"
        return dict(await self._all(sql, json_list(installation_ids)))

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
        return _one(await self._all(f"SELECT {VISIT_COLUMNS} FROM visits WHERE visit_id=?", visit_id), visit_row)

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

    async def appointment_row(self, appointment_id: str) -> AppointmentRow | None:
        sql = f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE appointment_id=?"
        return _one(await self._all(sql, appointment_id), appointment_row)

    async def appointments_held(self, appointment_ids: Sequence[str]) -> Mapping[str, AppointmentRow]:
        sql = f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE appointment_id {AMONG}"
        rows = map(appointment_row, await self._all(sql, json_list(appointment_ids)))
        return {row.appointment_id: row for row in rows}

    async def newest_appointments(
        self, work_order_refs: Sequence[str], property_refs: Sequence[str]
    ) -> Sequence[AppointmentRow]:
        newest = " UNION ".join(
            f"SELECT (SELECT appointment_id FROM appointments WHERE {name}=value ORDER BY position DESC LIMIT 1) "
            "FROM json_each(?)"
            for name in ("work_order_ref", "property_ref")
        )
        sql = f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE appointment_id IN({newest}) ORDER BY position"
        found = await self._all(sql, json_list(work_order_refs), json_list(property_refs))
        return [appointment_row(row) for row in found]

    async def appointment_rows(self, wanted: AppointmentFilter) -> Sequence[AppointmentRow]:
        tests, values = ["1"], []
        if wanted.day:
            tests.append("appointments.day=?")
            values.append(wanted.day)
        if wanted.first_day:
            tests.append("appointments.day>=?")
            values.append(wanted.first_day)
        if wanted.property_ref:
            tests.append("property_ref=?")
            values.append(wanted.property_ref)
        if wanted.patch:
            tests.append("patch=?")
            values.append(wanted.patch)
        if wanted.operative_id:
            tests.append("appointment_id IN(SELECT appointment_id FROM assignments WHERE operative_id=?)")
            values.append(wanted.operative_id)
        for word in wanted.words.casefold().split():
            tests.append(f"instr(lower(address||' '||work_order_ref||' '||ifnull({NAMES},'')),?)>0")
            values.append(word)
        sql = (
            f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE {' AND '.join(tests)} "
            "ORDER BY starts_at,appointment_id LIMIT ?"
        )
        return [appointment_row(row) for row in await self._all(sql, *values, wanted.limit)]

    async def homes(self, wanted: HomeFilter) -> Sequence[Home]:
        tests, values = ["property_ref<>''"], []
        if wanted.property_refs is not None:
            tests.append(f"property_ref {AMONG}")
            values.append(json_list(wanted.property_refs))
        if wanted.patch:
            tests.append("patch=?")
            values.append(wanted.patch)
        for word in wanted.words.casefold().split():
            tests.append("instr(lower(address||' '||property_ref),?)>0")
            values.append(word)
        # Beside max(), SQLite takes the other columns from the row that has it: the newest names the home.
        sql = (
            "SELECT property_ref,address FROM(SELECT property_ref,address,max(day||appointment_id) FROM appointments "
            f"WHERE {' AND '.join(tests)} GROUP BY property_ref) ORDER BY address,property_ref LIMIT ?"
        )
        return [Home(*row) for row in await self._all(sql, *values, wanted.limit)]

    async def changed_appointments(self, after: int, ahead: int, limit: int) -> Sequence[AppointmentRow]:
        sql = (
            f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE position>? AND starts_at>? ORDER BY position LIMIT ?"
        )
        return [appointment_row(row) for row in await self._all(sql, after, ahead, limit)]

    async def day(self, operative_id: str, day: str) -> Day:
        async with self._one_moment() as connection:
            [(feed_next,)] = await connection.execute_fetchall(
                "SELECT ifnull(max(position),0) FROM feed WHERE operative_id=?", (operative_id,)
            )
            found = await connection.execute_fetchall(
                f"SELECT bodies.body,{APPOINTMENT_COLUMNS} FROM assignments JOIN appointments USING(appointment_id) "
                "JOIN bodies ON bodies.position=appointments.position "
                "WHERE operative_id=? AND assignments.day=? ORDER BY starts_at,appointment_id",
                (operative_id, day),
            )
            appointments = tuple(DayAppointment(appointment_row(row[1:]), _snapshot(row[0])) for row in found)
            served = await connection.execute_fetchall(
                f"SELECT sha256,policy_version FROM servings WHERE operative_id=? AND appointment_id {AMONG}",
                (operative_id, json_list(appointment.row.appointment_id for appointment in appointments)),
            )
        return Day(appointments, frozenset((sha256.hex(), version) for sha256, version in served), feed_next)

    async def feed(self, operative_id: str, after: int, limit: int) -> Sequence[FeedItem]:
        found = await self._all(
            "SELECT feed.position,kind,received_at,body FROM feed JOIN log USING(position) JOIN bodies USING(position) "
            "WHERE operative_id=? AND feed.position>? ORDER BY feed.position LIMIT ?",
            operative_id,
            after,
            limit,
        )
        return [FeedItem(*row) for row in found]

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
        return _one(found, lambda row: int(row[0]))

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
        live = _one(found, session)
        if live:
            remembered[token_hash] = (time.monotonic(), live)
        return live

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

    async def person(self, person_id: str) -> Person | None:
        return _one(await self._all(f"SELECT {PERSON_COLUMNS} FROM people WHERE person_id=?", person_id), person)

    async def person_named(self, username: str) -> Person | None:
        return _one(await self._all(f"SELECT {PERSON_COLUMNS} FROM people WHERE username=?", username), person)

    async def people(self) -> Sequence[Person]:
        return [person(row) for row in await self._all(f"SELECT {PERSON_COLUMNS} FROM people ORDER BY username")]

    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        found = await self._all(
            f"SELECT {ENTRY_COLUMNS} FROM log LEFT JOIN bodies USING(position) WHERE log.position>? "
            "ORDER BY log.position LIMIT ?",
            after,
            limit,
        )
        return [entry(row) for row in found]

    async def adopted_policies(self) -> Sequence[Entry]:
        found = await self._all(
            f"SELECT {ENTRY_COLUMNS} FROM log LEFT JOIN bodies USING(position) WHERE kind='policy_adopted' "
            "ORDER BY log.position"
        )
        return [entry(row) for row in found]

    async def log_key_entries(self) -> Sequence[Entry]:
        found = await self._all(
            f"SELECT {ENTRY_COLUMNS} FROM log LEFT JOIN bodies USING(position) "
            "WHERE kind IN('log_begun','log_key_changed','log_restored') ORDER BY log.position"
        )
        return [entry(row) for row in found]

    async def newest_checkpoint(self) -> Checkpoint | None:
        sql = f"SELECT {CHECKPOINT_COLUMNS} FROM checkpoints ORDER BY size DESC LIMIT 1"
        return _one(await self._all(sql), checkpoint)

    async def checkpoints(self, after: int, limit: int) -> Sequence[Checkpoint]:
        sql = f"SELECT {CHECKPOINT_COLUMNS} FROM checkpoints WHERE size>? ORDER BY size LIMIT ?"
        return [checkpoint(row) for row in await self._all(sql, after, limit)]

    async def unpublished_checkpoints(self) -> Sequence[Checkpoint]:
        sql = f"SELECT {CHECKPOINT_COLUMNS} FROM checkpoints WHERE published_at IS NULL ORDER BY size"
        return [checkpoint(row) for row in await self._all(sql)]

    async def faults(self) -> Sequence[str]:
        found = await self._all("PRAGMA integrity_check(1)")
        faults = [row[0] for row in found if row[0] != "ok"]
        for words, sql in FAULTS.items():
            faults += [words.format(*row) for row in await self._all(sql)]
        return faults

    async def photo_rows(self) -> Sequence[PhotoRow]:
        return [photo_row(row) for row in await self._all(f"SELECT {PHOTO_COLUMNS} FROM photos ORDER BY sha256")]

    async def appointment_ids(self, after: str, limit: int) -> Sequence[str]:
        found = await self._all(
            "SELECT appointment_id FROM appointments WHERE appointment_id>?1 UNION "
            "SELECT appointment_id FROM visits WHERE appointment_id>?1 ORDER BY 1 LIMIT ?2",
            after,
            limit,
        )
        return [row[0] for row in found]

    def tree_head(self) -> TreeHead:
        return self._growth.frontier.head()

    async def tile(self, level: int, index: int) -> bytes | None:
        return await self._reader.together(partial(read_tile, level=level, index=index))

    async def inclusion(self, position: int, size: int) -> tuple[bytes, ...]:
        return await self._reader.together(partial(read_inclusion, position=position, size=size))

    async def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        return await self._reader.together(partial(read_consistency, first=first, second=second))

    async def root_at(self, size: int) -> bytes:
        return await self._reader.together(partial(read_root, size=size))

    async def records(self, kind: type[R], wanted: Wanted = EVERY) -> list[R]:
        return await self._reader.together(partial(read_records, kind=kind, wanted=wanted))

    async def count_records(self, kind: type[Record], wanted: Wanted = EVERY) -> int:
        return await self._reader.together(partial(count_records, kind=kind, wanted=wanted))

    async def record(self, kind: type[R], *key: Value) -> R | None:
        return await self._reader.together(partial(read_record, kind=kind, key=key))

    async def exception_tally(self, query: ExceptionQuery) -> Tally:
        return await self._reader.together(partial(read_tally, query=query))

    async def exception_rows(self, query: ExceptionQuery) -> list[FoundException]:
        return await self._reader.together(partial(read_exceptions, query=query))

    async def is_rebuild_due(self) -> bool:
        return bool(await self._all("SELECT 1 FROM rebuild_due LIMIT 1"))

    async def is_ready(self) -> bool:
        return bool(list(await self._all("SELECT 1")))

    async def _all(self, sql: str, *values: Any) -> Sequence[Any]:
        return list(await self._reader.execute_fetchall(sql, values))


async def _end(connection: Connection) -> None:
    """Leave no transaction open, even if whoever waited for its BEGIN was cancelled: the BEGIN runs all the same.

    The connection's thread takes its calls in order, and there a rollback of nothing is nothing.
    """
    await asyncio.shield(connection.rollback())


def _one(rows: Sequence[Any], read: Callable[[Any], T]) -> T | None:
    return read(rows[0]) if rows else None


def _snapshot(body: bytes) -> str:
    event = read_office_event(body)
    if not isinstance(event, AppointmentChanged):
        raise TypeError("an appointment's row points at another kind of entry: run `doorstep rebuild`")
    return event.snapshot
