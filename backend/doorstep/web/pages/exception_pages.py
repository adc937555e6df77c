"""Data exceptions: how many of each kind, one kind's list, and one with its forms: resolve it, give it to somebody."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.access import may_see_appointment
from doorstep.application.data_exceptions.asking import FoundException
from doorstep.application.data_exceptions.kinds import Kind
from doorstep.application.data_exceptions.mending import (
    MOST_REASON,
    assign_exception,
    count_exceptions,
    find_exception,
    find_exceptions,
    holders,
    may_resolve,
    resolve_exception,
)
from doorstep.application.rows import AppointmentRow
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY
from doorstep.web.guards import MATCHERS
from doorstep.web.home_paths import home_url
from doorstep.web.pages.exception_words import say_facts
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import spoken_language
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH: Final = "/office/exceptions"
MENDED_AT: Final = {
    "held_row": ("/office/held-rows/{}", "exceptions.see_held_row"),
    "unclear_local_time": ("/office/held-rows/{}", "exceptions.see_held_row"),
    "reply_waiting": ("/office/replies/{}", "exceptions.see_reply"),
    "number_failed": ("/office/replies", "exceptions.see_numbers"),
}
"""Of kinds with a page of their own: its address, and what the link is called."""
VIEWS: Final = ("open", "late", "mine", "resolved")
MOST_SUBJECT: Final = 300
Typed = dict[str, str]


class Listed(msgspec.Struct, frozen=True):
    """One row of a kind's list."""

    found: FoundException
    url: str
    words: str
    age: int
    is_late: bool


@get(PATH, guards=[MATCHERS], include_in_schema=False)
async def exceptions_page(request: WebRequest) -> Response[str]:
    """Every kind, counted now: those with something open first."""
    office, now_ms = request.web.office, request.web.office.clock.now_ms()
    counted = await count_exceptions(office, request.person)
    return page(
        request,
        "exceptions.html",
        counted=[each for each in counted if each.tally.count],
        clear=[each.kind for each in counted if not each.tally.count],
        age=lambda since: (now_ms - since) // MS_PER_DAY,
        language=spoken_language(),
    )


@get(f"{PATH}/{{kind:str}}", guards=[MATCHERS], include_in_schema=False)
async def kind_page(request: WebRequest, kind: FromPath[str]) -> Response[str]:
    """One kind's, the oldest first, fifty at a time."""
    office = request.web.office
    view = request.query_params.get("view", "")
    view = view if view in VIEWS else "open"
    after = str(request.query_params.get("after", ""))[:MOST_SUBJECT].replace("\0", "")
    found = await find_exceptions(
        office,
        request.person,
        kind,
        standing="resolved" if view == "resolved" else "open",
        is_late=view == "late",
        is_mine=view == "mine",
        after=after,
    )
    now_ms = office.clock.now_ms()
    return page(
        request,
        "exception_kind.html",
        kind=found.kind,
        rows=[_listed(found.kind, row, now_ms) for row in found.rows],
        view=view,
        views=VIEWS,
        names=await names_of_people(office),
        first_url=f"{PATH}/{kind}?{urlencode({'view': view})}" if after else "",
        next_url=f"{PATH}/{kind}?{urlencode({'view': view, 'after': found.next})}" if found.next else "",
        language=spoken_language(),
    )


@get(f"{PATH}/{{kind:str}}/one", guards=[MATCHERS], include_in_schema=False)
async def exception_page(request: WebRequest, kind: FromPath[str]) -> Response[str]:
    """One that is open: what is wrong, where it is mended, and the two forms."""
    subject_id = str(request.query_params.get("subject", ""))[:MOST_SUBJECT].replace("\0", "")
    return await _one(request, kind, subject_id, {}, {}, 200)


@post(f"{PATH}/{{kind:str}}/resolutions", guards=[MATCHERS], include_in_schema=False)
async def resolve_here(request: WebRequest, kind: FromPath[str]) -> Response[str] | Redirect:
    """Let it stay as it is, for a reason."""
    fields = await read_form(request)
    subject_id = fields.get("subject", "")[:MOST_SUBJECT]
    try:
        await resolve_exception(request.web.office, request.person, kind, subject_id, fields.get("reason", ""))
    except Refused as refused:
        if refused.more.get("path") != "reason":
            raise
        status = STATUS_OF_REFUSAL[refused.reason]
        return await _one(request, kind, subject_id, fields, {"reason": say_refusal(refused)}, status)
    return Redirect(f"{PATH}/{kind}", status_code=303)


@post(f"{PATH}/{{kind:str}}/assignments", guards=[MATCHERS], include_in_schema=False)
async def assign_here(request: WebRequest, kind: FromPath[str]) -> Redirect:
    """Give it to whoever was chosen."""
    fields = await read_form(request)
    subject_id = fields.get("subject", "")[:MOST_SUBJECT]
    await assign_exception(request.web.office, request.person, kind, subject_id, fields.get("person_id", ""))
    return Redirect(_url(kind, subject_id), status_code=303)


async def _one(
    request: WebRequest, code: str, subject_id: str, typed: Typed, errors: Typed, status: int
) -> Response[str]:
    office = request.web.office
    found = await find_exception(office, request.person, code, subject_id)
    kind = office.rules.exceptions.find(code)
    shown: dict[str, Any] = {"typed": typed, "errors": errors, "most": MOST_REASON, "language": spoken_language()}
    return page(
        request,
        "exception.html",
        status,
        kind=kind,
        found=found,
        words=say_facts(found),
        age=(office.clock.now_ms() - found.since) // MS_PER_DAY,
        appointments=await _appointments(request, found),
        links=_links(found),
        holders=await holders(office, found.patch),
        may_resolve=kind is not None and may_resolve(request.person, kind, found),
        **shown,
    )


async def _appointments(request: WebRequest, found: FoundException) -> list[AppointmentRow]:
    """The appointments that it is about, of those that the reader may see: two of a duplicate booking."""
    ids = found.subject_id.split(" ") if found.kind == "duplicate_booking" else [found.appointment_id]
    rows = [await request.web.office.store.appointment_row(appointment_id) for appointment_id in ids]
    return [row for row in rows if row and may_see_appointment(request.person, row)]


def _links(found: FoundException) -> list[tuple[str, str]]:
    """Where it is mended, the nearest page first: addresses, and the names of what the links are called."""
    links = []
    if found.kind in MENDED_AT:
        address, name = MENDED_AT[found.kind]
        links.append((address.format(quote(found.subject_id, safe="")), name))
    if found.visit_id:
        links.append((f"/office/visits/{found.visit_id}", "exceptions.see_visit"))
    if found.appointment_id or found.kind == "alert_past_date":
        links += [(home_url(found.property_ref), "exceptions.see_home")] * bool(found.property_ref)
    return links


def _listed(kind: Kind, found: FoundException, now_ms: int) -> Listed:
    return Listed(
        found,
        _url(kind.kind, found.subject_id),
        say_facts(found),
        (now_ms - found.since) // MS_PER_DAY,
        found.since < now_ms - kind.late_after_days * MS_PER_DAY,
    )


def _url(kind: str, subject_id: str) -> str:
    return f"{PATH}/{kind}/one?{urlencode({'subject': subject_id})}"


ROUTES = [exceptions_page, kind_page, exception_page, resolve_here, assign_here]
