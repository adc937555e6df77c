"""Give an operative their day: appointments as exact snapshots, the policies in force for them, and the feed's cursor.

What was given is remembered, with its policy version: a visit may only be judged by a snapshot that this operative was
served.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from doorstep.application.lists import DayAppointment
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.rows import ServingRow, Session, VisitRow
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.domain.dossier import Serving
from doorstep.domain.office_events import StandingChanged, read_office_event
from doorstep.domain.policy import Policy

REFUSED_DAYS = 14
"""How long a refused visit still comes home with its reasons: after that its operative can add nothing of use."""


class ServedAppointment(msgspec.Struct, frozen=True):
    """One appointment with the policy version that its visit is begun under, and others' visits to it so far."""

    row: DayAppointment
    policy: Policy
    here_before: tuple[VisitRow, ...] = ()


class ServedVisit(msgspec.Struct, frozen=True):
    """One's own visit, what was last told of it, and its address where it is not among the day's."""

    row: VisitRow
    told: StandingChanged | None
    address: str


class ServedDay(msgspec.Struct, frozen=True):
    """An operative's day as it is sent to the phone."""

    day: date
    now_ms: int
    feed_next: int
    appointments: tuple[ServedAppointment, ...]
    visits: tuple[ServedVisit, ...]

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
    there = await office.store.visits_to([appointment.row.appointment_id for appointment in held.appointments])
    served = tuple(
        ServedAppointment(
            appointment,
            office.rules.in_force(london_date(appointment.row.starts_at)),
            tuple(row for row in there if _is_before(row, appointment.row.appointment_id, operative_id)),
        )
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
    visits = await _own_visits(office, operative_id, day, [one.row.row.appointment_id for one in served])
    return ServedDay(day, now_ms, held.feed_next, served, visits)


def _is_before(row: VisitRow, appointment_id: str, operative_id: str) -> bool:
    """Whether it is another's visit to this appointment, begun at its door."""
    return row.appointment_id == appointment_id and row.operative_id != operative_id and row.arrived_at is not None


async def _own_visits(
    office: Office, operative_id: str, day: date, appointment_ids: Sequence[str]
) -> tuple[ServedVisit, ...]:
    since = (day - timedelta(days=REFUSED_DAYS)).isoformat()
    rows = [
        row
        for row in await office.store.operative_visits(operative_id, day.isoformat())
        if row.standing != "refused" or row.day >= since
    ]
    bodies = await office.store.last_told([row.visit_id for row in rows])
    told = {event.visit_id: event for event in map(read_office_event, bodies) if isinstance(event, StandingChanged)}
    visits = []
    for row in rows:
        is_away = row.standing in ("returned", "refused") and row.appointment_id not in appointment_ids
        home = await office.store.appointment_row(row.appointment_id) if is_away and row.appointment_id else None
        visits.append(ServedVisit(row, told.get(row.visit_id), home.address if home else ""))
    return tuple(visits)


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
