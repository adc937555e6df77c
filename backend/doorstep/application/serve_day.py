"""Give an operative their day: appointments as exact snapshots, the policies in force for them, and the feed's cursor.

What was given is remembered, with its policy version: a visit may only be judged by a snapshot that this operative was
served.
"""

from __future__ import annotations

from datetime import date

import msgspec

from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.ports import DayAppointment
from doorstep.application.rows import ServingRow, Session, VisitRow
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.domain.dossier import Serving
from doorstep.domain.policy import Policy


class ServedAppointment(msgspec.Struct, frozen=True):
    """One appointment with the policy version that its visit is begun under."""

    row: DayAppointment
    policy: Policy


class ServedDay(msgspec.Struct, frozen=True):
    """An operative's day as it is sent to the phone."""

    day: date
    now_ms: int
    feed_next: int
    appointments: tuple[ServedAppointment, ...]
    visits: tuple[VisitRow, ...]

    @property
    def policies(self) -> list[Policy]:
        """Each policy that the appointments need, once."""
        return list({served.policy.version: served.policy for served in self.appointments}.values())


async def serve_day(office: Office, session: Session, day: date | None) -> ServedDay:
    """The operative's appointments of a London date (today where None is given), recorded as served."""
    now_ms = office.clock.now_ms()
    day = day or london_date(now_ms)
    operative_id = session.person.person_id
    held = await office.store.day(operative_id, day.isoformat())
    served = tuple(
        ServedAppointment(appointment, office.rules.in_force(london_date(appointment.row.starts_at)))
        for appointment in held.appointments
    )
    new = [
        ServingRow(
            appointment.row.row.snapshot_sha256,
            operative_id,
            appointment.policy.version,
            appointment.row.row.appointment_id,
            now_ms,
        )
        for appointment in served
        if (appointment.row.row.snapshot_sha256, appointment.policy.version) not in held.served
    ]
    if new:
        await office.writer.submit(_Serve(office, new))
    visits = await office.store.operative_visits(operative_id, day.isoformat())
    return ServedDay(day, now_ms, held.feed_next, served, tuple(visits))


class _Serve:
    """Remember what was given, before it is given: no phone may hold a snapshot that the office does not know of."""

    def __init__(self, office: Office, rows: list[ServingRow]) -> None:
        self.rows = rows
        self.policies = office.rules.policies
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(appointments={row.appointment_id for row in self.rows})

    def apply(self, world: World) -> None:
        world.changes.servings += self.rows
        for row in self.rows:
            world.dossier(row.appointment_id).servings.add(Serving(row.sha256, row.operative_id, row.policy_version))
        settle_appointments(world, world.dossiers, self.policies, self.now_ms)
