"""The wastage analysis: the measures as questions with an answer each, a page for each, and what is behind a number."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from doorstep.application.london import london_date
from doorstep.application.wastage.answers import Answer
from doorstep.application.wastage.offered import offered
from doorstep.application.wastage.overview import overview
from doorstep.application.wastage.scorecards import scorecard
from doorstep.application.wastage.shares import appointments_behind, measure
from doorstep.application.wastage.taking_figures import take_figures
from doorstep.application.writer import Refused
from doorstep.domain.wastage.dimensions import DIMENSIONS, PARTS, TOTAL
from doorstep.web.guards import EXPORTERS
from doorstep.web.pages.analysis_answered import Answered, answer_measure, says_of, usual_group
from doorstep.web.pages.analysis_asked import MOST_LETTERS, PATH, PERIODS, Asked, asked_by
from doorstep.web.pages.analysis_card import card_asides, card_meaning, card_says, card_sections, card_terms
from doorstep.web.pages.analysis_cases import CASES
from doorstep.web.pages.analysis_figures import figures_csv
from doorstep.web.pages.analysis_records import CARD, card_url
from doorstep.web.pages.analysis_records import NAME as RECORDS
from doorstep.web.pages.analysis_told import Question
from doorstep.web.pages.analysis_words import Speech
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
    "records",
    "planner",
    "audits",
    "hazards",
    "disputes",
)
CSV: Final = "text/csv; charset=utf-8"


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
    told = await _answered(request, name)
    here = told.asked.url(name)
    query = request.url.query
    return page(
        request,
        "analysis_measure.html",
        _status(told.asked),
        **await _frame(request, told.asked),
        name=name,
        says=told.says,
        groups=told.groups,
        pictured=told.sections,
        asides=told.asides,
        figures_url=f"{PATH}/{name}/figures.csv{'?' if query else ''}{query}",
        first_url=here if request.query_params.get("after") else "",
        next_url=f"{here}&{urlencode(told.next_fields)}" if told.next_fields else "",
    )


@get(f"{PATH}/{{name:str}}/figures.csv", guards=[EXPORTERS], media_type=CSV, include_in_schema=False)
async def analysis_figures(request: WebRequest, name: FromPath[str]) -> Response[str]:
    """The figures of a measure's page as CSV. That they were taken is logged."""
    told = await _answered(request, name)
    rules = request.web.office.rules.wastage
    meaning = told.meaning(least=rules.repeat_visits, days=rules.repeat_days)
    return await _given_out(request, name, told.asked, figures_csv(told.asked, meaning, told.sections))


@get(CARD, guards=[EXPORTERS], include_in_schema=False)
async def analysis_card(request: WebRequest) -> Response[str]:
    """A contractor's scorecard; handed out, it leads nowhere and names nobody else."""
    asked, contractor = _asked(request), _contractor(request)
    is_handed_out = request.query_params.get("handed") == "out"
    card = await scorecard(request.web.office, request.person, contractor, asked.days, asked.wanted)
    speech = await _speech(request)
    query = request.url.query
    return page(
        request,
        "analysis_card.html",
        _status(asked),
        **await _frame(request, asked),
        card=card,
        of=speech.group("contractor", (contractor,)),
        says=card_says(card),
        pictured=card_sections(asked, card, speech, is_handed_out=is_handed_out),
        terms=card_terms(),
        asides=card_asides(asked, card),
        is_handed_out=is_handed_out,
        handed_url=card_url(asked, contractor, is_to_hand_out=True),
        card_url=card_url(asked, contractor),
        figures_url=f"{CARD}/figures.csv{'?' if query else ''}{query}",
    )


@get(f"{CARD}/figures.csv", guards=[EXPORTERS], media_type=CSV, include_in_schema=False)
async def analysis_card_figures(request: WebRequest) -> Response[str]:
    """The figures of a contractor's scorecard, to hand to it. That they were taken is logged."""
    asked, contractor = _asked(request), _contractor(request)
    card = await scorecard(request.web.office, request.person, contractor, asked.days, asked.wanted)
    speech = await _speech(request)
    sections = card_sections(asked, card, speech, is_handed_out=True)
    meaning = card_meaning(card, speech.group("contractor", (contractor,)))
    return await _given_out(request, f"{RECORDS}/card", asked, figures_csv(asked, meaning, sections))


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


async def _answered(request: WebRequest, name: str) -> Answered:
    fields = request.query_params
    beyond = fields.get("after_day", ""), fields.get("after", "")
    is_by = bool(fields.get("by"))
    speech = await _speech(request)
    return await answer_measure(request.web.office, request.person, name, _asked(request), speech, beyond, is_by=is_by)


async def _given_out(request: WebRequest, name: str, asked: Asked, figures: tuple[str, int]) -> Response[str]:
    """Figures as a file. For days that are none there is none: the page says what is wrong with them."""
    if asked.errors:
        raise Refused("invalid", " ".join(asked.errors.values()), path="from")
    text, count = figures
    patch = request.person.patch or asked.wanted.patch
    await take_figures(request.web.office, request.person, name, patch, count)
    file = f"{name.replace('/', '-')}-{asked.days.first.isoformat()}-{asked.days.last.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return Response(text, media_type=CSV, headers=headers)


def _contractor(request: WebRequest) -> str:
    return request.query_params.get("of", "")[:MOST_LETTERS]


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


ROUTES = [
    analysis_index,
    analysis_measure,
    analysis_figures,
    analysis_card,
    analysis_card_figures,
    analysis_visits,
]
