"""Templates and what they all need: words, times, the person, their sections, and the form's token."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from litestar.response import Response

from doorstep.application.rows import Session
from doorstep.domain.instants import format_instant, is_real_day
from doorstep.web.home_paths import home_url
from doorstep.web.pages import times
from doorstep.web.pages.html_forms import TOKEN_FIELD, form_token
from doorstep.web.pages.words import LANGUAGES, say, say_code, spoken_language
from doorstep.web.requests import WebRequest
from doorstep.web.static_files import BuiltFiles

SECTIONS = {
    "planner": (
        ("/office/board", "all.board"),
        ("/office/visits", "all.visits"),
        ("/office/homes", "homes.nav"),
        ("/office/reviews", "reviews.nav"),
        ("/office/imports", "imports.nav"),
        ("/office/exceptions", "exceptions.nav"),
        ("/office/reminders", "reminders.nav"),
        ("/office/replies", "replies.nav"),
        ("/office/phones", "all.phones"),
    ),
    "supervisor": (
        ("/office/visits", "all.visits"),
        ("/office/disputes", "dispute.nav"),
        ("/office/homes", "homes.nav"),
        ("/office/reviews", "reviews.nav"),
        ("/office/imports", "imports.nav"),
        ("/office/exceptions", "exceptions.nav"),
        ("/office/reminders", "reminders.nav"),
        ("/office/phones", "all.phones"),
        ("/office/analysis", "analysis.nav"),
        ("/office/replay", "replay.nav"),
        ("/office/exports", "exports.nav"),
        ("/office/reports", "reports.nav"),
        ("/office/log", "all.log"),
    ),
    "auditor": (
        ("/office/visits", "all.visits"),
        ("/office/disputes", "dispute.nav"),
        ("/office/analysis", "analysis.nav"),
        ("/office/replay", "replay.nav"),
        ("/office/exports", "exports.nav"),
        ("/office/reports", "reports.nav"),
        ("/office/log", "all.log"),
    ),
    "admin": (
        ("/office/start", "all.start"),
        ("/office/phones", "all.phones"),
        ("/office/webhooks", "webhooks.nav"),
        ("/office/reports", "reports.nav"),
    ),
}
HOME = {
    "operative": "/door/",
    "planner": "/office/board",
    "supervisor": "/office/visits",
    "auditor": "/office/visits",
    "admin": "/office/start",
}
STANDING_COLOURS = {
    "in_progress": "grey",
    "ended": "grey",
    "refused": "red",
    "pending_corroboration": "yellow",
    "recorded": "blue",
    "upheld": "green",
    "overturned": "purple",
    "returned": "orange",
}


@cache
def environment() -> Environment:
    """The templates, with escaping on for every one of them."""
    made = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("doorstep.web.pages"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        # Words are read at the start, too: a template that an upgrade puts down meanwhile would ask for newer ones.
        auto_reload=False,
    )
    made.globals |= {
        "say": say,
        "say_code": say_code,
        "wrong": wrong,
        "standing_colours": STANDING_COLOURS,
        "token_field": TOKEN_FIELD,
        "languages": LANGUAGES,
        "spoken_language": spoken_language,
    }
    made.filters |= {
        name: getattr(times, name)
        for name in (
            "clock",
            "clock_seconds",
            "day_and_clock",
            "day_words",
            "duration",
            "london_day",
            "short_day",
            "stopwatch",
        )
    }
    made.filters["home_url"] = home_url
    # A browser's date field takes nothing but a day, and complains of anything else.
    made.tests["real_day"] = is_real_day
    return made


def wrong(words: str | None) -> dict[str, str] | None:
    """What a component says beside a field at fault, "Error:" before it in the reader's language; or nothing."""
    return {"text": words, "visuallyHiddenText": say("all.error_prefix").rstrip(":")} if words else None


def compile_templates() -> None:
    """Make every template ready, so that no request waits for it, nor any phone behind that request."""
    for name in environment().list_templates(extensions=["html"]):
        if not name.startswith("govuk_frontend_jinja/") or "/components/" in name:
            environment().get_template(name)


def page(request: WebRequest, template: str, status: int = 200, **shown: Any) -> Response[str]:
    """A page for whoever is signed in, if anyone is."""
    session = request.scope.get("user")
    person = session.person if isinstance(session, Session) else None
    text = (
        environment()
        .get_template(template)
        .render(
            shown
            | {
                "person": person,
                "sections": SECTIONS.get(person.role, ()) if person else (),
                "home": HOME[person.role] if person else "/",
                "path": request.scope["path"],
                "here": _here(request),
                "printed_at": format_instant(request.web.office.clock.now_ms()) if person else "",
                "asset": _asset(request.app.state["office_files"]),
                "form_token": form_token(request.web, session.token_hash) if isinstance(session, Session) else "",
            }
        )
    )
    return Response(text, status_code=status, media_type="text/html")


def _here(request: WebRequest) -> str:
    """Where a change of language comes back to; a page that was posted is begun again from where it came."""
    if request.scope["method"] != "GET":
        return ""
    query = request.scope["query_string"].decode("latin-1")
    return request.scope["path"] + (f"?{query}" if query else "")


def _asset(files: BuiltFiles) -> Any:
    return lambda name: f"/office/assets/{name}?v={files.mark(name)}"
