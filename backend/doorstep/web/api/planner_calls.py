"""A planner's contact calls: opened, saved, and, where the rules could not tell, matched by a person."""

from __future__ import annotations

from litestar import post
from litestar.params import FromPath, JSONBody

from doorstep.application.log_planner_call import (
    LoggedCall,
    begin_planner_call,
    log_planner_call,
    match_planner_call,
)
from doorstep.domain.instants import format_instant
from doorstep.web.api.forms import BeginCall, CallBegun, CallLogged, LogCall, MatchCall
from doorstep.web.guards import MATCHERS, PLANNERS
from doorstep.web.problems import may_answer
from doorstep.web.requests import WebRequest

MAY_ANSWER = may_answer(401, 403, 404, 409, 413, 415, 422, 507)


@post("/api/planner-calls", guards=[PLANNERS], responses=MAY_ANSWER)
async def begin_call(request: WebRequest, data: JSONBody[BeginCall]) -> CallBegun:
    """Open a contact call; say its code to the operative."""
    call = await begin_planner_call(request.web.office, request.person, data.appointment_id, data.operative_id)
    return CallBegun(call.call_id, call.code, format_instant(call.expires_at))


@post("/api/planner-calls/{call_id:str}/log", guards=[PLANNERS], responses=MAY_ANSWER)
async def log_call(request: WebRequest, call_id: FromPath[str], data: JSONBody[LogCall]) -> CallLogged:
    """Save what was said. Saved once, a call is not changed."""
    office = request.web.office
    return _logged(
        await log_planner_call(office, request.person, call_id, data.summary, data.instruction, data.read_back)
    )


@post("/api/planner-calls/{call_id:str}/match", guards=[MATCHERS], responses=MAY_ANSWER)
async def match_call(request: WebRequest, call_id: FromPath[str], data: JSONBody[MatchCall]) -> CallLogged:
    """Say which contact a call belongs to."""
    office = request.web.office
    return _logged(await match_planner_call(office, request.person, call_id, data.visit_id, data.n, data.reason))


def _logged(call: LoggedCall) -> CallLogged:
    return CallLogged(call.call_id, call.visit_id, call.n, call.read_back_agrees)


ROUTES = [begin_call, log_call, match_call]
