"""Enrolled phones: a code from the office, a phone that shows its key, and its end."""

from __future__ import annotations

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from doorstep.application.enrol_phone import Phone, enrol, make_enrolment_code, phones_seen_by, revoke_device
from doorstep.domain.instants import format_instant
from doorstep.web.api.device_forms import CodeMade, Enrol, Enrolled, MakeCode, Phones, PhoneView, Revoke
from doorstep.web.guards import ENROLLERS, OPERATIVES, PHONE_READERS
from doorstep.web.problems import may_answer, may_answer_with_nothing
from doorstep.web.requests import WebRequest
from doorstep.web.visit_view import instant


@post("/api/enrolment-codes", guards=[ENROLLERS], responses=may_answer(401, 403, 404, 413, 415, 422, 507))
async def make_code(request: WebRequest, data: JSONBody[MakeCode]) -> CodeMade:
    """A code for an operative's phone, good for ten minutes and one phone."""
    made = await make_enrolment_code(request.web.office, request.person, data.person_id)
    return CodeMade(made.code, format_instant(made.expires_at))


@post("/api/enrolments", guards=[OPERATIVES], responses=may_answer(401, 403, 409, 413, 415, 422, 429, 507))
async def enrol_phone(request: WebRequest, data: JSONBody[Enrol]) -> Enrolled:
    """Enrol the phone that asks. The same code with the same key again gives the same answer."""
    web = request.web
    device = await enrol(web.office, web.enrolment_tries, request.user, data.code, data.public_key, data.proof)
    return Enrolled(device.device_id, format_instant(device.enrolled_at))


@get("/api/devices", guards=[PHONE_READERS], responses=may_answer(401, 403))
async def devices(request: WebRequest) -> Phones:
    """The enrolled phones of the reader's patch."""
    return Phones([_view(phone) for phone in await phones_seen_by(request.web.office, request.person)])


@delete(
    "/api/devices/{device_id:str}",
    guards=[ENROLLERS],
    responses=may_answer_with_nothing("Revoked", 401, 403, 404, 413, 415, 422, 507),
)
async def revoke(request: WebRequest, device_id: FromPath[str], data: JSONBody[Revoke]) -> None:
    """Revoke a phone: it is signed out, and what it sends from now on does not count."""
    await revoke_device(request.web.office, request.person, device_id, data.reason)


def _view(phone: Phone) -> PhoneView:
    device = phone.device
    return PhoneView(
        device.device_id,
        device.lives_on,
        device.person_id,
        phone.person.name if phone.person else "",
        format_instant(device.enrolled_at),
        instant(device.revoked_at),
        instant(phone.heard_at),
        phone.kept_aside,
    )


ROUTES = [make_code, enrol_phone, devices, revoke]
