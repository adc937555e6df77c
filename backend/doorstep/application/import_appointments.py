"""Take in appointments as the landlord's systems have them: each becomes a snapshot, and a new one where it changed.

Taking in the same rows again changes nothing, since an appointment's id follows from the landlord's reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from doorstep.application.change_appointment import appointment_row, change_appointment
from doorstep.application.composing import HomeFact, Notice, compose
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.domain.instants import parse_instant

APPOINTMENTS = UUID("6f1d4f0e-6a57-4a2c-9a77-0d5e8f2f4c11")
"""The namespace of appointment ids: a source and the landlord's own reference give the same id each time."""

MOST_AT_ONCE = 500


@lru_cache(2 * MOST_AT_ONCE)
def appointment_id(source: str, source_ref: str) -> str:
    """The id of a source's own reference. Kept for a batch, since it is asked for a dozen times for each row."""
    return str(uuid5(APPOINTMENTS, f"{source}\n{source_ref}"))


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


class Place(msgspec.Struct, frozen=True):
    """Where the home's door is, in ten-millionths of a degree; `block` where many doors share the point."""

    lat_e7: int
    lon_e7: int
    kind: Literal["house", "block"] = "house"


class Assigned(msgspec.Struct, frozen=True):
    """When the scheduler means the operative to be there, within the window if all is well; instants."""

    starts_at: str
    ends_at: str


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
    place: Place | None = None
    uprn: str = ""
    sor_codes: tuple[str, ...] = ()
    contractor: str = ""
    assigned: Assigned | None = None

    @property
    def appointment_id(self) -> str:
        """The same id for the same reference, whenever it is imported."""
        return appointment_id(self.source, self.source_ref)

    @property
    def day(self) -> str:
        """The London date of its window's start."""
        return london_date(parse_instant(self.window.starts_at, "window.starts_at")).isoformat()

    def snapshot(self, facts: Iterable[HomeFact] = (), notices: Iterable[Notice] = ()) -> str:
        """The exact text that is served and hashed, with what the office knows of the home and has told its people."""
        fields: dict[str, Any] = {"appointment_id": self.appointment_id}
        fields |= {name: getattr(self, name) for name in SNAPSHOT_FIELDS}
        # Left out where there is none: appointments without keep the text, and so the hash, that was served.
        fields |= {name: held for name in IF_ANY if (held := getattr(self, name))}
        return compose(fields, facts, notices, self.day)


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
IF_ANY = ("key_safe", "place", "uprn", "sor_codes", "contractor", "assigned")


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
        homes = {booking.property_ref for booking in self.bookings}
        return Needs(
            composed={booking.appointment_id for booking in self.bookings},
            groups={(HomeFact, "property_ref", home) for home in homes},
        )

    def apply(self, world: World) -> Imported:
        counts = {"new": 0, "changed": 0, "same": 0}
        touched = set()
        for booking in self.bookings:
            before = world.appointment_rows.get(booking.appointment_id)
            facts = world.group(HomeFact, "property_ref", booking.property_ref)
            notices = world.group(Notice, "appointment_id", booking.appointment_id)
            snapshot = booking.snapshot(facts, notices)
            made = appointment_row(snapshot, before.position if before else 0, **beside(booking))
            if before == made:
                counts["same"] += 1
                continue
            counts["changed" if before else "new"] += 1
            change_appointment(world, self.rules, self.actor_id, self.now_ms, snapshot, made)
            touched.add(booking.appointment_id)
        settle_appointments(world, touched, self.rules.policies, self.now_ms)
        return Imported(**counts)


def beside(booking: Booking) -> dict[str, Any]:
    """What the office holds of an appointment beside its snapshot."""
    return {
        "operative_ids": booking.operative_ids,
        "patch": booking.patch,
        "day": booking.day,
        "source": booking.source,
        "source_ref": booking.source_ref,
        "is_cancelled": booking.is_cancelled,
    }
