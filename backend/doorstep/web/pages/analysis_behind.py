"""What is behind a number of the analysis: its appointments, oldest first, or the orders that wait for one."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from doorstep.application.wastage.cases import orders_made, orders_waiting
from doorstep.application.wastage.numbers import Number, behind_number
from doorstep.domain.wastage.dimensions import DIMENSIONS, PARTS, TOTAL
from doorstep.web.guards import EXPORTERS
from doorstep.web.pages.analysis_asked import PATH
from doorstep.web.pages.analysis_requests import asked_in, speech_for, status_of
from doorstep.web.pages.analysis_words import Speech
from doorstep.web.pages.rendering import page
from doorstep.web.pages.times import london_day
from doorstep.web.pages.words import find_words
from doorstep.web.requests import WebRequest

A_PAGE: Final = 50
WAITING: Final = "orders_waiting"


@get(f"{PATH}/{{name:str}}/visits", guards=[EXPORTERS], include_in_schema=False)
async def analysis_visits(request: WebRequest, name: FromPath[str]) -> Response[str]:
    """The appointments behind a number, each with the way to its visit; as many as the number said."""
    fields = request.query_params
    if name == "orders" and fields.get("counter", "") == WAITING:
        return await _waiting(request)
    asked, number = asked_in(request), _number(request, name)
    beyond = fields.get("after_day", ""), fields.get("after", "")
    office, person = request.web.office, request.person
    found = await behind_number(office, person, number, asked.days, asked.wanted, beyond, A_PAGE + 1)
    speech = await speech_for(request)
    rows = found.facts[:A_PAGE]
    here = asked.behind(
        name, number.counter, number.dimension, number.value, number.part, number.part_value, only=number.only
    )
    following = {"after_day": rows[-1].day, "after": rows[-1].appointment_id} if len(found.facts) > A_PAGE else {}
    return page(
        request,
        "analysis_visits.html",
        status_of(asked),
        name=name,
        asked=asked,
        counter=number.counter,
        only=find_words(f"analysis.only.{number.only}") if number.only else "",
        count=found.count,
        # Who has nothing on one's patch is not named: an id that somebody types is no way to a name.
        group=_group(speech, number) if rows or number.dimension != "operative" else "",
        dimension=number.dimension,
        part=speech.part(number.part, number.part_value) if number.part else "",
        rows=[(fact, speech.outcome(fact.recorded_as)) for fact in rows],
        waiting=[],
        first_url=here if beyond != ("", "") else "",
        next_url=f"{here}&{urlencode(following)}" if following else "",
    )


async def _waiting(request: WebRequest) -> Response[str]:
    """The orders that wait, by number."""
    asked, beyond = asked_in(request), request.query_params.get("after", "")
    office, person = request.web.office, request.person
    found = await orders_waiting(office, person, asked.days, asked.wanted, beyond, A_PAGE + 1)
    made = await orders_made(office, person, asked.days, asked.wanted)
    here = asked.behind("orders", WAITING)
    following = {"after": found[A_PAGE - 1].work_order_ref} if len(found) > A_PAGE else {}
    return page(
        request,
        "analysis_visits.html",
        status_of(asked),
        name="orders",
        asked=asked,
        counter=WAITING,
        only="",
        count=made.waiting,
        group="",
        dimension=TOTAL,
        part="",
        rows=[],
        waiting=[(each.work_order_ref, london_day(each.held_at)) for each in found[:A_PAGE]],
        first_url=here if beyond else "",
        next_url=f"{here}&{urlencode(following)}" if following else "",
    )


def _number(request: WebRequest, name: str) -> Number:
    fields = request.query_params
    asked, value = asked_in(request), tuple(fields.getall("value", []))
    part = fields.get("part", "")
    return Number(
        name,
        fields.get("counter", ""),
        asked.by if len(value) == len(DIMENSIONS.get(asked.by, ())) else TOTAL,
        value,
        part if part in PARTS else "",
        fields.get("part_value", ""),
        fields.get("only", ""),
    )


def _group(speech: Speech, number: Number) -> str:
    """What the group is called; a home and an order by themselves, two widths by their names."""
    if number.dimension != TOTAL:
        return speech.group(number.dimension, number.value)
    if number.measure == "widths":
        return ", ".join(speech.group("width", (width,)) for width in number.value)
    return ", ".join(number.value)


ROUTES = [analysis_visits]
