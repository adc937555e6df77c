"""The resident's page: who holds a card sees when somebody came, says that it was otherwise, and when somebody is in.

Nobody signs in, and no cookie is asked for: every form carries the card's reference and the postcode, and each time
both must agree. They are posted, so they stand in no address, no log and no history; and nothing of it is kept by a
browser or found by a search engine. English is at /r, Welsh at /r/cy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import get, post
from litestar.response import Response

from doorstep.application.resident.cards import MOST_TYPED
from doorstep.application.resident.look_up import Found, look_up
from doorstep.application.resident.say import (
    DAYS,
    MOST_NUMBER,
    MOST_WORDS,
    TIMES,
    Suits,
    dispute,
    give_times,
    new_receipt,
)
from doorstep.application.resident.seen import RESIDENT_SAYS, seen_visit
from doorstep.application.sign_in import TooManyTries
from doorstep.application.writer import Refused
from doorstep.web.guards import PUBLIC
from doorstep.web.pages.html_forms import read_fields
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import CATALOGUES, say, speak, spoken_language
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest

PATHS: Final = {"en": "/r", "cy": "/r/cy"}
Typed = dict[str, str]


def _both(way: str = "") -> list[str]:
    return [f"{path}{way}" for path in PATHS.values()]


@get(_both(), guards=[PUBLIC], include_in_schema=False)
async def ask(request: WebRequest) -> Response[str]:
    """The form for the card's reference and the postcode."""
    _speak_as_addressed(request)
    return _asking(request, {}, {}, 200)


@post(_both(), status_code=200, guards=[PUBLIC], include_in_schema=False)
async def see(request: WebRequest) -> Response[str]:
    """The visit, once both agree."""
    fields = await _fields(request)
    found = await _found(request, fields)
    return found if isinstance(found, Response) else _seeing(request, found, fields, {}, 200)


@post(_both("/wrong"), status_code=200, guards=[PUBLIC], include_in_schema=False)
async def say_wrong(request: WebRequest) -> Response[str]:
    """The resident says that the record is wrong."""
    fields = await _fields(request)
    found = await _found(request, fields)
    if isinstance(found, Response):
        return found
    receipt, says, words = (fields.get(name, "") for name in ("receipt", "says", "words"))
    try:
        await dispute(request.web.office, found, receipt, says, words, spoken_language())
    except Refused as refused:
        return _refused(request, found, fields, refused)
    return _told(request, fields, receipt, "wrong")


@post(_both("/times"), status_code=200, guards=[PUBLIC], include_in_schema=False)
async def say_times(request: WebRequest) -> Response[str]:
    """The resident says when somebody is in, or wants to be rung."""
    fields = await _fields(request)
    found = await _found(request, fields)
    if isinstance(found, Response):
        return found
    suits = Suits(
        days=tuple(day for day in DAYS if fields.get(f"day_{day}")),
        times=tuple(time for time in TIMES if fields.get(f"time_{time}")),
        wants_call=bool(fields.get("wants_call")),
        number=fields.get("number", "").strip(),
        words=fields.get("more", "").strip(),
    )
    receipt, language = fields.get("receipt", ""), spoken_language()
    try:
        await give_times(request.web.office, found, receipt, suits, language, _for_planners(suits, language))
    except Refused as refused:
        return _refused(request, found, fields, refused)
    return _told(request, fields, receipt, "times")


def _speak_as_addressed(request: WebRequest) -> None:
    path = request.scope["path"]
    speak("cy" if path == PATHS["cy"] or path.startswith(f"{PATHS['cy']}/") else "en")


async def _fields(request: WebRequest) -> Typed:
    _speak_as_addressed(request)
    fields = await read_fields(request)
    for name in ("reference", "postcode"):
        fields[name] = fields.get(name, "")[:MOST_TYPED]
    return fields


async def _found(request: WebRequest, fields: Typed) -> Found | Response[str]:
    """The card's visit; or the page that says why there is none to see, the same for whatever was wrong of the two."""
    web = request.web
    try:
        return await look_up(web.office, web.guesses, fields["reference"], fields["postcode"], request.peer)
    except TooManyTries as too_many:
        words = say("resident.too_many", minutes=-(-too_many.seconds // 60))
        answer = _asking(request, fields, {"": words}, 429)
        answer.set_header("retry-after", str(too_many.seconds))
        return answer
    except Refused as refused:
        errors = {str(refused.more.get("path", "")): say_refusal(refused)}
        return _asking(request, fields, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))


def _refused(request: WebRequest, found: Found, fields: Typed, refused: Refused) -> Response[str]:
    errors = {str(refused.more.get("path", "")): say_refusal(refused)}
    return _seeing(request, found, fields, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))


def _asking(request: WebRequest, typed: Typed, errors: Typed, status: int) -> Response[str]:
    return _page(request, "resident_ask.html", status, typed=typed, errors=errors)


def _seeing(request: WebRequest, found: Found, typed: Typed, errors: Typed, status: int) -> Response[str]:
    visit = seen_visit(found, request.web.office.rebooking_number)
    return _page(
        request,
        "resident_seen.html",
        status,
        typed=typed,
        errors=errors,
        visit=visit,
        number=visit.rebooking_number,
        may_dispute=visit.now != "looking",
        all_says=RESIDENT_SAYS,
        all_days=DAYS,
        all_times=TIMES,
        receipt=new_receipt(),
        most_words=MOST_WORDS,
        most_number=MOST_NUMBER,
    )


def _told(request: WebRequest, typed: Typed, receipt: str, what: str) -> Response[str]:
    return _page(request, "resident_told.html", 200, typed=typed, errors={}, receipt=receipt, what=what)


def _page(request: WebRequest, template: str, status: int, **shown: Any) -> Response[str]:
    office, language = request.web.office, spoken_language()
    shown = {"number": office.rebooking_number, "landlord": office.landlord, "base": PATHS[language]} | shown
    other = next(code for code in PATHS if code != language)
    answer = page(request, template, status, other=other, other_base=PATHS[other], **shown)
    answer.set_header("x-robots-tag", "noindex, nofollow")
    return answer


def _for_planners(suits: Suits, language: str) -> str:
    """The same as a planner's task, in the office's first language, with the resident's own words as they are."""
    words: Mapping[str, str] = CATALOGUES["en"]
    told = []
    if suits.days:
        told.append(
            words["resident.task.days"].format(days=", ".join(words[f"resident.day.{day}"] for day in suits.days))
        )
    if suits.times:
        times = ", ".join(words[f"resident.time.{time}"] for time in suits.times)
        told.append(words["resident.task.times"].format(times=times))
    if suits.wants_call:
        told.append(words["resident.task.ring"])
    if suits.number:
        told.append(words["resident.task.number"].format(number=suits.number))
    if language != "en":
        told.append(words[f"resident.task.reads_{language}"])
    if suits.words:
        told.append(words["resident.task.wrote"].format(words=suits.words))
    return " ".join(told)


ROUTES = [ask, see, say_wrong, say_times]
