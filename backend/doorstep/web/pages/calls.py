"""A planner's contact call: the code to say, the form to fill in while talking, and what became of it."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.access import may_see_appointment
from doorstep.application.log_planner_call import LoggedCall, log_planner_call, logged_call
from doorstep.application.writer import Refused
from doorstep.domain.dossier import Call, Dossier
from doorstep.domain.events import INSTRUCTIONS
from doorstep.domain.visit import settle
from doorstep.web.guards import PLANNERS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say, say_code
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH = "/office/appointments/{appointment_id:str}/calls/{call_id:str}"


@get(PATH, guards=[PLANNERS], include_in_schema=False)
async def call_page(request: WebRequest, appointment_id: FromPath[str], call_id: FromPath[str]) -> Response[str]:
    """The form while the call is open; once it is saved, what it matched."""
    dossier, call = await _find(request, appointment_id, call_id)
    if call.logged is None:
        return await _form(request, dossier, call, {}, {}, 200)
    settled = settle(dossier, request.web.office.rules.policies)
    return await _saved(request, dossier, call, logged_call(dossier, call_id, settled))


@post(PATH, guards=[PLANNERS], include_in_schema=False)
async def save_call(
    request: WebRequest, appointment_id: FromPath[str], call_id: FromPath[str]
) -> Response[str] | Redirect:
    """Save the call, or show the form again with what was typed and what to put right."""
    fields = await read_form(request)
    dossier, call = await _find(request, appointment_id, call_id)
    typed_back = None if fields.get("cannot") else fields.get("read_back", "").strip()
    instruction = fields.get("instruction", "")
    if instruction not in INSTRUCTIONS:
        return await _form(request, dossier, call, fields, {"instruction": say("call.no_instruction")}, 422)
    try:
        await log_planner_call(
            request.web.office, request.person, call_id, fields.get("summary", ""), instruction, typed_back or None
        )
    except Refused as refused:
        errors = {str(refused.more.get("path", "")): say_refusal(refused)}
        return await _form(request, dossier, call, fields, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))
    return Redirect(f"/office/appointments/{appointment_id}/calls/{call_id}", status_code=303)


async def _find(request: WebRequest, appointment_id: str, call_id: str) -> tuple[Dossier, Call]:
    """The planner's own call. Anybody else's is not there."""
    store = request.web.office.store
    row = await store.appointment_row(appointment_id)
    dossier = await store.dossier(appointment_id)
    call = dossier.calls.get(call_id) if dossier else None
    is_there = row and may_see_appointment(request.person, row) and call
    if not is_there or dossier is None or call is None or call.planner_id != request.person.person_id:
        raise Refused("not-found", say("error.404.words"))
    return dossier, call


async def _form(
    request: WebRequest, dossier: Dossier, call: Call, typed: dict[str, str], errors: dict[str, str], status: int
) -> Response[str]:
    return page(
        request,
        "call.html",
        status,
        typed=typed,
        errors=errors,
        instructions=[{"value": each, "text": say_code("instruction", each)} for each in INSTRUCTIONS],
        is_code_over=call.expires_at <= request.web.office.clock.now_ms(),
        **await _about(request, dossier, call),
    )


async def _saved(request: WebRequest, dossier: Dossier, call: Call, logged: LoggedCall) -> Response[str]:
    return page(request, "call_saved.html", logged=logged, **await _about(request, dossier, call))


async def _about(request: WebRequest, dossier: Dossier, call: Call) -> dict[str, Any]:
    names = await names_of_people(request.web.office)
    snapshot = dossier.versions[-1].snapshot if dossier.versions else {}
    return {
        "call": call,
        "appointment_id": dossier.appointment_id,
        "operative": names.get(call.operative_id, ""),
        "address": ", ".join(snapshot.get("address", [])),
        "alerts": [alert.get("text") or alert["code"] for alert in snapshot.get("alerts", [])],
        "requests": [request["text"] for request in snapshot.get("contact_requests", []) if request.get("text")],
    }


ROUTES = [call_page, save_call]
