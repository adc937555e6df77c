"""The store in memory: the port's meaning in a few plain lines, for tests and trials. It forgets when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy

import msgspec

from doorstep.adapters.memory_exceptions import exceptions_of, tally_of
from doorstep.application.composing import HomeFact, Notice
from doorstep.application.data_exceptions.asking import ExceptionQuery, FoundException, Tally
from doorstep.application.gather import gather, is_from_phone, stated
from doorstep.application.lists import AppointmentFilter, Day, DayAppointment, Home, HomeFilter, VisitCount, VisitFilter
from doorstep.application.records import EVERY, Found, R, Record, Value, Wanted, chosen
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
from doorstep.application.world import Changes, Needs, World, photo_state
from doorstep.domain.dossier import Dossier, Serving
from doorstep.domain.log_tiles import Growth, Tiles
from doorstep.domain.log_tree import TreeHead, consistency_proof, inclusion_proof, leaf_hash, root_at
from doorstep.domain.office_events import LOG_KEY_KINDS, AppointmentChanged, read_office_event


class MemoryStore:
    """Everything in lists and dictionaries; a unit's changes are undone where it raises."""

    def __init__(self) -> None:
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
        found = (row for row in self.visits.values() if not wanted.standings or row.standing in wanted.standings)
        rows = [row for row in found if _is_wanted(row, wanted)]
        rows = [row for row in rows if not wanted.grades or row.grade in wanted.grades]
        is_down, by_weakness = wanted.order == "newest", wanted.order == "weakest"
        places = {row.visit_id: _place(row, by_weakness=by_weakness) for row in rows}
        rows.sort(key=lambda row: places[row.visit_id], reverse=is_down)
        if wanted.after:
            weakness, *place = wanted.beyond
            last = (-weakness if by_weakness else 0, *place)
            rows = [row for row in rows if (places[row.visit_id] < last if is_down else places[row.visit_id] > last)]
        return rows[: wanted.limit]

    async def visit_counts(self, wanted: VisitFilter) -> Sequence[VisitCount]:
        rows = [row for row in self.visits.values() if _is_wanted(row, wanted)]
        return [
            VisitCount(
                standing,
                len(of),
                sum(row.alert_count > 0 for row in of),
                sum(row.waived_count > 0 for row in of),
                sum(_is_pressing(row) for row in of),
                grade,
            )
            for standing, grade in sorted({(row.standing, row.grade) for row in rows})
            for of in [[row for row in rows if (row.standing, row.grade) == (standing, grade)]]
        ]

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
        def is_wanted(row: AppointmentRow) -> bool:
            names = " ".join(self.persons[of].name for of in row.operative_ids if of in self.persons)
            words = f"{row.address} {row.work_order_ref} {names}".lower()
            return (
                wanted.day in ("", row.day)
                and wanted.patch in ("", row.patch)
                and wanted.property_ref in ("", row.property_ref)
                and row.day >= wanted.first_day
                and (not wanted.operative_id or wanted.operative_id in row.operative_ids)
                and all(word in words for word in wanted.words.casefold().split())
            )

        rows = sorted(
            filter(is_wanted, self.appointments.values()), key=lambda row: (row.starts_at, row.appointment_id)
        )
        return rows[: wanted.limit]

    async def homes(self, wanted: HomeFilter) -> Sequence[Home]:
        newest: dict[str, AppointmentRow] = {}
        for row in sorted(self.appointments.values(), key=lambda row: (row.day, row.appointment_id)):
            held = f"{row.address} {row.property_ref}".lower()
            is_wanted = all(word in held for word in wanted.words.casefold().split())
            is_asked = wanted.property_refs is None or row.property_ref in wanted.property_refs
            if is_wanted and is_asked and row.property_ref and wanted.patch in ("", row.patch):
                newest[row.property_ref] = row
        homes = (Home(property_ref, row.address) for property_ref, row in newest.items())
        return sorted(homes, key=lambda home: (home.address, home.property_ref))[: wanted.limit]

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

    async def newest_checkpoint(self) -> Checkpoint | None:
        return self.checkpoints_held[max(self.checkpoints_held)] if self.checkpoints_held else None

    async def checkpoints(self, after: int, limit: int) -> Sequence[Checkpoint]:
        return [held for size, held in sorted(self.checkpoints_held.items()) if size > after][:limit]

    async def unpublished_checkpoints(self) -> Sequence[Checkpoint]:
        return [held for _, held in sorted(self.checkpoints_held.items()) if held.published_at is None]

    async def faults(self) -> Sequence[str]:
        return []

    async def photo_rows(self) -> Sequence[PhotoRow]:
        return [row for _, row in sorted(self.photos.items())]

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

    async def exception_tally(self, query: ExceptionQuery) -> Tally:
        return tally_of(self, query)

    async def exception_rows(self, query: ExceptionQuery) -> list[FoundException]:
        return exceptions_of(self, query)

    async def is_rebuild_due(self) -> bool:
        return False

    async def is_ready(self) -> bool:
        return True


class MemoryUnit:
    """One transaction on a MemoryStore."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def load(self, needs: Needs) -> World:
        """What the works need."""
        store = self._store
        calls = {call_id: row for call_id, row in store.calls.items() if call_id in needs.calls}
        using = {
            use.visit_id for use in store.photo_uses if use.sha256 in needs.photos or use.source_sha256 in needs.sources
        }
        touched = [row for visit_id, row in store.visits.items() if visit_id in needs.visits | using]
        appointments = (
            needs.appointments | needs.composed | {home for home in _homes([*calls.values(), *touched]) if home}
        )
        appointments |= {
            row.appointment_id
            for row in store.appointments.values()
            if any(row.property_ref == home and row.day >= day for home, day in needs.homes)
        }
        rows = {
            visit_id: row
            for visit_id, row in store.visits.items()
            if row.appointment_id in appointments or (row in touched and not row.appointment_id)
        }
        named = {use.sha256 for use in store.photo_uses if use.visit_id in rows} | needs.photos
        world = World(
            head=len(store.log),
            seal=store.log[-1].seal if store.log else "",
            homes={visit_id: row.appointment_id for visit_id, row in rows.items() if row.appointment_id},
            dossiers={appointment_id: Dossier(appointment_id) for appointment_id in appointments},
            visit_rows=rows,
            appointment_rows={key: row for key, row in store.appointments.items() if key in appointments},
            call_rows=calls,
            photos={sha256: row for sha256, row in store.photos.items() if sha256 in named},
            acks={key: ack for key, ack in store.acks.items() if key in needs.installations},
            receipts={
                key: sha256
                for key, sha256 in [
                    *_deliveries(store.log),
                    *store.repeats.items(),
                    *((key, aside.sha256) for key, aside in store.quarantine.items()),
                ]
                if key in needs.receipts
            },
            known={entry.sha256: entry.position for entry in store.log if entry.sha256 in needs.bodies},
            held={(s.person.person_id, s.installation_id) for s in store.sessions.values() if s.installation_id},
            feed_heads={of: max((at for to, at in store.feeds if to == of), default=0) for of in needs.feeds},
            people={person.username: person for person in store.persons.values() if person.username in needs.usernames},
            uses=_shared(store.photo_uses, rows),
            devices={
                row.device_id: row
                for row in store.enrolled.values()
                if row.device_id in needs.devices
                or needs.installations & {row.installation_id, row.moved_to}
                or row.public_key.hex() in needs.keys
            },
            signing={
                entry.installation_id
                for entry in store.log
                if entry.installation_id in needs.unsigned and entry.sig is not None
            },
            aside={key: aside.fault for key, aside in store.quarantine.items() if key in needs.receipts},
            codes={code_hash: code for code_hash, code in store.codes.items() if code_hash in needs.codes},
            kept_aside={
                of: sum(of == aside.installation_id for aside in store.quarantine.values())
                for of in needs.installations
            },
        )
        groups = {*needs.groups, *_composed_of(world, needs)}
        world.records = {
            found: record
            for found, record in store.kept.items()
            if found in needs.records
            or any(isinstance(record, kind) and getattr(record, name) == value for kind, name, value in groups)
        }
        self._fill_dossiers(world)
        world.mark_reuse()
        return world

    def _fill_dossiers(self, world: World) -> None:
        for entry in self._store.log:
            home = entry.appointment_id or world.homes.get(entry.visit_id or "")
            if home in world.dossiers:
                gather(world.dossiers[home], [entry])
            elif entry.visit_id in world.visit_rows and is_from_phone(entry):
                world.strays.setdefault(str(entry.visit_id), []).append(stated(entry))
        for s in self._store.servings:
            if s.appointment_id in world.dossiers:
                world.dossiers[s.appointment_id].servings.add(Serving(s.sha256, s.operative_id, s.policy_version))
        for use in self._store.photo_uses:
            home, row = world.homes.get(use.visit_id), world.photos.get(use.sha256)
            if home and row:
                world.dossiers[home].photos[use.sha256] = photo_state(row)

    async def clear_projections(self) -> None:
        """Empty everything that can be made from the log again."""
        store = self._store
        for rows in (store.appointments, store.visits, store.photos, store.calls, store.enrolled):
            rows.clear()
        store.photo_uses.clear()
        store.kept = {found: record for found, record in store.kept.items() if not record.IS_PROJECTION}

    async def remake_tree(self) -> None:
        """Make the log's tree anew from its entries."""
        self._store.tiles, self._store.growth = {}, Growth()
        self._grow(self._store.log)

    def _grow(self, entries: Iterable[Entry]) -> None:
        store = self._store
        store.growth, tiles = store.growth.grown(leaf_hash(entry.leaf()) for entry in entries)
        store.tiles |= {(tile.level, tile.index): tile.hashes for tile in tiles}

    async def save(self, changes: Changes) -> None:
        """Apply the changes."""
        store = self._store
        for entry in changes.entries:
            if entry.position != len(store.log) + 1 or entry.sha256 in store.hashes:
                raise ValueError("append-only")
            store.hashes.add(entry.sha256)
            store.log.append(entry)
        self._grow(changes.entries)
        for position in changes.erased:
            store.log[position - 1] = msgspec.structs.replace(store.log[position - 1], body=b"")
        store.feeds += changes.feed
        store.acks |= {of: ack for of, (ack, _) in changes.acks.items()}
        store.seen |= {of: seen_at for of, (_, seen_at) in changes.acks.items()}
        store.repeats |= {(of, seq): sha256 for of, seq, sha256 in changes.repeats}
        store.visits |= changes.visits
        store.appointments |= changes.appointments
        store.photo_uses += changes.photo_uses
        store.photos |= changes.photos
        store.calls |= changes.calls
        _add_new(store.servings, changes.servings, _serving_key)
        store.persons |= changes.people
        store.sessions |= {session.token_hash: session for session in changes.sessions}
        store.ended |= dict(changes.sessions_ended)
        for person_id, ended_at in changes.signed_out:
            theirs = (of for of, session in store.sessions.items() if session.person.person_id == person_id)
            store.ended |= dict.fromkeys(theirs, ended_at)
        for installation_id, ended_at in changes.installations_out:
            there = (of for of, session in store.sessions.items() if session.installation_id == installation_id)
            store.ended |= dict.fromkeys(there, ended_at)
        for token_hash, expires_at in changes.renewals:
            renewed = msgspec.structs.replace(store.sessions[token_hash], expires_at=expires_at)
            store.sessions[token_hash] = renewed
        store.enrolled |= changes.devices
        store.codes |= changes.codes
        store.quarantine |= {(aside.installation_id, aside.seq): aside for aside in changes.quarantined}
        store.checkpoints_held |= changes.checkpoints
        for found, record in changes.records.items():
            if record is None:
                store.kept.pop(found, None)
            else:
                store.kept[found] = record


def _composed_of(world: World, needs: Needs) -> list[tuple[type[Record], str, Value]]:
    """What may stand in the snapshots that may be made anew."""
    composed = needs.composed | (world.appointment_rows.keys() if needs.homes else set())
    homes = {world.appointment_rows[of].property_ref for of in composed if of in world.appointment_rows}
    facts: list[tuple[type[Record], str, Value]] = [(HomeFact, "property_ref", home) for home in homes]
    return facts + [(Notice, "appointment_id", of) for of in composed]


def _shared(uses: Iterable[PhotoUse], visit_ids: Iterable[str]) -> list[PhotoUse]:
    """Where these visits use photos, and where anybody else uses the same, by either hash."""
    mine = [use for use in uses if use.visit_id in visit_ids]
    shas, sources = {use.sha256 for use in mine}, {use.source_sha256 for use in mine}
    return [use for use in uses if use.sha256 in shas or use.source_sha256 in sources]


def _place(row: VisitRow, *, by_weakness: bool) -> tuple[int, str, str]:
    """Where a visit stands in a list."""
    return -row.weakness if by_weakness else 0, row.day, row.visit_id


def _is_wanted(row: VisitRow, wanted: VisitFilter) -> bool:
    """Whether a visit answers to all that is wanted but its standing."""
    return (
        (not wanted.first_day or row.day >= wanted.first_day)
        and (not wanted.last_day or row.day <= wanted.last_day)
        and wanted.operative_id in ("", row.operative_id)
        and wanted.patch in ("", row.patch)
        and (not wanted.had_alert or row.alert_count > 0)
        and (not wanted.had_waiver or row.waived_count > 0)
        and (not wanted.was_pressing or _is_pressing(row))
        and all(word in row.words for word in wanted.words.casefold().split())
    )


def _is_pressing(row: VisitRow) -> bool:
    return row.priority == "emergency" or "hazard" in row.priority


def _homes(rows: Iterable[CallRow | VisitRow]) -> list[str | None]:
    return [row.appointment_id for row in rows]


def _deliveries(log: Iterable[Entry]) -> list[tuple[tuple[str, int], str]]:
    return [((e.installation_id, e.seq), e.sha256) for e in log if e.installation_id is not None and e.seq is not None]


def _serving_key(row: ServingRow) -> tuple[str, str, str]:
    return (row.sha256, row.operative_id, row.policy_version)


def _add_new(held: list[ServingRow], new: Iterable[ServingRow], key: Callable[[ServingRow], object]) -> None:
    keys = {key(row) for row in held}
    held += [row for row in new if key(row) not in keys]
