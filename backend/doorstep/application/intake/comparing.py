"""What importing bookings would do: each is new, changed, or just as it is held, with what the office added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from doorstep.application.change_appointment import appointment_row
from doorstep.application.composing import HomeFact, Notice
from doorstep.application.import_appointments import Booking, beside
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.rows import AppointmentRow

Change = Literal["new", "changed", "same"]


class Compared(NamedTuple):
    """A booking, what importing it would do, and the appointment as it now is."""

    booking: Booking
    change: Change
    before: AppointmentRow | None


async def compare(office: Office, bookings: Sequence[Booking]) -> list[Compared]:
    """Some hundreds at a time, read from the rows alone: a file that came before costs no dossier."""
    held = await office.store.appointments_held([booking.appointment_id for booking in bookings])
    homes = {booking.property_ref for booking in bookings if booking.appointment_id in held}
    facts: dict[str, list[HomeFact]] = {}
    notices: dict[str, list[Notice]] = {}
    if homes:
        of_homes = Wanted((Where("property_ref", "in", tuple(sorted(homes))),))
        for fact in await office.store.records(HomeFact, of_homes):
            facts.setdefault(fact.property_ref, []).append(fact)
        told = Wanted((Where("appointment_id", "in", tuple(sorted(held))),))
        for notice in await office.store.records(Notice, told):
            notices.setdefault(notice.appointment_id, []).append(notice)
    return [
        _compared(
            booking,
            held.get(booking.appointment_id),
            facts.get(booking.property_ref, []),
            notices.get(booking.appointment_id, []),
        )
        for booking in bookings
    ]


def _compared(
    booking: Booking, before: AppointmentRow | None, facts: Sequence[HomeFact], notices: Sequence[Notice]
) -> Compared:
    if before is None:
        return Compared(booking, "new", None)
    made = appointment_row(booking.snapshot(facts, notices), before.position, **beside(booking))
    return Compared(booking, "same" if made == before else "changed", before)
