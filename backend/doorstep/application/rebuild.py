"""Make every projection anew from the log, in one transaction: what the pages answer must not change by it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from doorstep.application.call_claims import CallClaim, Contact, claim_of
from doorstep.application.change_appointment import row_of
from doorstep.application.composing import Notice
from doorstep.application.erasable import ERASABLE_KINDS
from doorstep.application.fact_rows import fact_change, home_fact
from doorstep.application.gather import is_from_phone, stated
from doorstep.application.records import Record
from doorstep.application.resident.rows import DisputeRow, answered_row, dispute_row, given_times
from doorstep.application.rows import CallRow, DeviceRow, Entry, PhotoRow, PhotoUse, VisitRow
from doorstep.application.settle_visits import stray_row, visit_row
from doorstep.application.settled_records import settled_records
from doorstep.application.store import Store, Unit
from doorstep.application.world import Changes, Needs
from doorstep.domain.dossier import Stated
from doorstep.domain.events import PHOTOGRAPHS
from doorstep.domain.instants import parse_instant
from doorstep.domain.office_events import (
    AlertRecorded,
    AppointmentChanged,
    DeviceEnrolled,
    DeviceRevoked,
    DisputeAnswered,
    NoticeRecorded,
    PhotoReceived,
    PhotoUnreadable,
    PlannerCallBegun,
    PlannerCallLogged,
    PlannerCallReleased,
    RequestRecorded,
    ResidentDisputed,
    ResidentGaveTimes,
    read_office_event,
)
from doorstep.domain.policy import Policy
from doorstep.domain.visit import settle
from doorstep.domain.wastage.facts import fact_of

CHUNK = 500


async def rebuild(store: Store, policies: Mapping[str, Policy]) -> int:
    """Empty the projections and fill them from the log. Gives the number of visits."""
    async with store.unit() as unit:
        await unit.clear_projections()
        await unit.remake_tree()
        reading = Reading()
        async for entries in log_chunks(store):
            await unit.save(reading.read(entries))
        return await _settle_all(unit, reading, policies)


async def log_chunks(store: Store) -> AsyncIterator[Sequence[Entry]]:
    """The whole log in order, some hundreds of entries at a time."""
    after = 0
    while entries := await store.entries(after, CHUNK):
        yield entries
        after = entries[-1].position


async def _settle_all(unit: Unit, reading: Reading, policies: Mapping[str, Policy]) -> int:
    count = 0
    visited = {row.appointment_id for row in reading.homes.values() if row.appointment_id}
    appointment_ids = sorted(visited | reading.appointments)
    for first in range(0, len(appointment_ids), CHUNK):
        world = await unit.load(Needs(appointments=set(appointment_ids[first : first + CHUNK])))
        changes = Changes()
        for dossier in world.dossiers.values():
            visits = settle(dossier, policies)
            if fact := fact_of(dossier, visits, policies):
                changes.wastage[dossier.appointment_id] = fact
            for visit_id, settled in visits.items():
                changes.visits[visit_id] = visit_row(dossier, settled)
                for record in settled_records(dossier, settled, policies).values():
                    if record:
                        _add(changes, record)
        count += len(changes.visits)
        await unit.save(changes)
    return count + sum(row.appointment_id is None for row in reading.homes.values())


class Reading:
    """One pass over the log: the rows that each entry makes by itself, and where each visit belongs."""

    def __init__(self) -> None:
        self.homes: dict[str, VisitRow] = {}
        self.appointments: set[str] = set()
        self.strays: dict[str, list[Stated]] = {}
        self.photos: set[str] = set()
        self.calls: dict[str, CallRow] = {}
        self.claims: dict[Contact, CallClaim] = {}
        self.devices: dict[str, DeviceRow] = {}
        self.disputes: dict[str, DisputeRow] = {}

    def read(self, entries: Sequence[Entry]) -> Changes:
        """The rows of some entries, in log order."""
        changes = Changes()
        for entry in entries:
            if is_from_phone(entry):
                self._phone(changes, entry)
            else:
                self._office(changes, entry)
        return changes

    def _phone(self, changes: Changes, entry: Entry) -> None:
        if entry.visit_id is None:
            return
        body = stated(entry)
        event = body.event
        if event and entry.sig and not entry.fault and (phone := self.devices.get(event.device_id)):
            phone = phone.heard_on(str(entry.installation_id))
            changes.devices[event.device_id] = self.devices[event.device_id] = phone
        if event and not entry.fault and event.kind in PHOTOGRAPHS:
            sha256, size_bytes = event.text("photo_sha256"), int(event.own["size_bytes"])
            source_sha256 = event.text("source_sha256")
            use = PhotoUse(
                entry.position, entry.visit_id, sha256, str(entry.installation_id), size_bytes, source_sha256
            )
            changes.photo_uses.append(use)
        home = self.homes.get(entry.visit_id)
        if home and home.appointment_id:
            return
        self.strays.setdefault(entry.visit_id, []).append(body)
        row = stray_row(entry.visit_id, self.strays[entry.visit_id])
        if event and event.kind == "visit_started" and not entry.fault:
            row = stray_row(entry.visit_id, self.strays.pop(entry.visit_id), event.text("appointment_id"))
        self.homes[entry.visit_id] = changes.visits[entry.visit_id] = row

    def _office(self, changes: Changes, entry: Entry) -> None:
        if not entry.body and entry.kind in ERASABLE_KINDS:
            # Erased: what is known no longer stands in no list. Whether it was to be, the audit says.
            return
        match read_office_event(entry.body):
            case AppointmentChanged() as event:
                self.appointments.add(event.appointment_id)
                changes.appointments[event.appointment_id] = row_of(event, entry.position)
            case PhotoReceived() | PhotoUnreadable() as event if event.sha256 not in self.photos:
                self.photos.add(event.sha256)
                changes.photos[event.sha256] = photo_row(event, entry.position)
            case PlannerCallBegun() as event:
                row = CallRow(
                    event.call_id, event.appointment_id, event.operative_id, event.actor_id, entry.received_at
                )
                self.calls[event.call_id] = changes.calls[event.call_id] = row
                before = self.claims.get((event.appointment_id, event.operative_id))
                claim = claim_of(event, entry.received_at, before)
                self.claims[claim.contact] = claim
                _add(changes, claim)
            case PlannerCallReleased() as event:
                self._end_claim(changes, event)
            case PlannerCallLogged() as event:
                self._end_claim(changes, event)
                begun = self.calls[event.call_id]
                changes.calls[event.call_id] = CallRow(
                    begun.call_id,
                    begun.appointment_id,
                    begun.operative_id,
                    begun.planner_id,
                    begun.begun_at,
                    entry.received_at,
                )
            case AlertRecorded() | RequestRecorded() as event:
                _add(changes, home_fact(event, entry.received_at))
                _add(changes, fact_change(event, entry.position, entry.received_at))
            case NoticeRecorded() as event:
                _add(changes, notice(event))
            case ResidentDisputed() | DisputeAnswered() | ResidentGaveTimes() as event:
                _add(changes, self._said(event, entry))
            case DeviceEnrolled() as event:
                changes.devices[event.device_id] = self.devices[event.device_id] = device_row(event, entry)
            case DeviceRevoked() as event:
                revoked = msgspec.structs.replace(self.devices[event.device_id], revoked_at=entry.received_at)
                changes.devices[event.device_id] = self.devices[event.device_id] = revoked
            case _:
                pass

    def _said(self, event: ResidentDisputed | DisputeAnswered | ResidentGaveTimes, entry: Entry) -> Record:
        """The row of what a resident said, or was answered."""
        if isinstance(event, ResidentGaveTimes):
            return given_times(event, entry)
        if isinstance(event, DisputeAnswered):
            return answered_row(self.disputes[event.dispute_id], entry)
        row = self.disputes[event.dispute_id] = dispute_row(event, entry)
        return row

    def _end_claim(self, changes: Changes, event: PlannerCallLogged | PlannerCallReleased) -> None:
        contact = (event.appointment_id, event.operative_id)
        claim = self.claims.get(contact)
        if claim and claim.call_id == event.call_id:
            del self.claims[contact]
            changes.records[CallClaim, contact] = None


def _add(changes: Changes, record: Record) -> None:
    changes.records[type(record), record.key] = record


def notice(event: NoticeRecorded) -> Notice:
    """A message to a resident, as its log entry tells it."""
    return Notice(
        notice_id=event.notice_id,
        appointment_id=event.appointment_id,
        channel=event.channel,
        sent_at=parse_instant(event.sent_at, "sent_at"),
        status=event.status,
        status_at=parse_instant(event.status_at, "status_at") if event.status_at else None,
        told_by=event.told_by,
        note=event.note,
        tells_of=event.tells_of,
    )


def photo_row(event: PhotoReceived | PhotoUnreadable, position: int) -> PhotoRow:
    """A photo that was looked at, as its log entry at that position tells it."""
    if isinstance(event, PhotoUnreadable):
        return PhotoRow(event.sha256, "unreadable", position, event.why)
    resembles = msgspec.json.encode(event.resembles).decode()
    return PhotoRow(event.sha256, "complete", position, dhash=event.dhash, resembles=resembles)


def device_row(event: DeviceEnrolled, entry: Entry) -> DeviceRow:
    """An enrolled phone, as its log entry tells it."""
    key = base64.urlsafe_b64decode(event.public_key + "=")
    return DeviceRow(event.device_id, key, event.installation_id, event.person_id, entry.received_at, entry.position)
