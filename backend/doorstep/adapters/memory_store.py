"""The store in memory: the port's meaning in a few plain lines, for tests and trials. It forgets when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy

import msgspec

from doorstep.adapters.memory_exceptions import exceptions_of, tally_of
from doorstep.adapters.memory_lists import appointments_wanted, homes_wanted, visits_counted, visits_wanted
from doorstep.adapters.memory_unit import MemoryUnit
from doorstep.adapters.memory_wastage import MemoryWastage
from doorstep.application.data_exceptions.asking import ExceptionQuery, FoundException, Tally
from doorstep.application.door_readings import DoorReading
from doorstep.application.lists import AppointmentFilter, Day, DayAppointment, Home, HomeFilter, VisitCount, VisitFilter
from doorstep.application.records import EVERY, Found, R, Record, Value, Wanted, Where, chosen
from doorstep.application.rows import (
    AppointmentRow,
    CallRow,
    Checkpoint,
    DeviceRow,
    EnrolmentCode,
    Entry,
    FeedItem,
    Person,
    PhotoRow,
    PhotoUse,
    Quarantined,
    ServingRow,
    Session,
    VisitRow,
)
from doorstep.application.world import Needs
from doorstep.domain.dossier import Dossier
from doorstep.domain.log_tiles import Growth, Tiles
from doorstep.domain.log_tree import TreeHead, consistency_proof, inclusion_proof, leaf_hash, root_at
from doorstep.domain.office_events import LOG_KEY_KINDS, AppointmentChanged, BodiesErased, read_office_event


class MemoryStore(MemoryWastage):
    """Everything in lists and dictionaries; a unit's changes are undone where it raises."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Entry] = []
        self.hashes: set[str] = set()
        self.feeds: list[tuple[str, int]] = []
        self.acks: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        self.repeats: dict[tuple[str, int], str] = {}
        self.visits: dict[str, VisitRow] = {}
        self.appointments: dict[str, AppointmentRow] = {}
        self.photo_uses: list[PhotoUse] = []
        self.photos: dict[str, PhotoRow] = {}
        self.calls: dict[str, CallRow] = {}
        self.servings: list[ServingRow] = []
        self.persons: dict[str, Person] = {}
        self.sessions: dict[str, Session] = {}
        self.ended: dict[str, int] = {}
        self.enrolled: dict[str, DeviceRow] = {}
        self.codes: dict[str, EnrolmentCode] = {}
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.growth = Growth()
        self.quarantine: dict[tuple[str, int], Quarantined] = {}
        self.checkpoints_held: dict[int, Checkpoint] = {}
        self.kept: dict[Found, Record] = {}

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[MemoryUnit]:
        """One transaction."""
        before = {name: copy(held) for name, held in vars(self).items()}
        try:
            yield MemoryUnit(self)
        except BaseException:
            vars(self).update(before)
            raise

    async def close(self) -> None:
        """Nothing is held open."""

    async def dossier(self, appointment_id: str) -> Dossier | None:
        world = await MemoryUnit(self).load(Needs(appointments={appointment_id}))
        dossier = world.dossiers[appointment_id]
        return dossier if dossier.versions or dossier.visits else None

    async def dossiers(self, appointment_ids: Sequence[str]) -> Mapping[str, Dossier]:
        found = {appointment_id: await self.dossier(appointment_id) for appointment_id in appointment_ids}
        return {appointment_id: dossier for appointment_id, dossier in found.items() if dossier}

    async def heard_at(self, installation_ids: Sequence[str]) -> Mapping[str, int]:
        return {of: self.seen[of] for of in installation_ids if of in self.seen}

    async def home_visits(self, property_ref: str, patch: str, limit: int) -> Sequence[VisitRow]:
        there = {row.appointment_id for row in self.appointments.values() if row.property_ref == property_ref}
        rows = [row for row in self.visits.values() if row.appointment_id in there and patch in ("", row.patch)]
        return sorted(rows, key=lambda row: (row.day, row.visit_id), reverse=True)[:limit]

    async def visit_entries(self, visit_id: str) -> Sequence[Entry]:
        row = self.visits.get(visit_id)
        home = row.appointment_id if row else None
        return [
            entry
            for entry in self.log
            if entry.visit_id == visit_id or (entry.visit_id is None and home and entry.appointment_id == home)
        ]

    async def visit_row(self, visit_id: str) -> VisitRow | None:
        return self.visits.get(visit_id)

    async def visit_rows(self, wanted: VisitFilter) -> Sequence[VisitRow]:
        return visits_wanted(self.visits.values(), wanted)

    async def visit_counts(self, wanted: VisitFilter) -> Sequence[VisitCount]:
        return visits_counted(self.visits.values(), wanted)

    async def operative_visits(self, operative_id: str, day: str) -> Sequence[VisitRow]:
        unfinished = ("in_progress", "pending_corroboration", "returned", "refused")
        rows = [
            row
            for row in self.visits.values()
            if row.operative_id == operative_id and (row.day == day or row.standing in unfinished)
        ]
        return sorted(rows, key=lambda row: (row.day, row.visit_id))

    async def visits_to(self, appointment_ids: Sequence[str]) -> Sequence[VisitRow]:
        rows = [row for row in self.visits.values() if row.appointment_id in appointment_ids]
        return sorted(rows, key=lambda row: (row.received_at, row.visit_id))

    async def last_told(self, visit_ids: Sequence[str]) -> Sequence[bytes]:
        told = {entry.visit_id: entry for entry in self.log if entry.kind == "standing_changed"}
        newest = (told[visit_id] for visit_id in set(visit_ids) & told.keys())
        return [entry.body for entry in sorted(newest, key=lambda entry: entry.position)]

    async def appointment_row(self, appointment_id: str) -> AppointmentRow | None:
        return self.appointments.get(appointment_id)

    async def appointments_held(self, appointment_ids: Sequence[str]) -> Mapping[str, AppointmentRow]:
        return {of: self.appointments[of] for of in appointment_ids if of in self.appointments}

    async def newest_appointments(
        self, work_order_refs: Sequence[str], property_refs: Sequence[str]
    ) -> Sequence[AppointmentRow]:
        newest: dict[tuple[str, str], AppointmentRow] = {}
        for row in sorted(self.appointments.values(), key=lambda row: row.position):
            if row.work_order_ref in work_order_refs:
                newest["order", row.work_order_ref] = row
            if row.property_ref in property_refs:
                newest["home", row.property_ref] = row
        return sorted({row.appointment_id: row for row in newest.values()}.values(), key=lambda row: row.position)

    async def appointment_rows(self, wanted: AppointmentFilter) -> Sequence[AppointmentRow]:
        return appointments_wanted(self.appointments.values(), self.persons, wanted)

    async def homes(self, wanted: HomeFilter) -> Sequence[Home]:
        return homes_wanted(self.appointments.values(), wanted)

    async def changed_appointments(self, after: int, ahead: int, limit: int) -> Sequence[AppointmentRow]:
        found = [row for row in self.appointments.values() if row.position > after and row.starts_at > ahead]
        return sorted(found, key=lambda row: row.position)[:limit]

    async def day(self, operative_id: str, day: str) -> Day:
        rows = [row for row in self.appointments.values() if row.day == day and operative_id in row.operative_ids]
        rows.sort(key=lambda row: (row.starts_at, row.appointment_id))
        served = {(s.sha256, s.policy_version) for s in self.servings if s.operative_id == operative_id}
        feed_next = max((position for of, position in self.feeds if of == operative_id), default=0)
        return Day(tuple(DayAppointment(row, self._snapshot(row)) for row in rows), frozenset(served), feed_next)

    def _snapshot(self, row: AppointmentRow) -> str:
        event = read_office_event(self.log[row.position - 1].body)
        if not isinstance(event, AppointmentChanged):
            raise TypeError("an appointment's row points at another kind of entry")
        return event.snapshot

    async def feed(self, operative_id: str, after: int, limit: int) -> Sequence[FeedItem]:
        positions = sorted(position for of, position in self.feeds if of == operative_id and position > after)
        entries = [self.log[position - 1] for position in positions[:limit]]
        return [FeedItem(entry.position, entry.kind, entry.received_at, entry.body) for entry in entries]

    async def call_rows(self, appointment_id: str) -> Sequence[CallRow]:
        rows = [row for row in self.calls.values() if row.appointment_id == appointment_id]
        return sorted(rows, key=lambda row: (row.begun_at, row.call_id))

    async def photo_size(self, sha256: str, installation_id: str, person_id: str) -> int | None:
        again = {body for (of, _), body in self.repeats.items() if of == installation_id}
        uses = (
            use
            for use in self.photo_uses
            if use.sha256 == sha256
            and (
                use.installation_id == installation_id
                or self.log[use.position - 1].actor_id == person_id
                or self.log[use.position - 1].sha256 in again
            )
        )
        return next((use.size_bytes for use in uses), None)

    async def photo_visits(self, sha256: str) -> Sequence[VisitRow]:
        named = {use.visit_id for use in self.photo_uses if use.sha256 == sha256}
        return [self.visits[visit_id] for visit_id in sorted(named & self.visits.keys())]

    async def undecoded_photos(self, complete: Sequence[str]) -> Sequence[str]:
        named = {use.sha256 for use in self.photo_uses}
        return sorted(set(complete) & named - self.photos.keys())

    async def session(self, token_hash: str, now_ms: int) -> Session | None:
        session = self.sessions.get(token_hash)
        if session is None or token_hash in self.ended or session.expires_at <= now_ms:
            return None
        person = self.persons[session.person.person_id]
        return None if person.left_at is not None else msgspec.structs.replace(session, person=person)

    async def has_held(self, person_id: str, installation_id: str) -> bool:
        held = {(session.person.person_id, session.installation_id) for session in self.sessions.values()}
        return (person_id, installation_id) in held

    async def devices(self) -> Sequence[DeviceRow]:
        return sorted(self.enrolled.values(), key=lambda row: row.position)

    async def devices_of(self, installation_id: str | None, device_ids: Sequence[str] = ()) -> Sequence[DeviceRow]:
        rows = self.enrolled.values()
        wanted = [row for row in rows if row.lives_on == installation_id or row.device_id in device_ids]
        return sorted(wanted, key=lambda row: row.position)

    async def kept_aside(self) -> Mapping[str, int]:
        return Counter(of for of, _ in self.quarantine)

    async def person(self, person_id: str) -> Person | None:
        return self.persons.get(person_id)

    async def person_named(self, username: str) -> Person | None:
        return next((person for person in self.persons.values() if person.username == username), None)

    async def people(self) -> Sequence[Person]:
        return sorted(self.persons.values(), key=lambda person: person.username)

    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        return self.log[after : after + limit]

    async def adopted_policies(self) -> Sequence[Entry]:
        return [entry for entry in self.log if entry.kind == "policy_adopted"]

    async def log_key_entries(self) -> Sequence[Entry]:
        return [entry for entry in self.log if entry.kind in LOG_KEY_KINDS]

    async def erased_between(self, first_ms: int, end_ms: int) -> tuple[int, int]:
        told = [
            read_office_event(entry.body)
            for entry in self.log
            if entry.kind == "bodies_erased" and first_ms <= entry.received_at < end_ms
        ]
        counts = [len(event.positions) for event in told if isinstance(event, BodiesErased)]
        return sum(counts), sum(map(bool, counts))

    async def newest_checkpoint(self) -> Checkpoint | None:
        return self.checkpoints_held[max(self.checkpoints_held)] if self.checkpoints_held else None

    async def checkpoints(self, after: int, limit: int) -> Sequence[Checkpoint]:
        return [held for size, held in sorted(self.checkpoints_held.items()) if size > after][:limit]

    async def unpublished_checkpoints(self) -> Sequence[Checkpoint]:
        return [held for _, held in sorted(self.checkpoints_held.items()) if held.published_at is None]

    async def faults(self) -> Sequence[str]:
        return []

    async def photo_rows(self, after: str = "", limit: int | None = None) -> Sequence[PhotoRow]:
        return [row for sha256, row in sorted(self.photos.items()) if sha256 > after][:limit]

    async def appointment_ids(self, after: str, limit: int) -> Sequence[str]:
        named = {row.appointment_id for row in self.visits.values() if row.appointment_id}
        return sorted(found for found in named | self.appointments.keys() if found > after)[:limit]

    def tree_head(self) -> TreeHead:
        return self.growth.frontier.head()

    async def tile(self, level: int, index: int) -> bytes | None:
        return self.tiles.get((level, index))

    async def inclusion(self, position: int, size: int) -> tuple[bytes, ...]:
        return inclusion_proof(self._nodes(size), position - 1, size)

    async def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        return consistency_proof(self._nodes(second), first, second)

    async def root_at(self, size: int) -> bytes:
        return root_at(self._nodes(size), size)

    def _nodes(self, size: int) -> Tiles:
        if not 0 <= size <= len(self.log):
            raise ValueError(f"the log is not yet {size} entries long")
        return Tiles(size, lambda level, index: self.tiles.get((level, index)), self._leaves)

    def _leaves(self, first: int, count: int) -> bytes:
        return b"".join(leaf_hash(entry.leaf()) for entry in self.log[first : first + count])

    async def records(self, kind: type[R], wanted: Wanted = EVERY) -> list[R]:
        of_kind = [record for record in self.kept.values() if isinstance(record, kind)]
        return chosen(sorted(of_kind, key=lambda record: record.key), wanted)

    async def count_records(self, kind: type[Record], wanted: Wanted = EVERY) -> int:
        return len(await self.records(kind, wanted))

    async def record(self, kind: type[R], *key: Value) -> R | None:
        found = self.kept.get((kind, key))
        return found if isinstance(found, kind) else None

    async def operatives_to_ask(self, first_wait: str, monday: str, sunday: str) -> Sequence[str]:
        days = Where("day", ">=", min(first_wait, monday)), Where("day", "<=", sunday)
        return sorted({reading.operative_id for reading in await self.records(DoorReading, Wanted(days))})

    async def exception_tally(self, query: ExceptionQuery) -> Tally:
        return tally_of(self, query)

    async def exception_rows(self, query: ExceptionQuery) -> list[FoundException]:
        return exceptions_of(self, query)

    async def is_rebuild_due(self) -> bool:
        return False

    async def is_ready(self) -> bool:
        return True
