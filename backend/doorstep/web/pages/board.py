"""The planner's board: who is at a door now and how long they wait, and today's appointments to log a call from."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import QueryParameter
from litestar.response import Redirect, Response

from doorstep.application.access import sees_patch
from doorstep.application.log_planner_call import begin_planner_call
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.ports import AppointmentFilter, VisitFilter
from doorstep.application.rows import AppointmentRow, Person, VisitRow
from doorstep.web.guards import PLANNERS
from doorstep.web.pages.door_view import Door, door_view
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.rendering import page
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

MOST_APPOINTMENTS = 100
MOST_OF_A_DAY = 5_000
MOST_DOORS = 100


class Attendance(msgspec.Struct, frozen=True):
    """One operative of one appointment, with the visit that their phone has sent of it, if any."""

    appointment: AppointmentRow
    operative_id: str
    operative: str
    visit: VisitRow | None


@get("/office/board", guards=[PLANNERS], include_in_schema=False)
async def board(request: WebRequest, q: Annotated[str, QueryParameter(max_length=200)] = "") -> Response[str]:
    """The board; `q` narrows the appointments."""
    office = request.web.office
    now_ms = office.clock.now_ms()
    day = london_date(now_ms).isoformat()
    names = await names_of_people(office)
    attendances = await _attendances(office, request.person, day, names)
    wanted = q.casefold().split()
    found = [each for each in attendances if all(word in _searched(each) for word in wanted)]
    return page(
        request,
        "board.html",
        day=day,
        q=q,
        doors=await _doors(office, request.person, day, names, now_ms),
        attendances=found[:MOST_APPOINTMENTS],
        is_cut=len(found) > MOST_APPOINTMENTS,
        most=MOST_APPOINTMENTS,
    )


@post("/office/board/calls", guards=[PLANNERS], include_in_schema=False)
async def open_call(request: WebRequest) -> Redirect:
    """Open a call about an appointment, and go to its form with the code to say."""
    fields = await read_form(request)
    appointment_id = fields.get("appointment_id", "")
    call = await begin_planner_call(request.web.office, request.person, appointment_id, fields.get("operative_id", ""))
    return Redirect(f"/office/appointments/{appointment_id}/calls/{call.call_id}", status_code=303)


async def _attendances(office: Office, person: Person, day: str, names: dict[str, str]) -> list[Attendance]:
    wanted = AppointmentFilter(day=day, patch=person.patch, limit=MOST_OF_A_DAY)
    appointments = await office.store.appointment_rows(wanted)
    filtered = VisitFilter(first_day=day, last_day=day, patch=person.patch, limit=MOST_OF_A_DAY)
    visits = {(row.appointment_id, row.operative_id): row for row in await office.store.visit_rows(filtered)}
    return [
        Attendance(row, operative_id, names.get(operative_id, ""), visits.get((row.appointment_id, operative_id)))
        for row in appointments
        for operative_id in row.operative_ids
    ]


def _searched(attendance: Attendance) -> str:
    row = attendance.appointment
    return f"{row.address} {row.work_order_ref} {attendance.operative}".casefold()


async def _doors(office: Office, person: Person, day: str, names: dict[str, str], now_ms: int) -> list[Door]:
    wanted = VisitFilter("in_progress", day, day, patch=person.patch, limit=MOST_DOORS)
    rows = [
        row for row in await office.store.visit_rows(wanted) if row.appointment_id and sees_patch(person, row.patch)
    ]
    dossiers = await asyncio.gather(*(office.store.dossier(row.appointment_id or "") for row in rows))
    doors = [
        door_view(dossier, row.visit_id, office.rules.policies, names, now_ms)
        for row, dossier in zip(rows, dossiers, strict=True)
        if dossier
    ]
    return sorted(doors, key=lambda door: door.arrived_at or now_ms)


ROUTES = [board, open_call]
