"""Sign in, sign out, and who am I."""

from __future__ import annotations

from litestar import delete, get, post
from litestar.params import JSONBody
from litestar.response import Response

from doorstep.application.rows import Session
from doorstep.application.sign_in import sign_in, sign_out
from doorstep.domain.instants import format_instant
from doorstep.web.api.forms import SignedIn, SignIn
from doorstep.web.cookies import no_session_cookie, session_cookie
from doorstep.web.guards import ANYONE, PUBLIC
from doorstep.web.problems import may_answer, may_answer_with_nothing
from doorstep.web.requests import WebRequest


@post("/api/session", guards=[PUBLIC], responses=may_answer(401, 403, 413, 415, 422, 429, 507), security=[{}])
async def begin_session(request: WebRequest, data: JSONBody[SignIn]) -> Response[SignedIn]:
    """Sign in. The answer sets the session's cookie."""
    web = request.web
    token, session = await sign_in(
        web.office, web.tries, data.username, data.password, data.installation_id, request.peer
    )
    cookie = session_cookie(web, token)
    return Response(signed_in(session, web.office.clock.now_ms()), cookies=[cookie])


@delete("/api/session", guards=[ANYONE], responses=may_answer_with_nothing("Signed out", 401, 403, 507))
async def end_session(request: WebRequest) -> Response[None]:
    """Sign out."""
    await sign_out(request.web.office, request.user)
    return Response(None, cookies=[no_session_cookie(request.web)])


@get("/api/me", guards=[ANYONE], responses=may_answer(401))
async def me(request: WebRequest) -> SignedIn:
    """Who is signed in."""
    return signed_in(request.user, request.web.office.clock.now_ms())


def signed_in(session: Session, now_ms: int) -> SignedIn:
    """A session as its person is told of it."""
    person = session.person
    return SignedIn(
        person.person_id,
        person.name,
        person.role,
        person.patch,
        session.installation_id,
        format_instant(session.expires_at),
        format_instant(now_ms),
    )


ROUTES = [begin_session, end_session, me]
