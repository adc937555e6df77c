"""Deciding several plain visits for one reason: those that were ticked, a look at them, what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from litestar import post
from litestar.response import Response

from doorstep.application.decide_several import MOST_VISITS, TOGETHER, decide_several, plain_visits
from doorstep.application.rows import VisitRow
from doorstep.application.writer import Refused
from doorstep.web.guards import SUPERVISORS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH: Final = "/office/visits/several"
TICK: Final = "tick-"
Typed = dict[str, str]


@post(PATH, guards=[SUPERVISORS], include_in_schema=False, status_code=200)
async def several_page(request: WebRequest) -> Response[str]:
    """The visits that were ticked, and the form that decides them."""
    fields = await read_form(request)
    if not _ticked(fields):
        return await _page(request, fields, {"": say("several.none_ticked")}, 422)
    return await _page(request, fields, {}, 200)


@post(f"{PATH}/decisions", guards=[SUPERVISORS], include_in_schema=False, status_code=200)
async def decide_them(request: WebRequest) -> Response[str]:
    """Decide them, and say what became of each; or show the form again with what to put right."""
    fields = await read_form(request)
    errors: Typed = {}
    if fields.get("decision") not in TOGETHER:
        errors["decision"] = say("visit.decide_none")
    if not fields.get("reason", "").strip():
        errors["reason"] = say("visit.decide_no_reason")
    if errors:
        return await _page(request, fields, errors, 422)
    office = request.web.office
    try:
        done = await decide_several(office, request.person, _ticked(fields), fields["decision"], fields["reason"])
    except Refused as refused:
        errors = {str(refused.more.get("path", "")): say_refusal(refused)}
        return await _page(request, fields, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))
    left = {visit_id: say_refusal(why) for visit_id, why in done.refused.items() if why.reason != "not-found"}
    rows = [row for visit_id in (*done.decided, *left) if (row := await office.store.visit_row(visit_id))]
    return page(
        request, "several_done.html", decided=[row for row in rows if row.visit_id in done.decided],
        left=[(row, left[row.visit_id]) for row in rows if row.visit_id in left], decision=fields["decision"],
    )  # fmt: skip


def _ticked(fields: Mapping[str, str]) -> list[str]:
    return [name.removeprefix(TICK) for name in fields if name.startswith(TICK)][: MOST_VISITS + 1]


async def _page(request: WebRequest, typed: Typed, errors: Typed, status: int) -> Response[str]:
    office = request.web.office
    rows: list[VisitRow] = await plain_visits(office, request.person, _ticked(typed))
    return page(
        request,
        "several.html",
        status,
        rows=rows,
        names=await names_of_people(office),
        left_out=len(_ticked(typed)) - len(rows),
        typed=typed,
        errors=errors,
        tick_field=TICK,
    )


ROUTES = [several_page, decide_them]
