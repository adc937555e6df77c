"""The wastage analysis: the measures as questions with an answer each, a page for each, and what is behind a number."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from doorstep.application.wastage.overview import overview
from doorstep.web.guards import EXPORTERS
from doorstep.web.pages import analysis_behind, analysis_card_pages
from doorstep.web.pages.analysis_answered import Answered, answer_measure, says_of, usual_group
from doorstep.web.pages.analysis_asked import PATH
from doorstep.web.pages.analysis_cases import CASES
from doorstep.web.pages.analysis_figures import figures_csv
from doorstep.web.pages.analysis_requests import CSV, asked_in, frame_for, given_out, speech_for, status_of
from doorstep.web.pages.analysis_told import Question
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.requests import WebRequest

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


class Listed(NamedTuple):
    """A measure on the index."""

    name: str
    asks: str
    says: str
    url: str


@get(PATH, guards=[EXPORTERS], include_in_schema=False)
async def analysis_index(request: WebRequest) -> Response[str]:
    """Every measure as a question, its answer over the period in a sentence, and where it leads."""
    asked = asked_in(request)
    office, person = request.web.office, request.person
    answers = await overview(office, person, asked.days, asked.wanted)
    asks = Question(office, person, asked, await speech_for(request))
    said = {name: says_of(answer) for name, answer in answers.items()}
    said |= {name: (await tell(asks)).says for name, tell in CASES.items()}
    return page(
        request,
        "analysis.html",
        status_of(asked),
        **await frame_for(request, asked),
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
        status_of(told.asked),
        **await frame_for(request, told.asked),
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
    return await given_out(request, name, told.asked, figures_csv(told.asked, meaning, told.sections))


async def _answered(request: WebRequest, name: str) -> Answered:
    fields = request.query_params
    beyond = fields.get("after_day", ""), fields.get("after", "")
    is_by = bool(fields.get("by"))
    speech = await speech_for(request)
    return await answer_measure(
        request.web.office, request.person, name, asked_in(request), speech, beyond, is_by=is_by
    )


ROUTES = [
    analysis_index,
    analysis_measure,
    analysis_figures,
    *analysis_card_pages.ROUTES,
    *analysis_behind.ROUTES,
]
