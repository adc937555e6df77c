"""What the planner's board shows at one moment: calls asked for, doors, and the day's appointments that were searched.

A few queries whatever the number of rows: the board is looked at with every change.
"""

from __future__ import annotations

import msgspec

from doorstep.application.lists import AppointmentFilter
from doorstep.application.london import london_date
from doorstep.application.rows import AppointmentRow, Person, VisitRow
from doorstep.application.store import Store
from doorstep.web.pages.door_view import Door, Held, held_by, name_of
from doorstep.web.pages.doors import Doors, Look

MOST_FOUND = 50


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


async def board_view(doors: Doors, planner: Person, q: str) -> Board:
    """The board of a planner's patch; `q` narrows the appointments by words of address, work order or operative."""
    now_ms = doors.office.clock.now_ms()
    day = london_date(now_ms).isoformat()
    look = await doors.on(planner.patch, now_ms)
    found = await _found(doors.office.store, planner.patch, day, look, q)
    asked = sorted((door.calling.since, door.visit_id, door) for door in look.doors if door.calling)
    return Board(
        now_ms=now_ms,
        day=day,
        q=q,
        asked=[door for _, _, door in asked],
        doors=sorted(look.doors, key=lambda door: (door.arrived_at or now_ms, door.visit_id)),
        unanswered=sum(door.held is None for _, _, door in asked),
        are_doors_cut=look.are_cut,
        taken_over=[
            TakenOver(*claim.contact, name_of(look.people, claim.planner_id), claim.since, claim.reason)
            for claim in look.claims.values()
            if claim.took_from == planner.person_id
        ],
        found=found[:MOST_FOUND],
        is_found_cut=len(found) > MOST_FOUND,
    )


async def _found(store: Store, patch: str, day: str, look: Look, q: str) -> list[Attendance]:
    appointments = await store.appointment_rows(AppointmentFilter(day=day, words=q, patch=patch, limit=MOST_FOUND + 1))
    visits = {
        (row.appointment_id, row.operative_id): row
        for row in await store.visits_to([row.appointment_id for row in appointments])
    }
    attendances = [
        Attendance(
            row,
            operative_id,
            name_of(look.people, operative_id),
            visits.get((row.appointment_id, operative_id)),
            held_by(look.claims.get((row.appointment_id, operative_id)), look.people),
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
