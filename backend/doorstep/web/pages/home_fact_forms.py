"""The forms that record, change, review and end an alert or a request of a home."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.composing import ALERT, REQUEST, HomeFact
from doorstep.application.fact_faults import Said, faults_of, months_after
from doorstep.application.home_facts import change_fact, end_fact, record_fact
from doorstep.application.homes import fact_seen_by, home_seen_by, is_over
from doorstep.application.london import london_date
from doorstep.application.writer import Refused
from doorstep.domain.alert_codes import ALERT_CODES
from doorstep.web.guards import PLANNERS
from doorstep.web.home_paths import home_url, property_ref_of
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say, say_code
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest

NEW = "/office/homes/{home:str}/new/{what:str}"
ONE = "/office/homes/{home:str}/facts/{fact_id:str}/{act:str}"
ACTS = frozenset({"change", "review", "end"})
USUAL_MONTHS = 6
"""How far ahead a new alert's review is proposed."""
Typed = dict[str, str]


@get(NEW, guards=[PLANNERS], include_in_schema=False)
async def new_page(request: WebRequest, home: FromPath[str], what: FromPath[str]) -> Response[str]:
    """An empty form for an alert or a request."""
    return await _form(request, property_ref_of(home), _what(what), None, "new", _proposed(request, what), {}, 200)


@post(NEW, guards=[PLANNERS], include_in_schema=False)
async def record_here(request: WebRequest, home: FromPath[str], what: FromPath[str]) -> Response[str] | Redirect:
    """Record it, or show the form again with what to put right."""
    fields, ref = await read_form(request), property_ref_of(home)
    errors = _errors(request, fields, _what(what))
    if errors:
        return await _form(request, ref, what, None, "new", fields, errors, 422)
    try:
        await record_fact(request.web.office, request.person, what, ref, _said(fields))
    except Refused as refused:
        return await _again(request, ref, what, None, "new", fields, refused)
    return Redirect(home_url(ref), status_code=303)


@get(ONE, guards=[PLANNERS], include_in_schema=False)
async def one_page(
    request: WebRequest, home: FromPath[str], fact_id: FromPath[str], act: FromPath[str]
) -> Response[str]:
    """The form of what is to be done with one, as it now is."""
    held = await _held(request, home, fact_id, act)
    typed = {name: str(getattr(held, name)) for name in ("code", "text", "starts_on", "ends_on", "review_on")}
    typed |= {"seen": str(held.changed_at)}
    if act == "review":
        typed["review_on"] = _proposed(request, ALERT)["review_on"]
    return await _form(request, held.property_ref, held.what, held, act, typed, {}, 200)


@post(ONE, guards=[PLANNERS], include_in_schema=False)
async def change_here(
    request: WebRequest, home: FromPath[str], fact_id: FromPath[str], act: FromPath[str]
) -> Response[str] | Redirect:
    """Change it, say that it is still right, or end it."""
    fields = await read_form(request)
    held = await _held(request, home, fact_id, act)
    ref, what = held.property_ref, held.what
    if act != "change":
        # Only the review's day is asked for; what else it says stays as it was when the form was opened.
        stays = {name: str(getattr(held, name)) for name in ("code", "text", "starts_on", "ends_on")}
        fields |= stays | ({"review_on": held.review_on} if act == "end" else {})
    errors = _errors(request, fields, what)
    if act == "end":
        errors = {path: words for path, words in errors.items() if path == "reason"}
    if errors:
        return await _form(request, ref, what, held, act, fields, errors, 422)
    office, seen = request.web.office, _seen(fields)
    try:
        if act == "end":
            await end_fact(office, request.person, ref, fact_id, fields.get("reason", ""), seen)
        else:
            await change_fact(office, request.person, ref, fact_id, _said(fields), seen)
    except Refused as refused:
        # Told once: who then saves again has been told to look.
        fields["seen"] = str(held.changed_at)
        return await _again(request, ref, what, held, act, fields, refused)
    return Redirect(home_url(ref), status_code=303)


def _what(what: str) -> str:
    if what not in (ALERT, REQUEST):
        raise Refused("not-found", say("error.404.words"))
    return what


async def _held(request: WebRequest, home: str, fact_id: str, act: str) -> HomeFact:
    held = await fact_seen_by(request.web.office, request.person, property_ref_of(home), fact_id)
    if act not in ACTS:
        raise Refused("not-found", say("error.404.words"))
    if is_over(held, _today(request)):
        raise Refused("fact-over", say("refused.fact-over"))
    return held


def _today(request: WebRequest) -> str:
    return london_date(request.web.office.clock.now_ms()).isoformat()


def _proposed(request: WebRequest, what: str) -> Typed:
    months = min(USUAL_MONTHS, request.web.office.review_months)
    today = _today(request)
    return {"starts_on": today, "review_on": months_after(today, months) if what == ALERT else ""}


def _seen(fields: Typed) -> int | None:
    seen = fields.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 16 else None


def _said(fields: Typed) -> Said:
    return Said(**{name: fields.get(name, "") for name in Said.__struct_fields__})


def _errors(request: WebRequest, fields: Typed, what: str) -> dict[str, str]:
    """What to put right, by field, in the reader's language."""
    months, today = request.web.office.review_months, _today(request)
    faults = faults_of(_said(fields).tidied(today), what, today, months)
    return {fault.path: say(f"home_wrong.{fault.code}", months=months) for fault in faults}


async def _again(
    request: WebRequest, ref: str, what: str, held: HomeFact | None, act: str, fields: Typed, refused: Refused
) -> Response[str]:
    if refused.reason == "not-found":
        raise refused
    errors = {str(refused.more.get("path", "")): say_refusal(refused)}
    status = STATUS_OF_REFUSAL.get(refused.reason, 409)
    return await _form(request, ref, what, held, act, fields, errors, status)


async def _form(
    request: WebRequest,
    ref: str,
    what: str,
    held: HomeFact | None,
    act: str,
    typed: Typed,
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    home = await home_seen_by(request.web.office, request.person, ref)
    titles = {"new": what, "change": f"change_{what}", "review": "review", "end": "end"}
    shown: dict[str, Any] = {
        "the_home": home,
        "what": what,
        "held": held,
        "act": act,
        "title": f"home_form.{titles[act]}",
        "codes": [(code, say_code("home_alert", code)) for code in ALERT_CODES],
        "months": request.web.office.review_months,
    }
    return page(request, "home_fact.html", status, typed=typed, errors=errors, **shown)


ROUTES = [new_page, record_here, one_page, change_here]
