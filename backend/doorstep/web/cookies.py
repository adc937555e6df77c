"""The session's cookie, and the mark of a browser that is known: no script reads them, no other site sends them."""

from __future__ import annotations

from litestar.datastructures import Cookie

from doorstep.application.rows import Person
from doorstep.application.sign_in import browser_mark
from doorstep.web.wiring import Web

MARK_SECONDS = 365 * 86_400


def session_cookie(web: Web, token: str) -> Cookie:
    """The cookie that carries a session's token, for as long as the session lives."""
    return _cookie(web, web.settings.session_cookie, token, web.office.session_hours * 3600)


def no_session_cookie(web: Web) -> Cookie:
    """The cookie that makes a browser forget its session."""
    return _cookie(web, web.settings.session_cookie, "", 0)


def mark_cookie(web: Web, person: Person) -> Cookie:
    """The cookie by which this browser is known when that person signs in again; signing out leaves it."""
    return _cookie(web, web.settings.mark_cookie, browser_mark(web.office, person), MARK_SECONDS)


def language_cookie(web: Web, language: str) -> Cookie:
    """The cookie that keeps a reader's language; it says nothing of who they are."""
    return _cookie(web, web.settings.language_cookie, language, MARK_SECONDS)


def _cookie(web: Web, name: str, value: str, max_age_seconds: int) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        path="/",
        max_age=max_age_seconds,
        httponly=True,
        secure=web.settings.is_secure,
        samesite="strict",
    )
