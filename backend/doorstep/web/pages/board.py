"""The planner's board: who asked for a call, who is at a door now, and, beside them, the form of a call."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import QueryParameter
from litestar.response import Redirect, Response

from doorstep.application.call_claims import CallClaim
from doorstep.application.log_planner_call import TakeOver, begin_planner_call
from doorstep.application.writer import Refused
from doorstep.web.guards import PLANNERS
from doorstep.web.pages.board_view import MOST_FOUND, Board, board_view
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PART_HEADER = "doorstep-part"
PARTS = frozenset({"lists", "call"})
"""The board's script asks for a piece of the page by this header; everybody else is given the whole."""
CLOCK_WORDS = ("time.minutes", "time.seconds", "board.ago", "board.over", "board.over_we_think", "board.we_think")
SCRIPT_WORDS = (
    *CLOCK_WORDS,
    "board.lost",
    "board.live",
    "board.not_live",
    "board.signed_out",
    "desk.new_ask",
    "desk.new_asks",
    "desk.new_ring",
    "desk.released",
    "desk.sound_waits",
    "board.not_sent",
    "board.leave_call",
    "call.code_left",
    "call.read_back_right",
    "call.read_back_letter",
    "call.read_back_wrong",
)


@get("/office/board", guards=[PLANNERS], include_in_schema=False)
async def board(request: WebRequest, q: Annotated[str, QueryParameter(max_length=200)] = "") -> Response[str]:
    """The board; `q` narrows the appointments."""
    return await board_page(request, q=q)


@post("/office/board/calls", guards=[PLANNERS], include_in_schema=False)
async def open_call(request: WebRequest) -> Response[str] | Redirect:
    """Take a call about an appointment, and go to its form with the code to say; or be told who has it."""
    fields = await read_form(request)
    appointment_id, operative_id = fields.get("appointment_id", ""), fields.get("operative_id", "")
    held = fields.get("take_over_from", "")
    over = TakeOver(held, fields.get("reason", "")) if held else None
    try:
        call = await begin_planner_call(request.web.office, request.person, appointment_id, operative_id, over)
    except Refused as refused:
        if refused.reason not in ("call-taken", "invalid"):
            raise
        return await _taken(request, refused, fields)
    how = "?how=app" if fields.get("how") == "app" else ""
    return Redirect(f"/office/appointments/{appointment_id}/calls/{call.call_id}{how}", status_code=303)


async def _taken(request: WebRequest, refused: Refused, fields: dict[str, str]) -> Response[str]:
    """Who has the call, with the way to take it over: the one who was named may have changed meanwhile."""
    office = request.web.office
    contact = fields.get("appointment_id", ""), fields.get("operative_id", "")
    claim = await office.store.record(CallClaim, *contact)
    row = await office.store.appointment_row(contact[0])
    if claim is None or row is None:
        raise refused
    names = await names_of_people(office)
    return await board_page(
        request,
        STATUS_OF_REFUSAL[refused.reason],
        claim=claim,
        holder=names.get(claim.planner_id, ""),
        about={"operative": names.get(claim.operative_id, ""), "address": row.address},
        how=fields.get("how", ""),
        errors={"reason": say("desk.no_reason")} if refused.reason == "invalid" else {},
        typed={"reason": fields.get("reason", "")},
    )


async def board_page(request: WebRequest, status: int = 200, q: str = "", **call: Any) -> Response[str]:
    """The board, with the call that is open or was saved beside it; or the part of it that the script asked for."""
    asked_for = request.headers.get(PART_HEADER, "")
    part = asked_for if asked_for in PARTS else ""
    lists = await board_view(request.web.doors, request.person, q) if part != "call" else None
    shown = {name: getattr(lists, name) for name in Board.__struct_fields__} if lists else {"q": q}
    return page(
        request,
        "board.html",
        # The script reads a form's errors from the part itself; a browser would report the status as a failure.
        200 if part else status,
        **{"call": None, "logged": None, "claim": None, "errors": {}, "typed": {}}
        | shown
        | {"part": part, "most": MOST_FOUND, "me": request.person.person_id, "script_words": _script_words()}
        | call,
    )


def _script_words() -> str:
    return msgspec.json.encode({name: say(name) for name in SCRIPT_WORDS}).decode()


ROUTES = [board, open_call]
