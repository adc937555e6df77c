"""Enrolled phones: whose they are, what was kept aside of them, a code for a new one, and the end of one."""

from __future__ import annotations

from typing import Any

import segno
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response
from markupsafe import Markup

from doorstep.application.access import sees_patch
from doorstep.application.enrol_phone import Phone, make_enrolment_code, phones_seen_by, revoke_device
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.web.guards import ENROLLERS
from doorstep.web.headers import PHONE_PREFIX
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest

PATH = "/office/phones"
Typed = dict[str, str]


@get(PATH, guards=[ENROLLERS], include_in_schema=False)
async def phones_page(request: WebRequest) -> Response[str]:
    """Every phone of the reader's patch, and the form that makes a code."""
    return await _page(request, {}, {}, 200)


@post(f"{PATH}/codes", guards=[ENROLLERS], include_in_schema=False)
async def give_code(request: WebRequest) -> Response[str]:
    """A code for an operative, shown this once: it is kept nowhere, so there is no address to come back to."""
    fields = await read_form(request)
    person_id = fields.get("person_id", "")
    if not person_id:
        return await _page(request, fields, {"person_id": say("phones.choose_one")}, 422)
    office = request.web.office
    try:
        made = await make_enrolment_code(office, request.person, person_id)
    except Refused as refused:
        return await _page(request, fields, {"person_id": say_refusal(refused)}, STATUS_OF_REFUSAL[refused.reason])
    person = await office.store.person(person_id)
    address = f"{_origin(request)}{PHONE_PREFIX}"
    return page(
        request,
        "phone_code.html",
        name=person.name if person else "",
        made=made,
        address=address,
        picture=qr_picture(f"{address}#enrol={made.code}"),
    )


@get(f"{PATH}/{{device_id:str}}/end", guards=[ENROLLERS], include_in_schema=False)
async def revoke_page(request: WebRequest, device_id: FromPath[str]) -> Response[str]:
    """What revoking does, and the question whether it is meant."""
    return await _revoke_form(request, device_id, {}, {}, 200)


@post(f"{PATH}/{{device_id:str}}/end", guards=[ENROLLERS], include_in_schema=False)
async def revoke_here(request: WebRequest, device_id: FromPath[str]) -> Response[str] | Redirect:
    """Revoke it, for a reason."""
    fields = await read_form(request)
    reason = fields.get("reason", "")
    if not reason.strip():
        return await _revoke_form(request, device_id, fields, {"reason": say("phones.revoke_no_reason")}, 422)
    try:
        await revoke_device(request.web.office, request.person, device_id, reason)
    except Refused as refused:
        status = STATUS_OF_REFUSAL[refused.reason]
        return await _revoke_form(request, device_id, fields, {"reason": say_refusal(refused)}, status)
    return Redirect(PATH, status_code=303)


def qr_picture(text: str) -> Markup:
    """A text as a picture for a camera: paths only, so that no policy of what a page may load stands against it."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(scale=6, border=4, light="#fff")
    return Markup(drawn)  # noqa: S704 - modules of a code, drawn by us


def _origin(request: WebRequest) -> str:
    scheme = "https" if request.web.settings.is_secure else "http"
    return f"{scheme}://{request.headers.get('host', '')}"


async def _page(request: WebRequest, typed: Typed, errors: Typed, status: int) -> Response[str]:
    office = request.web.office
    phones = await phones_seen_by(office, request.person)
    operatives = [person for person in await office.store.people() if _may_enrol(request.person, person)]
    return page(
        request,
        "phones.html",
        status,
        phones=phones,
        operatives=sorted(operatives, key=lambda person: person.name),
        typed=typed,
        errors=errors,
    )


def _may_enrol(reader: Person, person: Person) -> bool:
    is_theirs = not person.patch or sees_patch(reader, person.patch)
    return person.role == "operative" and person.left_at is None and is_theirs


async def _revoke_form(request: WebRequest, device_id: str, typed: Typed, errors: Typed, status: int) -> Response[str]:
    phone = await _find(request, device_id)
    shown: dict[str, Any] = {"phone": phone, "typed": typed, "errors": errors}
    return page(request, "phone_revoke.html", status, **shown)


async def _find(request: WebRequest, device_id: str) -> Phone:
    found = await phones_seen_by(request.web.office, request.person)
    phone = next((phone for phone in found if phone.device.device_id == device_id), None)
    if phone is None:
        raise Refused("not-found", "There is no such phone.")
    return phone


ROUTES = [phones_page, give_code, revoke_page, revoke_here]
