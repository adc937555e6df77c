"""A planner's contact call, beside the board: the code to say, the form to fill in while talking, what became of it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Response

from doorstep.application.access import may_see_appointment
from doorstep.application.call_claims import CallClaim, release_planner_call
from doorstep.application.log_planner_call import TakenCall, begin_planner_call, log_planner_call, logged_call
from doorstep.application.rows import AppointmentRow
from doorstep.application.writer import Refused
from doorstep.domain.dossier import Call, Dossier
from doorstep.domain.events import INSTRUCTIONS
from doorstep.domain.visit import settle
from doorstep.web.guards import PLANNERS
from doorstep.web.home_paths import home_url
from doorstep.web.pages.board import board_page
from doorstep.web.pages.call_history import past_of
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.times import clock
from doorstep.web.pages.words import say, say_code
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH = "/office/appointments/{appointment_id:str}/calls/{call_id:str}"
USUAL = ("leave_card", "keep_waiting", "leave_no_card", "welfare_check")
CHOICES = (*USUAL, *(each for each in INSTRUCTIONS if each not in USUAL))
"""In the order of their keys, 1 on: what planners say most stands first."""
How = Annotated[str, QueryParameter(max_length=10)]
Typed = dict[str, str]


class Seen(msgspec.Struct, frozen=True):
    """A planner's own call with all that is held about its appointment."""

    row: AppointmentRow
    dossier: Dossier
    call: Call


@get(PATH, guards=[PLANNERS], include_in_schema=False)
async def call_page(
    request: WebRequest, appointment_id: FromPath[str], call_id: FromPath[str], how: How = ""
) -> Response[str]:
    """The form while the call is open; once it is saved, what it matched."""
    seen = await _find(request, appointment_id, call_id)
    if seen.call.logged is None:
        return await _form(request, seen, {"how": how}, {}, 200)
    settled = settle(seen.dossier, request.web.office.rules.policies)
    return await board_page(request, logged=logged_call(seen.dossier, call_id, settled), **await _about(request, seen))


@post(PATH, guards=[PLANNERS], include_in_schema=False)
async def save_call(
    request: WebRequest, appointment_id: FromPath[str], call_id: FromPath[str]
) -> Response[str] | Redirect:
    """Save the call, or show the form again with what was typed and what to put right, or with a new code."""
    fields = await read_form(request)
    seen = await _find(request, appointment_id, call_id)
    if fields.get("release"):
        await release_planner_call(request.web.office, request.person, call_id)
        return Redirect("/office/board", status_code=303)
    if fields.get("new_code") and seen.call.logged is None:
        return await _with_new_code(request, seen, fields)
    instruction, read_back = fields.get("instruction", ""), fields.get("read_back", "").strip()
    errors = _missing(fields)
    if errors:
        return await _form(request, seen, fields, errors, 422)
    typed_back = None if fields.get("cannot") or fields.get("how") == "app" else read_back
    try:
        await log_planner_call(
            request.web.office, request.person, call_id, fields.get("summary", ""), instruction, typed_back
        )
    except Refused as refused:
        errors = {str(refused.more.get("path", "")): say_refusal(refused)}
        return await _form(request, seen, fields, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))
    return Redirect(f"/office/appointments/{appointment_id}/calls/{call_id}", status_code=303)


async def _with_new_code(request: WebRequest, seen: Seen, fields: Typed) -> Response[str]:
    """The same form with another code; where somebody else has taken the call meanwhile, with who that is."""
    office, call = request.web.office, seen.call
    appointment_id = seen.dossier.appointment_id
    try:
        begun = await begin_planner_call(office, request.person, appointment_id, call.operative_id, is_renewed=True)
    except Refused as refused:
        taken = refused.more.get("taken")
        if not isinstance(taken, TakenCall):
            raise
        words = say("desk.held", planner=taken.planner, time=clock(taken.since))
        return await _form(request, seen, fields, {"": words}, 409)
    return await _form(request, await _find(request, appointment_id, begun.call_id), fields, {}, 200)


def _missing(fields: Typed) -> dict[str, str]:
    """What has to be said before a call is saved. Forgetting the read-back would lose evidence for good."""
    errors = {}
    if not (fields.get("read_back", "").strip() or fields.get("cannot") or fields.get("how") == "app"):
        errors["read_back"] = say("call.no_read_back")
    if fields.get("instruction", "") not in INSTRUCTIONS:
        errors["instruction"] = say("call.no_instruction")
    return errors


async def _find(request: WebRequest, appointment_id: str, call_id: str) -> Seen:
    """The planner's own call. Anybody else's is not there."""
    store = request.web.office.store
    row = await store.appointment_row(appointment_id)
    dossier = await store.dossier(appointment_id)
    call = dossier.calls.get(call_id) if dossier else None
    if row is None or dossier is None or call is None or not may_see_appointment(request.person, row):
        raise Refused("not-found", say("error.404.words"))
    if call.planner_id != request.person.person_id:
        raise Refused("not-found", say("error.404.words"))
    return Seen(row, dossier, call)


async def _form(request: WebRequest, seen: Seen, typed: Typed, errors: dict[str, str], status: int) -> Response[str]:
    return await board_page(
        request,
        status,
        typed=typed,
        errors=errors,
        is_connected=typed.get("how") == "app",
        choices=[(each, say_code("instruction", each)) for each in CHOICES],
        is_code_over=seen.call.expires_at <= request.web.office.clock.now_ms(),
        **await _about(request, seen),
    )


async def _about(request: WebRequest, seen: Seen) -> dict[str, Any]:
    dossier, call = seen.dossier, seen.call
    office = request.web.office
    names = await names_of_people(office)
    claim = await office.store.record(CallClaim, dossier.appointment_id, call.operative_id)
    is_over = claim is not None and claim.took_from == request.person.person_id and claim.until > office.clock.now_ms()
    snapshot = dossier.versions[-1].snapshot if dossier.versions else {}
    return {
        "call": call,
        "now_ms": office.clock.now_ms(),
        "lost_to": claim if is_over else None,
        "holder": names.get(claim.planner_id, "") if claim else "",
        "appointment_id": dossier.appointment_id,
        "operative": names.get(call.operative_id, ""),
        "address": ", ".join(snapshot.get("address", [])),
        "alerts": snapshot.get("alerts", []),
        "requests": [asked["text"] for asked in snapshot.get("contact_requests", []) if asked.get("text")],
        "home_page": home_url(seen.row.property_ref) if seen.row.property_ref else "",
        "past": await past_of(office, request.person, seen.row, dossier, call.call_id, names),
    }


ROUTES = [call_page, save_call]
