"""A planner's contact calls: opened, saved, and, where the rules could not tell, matched by a person."""

from __future__ import annotations

from litestar import post
from litestar.params import FromPath, JSONBody

from doorstep.application.call_claims import release_planner_call
from doorstep.application.log_planner_call import (
    LoggedCall,
    TakeOver,
    begin_planner_call,
    log_planner_call,
)
from doorstep.application.match_planner_call import match_planner_call
from doorstep.domain.instants import format_instant
from doorstep.web.api.forms import BeginCall, CallBegun, CallLogged, LogCall, MatchCall
from doorstep.web.guards import MATCHERS, PLANNERS
from doorstep.web.problems import may_answer, may_answer_with_nothing
from doorstep.web.requests import WebRequest

MAY_ANSWER = may_answer(401, 403, 404, 409, 413, 415, 422, 507)


@post("/api/planner-calls", guards=[PLANNERS], responses=MAY_ANSWER)
async def begin_call(request: WebRequest, data: JSONBody[BeginCall]) -> CallBegun:
    """Take a contact call, and say its code to the operative; whoever has it already gets the same one again.

    409 `call-taken` where another planner has it: `taken` says who, since when, and which call to take over.
    """
    over = TakeOver(data.take_over.call_id, data.take_over.reason) if data.take_over else None
    call = await begin_planner_call(request.web.office, request.person, data.appointment_id, data.operative_id, over)
    return CallBegun(call.call_id, call.code, format_instant(call.expires_at))


@post("/api/planner-calls/{call_id:str}/log", guards=[PLANNERS], responses=MAY_ANSWER)
async def log_call(request: WebRequest, call_id: FromPath[str], data: JSONBody[LogCall]) -> CallLogged:
    """Save what was said. Saved once, a call is not changed."""
    office = request.web.office
    return _logged(
        await log_planner_call(office, request.person, call_id, data.summary, data.instruction, data.read_back)
    )


@post(
    "/api/planner-calls/{call_id:str}/release",
    guards=[PLANNERS],
    status_code=204,
    responses=may_answer_with_nothing("The call is not yours any longer", 401, 403, 404, 413, 507),
)
async def release_call(request: WebRequest, call_id: FromPath[str]) -> None:
    """Give up a call that you have: others may take it. Once is enough, and twice does no harm."""
    await release_planner_call(request.web.office, request.person, call_id)


@post("/api/planner-calls/{call_id:str}/match", guards=[MATCHERS], responses=MAY_ANSWER)
async def match_call(request: WebRequest, call_id: FromPath[str], data: JSONBody[MatchCall]) -> CallLogged:
    """Say which contact a call belongs to."""
    office = request.web.office
    return _logged(await match_planner_call(office, request.person, call_id, data.visit_id, data.n, data.reason))


def _logged(call: LoggedCall) -> CallLogged:
    return CallLogged(call.call_id, call.visit_id, call.n, call.read_back_agrees)


ROUTES = [begin_call, log_call, release_call, match_call]
