"""Homes: found without an address in any URL, one with all that is known of it, and the reviews that are due."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Response

from doorstep.application.composing import HomeFact, own_part
from doorstep.application.fact_rows import FactChange
from doorstep.application.homes import (
    MOST_HOMES,
    SOON_DAYS,
    HomeView,
    fact_standing,
    find_homes,
    home_view,
    reviews_due,
)
from doorstep.application.london import london_date
from doorstep.web.guards import MATCHERS
from doorstep.web.home_paths import property_ref_of
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH = "/office/homes"
MOST_WORDS = 200


@get(PATH, guards=[MATCHERS], include_in_schema=False)
async def homes_page(request: WebRequest) -> Response[str]:
    """The form that finds a home."""
    return page(request, "homes.html", q="", found=None, errors={}, most=MOST_HOMES)


@post(PATH, guards=[MATCHERS], include_in_schema=False)
async def find_here(request: WebRequest) -> Response[str]:
    """The homes that were looked for. Posted, so that no address stands in a history or a log."""
    fields = await read_form(request)
    words = fields.get("q", "").strip()[:MOST_WORDS]
    if not words:
        return page(request, "homes.html", 422, q="", found=None, errors={"q": say("homes.no_words")}, most=MOST_HOMES)
    found = await find_homes(request.web.office, request.person, words)
    return page(request, "homes.html", 200, q=words, found=found, errors={}, most=MOST_HOMES)


@get(f"{PATH}/{{home:str}}", guards=[MATCHERS], include_in_schema=False)
async def home_page(request: WebRequest, home: FromPath[str]) -> Response[str]:
    """What is in force, planned and over, every change, and the appointments ahead."""
    office = request.web.office
    view = await home_view(office, request.person, property_ref_of(home))
    today = london_date(office.clock.now_ms()).isoformat()
    facts: dict[str, list[HomeFact]] = {"in_force": [], "planned": [], "ended": []}
    for fact in view.facts:
        facts[fact_standing(fact, today)].append(fact)
    return page(
        request,
        "home.html",
        the_home=view.home,
        facts=facts,
        theirs=await _theirs(request, view),
        ahead=view.ahead,
        changes=list(zip(view.changes, _kinds(view.changes), strict=True)),
        names=await names_of_people(office),
        today=today,
        erase_days=office.erase_after_days,
        may_change=request.person.role == "planner",
    )


@get("/office/reviews", guards=[MATCHERS], include_in_schema=False)
async def reviews_page(request: WebRequest) -> Response[str]:
    """What has to be looked at again, the longest overdue first."""
    reviews = await reviews_due(request.web.office, request.person)
    return page(
        request,
        "reviews.html",
        lists={
            "due": [review for review in reviews if review.age_days >= 0],
            "soon": [review for review in reviews if review.age_days < 0],
        },
        soon_days=SOON_DAYS,
        may_change=request.person.role == "planner",
    )


async def _theirs(request: WebRequest, view: HomeView) -> list[str]:
    """What the landlord's own system said of the home in the next appointment, which nobody changes here."""
    coming = next((row for row in view.ahead if not row.is_cancelled), None)
    dossier = await request.web.office.store.dossier(coming.appointment_id) if coming else None
    if dossier is None or not dossier.versions:
        return []
    own = own_part(dossier.versions[-1].snapshot)
    return [str(each["text"] or each.get("code", "")) for each in (*own["alerts"], *own["contact_requests"])]


def _kinds(changes: list[FactChange]) -> list[str]:
    """What each change was, of those that are given newest first."""
    kinds = []
    for place, change in enumerate(changes):
        before = next((other for other in changes[place + 1 :] if other.fact_id == change.fact_id), None)
        if before is None:
            kinds.append("recorded")
        elif change.is_ended:
            kinds.append("ended")
        else:
            kinds.append("reviewed" if _said(before) == _said(change) else "changed")
    return kinds


def _said(change: FactChange) -> tuple[str, ...]:
    return (change.code, change.text, change.starts_on, change.ends_on)


ROUTES = [homes_page, find_here, home_page, reviews_page]
