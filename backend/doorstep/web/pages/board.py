"""The planner's board: who asked for a call, who is at a door now, and, beside them, the form of a call."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import QueryParameter
from litestar.response import Redirect, Response

from doorstep.application.log_planner_call import begin_planner_call
from doorstep.web.guards import PLANNERS
from doorstep.web.pages.board_view import MOST_FOUND, Board, board_view
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.requests import WebRequest

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
    "board.new_ask",
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
async def open_call(request: WebRequest) -> Redirect:
    """Open a call about an appointment, and go to its form with the code to say."""
    fields = await read_form(request)
    appointment_id = fields.get("appointment_id", "")
    call = await begin_planner_call(request.web.office, request.person, appointment_id, fields.get("operative_id", ""))
    how = "?how=app" if fields.get("how") == "app" else ""
    return Redirect(f"/office/appointments/{appointment_id}/calls/{call.call_id}{how}", status_code=303)


async def board_page(request: WebRequest, status: int = 200, q: str = "", **call: Any) -> Response[str]:
    """The board, with the call that is open or was saved beside it; or the part of it that the script asked for."""
    asked_for = request.headers.get(PART_HEADER, "")
    part = asked_for if asked_for in PARTS else ""
    lists = await board_view(request.web.office, request.person, q) if part != "call" else None
    shown = {name: getattr(lists, name) for name in Board.__struct_fields__} if lists else {"q": q}
    return page(
        request,
        "board.html",
        # The script reads a form's errors from the part itself; a browser would report the status as a failure.
        200 if part else status,
        **{"call": None, "logged": None, "errors": {}, "typed": {}}
        | shown
        | {"part": part, "most": MOST_FOUND, "script_words": _script_words()}
        | call,
    )


def _script_words() -> str:
    return msgspec.json.encode({name: say(name) for name in SCRIPT_WORDS}).decode()


ROUTES = [board, open_call]
