"""Questions about places and waits: of a week, on a page of its own; of one visit, on that visit's page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.response import Response

from doorstep.application.door_questions import WEEK, Asked, questions_of_week
from doorstep.application.london import london_date
from doorstep.application.rows import VisitRow
from doorstep.domain.instants import MS_PER_HOUR, is_real_day
from doorstep.domain.readings import PLACE_REPEATED, PLACE_TOO_FAST
from doorstep.web.guards import EXPORTERS
from doorstep.web.pages.analysis_asked import PATH as ANALYSIS
from doorstep.web.pages.fact_words import long_duration
from doorstep.web.pages.rendering import page
from doorstep.web.pages.times import exact_duration
from doorstep.web.pages.words import say
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH: Final = "/office/door-questions"
BESIDE: Final = f"{ANALYSIS}/no_access?{urlencode({'by': 'operative'})}"
"""Where an operative's own rate stands among the others', each with how many visits it rests on and its interval."""


class ShownQuestion(msgspec.Struct, frozen=True):
    """A question in words, whom it is about, and the visits that it is of; `hidden` more are of other patches."""

    title: str
    found: str
    asks: str
    operative: str
    visits: list[VisitRow]
    hidden: int


@get(PATH, guards=[EXPORTERS], include_in_schema=False)
async def door_questions_page(request: WebRequest) -> Response[str]:
    """The questions of one week, the current one where none is asked for."""
    office = request.web.office
    today = london_date(office.clock.now_ms())
    typed = request.query_params.get("week", "")
    errors = {"week": say("doors.no_day")} if typed and not is_real_day(typed) else {}
    day = date.fromisoformat(typed) if typed and not errors else today
    monday = min(day, today) - timedelta(days=min(day, today).weekday())
    names = await names_of_people(office)
    asked = await questions_of_week(office, request.person, monday)
    return page(
        request,
        "door_questions.html",
        asked=[shown(each, names) for each in asked],
        typed=typed,
        errors=errors,
        monday=monday.isoformat(),
        sunday=(monday + timedelta(days=WEEK - 1)).isoformat(),
        earlier=f"{PATH}?week={monday - timedelta(days=WEEK)}",
        later=f"{PATH}?week={monday + timedelta(days=WEEK)}" if monday + timedelta(days=WEEK) <= today else "",
        beside=BESIDE,
    )


def shown(asked: Asked, names: dict[str, str]) -> ShownQuestion:
    """A question as a person reads it."""
    question = asked.question
    count = len(question.visit_ids)
    if question.kind == PLACE_REPEATED:
        facts: dict[str, object] = {"count": count}
    elif question.kind == PLACE_TOO_FAST:
        speed = _km_h(question.away_m, question.took_ms)
        facts = {"km": f"{question.away_m / 1000:.1f}", "took": long_duration(question.took_ms), "speed": speed}
    else:
        facts = {"count": count, "waited": exact_duration(question.wait_ms)}
    return ShownQuestion(
        title=say(f"doors.{question.kind}.title", **facts),
        found=say(f"doors.{question.kind}.found", **facts),
        asks=say(f"doors.{question.kind}.asks", **facts),
        operative=names.get(asked.operative_id, ""),
        visits=asked.visits,
        hidden=asked.hidden,
    )


def _km_h(away_m: int, took_ms: int) -> str:
    """The speed that it would have taken; of two arrivals at the same instant nobody can say one."""
    if took_ms <= 0:
        return say("doors.no_speed")
    return say("doors.speed", km_h=f"{away_m * MS_PER_HOUR // (took_ms * 1000):,}")


ROUTES = [door_questions_page]
