"""Who may use a route: every route carries one of these guards, and the few public ones say so."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from doorstep.application.access import READERS, ROLES
from doorstep.application.board_report.taking_out import READERS as REPORTED_TO
from doorstep.application.intake.feeds import feed_of
from doorstep.application.sign_in import token_hash
from doorstep.web.problems import NotSignedIn, NotYourRole
from doorstep.web.requests import raw_header

Connection = ASGIConnection[Any, Any, Any, Any]
MOST_TOKEN = 200


def cookie_in(header: bytes, name: str) -> str:
    """The value of a cookie in a Cookie header; empty where it is not there, or is no token of ours."""
    for pair in header.split(b";"):
        key, _, value = pair.strip().partition(b"=")
        if key == name.encode() and value.isascii():
            return value.decode()
    return ""


class Roles:
    """Only people of these roles, with a live session. An empty set is the public: nobody is asked who they are."""

    def __init__(self, *roles: str) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Find the session, anew for each request, and put it where the route finds it."""
        if not self.roles:
            return
        web = connection.app.state["web"]
        token = cookie_in(raw_header(connection.scope, b"cookie"), web.settings.session_cookie)
        session = None
        if 0 < len(token) <= MOST_TOKEN:
            session = await web.office.store.session(token_hash(token), web.office.clock.now_ms())
        if session is None:
            raise NotSignedIn
        connection.scope["user"] = session
        if session.person.role not in self.roles:
            raise NotYourRole


class OrFeeds(Roles):
    """These roles, or a system that sends appointments by itself and bears a feed's token."""

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """A token is looked at wherever there is one: then no session counts."""
        scheme, _, token = raw_header(connection.scope, b"authorization").partition(b" ")
        if scheme.lower() != b"bearer":
            await super().__call__(connection, handler)
            return
        given = token.strip()[: MOST_TOKEN + 1].decode("latin-1")
        feed = await feed_of(connection.app.state["web"].office, given) if 0 < len(given) <= MOST_TOKEN else None
        if feed is None:
            raise NotSignedIn
        connection.scope["feed"] = feed  # type: ignore[typeddict-unknown-key]


PUBLIC = Roles()
ANYONE = Roles(*ROLES)
OPERATIVES = Roles("operative")
PLANNERS = Roles("planner")
PLANNERS_OR_FEEDS = OrFeeds("planner")
SUPERVISORS = Roles("supervisor")
ADMINS = Roles("admin")
REPORT_READERS = Roles(*REPORTED_TO)
EXPORTERS = Roles("supervisor", "auditor")
MATCHERS = Roles("planner", "supervisor")
OFFICE = Roles(*READERS)
VISIT_READERS = Roles("operative", *READERS)
ENROLLERS = Roles("planner", "supervisor", "admin")
PHONE_READERS = Roles("admin", *READERS)
LOG_READERS = Roles("supervisor", "auditor")
