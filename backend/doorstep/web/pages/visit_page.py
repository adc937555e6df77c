"""One visit's page: verdict, evidence, timeline, photos, calls, and a supervisor's decision."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response
from markupsafe import Markup

from doorstep.application.decide_visit import decide_visit
from doorstep.application.door_questions import questions_of_visit
from doorstep.application.match_planner_call import match_planner_call
from doorstep.application.writer import Refused
from doorstep.domain.deciding import DECIDABLE, REPLIED
from doorstep.domain.grades import GRADING_VERSION
from doorstep.domain.instants import format_instant
from doorstep.web.guards import MATCHERS, OFFICE, SUPERVISORS
from doorstep.web.pages.awaited import awaited
from doorstep.web.pages.door_questions import BESIDE, ShownQuestion, shown
from doorstep.web.pages.evidence import check_rows
from doorstep.web.pages.fact_words import window_words
from doorstep.web.pages.graded_words import against, place_told, strip, told_of
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.rule_words import say_outcomes, say_visit
from doorstep.web.pages.timeline import timeline
from doorstep.web.pages.visit_words import event_rows, faults, matchable, sent_back, withdrawn
from doorstep.web.pages.words import say
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visit_form import VisitView
from doorstep.web.visits import find_visit, names_of_people

Typed = dict[str, str]
AUDITS = frozenset({"supervisor", "auditor"})


@get("/office/visits/{visit_id:str}", guards=[OFFICE], include_in_schema=False)
async def visit_page(request: WebRequest, visit_id: FromPath[str]) -> Response[str]:
    """The visit, as far as its reader may see it."""
    return await show_visit(request, visit_id, {}, {}, 200)


@post("/office/visits/{visit_id:str}/decisions", guards=[SUPERVISORS], include_in_schema=False)
async def decide_here(request: WebRequest, visit_id: FromPath[str]) -> Response[str] | Redirect:
    """Save a decision, or show the page again with what was typed and what to put right."""
    fields = await read_form(request)
    decision = fields.get("decision", "")
    errors: Typed = {}
    if not decision:
        errors["decision"] = say("visit.decide_none")
    if not fields.get("reason", "").strip():
        errors["reason"] = say("visit.decide_no_reason")
    if errors:
        return await show_visit(request, visit_id, fields, errors, 422)
    try:
        await decide_visit(
            request.web.office,
            request.person,
            visit_id,
            decision,
            fields["reason"],
            fields.get("outcome") or None,
            reads_card=bool(fields.get("reads_card")),
        )
    except Refused as refused:
        return await _refused(request, visit_id, fields, refused)
    return Redirect(f"/office/visits/{visit_id}", status_code=303)


@post("/office/visits/{visit_id:str}/matches", guards=[MATCHERS], include_in_schema=False)
async def match_here(request: WebRequest, visit_id: FromPath[str]) -> Response[str] | Redirect:
    """Say which contact a call belongs to."""
    fields = await read_form(request)
    contact, reason = fields.get("n", ""), fields.get("match_reason", "")
    if not (contact.isascii() and contact.isdigit() and len(contact) < 8):
        return await show_visit(request, visit_id, fields, {"n": say("visit.match_contact_missing")}, 422)
    try:
        await match_planner_call(
            request.web.office, request.person, fields.get("call_id", ""), visit_id, int(contact), reason
        )
    except Refused as refused:
        is_unexplained = refused.more.get("path") == "reason"
        why = {"match_reason": say("visit.match_no_reason")} if is_unexplained else {"": say_refusal(refused)}
        return await show_visit(request, visit_id, fields, why, STATUS_OF_REFUSAL.get(refused.reason, 409))
    return Redirect(f"/office/visits/{visit_id}", status_code=303)


async def _refused(request: WebRequest, visit_id: str, typed: Typed, refused: Refused) -> Response[str]:
    errors = {str(refused.more.get("path", "")): say_refusal(refused)}
    return await show_visit(request, visit_id, typed, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))


async def show_visit(request: WebRequest, visit_id: str, typed: Typed, errors: Typed, status: int) -> Response[str]:
    """The whole page, with what was typed and what of it is wrong."""
    office = request.web.office
    visit = say_visit(office.rules, await find_visit(office, request.person, visit_id))
    outcomes = say_outcomes(office.rules)
    role = request.person.role
    shown: dict[str, Any] = {
        "visit": visit,
        "snapshot": visit.appointment or {},
        "window": window_words(visit.appointment or {}),
        "checks": check_rows(visit),
        "strip": strip(visit),
        "against": against(visit),
        "weakest": [told.title for told in told_of(visit).values() if told.grade == visit.grade],
        "place": place_told(visit),
        "doors": await _doors(request, visit),
        "doors_beside": BESIDE,
        "grading_version": GRADING_VERSION,
        "may_read_card": _may_read_card(request, visit),
        "reads_card_words": Markup(  # noqa: S704 - the catalogue is our own, and the code is escaped
            say("graded.reads_card", code=Markup('<strong class="ds-code">{}</strong>').format(visit.card_code or ""))
        ),
        "may_pack": role in ("supervisor", "auditor"),
        "awaited": awaited(visit),
        "clocks": timeline(visit),
        "events": event_rows(visit),
        "faults": faults(visit),
        "withdrawn": withdrawn(visit),
        "sent_back": sent_back(visit),
        "outcome_words": outcomes,
        "overturned_to": [
            {"value": name, "text": outcomes[name]}
            for name, outcome in office.rules.outcomes.items()
            if outcome.by == "visit_closed"
        ],
        "may_decide": role == "supervisor" and (visit.standing in DECIDABLE or REPLIED in visit.flags),
        "took_its_call": _took_its_call(request, visit),
        "is_supervisor": role == "supervisor",
        "is_auditor": role == "auditor",
        "matchable": matchable(visit) if role in ("planner", "supervisor") else {},
        "made_at": format_instant(office.clock.now_ms()),
    }
    return page(request, "visit.html", status, typed=typed, errors=errors, **shown)


async def _doors(request: WebRequest, visit: VisitView) -> list[ShownQuestion]:
    """What this visit asks beside the operative's others: for those who audit, and nobody else."""
    if request.person.role not in AUDITS:
        return []
    office = request.web.office
    asked = await questions_of_visit(office, request.person, visit.visit_id)
    names = await names_of_people(office) if asked else {}
    return [shown(each, names) for each in asked]


def _may_read_card(request: WebRequest, visit: VisitView) -> bool:
    """Whether there is a card to look at, by somebody who did not tell the operative to leave it."""
    has_card = any(photo.kind == "card_photographed" and photo.state == "complete" for photo in visit.photos)
    return has_card and bool(visit.card_code) and not _took_its_call(request, visit)


def _took_its_call(request: WebRequest, visit: VisitView) -> bool:
    """Nobody upholds a visit whose call they took: said before they try."""
    return any(
        call.logged_at
        and call.planner.person_id == request.person.person_id
        and call.operative.person_id == visit.operative.person_id
        for call in visit.planner_calls
    )


ROUTES = [visit_page, decide_here, match_here]
