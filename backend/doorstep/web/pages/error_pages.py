"""What a person sees in place of a page: the sign-in page, or what went wrong and where to go."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.response import Redirect, Response

from doorstep.application.writer import Refused
from doorstep.web.pages.html_forms import FormTooOld
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import find_words, say
from doorstep.web.problems import NotSignedIn, told
from doorstep.web.requests import WebRequest

SIGN_IN = "/office/sign-in"


def is_page(path: str) -> bool:
    """Whether people, not programs, go to that address."""
    return path in ("/", "/office", "/r") or path.startswith(("/office/", "/r/"))


def error_page(request: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
    """The page that tells of an exception; for nobody signed in, the way to sign in and back."""
    ours = WebRequest(request.scope, request.receive, request.send)
    if isinstance(failure, NotSignedIn):
        came_for = request.scope["path"] if request.scope["method"] == "GET" else ""
        return Redirect(f"{SIGN_IN}?to={quote(came_for)}" if came_for else SIGN_IN, status_code=303)
    if isinstance(failure, FormTooOld):
        return page(ours, "error.html", 403, title=say("error.form.title"), words=say("error.form.words"))
    problem, headers = told(failure)
    name = f"error.{problem.status}"
    title = find_words(f"{name}.title") or say("error.other.title")
    words = find_words(f"{name}.words") or say("error.other.words")
    if isinstance(failure, Refused):
        words = say_refusal(failure)
    answer = page(ours, "error.html", problem.status, title=title, words=words)
    for header, value in headers.items():
        answer.set_header(header, value)
    return answer
