"""The pages of contractors' scorecards: to look at, to hand out, and as a file."""

from __future__ import annotations

from litestar import get
from litestar.response import Response

from doorstep.application.wastage.scorecards import scorecard
from doorstep.web.guards import EXPORTERS
from doorstep.web.pages.analysis_asked import MOST_LETTERS
from doorstep.web.pages.analysis_card import card_asides, card_meaning, card_says, card_sections, card_terms
from doorstep.web.pages.analysis_figures import figures_csv
from doorstep.web.pages.analysis_records import CARD, card_url
from doorstep.web.pages.analysis_records import NAME as RECORDS
from doorstep.web.pages.analysis_requests import CSV, asked_in, frame_for, given_out, speech_for, status_of
from doorstep.web.pages.rendering import page
from doorstep.web.requests import WebRequest


@get(CARD, guards=[EXPORTERS], include_in_schema=False)
async def analysis_card(request: WebRequest) -> Response[str]:
    """A contractor's scorecard; handed out, it leads nowhere and names nobody else."""
    asked, contractor = asked_in(request), _contractor(request)
    is_handed_out = request.query_params.get("handed") == "out"
    card = await scorecard(request.web.office, request.person, contractor, asked.days, asked.wanted)
    speech = await speech_for(request)
    query = request.url.query
    framed = await frame_for(request, asked)
    # It is of one contractor already.
    framed["choices"].pop("contractor")
    return page(
        request,
        "analysis_card.html",
        status_of(asked),
        **framed,
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
    asked, contractor = asked_in(request), _contractor(request)
    card = await scorecard(request.web.office, request.person, contractor, asked.days, asked.wanted)
    speech = await speech_for(request)
    sections = card_sections(asked, card, speech, is_handed_out=True)
    meaning = card_meaning(card, speech.group("contractor", (contractor,)))
    return await given_out(request, f"{RECORDS}/card", asked, figures_csv(asked, meaning, sections))


def _contractor(request: WebRequest) -> str:
    return request.query_params.get("of", "")[:MOST_LETTERS]


ROUTES = [analysis_card, analysis_card_figures]
