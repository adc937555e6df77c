"""Visits for the office: a list, one visit whole, and a supervisor's decision."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from doorstep.application.decide_visit import decide_visit
from doorstep.application.lists import VisitFilter, is_findable
from doorstep.application.rows import VisitRow
from doorstep.domain.instants import format_instant
from doorstep.web.api.forms import Decide, Standing, VisitInList, VisitPage, Why
from doorstep.web.guards import OFFICE, SUPERVISORS, VISIT_READERS
from doorstep.web.problems import InputFault, may_answer
from doorstep.web.requests import WebRequest
from doorstep.web.visit_form import VisitView
from doorstep.web.visit_view import instant
from doorstep.web.visits import find_visit, find_visits

STANDINGS = "^(|in_progress|ended|refused|pending_corroboration|recorded|upheld|overturned|returned)$"
GRADES = "^(|contradicted|unsupported|consistent|proven)$"
DAY = "^(|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
CURSOR = "^(|([0-9]{4}-[0-9]{2}-[0-9]{2})?/[0-9a-f-]{36})$"


@get("/api/visits", guards=[OFFICE], responses=may_answer(401, 403, 422))
async def visits(
    request: WebRequest,
    standing: Annotated[str, QueryParameter(pattern=STANDINGS)] = "",
    first_day: Annotated[str, QueryParameter(name="from", pattern=DAY)] = "",
    last_day: Annotated[str, QueryParameter(name="to", pattern=DAY)] = "",
    operative: Annotated[str, QueryParameter(max_length=100)] = "",
    q: Annotated[str, QueryParameter(max_length=200, description="Words of the address or the work order")] = "",
    grade: Annotated[str, QueryParameter(pattern=GRADES, description="The grade of the weakest check")] = "",
    after: Annotated[str, QueryParameter(pattern=CURSOR, description="`next` of the page before")] = "",
) -> VisitPage:
    """Visits on the reader's patch, newest first; of those that words find, the newest thousand."""
    if not is_findable(q):
        raise InputFault(422, "too-short", "Give a word or number of at least three characters to look for, in q.")
    wanted = VisitFilter(standing, first_day, last_day, operative, q, after=after, grades=(grade,) if grade else ())
    found = await find_visits(request.web.office, request.person, wanted)
    return VisitPage([_in_list(row, found.names) for row in found.rows], found.next)


@get("/api/visits/{visit_id:str}", guards=[VISIT_READERS], responses=may_answer(401, 403, 404))
async def visit(request: WebRequest, visit_id: FromPath[str]) -> VisitView:
    """One visit with its appointment, events, verdict, photos, calls and decisions."""
    return await find_visit(request.web.office, request.person, visit_id)


@post(
    "/api/visits/{visit_id:str}/decisions",
    guards=[SUPERVISORS],
    responses=may_answer(401, 403, 404, 409, 413, 415, 422, 507),
)
async def decide(request: WebRequest, visit_id: FromPath[str], data: JSONBody[Decide]) -> Standing:
    """Uphold a visit, overturn it with the outcome put right, or return it for evidence."""
    settled = await decide_visit(
        request.web.office,
        request.person,
        visit_id,
        data.decision,
        data.reason,
        data.outcome,
        reads_card=data.reads_card,
    )
    return Standing(
        visit_id,
        settled.appointment_id,
        settled.standing,
        settled.outcome,
        list(settled.awaiting),
        [Why(why.reason, why.clause, why.words) for why in settled.reasons],
    )


def _in_list(row: VisitRow, names: dict[str, str]) -> VisitInList:
    return VisitInList(
        visit_id=row.visit_id,
        appointment_id=row.appointment_id,
        operative_id=row.operative_id,
        operative=names.get(row.operative_id, ""),
        address=row.address,
        work_order_ref=row.work_order_ref,
        patch=row.patch,
        day=row.day,
        standing=row.standing,
        outcome=row.outcome or None,
        awaiting=msgspec.json.decode(row.awaiting, type=list[str]),
        flags=msgspec.json.decode(row.flags, type=list[str]),
        started_at=instant(row.started_at),
        arrived_at=instant(row.arrived_at),
        closed_at=instant(row.closed_at),
        received_at=format_instant(row.received_at),
        grade=row.grade or None,
    )


ROUTES = [visits, visit, decide]
