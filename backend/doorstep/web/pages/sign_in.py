"""Sign in to the office, sign out, and the landing page that leads to both faces of Doorstep."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Response

from doorstep.application.sign_in import TooManyTries, sign_in, sign_out
from doorstep.application.writer import Refused
from doorstep.web.cookies import mark_cookie, no_session_cookie, session_cookie
from doorstep.web.guards import ANYONE, PUBLIC, cookie_in
from doorstep.web.pages.error_pages import SIGN_IN
from doorstep.web.pages.html_forms import is_own_page, read_fields, read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import HOME, page
from doorstep.web.pages.words import say
from doorstep.web.requests import WebRequest, raw_header

MOST_NAME, MOST_PASSWORD = 200, 1000


@get("/", guards=[PUBLIC], include_in_schema=False)
async def landing(request: WebRequest) -> Response[str]:
    """Two ways in: the phone's, and the office's."""
    return page(request, "landing.html")


@get("/office", guards=[ANYONE], include_in_schema=False)
async def office(request: WebRequest) -> Redirect:
    """Where one's role begins."""
    return Redirect(HOME[request.person.role], status_code=303)


@get("/office/start", guards=[ANYONE], include_in_schema=False)
async def start(request: WebRequest) -> Response[str]:
    """For a role that has no pages of its own yet."""
    return page(request, "start.html")


@get(SIGN_IN, guards=[PUBLIC], include_in_schema=False)
async def sign_in_page(request: WebRequest, to: FromQuery[str] = "") -> Response[str]:
    """The form."""
    return page(request, "sign_in.html", to=_own_path(to), username="", errors={})


@post(SIGN_IN, guards=[PUBLIC], include_in_schema=False)
async def sign_in_here(request: WebRequest) -> Response[str] | Redirect:
    """Begin a session, and go where the person wanted to, or where their role begins."""
    fields = await read_fields(request)
    username, password = fields.get("username", "")[:MOST_NAME], fields.get("password", "")[:MOST_PASSWORD]
    to = _own_path(fields.get("to", ""))
    errors: dict[str, str] = {}
    status = 422
    if not is_own_page(request):
        errors, status = {"": say("sign_in.other_site")}, 403
    if not errors and not username.strip():
        errors["username"] = say("sign_in.no_username")
    if not errors.get("") and not password:
        errors["password"] = say("sign_in.no_password")
    if not errors:
        web = request.web
        try:
            mark = cookie_in(raw_header(request.scope, b"cookie"), web.settings.mark_cookie)
            token, session = await sign_in(web.office, web.tries, username, password, None, request.peer, mark)
        except TooManyTries as too_many:
            errors, status = {"username": say("sign_in.too_many", minutes=-(-too_many.seconds // 60))}, 429
        except Refused as refused:
            errors, status = {"username": say_refusal(refused)}, 401
        else:
            own = HOME[session.person.role]
            goes_to = own if session.person.role == "operative" else to or own
            cookies = [session_cookie(web, token), mark_cookie(web, session.person)]
            return Redirect(goes_to, status_code=303, cookies=cookies)
    return page(request, "sign_in.html", status, to=to, username=username, errors=errors)


@post("/office/sign-out", guards=[ANYONE], include_in_schema=False)
async def sign_out_here(request: WebRequest) -> Redirect:
    """End the session."""
    await read_form(request)
    await sign_out(request.web.office, request.user)
    return Redirect(SIGN_IN, status_code=303, cookies=[no_session_cookie(request.web)])


def _own_path(path: str) -> str:
    """A path within the office, or nothing: nobody is led elsewhere after signing in."""
    is_own = path.startswith("/office/") and not set(path) & set("\\\r\n\t?#") and "//" not in path
    return path if is_own and path not in (SIGN_IN, "/office/sign-out") else ""


ROUTES = [landing, office, start, sign_in_page, sign_in_here, sign_out_here]
