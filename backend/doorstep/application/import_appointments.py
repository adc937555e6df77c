"""Take in appointments as the landlord's systems have them: each becomes a snapshot, and a new one where it changed.

An import is all or nothing. Taking in the same rows again changes nothing, since an appointment's id follows from the
landlord's reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec

from doorstep.application.gather import add_office_entry
from doorstep.application.london import london_date
from doorstep.application.office import Office, state
from doorstep.application.rows import AppointmentRow, ServingRow
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.domain.chain import body_hash
from doorstep.domain.dossier import Serving
from doorstep.domain.instants import parse_instant
from doorstep.domain.office_events import AppointmentChanged, AppointmentWithdrawn

APPOINTMENTS = UUID("6f1d4f0e-6a57-4a2c-9a77-0d5e8f2f4c11")
"""The namespace of appointment ids: a source and the landlord's own reference give the same id each time."""

MOST_AT_ONCE = 500


class Window(msgspec.Struct, frozen=True):
    """A named slot; instants as the judge takes them."""

    name: str
    starts_at: str
    ends_at: str


class Agreed(msgspec.Struct, frozen=True):
    """How and when the resident agreed the slot."""

    how: str
    at: str


class Notification(msgspec.Struct, frozen=True):
    """One message to the resident about the appointment, and the last that is known of it."""

    channel: str
    sent_at: str
    status: str
    status_at: str | None


class ContactRequest(msgspec.Struct, frozen=True):
    """Something the resident asked for, in their words: use the side door, text before."""

    request_id: str
    text: str


class Alert(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person alert in force on the day: a code, words for the operative, and when to look at it again, if known."""

    code: str
    text: str
    review_on: str = ""


class PhoneNumber(msgspec.Struct, frozen=True):
    """A number to call the resident on, with the label that the record shows in place of it."""

    label: str
    number: str


class KeySafe(msgspec.Struct, frozen=True):
    """A key safe on record, and whether the resident agreed to its use. Its code is never held here."""

    has_consent: bool


class Booking(msgspec.Struct, frozen=True):
    """An appointment as the office knows it. `source_ref` is the landlord's own reference within `source`."""

    source: str
    source_ref: str
    work_order_ref: str
    property_ref: str
    address: tuple[str, ...]
    window: Window
    priority: str
    trade: str
    agreed: Agreed | None
    notifications: tuple[Notification, ...]
    contact_requests: tuple[ContactRequest, ...]
    alerts: tuple[Alert, ...]
    phone_numbers: tuple[PhoneNumber, ...]
    operative_ids: tuple[str, ...]
    patch: str
    rebooking_number: str
    is_cancelled: bool = False
    key_safe: KeySafe | None = None

    @property
    def appointment_id(self) -> str:
        """The same id for the same reference, whenever it is imported."""
        return str(uuid5(APPOINTMENTS, f"{self.source}\n{self.source_ref}"))

    def snapshot(self) -> str:
        """The exact text that is served and hashed."""
        fields: dict[str, Any] = {"appointment_id": self.appointment_id}
        fields |= {name: getattr(self, name) for name in SNAPSHOT_FIELDS}
        # Left out where there is none: homes without one keep the text, and so the hash, that they were served with.
        if self.key_safe:
            fields["key_safe"] = self.key_safe
        return msgspec.json.encode(fields).decode()


SNAPSHOT_FIELDS = (
    "window",
    "priority",
    "trade",
    "agreed",
    "notifications",
    "contact_requests",
    "alerts",
    "work_order_ref",
    "property_ref",
    "address",
    "phone_numbers",
    "rebooking_number",
)


class Imported(msgspec.Struct, frozen=True):
    """What an import did: how many appointments were new, changed, or already as they are."""

    new: int = 0
    changed: int = 0
    same: int = 0


async def import_bookings(office: Office, actor_id: str, bookings: Sequence[Booking]) -> Imported:
    """Take in bookings that were checked before. One transaction for each 500, since a phone must not wait long."""
    total = Imported()
    for first in range(0, len(bookings), MOST_AT_ONCE):
        done = await office.writer.submit(_Import(office, actor_id, bookings[first : first + MOST_AT_ONCE]))
        total = Imported(total.new + done.new, total.changed + done.changed, total.same + done.same)
    return total


class _Import:
    def __init__(self, office: Office, actor_id: str, bookings: Sequence[Booking]) -> None:
        self.actor_id, self.bookings = actor_id, bookings
        self.rules = office.rules
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(appointments={booking.appointment_id for booking in self.bookings})

    def apply(self, world: World) -> Imported:
        counts = {"new": 0, "changed": 0, "same": 0}
        touched = set()
        for booking in self.bookings:
            before = world.appointment_rows.get(booking.appointment_id)
            made = _row(booking, before.position if before else 0)
            if before == made:
                counts["same"] += 1
                continue
            counts["changed" if before else "new"] += 1
            self._change(world, booking, before)
            touched.add(booking.appointment_id)
        settle_appointments(world, touched, self.rules.policies, self.now_ms)
        return Imported(**counts)

    def _change(self, world: World, booking: Booking, before: AppointmentRow | None) -> None:
        appointment_id = booking.appointment_id
        _, body = state(
            AppointmentChanged,
            self.actor_id,
            self.now_ms,
            appointment_id=appointment_id,
            snapshot=booking.snapshot(),
            operative_ids=sorted(set(booking.operative_ids)),
            patch=booking.patch,
            day=_day(booking),
            source=booking.source,
            source_ref=booking.source_ref,
            policy_version=(policy_version := self._policy_version(booking)),
            is_cancelled=booking.is_cancelled,
        )
        staying = [] if booking.is_cancelled else sorted(set(booking.operative_ids))
        entry = world.append(
            "appointment_changed",
            body,
            self.now_ms,
            appointment_id=appointment_id,
            actor_id=self.actor_id,
            feed_to=staying,
        )
        add_office_entry(world.dossier(appointment_id), entry)
        # The feed serves it: a phone may adopt it from there, at the door.
        sha256 = body_hash(booking.snapshot().encode())
        for operative_id in staying:
            serving = ServingRow(sha256, operative_id, policy_version, appointment_id, self.now_ms)
            world.changes.servings.append(serving)
            world.dossier(appointment_id).servings.add(Serving(sha256, operative_id, policy_version))
        for operative_id in sorted(set(before.operative_ids if before else ()) - set(staying)):
            _, body = state(
                AppointmentWithdrawn,
                self.actor_id,
                self.now_ms,
                appointment_id=appointment_id,
                operative_id=operative_id,
            )
            world.append(
                "appointment_withdrawn",
                body,
                self.now_ms,
                appointment_id=appointment_id,
                actor_id=self.actor_id,
                feed_to=(operative_id,),
            )
        row = _row(booking, entry.position)
        world.appointment_rows[appointment_id] = world.changes.appointments[appointment_id] = row

    def _policy_version(self, booking: Booking) -> str:
        """The version in force on the window's day; empty for a day before the first one, which nobody can judge."""
        try:
            return self.rules.in_force(london_date(parse_instant(booking.window.starts_at, "window.starts_at"))).version
        except LookupError:
            return ""


def _day(booking: Booking) -> str:
    return london_date(parse_instant(booking.window.starts_at, "window.starts_at")).isoformat()


def _row(booking: Booking, position: int) -> AppointmentRow:
    """The row that a booking would have: it is new or changed where this is not the row that is held."""
    return _appointment_row(
        booking.snapshot(),
        position,
        operative_ids=booking.operative_ids,
        patch=booking.patch,
        day=_day(booking),
        source=booking.source,
        source_ref=booking.source_ref,
        is_cancelled=booking.is_cancelled,
    )


def appointment_row(event: AppointmentChanged, position: int) -> AppointmentRow:
    """The row that an entry of the log makes."""
    return _appointment_row(
        event.snapshot,
        position,
        operative_ids=tuple(event.operative_ids),
        patch=event.patch,
        day=event.day,
        source=event.source,
        source_ref=event.source_ref,
        is_cancelled=event.is_cancelled,
    )


def _appointment_row(snapshot: str, position: int, operative_ids: tuple[str, ...], **facts: Any) -> AppointmentRow:
    held: dict[str, Any] = msgspec.json.decode(snapshot)
    return AppointmentRow(
        appointment_id=held["appointment_id"],
        work_order_ref=held["work_order_ref"],
        property_ref=held["property_ref"],
        address=", ".join(held["address"]),
        window=held["window"]["name"],
        starts_at=parse_instant(held["window"]["starts_at"], "window.starts_at"),
        ends_at=parse_instant(held["window"]["ends_at"], "window.ends_at"),
        snapshot_sha256=body_hash(snapshot.encode()),
        position=position,
        operative_ids=tuple(sorted(set(operative_ids))),
        **facts,
    )
