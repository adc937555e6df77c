"""Sign in, stay signed in, sign out, and who am I."""

from __future__ import annotations

from litestar import delete, get, post
from litestar.params import JSONBody
from litestar.response import Response

from doorstep.application.enrol_phone import phone_of
from doorstep.application.office import Office
from doorstep.application.renew_session import renew_session
from doorstep.application.rows import Session
from doorstep.application.sign_in import sign_in, sign_out
from doorstep.domain.instants import format_instant
from doorstep.web.api.device_forms import Renew
from doorstep.web.api.forms import SignedIn, SignIn
from doorstep.web.api.sync import told_device
from doorstep.web.cookies import no_session_cookie, session_cookie
from doorstep.web.guards import ANYONE, OPERATIVES, PUBLIC, cookie_in
from doorstep.web.problems import may_answer, may_answer_with_nothing
from doorstep.web.requests import WebRequest, raw_header


@post("/api/session", guards=[PUBLIC], responses=may_answer(401, 403, 413, 415, 422, 429, 507), security=[{}])
async def begin_session(request: WebRequest, data: JSONBody[SignIn]) -> Response[SignedIn]:
    """Sign in. The answer sets the session's cookie."""
    web = request.web
    token, session = await sign_in(
        web.office, web.tries, data.username, data.password, data.installation_id, request.peer
    )
    cookie = session_cookie(web, token)
    return Response(await signed_in(web.office, session), cookies=[cookie])


@delete("/api/session", guards=[ANYONE], responses=may_answer_with_nothing("Signed out", 401, 403, 507))
async def end_session(request: WebRequest) -> Response[None]:
    """Sign out."""
    await sign_out(request.web.office, request.user)
    return Response(None, cookies=[no_session_cookie(request.web)])


@get("/api/me", guards=[ANYONE], responses=may_answer(401))
async def me(request: WebRequest) -> SignedIn:
    """Who is signed in."""
    return await signed_in(request.web.office, request.user)


@post(
    "/api/session/renewal",
    guards=[OPERATIVES],
    status_code=200,
    responses=may_answer(401, 403, 413, 415, 422, 507),
)
async def renew(request: WebRequest, data: JSONBody[Renew]) -> Response[SignedIn]:
    """Stay signed in, on an enrolled phone. The answer sets the session's cookie anew."""
    web = request.web
    session = await renew_session(web.office, request.user, data.installation_id, data.anchor, data.proof)
    token = cookie_in(raw_header(request.scope, b"cookie"), web.settings.session_cookie)
    return Response(await signed_in(web.office, session), cookies=[session_cookie(web, token)])


async def signed_in(office: Office, session: Session) -> SignedIn:
    """A session as its person is told of it."""
    person = session.person
    return SignedIn(
        person.person_id,
        person.name,
        person.role,
        person.patch,
        session.installation_id,
        format_instant(session.expires_at),
        format_instant(office.clock.now_ms()),
        told_device(await phone_of(office, session)),
    )


ROUTES = [begin_session, end_session, me, renew]
