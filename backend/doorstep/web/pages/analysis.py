"""The wastage analysis: the measures as questions with an answer each, a page for each, and what is behind a number."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from doorstep.application.london import london_date
from doorstep.application.wastage.answers import Answer
from doorstep.application.wastage.offered import offered
from doorstep.application.wastage.overview import overview
from doorstep.application.wastage.shares import appointments_behind, measure, measure_named
from doorstep.domain.wastage.dimensions import DIMENSIONS, PARTS, TOTAL
from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.web.guards import EXPORTERS
from doorstep.web.pages.analysis_asked import PATH, PERIODS, Asked, asked_by
from doorstep.web.pages.analysis_cases import CASES
from doorstep.web.pages.analysis_medians import MEDIANS, median_section
from doorstep.web.pages.analysis_over_time import heat_section, months_section
from doorstep.web.pages.analysis_sections import groups_section
from doorstep.web.pages.analysis_told import Question
from doorstep.web.pages.analysis_words import Speech, months_between, say_interval, say_rate
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

A_PAGE: Final = 50
IN_ORDER: Final = (
    "missed",
    "landlord",
    "kept",
    "orders",
    "cost",
    "where",
    "widths",
    "reminders",
    "notice",
    "repeats",
    "recovery",
    "equity",
    "evidence",
    "planner",
    "audits",
    "hazards",
    "disputes",
)
ABOUT_GROUPS: Final = ("where", "reminders", "notice", "equity")


class Listed(NamedTuple):
    """A measure on the index."""

    name: str
    asks: str
    says: str
    url: str


@get(PATH, guards=[EXPORTERS], include_in_schema=False)
async def analysis_index(request: WebRequest) -> Response[str]:
    """Every measure as a question, its answer over the period in a sentence, and where it leads."""
    asked = _asked(request)
    office, person = request.web.office, request.person
    answers = await overview(office, person, asked.days, asked.wanted)
    asks = Question(office, person, asked, await _speech(request))
    said = {name: says_of(answer) for name, answer in answers.items()}
    said |= {name: (await tell(asks)).says for name, tell in CASES.items()}
    return page(
        request,
        "analysis.html",
        _status(asked),
        **await _frame(request, asked),
        population=answers["missed"].total.count("population"),
        questions=[
            Listed(name, say(f"analysis.ask.{name}"), said[name], asked.url(name, usual_group(name)))
            for name in IN_ORDER
        ],
    )


@get(f"{PATH}/{{name:str}}", guards=[EXPORTERS], include_in_schema=False)
async def analysis_measure(request: WebRequest, name: FromPath[str]) -> Response[str]:
    """One measure: its answer, its picture by the groups that were asked for, the figures, and what is left out."""
    if name in CASES:
        return await _case(request, name)
    asked, defined = _asked(request), measure_named(name)
    if not request.query_params.get("by"):
        asked = msgspec.structs.replace(asked, by=usual_group(name))
    office, person = request.web.office, request.person
    answer = await measure(office, person, name, asked.days, asked.wanted, asked.by)
    speech = await _speech(request)
    pictured = [groups_section(asked, defined, answer, speech)]
    if "window" in defined.groups:
        pictured.append(await heat_section(office, person, asked, defined, speech))
    if len(months_between(asked.days.first, asked.days.last)) > 1:
        pictured.append(await months_section(office, person, asked, defined, speech))
    if name in MEDIANS:
        pictured.append(await median_section(office, person, asked, name, speech))
    return page(
        request,
        "analysis_measure.html",
        _status(asked),
        **await _frame(request, asked),
        name=name,
        answer=answer,
        says=says_of(answer),
        groups=(TOTAL, *defined.groups),
        pictured=pictured,
        asides=[(aside, asked.behind(name, aside.counter)) for aside in answer.asides if aside.count],
    )


async def _case(request: WebRequest, name: str) -> Response[str]:
    """A measure that is no share of counters."""
    asked, fields = _asked(request), request.query_params
    if not fields.get("by"):
        asked = msgspec.structs.replace(asked, by=TOTAL)
    beyond = fields.get("after_day", ""), fields.get("after", "")
    told = await CASES[name](Question(request.web.office, request.person, asked, await _speech(request), beyond))
    here = asked.url(name)
    return page(
        request,
        "analysis_measure.html",
        _status(asked),
        **await _frame(request, asked),
        name=name,
        says=told.says,
        groups=told.groups,
        pictured=told.sections,
        asides=[],
        first_url=here if beyond != ("", "") else "",
        next_url=f"{here}&{urlencode(told.next_fields)}" if told.next_fields else "",
    )


@get(f"{PATH}/{{name:str}}/visits", guards=[EXPORTERS], include_in_schema=False)
async def analysis_visits(request: WebRequest, name: FromPath[str]) -> Response[str]:
    """The appointments behind a number, oldest first, each with the way to its visit; as many as the number said."""
    asked, fields = _asked(request), request.query_params
    office, person = request.web.office, request.person
    counter, value = fields.get("counter", ""), tuple(fields.getall("value", []))
    part, part_value = fields.get("part", ""), fields.get("part_value", "")
    part = part if part in PARTS else ""
    by = asked.by if len(value) == len(DIMENSIONS.get(asked.by, ())) else TOTAL
    beyond = fields.get("after_day", ""), fields.get("after", "")
    found = await appointments_behind(
        office,
        person,
        name,
        counter,
        asked.days,
        asked.wanted,
        by,
        value if by != TOTAL else (),
        part,
        part_value,
        beyond,
        A_PAGE + 1,
    )
    answer = await measure(office, person, name, asked.days, asked.wanted, by, part)
    speech = await _speech(request)
    rows = found[:A_PAGE]
    here = asked.behind(name, counter, by, value, part, part_value)
    return page(
        request,
        "analysis_visits.html",
        _status(asked),
        name=name,
        asked=asked,
        counter=counter,
        count=_counted(answer, counter, value, part, part_value),
        group=speech.group(by, value) if by != TOTAL else "",
        dimension=by,
        part=speech.part(part, part_value) if part else "",
        rows=[(fact, speech.outcome(fact.recorded_as)) for fact in rows],
        first_url=here if beyond != ("", "") else "",
        next_url=_after(here, rows[-1].day, rows[-1].appointment_id) if len(found) > A_PAGE else "",
    )


def usual_group(name: str) -> str:
    """By what a measure is told when nobody says: some of them ask about groups."""
    return SHARES[name].groups[0] if name in ABOUT_GROUPS else TOTAL


def says_of(answer: Answer) -> str:
    """The answer to the measure's question in a sentence."""
    main = SHARES[answer.name].ratios[0]
    rate = answer.total.rates[main.name]
    facts = {"part": f"{rate.part:,}", "whole": f"{rate.whole:,}"}
    if not rate.whole:
        return say("analysis.nothing")
    if not rate.is_given:
        return say("analysis.few", share=say(f"measures.{answer.name}.share.{main.name}"), **facts)
    return say(f"analysis.answer.{answer.name}", rate=say_rate(rate), between=say_interval(rate), **facts)


def _counted(answer: Answer, counter: str, value: tuple[str, ...], part: str, part_value: str) -> int:
    if answer.dimension == TOTAL and not part:
        return answer.total.count(counter)
    wanted = value if answer.dimension != TOTAL else ()
    return sum(
        group.count(counter)
        for group in answer.groups
        if group.value == wanted and (not part or group.part == part_value)
    )


def _after(url: str, day: str, appointment_id: str) -> str:
    return f"{url}&after_day={day}&after={appointment_id}"


def _asked(request: WebRequest) -> Asked:
    return asked_by(dict(request.query_params.items()), london_date(request.web.office.clock.now_ms()))


def _status(asked: Asked) -> int:
    return 422 if asked.errors else 200


async def _speech(request: WebRequest) -> Speech:
    office = request.web.office
    return Speech(office.rules, await names_of_people(office))


async def _frame(request: WebRequest, asked: Asked) -> dict[str, object]:
    """What the pickers need."""
    office = request.web.office
    choices = await offered(office, request.person, asked.days, asked.wanted.patch)
    if request.person.patch:
        choices.pop("patch")
    return {"asked": asked, "periods": PERIODS, "choices": choices, "rules": office.rules.wastage}


ROUTES = [analysis_index, analysis_measure, analysis_visits]
