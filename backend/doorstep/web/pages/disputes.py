"""Residents' disputes: the list of those that wait for an answer, and a supervisor's answer on the visit's page."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.resident.answer import answer_dispute, disputes_to_answer
from doorstep.application.resident.rows import DisputeRow
from doorstep.application.rows import Person, VisitRow
from doorstep.application.writer import Refused
from doorstep.web.guards import EXPORTERS, SUPERVISORS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.replies import say_age
from doorstep.web.pages.visit_page import show_visit
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest

PATH: Final = "/office/disputes"
MOST_ANSWERED: Final = 20


class ShownDispute(msgspec.Struct, frozen=True):
    """One dispute with its visit, and how long the resident has waited."""

    dispute: DisputeRow
    visit: VisitRow
    age: str


@get(PATH, guards=[EXPORTERS], include_in_schema=False)
async def disputes_page(request: WebRequest) -> Response[str]:
    """Those that wait, the oldest first; and the last ones that were answered."""
    waiting = await _shown(request, request.person, is_answered=False)
    answered = await _shown(request, request.person, is_answered=True)
    return page(request, "disputes.html", open=waiting, answered=answered[:MOST_ANSWERED])


@post("/office/visits/{visit_id:str}/disputes/{dispute_id:str}", guards=[SUPERVISORS], include_in_schema=False)
async def answer_here(
    request: WebRequest, visit_id: FromPath[str], dispute_id: FromPath[str]
) -> Response[str] | Redirect:
    """Answer the resident, or show the visit again with what was typed and what to put right."""
    fields = await read_form(request)
    try:
        await answer_dispute(request.web.office, request.person, visit_id, dispute_id, fields.get("answer", ""))
    except Refused as refused:
        if refused.reason == "not-found":
            raise
        errors = {str(refused.more.get("path", "")): say_refusal(refused)}
        return await show_visit(request, visit_id, fields, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))
    return Redirect(f"/office/visits/{visit_id}", status_code=303)


async def _shown(request: WebRequest, reader: Person, *, is_answered: bool) -> list[ShownDispute]:
    office = request.web.office
    now_ms = office.clock.now_ms()
    found = await disputes_to_answer(office, reader, is_answered=is_answered)
    return [ShownDispute(dispute, visit, say_age(now_ms - dispute.disputed_at)) for dispute, visit in found]


ROUTES = [disputes_page, answer_here]
