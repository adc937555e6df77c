"""The language of the pages: chosen by whoever reads them, kept in their browser, put in force for each request."""

from __future__ import annotations

from typing import Any

from litestar import Request, post
from litestar.response import Redirect

from doorstep.web.cookies import language_cookie
from doorstep.web.guards import PUBLIC, cookie_in
from doorstep.web.pages.html_forms import is_own_page, read_fields
from doorstep.web.pages.words import LANGUAGES, speak
from doorstep.web.requests import WebRequest, raw_header

MOST_PATH = 1000


async def speak_as_chosen(request: Request[Any, Any, Any]) -> None:
    """Before each request: the language of its cookie, or English."""
    name = request.app.state["web"].settings.language_cookie
    speak(cookie_in(raw_header(request.scope, b"cookie"), name))


@post("/office/language", guards=[PUBLIC], include_in_schema=False)
async def choose_language(request: WebRequest) -> Redirect:
    """Keep the choice, and go back to the page that was being read."""
    fields = await read_fields(request)
    to, language = fields.get("to", ""), fields.get("language", "")
    cookies = [language_cookie(request.web, language)] if language in LANGUAGES and is_own_page(request) else []
    return Redirect(to if _is_own(to) else "/office", status_code=303, cookies=cookies)


def _is_own(to: str) -> bool:
    """A page of ours, with its query: nobody is led elsewhere by choosing a language."""
    path = to.partition("?")[0]
    is_page = path == "/" or path.startswith("/office/")
    return is_page and len(to) <= MOST_PATH and to.isascii() and not set(to) & set("\\\r\n\t#") and "//" not in path


ROUTES = [choose_language]
