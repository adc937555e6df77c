"""What the planner's board shows at one moment: calls asked for, doors, and the day's appointments that were searched.

A few queries whatever the number of rows: the board is looked at with every change.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import msgspec

from doorstep.application.access import sees_patch
from doorstep.application.call_claims import open_claims
from doorstep.application.lists import AppointmentFilter, VisitFilter
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.rows import AppointmentRow, Person, VisitRow
from doorstep.web.pages.door_view import Beside, Door, Held, door_view

MOST_FOUND = 50
MOST_DOORS = 200


class Attendance(msgspec.Struct, frozen=True):
    """One operative of one appointment, with the visit that their phone has sent of it, if any."""

    appointment: AppointmentRow
    operative_id: str
    operative: str
    visit: VisitRow | None
    held: Held | None


class TakenOver(msgspec.Struct, frozen=True):
    """A call that this planner had until another took it over."""

    appointment_id: str
    operative_id: str
    planner: str
    at: int
    reason: str


class Board(msgspec.Struct, frozen=True):
    """One planner's board at `now_ms`. `asked` are those of the `doors` who wait for a planner, longest first; of them
    nobody has taken `unanswered`. `taken_over` are the calls that were this planner's."""

    now_ms: int
    day: str
    q: str
    asked: list[Door]
    doors: list[Door]
    unanswered: int
    are_doors_cut: bool
    taken_over: list[TakenOver]
    found: list[Attendance]
    is_found_cut: bool


async def board_view(office: Office, planner: Person, q: str) -> Board:
    """The board of a planner's patch; `q` narrows the appointments by words of address, work order or operative."""
    now_ms = office.clock.now_ms()
    day = london_date(now_ms).isoformat()
    people = {person.person_id: person for person in await office.store.people()}
    claims = await open_claims(office.store, now_ms)
    beside = Beside(office.rules, planner.person_id, people, {}, claims, now_ms)
    doors, are_cut = await _doors(office, planner, day, beside)
    found = await _found(office, planner, day, beside, q)
    asked = sorted((door.calling.since, door.visit_id, door) for door in doors if door.calling)
    return Board(
        now_ms=now_ms,
        day=day,
        q=q,
        asked=[door for _, _, door in asked],
        doors=sorted(doors, key=lambda door: (door.arrived_at or now_ms, door.visit_id)),
        unanswered=sum(door.held is None for _, _, door in asked),
        are_doors_cut=are_cut,
        taken_over=[
            TakenOver(*claim.contact, beside.name(claim.planner_id), claim.since, claim.reason)
            for claim in claims.values()
            if claim.took_from == planner.person_id
        ],
        found=found[:MOST_FOUND],
        is_found_cut=len(found) > MOST_FOUND,
    )


async def _doors(office: Office, planner: Person, day: str, beside: Beside) -> tuple[list[Door], bool]:
    wanted = VisitFilter("in_progress", day, day, patch=planner.patch, limit=MOST_DOORS + 1)
    rows = await office.store.visit_rows(wanted)
    homes = {
        row.visit_id: row.appointment_id
        for row in rows[:MOST_DOORS]
        if row.appointment_id and sees_patch(planner, row.patch)
    }
    dossiers = await office.store.dossiers(sorted(set(homes.values())))
    held = {visit_id: dossiers[home] for visit_id, home in homes.items() if home in dossiers}
    phones = {
        body.event.device_id for visit_id, dossier in held.items() for body in dossier.visits[visit_id] if body.event
    }
    beside = replace(beside, heard_at=await office.store.heard_at(sorted(phones)))
    doors = []
    for visit_id, dossier in held.items():
        doors.append(door_view(dossier, visit_id, beside))
        # Two judgements a row: a phone that sends meanwhile does not wait for a whole board.
        await asyncio.sleep(0)
    return doors, len(rows) > MOST_DOORS


async def _found(office: Office, planner: Person, day: str, beside: Beside, q: str) -> list[Attendance]:
    wanted = AppointmentFilter(day=day, words=q, patch=planner.patch, limit=MOST_FOUND + 1)
    appointments = await office.store.appointment_rows(wanted)
    visits = {
        (row.appointment_id, row.operative_id): row
        for row in await office.store.visits_to([row.appointment_id for row in appointments])
    }
    attendances = [
        Attendance(
            row,
            operative_id,
            beside.name(operative_id),
            visits.get((row.appointment_id, operative_id)),
            beside.held(row.appointment_id, operative_id),
        )
        for row in appointments
        for operative_id in row.operative_ids
    ]
    return sorted((each for each in attendances if _answers(each, q)), key=_likelihood)


def _likelihood(attendance: Attendance) -> int:
    """Who is likely to ring stands first: at a door, then not heard of yet, then those who are done."""
    if attendance.visit is not None:
        return 0 if attendance.visit.standing == "in_progress" else 2
    return 3 if attendance.appointment.is_cancelled else 1


def _answers(attendance: Attendance, q: str) -> bool:
    """Of two operatives of one appointment, only the one whose name was searched for."""
    row = attendance.appointment
    searched = f"{row.address} {row.work_order_ref} {attendance.operative}".casefold()
    return all(word in searched for word in q.casefold().split())
