"""What the office knows of homes: alerts and requests recorded, changed and ended, each with its reason."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody, PathParameter

from doorstep.application.composing import ALERT, REQUEST, HomeFact
from doorstep.application.fact_faults import Said
from doorstep.application.fact_rows import FactChange
from doorstep.application.home_facts import change_fact, end_fact, record_fact
from doorstep.application.homes import fact_seen_by, fact_standing, home_view
from doorstep.application.london import london_date
from doorstep.application.writer import Refused
from doorstep.domain.instants import InputRefused, format_instant, parse_instant
from doorstep.web.api.home_forms import (
    ChangeFact,
    EndFact,
    FactChangeView,
    FactsOfHome,
    FactView,
    RecordAlert,
    RecordRequest,
)
from doorstep.web.guards import MATCHERS, PLANNERS
from doorstep.web.home_paths import property_ref_of
from doorstep.web.problems import may_answer, may_answer_with_nothing
from doorstep.web.requests import WebRequest

PATH = "/api/properties/{property_ref:str}"
WRITES = (401, 403, 404, 409, 413, 415, 422, 507)
HomeRef = Annotated[
    str,
    PathParameter(
        description="The property reference; all but letters, digits, - and _ as ~ and two hexadecimal digits"
    ),
]
SAID = ("code", "text", "starts_on", "ends_on", "review_on")


@get(f"{PATH}/facts", guards=[MATCHERS], responses=may_answer(401, 403, 404, 422))
async def facts_of_home(request: WebRequest, property_ref: HomeRef) -> FactsOfHome:
    """A home's alerts and requests, and every change of them."""
    view = await home_view(request.web.office, request.person, property_ref_of(property_ref))
    facts = [_view(request, fact) for fact in view.facts]
    return FactsOfHome(view.home.property_ref, view.home.address, facts, [_change(each) for each in view.changes])


@post(f"{PATH}/alerts", guards=[PLANNERS], responses=may_answer(*WRITES))
async def record_alert(request: WebRequest, property_ref: HomeRef, data: JSONBody[RecordAlert]) -> FactView:
    """Record an alert; phones have it in the appointments of its days at once."""
    return await _record(request, ALERT, property_ref, data)


@post(f"{PATH}/requests", guards=[PLANNERS], responses=may_answer(*WRITES))
async def record_request(request: WebRequest, property_ref: HomeRef, data: JSONBody[RecordRequest]) -> FactView:
    """Record what a resident asks of every visit."""
    return await _record(request, REQUEST, property_ref, data)


@patch(f"{PATH}/facts/{{fact_id:str}}", guards=[PLANNERS], responses=may_answer(*WRITES))
async def change(
    request: WebRequest, property_ref: HomeRef, fact_id: FromPath[str], data: JSONBody[ChangeFact]
) -> FactView:
    """Change one, or say that it is still right: then with the day of its next review."""
    office, ref = request.web.office, property_ref_of(property_ref)
    held = await fact_seen_by(office, request.person, ref, fact_id)
    said = {name: getattr(held if getattr(data, name) is None else data, name) for name in SAID}
    # Of what stays it must still be true that it is what was read here.
    seen = _seen(data.changed_at) or held.changed_at
    return _view(
        request, await change_fact(office, request.person, ref, fact_id, Said(reason=data.reason, **said), seen)
    )


@delete(f"{PATH}/facts/{{fact_id:str}}", guards=[PLANNERS], responses=may_answer_with_nothing("Ended", *WRITES))
async def end(request: WebRequest, property_ref: HomeRef, fact_id: FromPath[str], data: JSONBody[EndFact]) -> None:
    """End one: phones lose it at once, and what it was stays to be read."""
    ref = property_ref_of(property_ref)
    await end_fact(request.web.office, request.person, ref, fact_id, data.reason, _seen(data.changed_at))


async def _record(request: WebRequest, what: str, property_ref: str, data: RecordAlert | RecordRequest) -> FactView:
    fields: dict[str, Any] = {name: getattr(data, name) for name in data.__struct_fields__}
    ref = property_ref_of(property_ref)
    return _view(request, await record_fact(request.web.office, request.person, what, ref, Said(**fields)))


def _seen(changed_at: str | None) -> int | None:
    if changed_at is None:
        return None
    try:
        return parse_instant(changed_at, "changed_at")
    except InputRefused as refused:
        raise Refused("invalid", str(refused), path="changed_at") from None


def _view(request: WebRequest, fact: HomeFact) -> FactView:
    today = london_date(request.web.office.clock.now_ms()).isoformat()
    return FactView(
        fact_id=fact.fact_id,
        what=cast("Literal['alert', 'request']", fact.what),
        property_ref=fact.property_ref,
        code=fact.code or None,
        text=fact.text,
        starts_on=fact.starts_on,
        ends_on=fact.ends_on or None,
        review_on=fact.review_on or None,
        standing=fact_standing(fact, today),
        changed_at=format_instant(fact.changed_at),
        changed_by=fact.changed_by,
    )


def _change(change: FactChange) -> FactChangeView:
    return FactChangeView(
        position=change.position,
        fact_id=change.fact_id,
        text=change.text,
        starts_on=change.starts_on,
        ends_on=change.ends_on or None,
        review_on=change.review_on or None,
        is_ended=change.is_ended,
        reason=change.reason,
        changed_at=format_instant(change.changed_at),
        changed_by=change.changed_by,
    )


ROUTES = [facts_of_home, record_alert, record_request, change, end]
