"""A request as the routes see it: with the office at hand, the session it came with, and bodies read strictly."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cache
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, TypeVar, cast

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from doorstep.application.rows import Person, Session
from doorstep.web.packed import unpack
from doorstep.web.problems import InputFault, input_fault
from doorstep.web.wiring import Web

Body = TypeVar("Body")
WITH_PORT = re.compile(r"\[(?P<six>[0-9a-fA-F:.]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")
"""Some proxies write the port too, which is another one at each try."""


def raw_header(scope: Any, name: bytes) -> bytes:
    """A header as it came, straight from the scope: on the path that every phone takes, a mapping costs too much."""
    return next((value for held, value in scope["headers"] if held == name), b"")


@cache
def _decoder(form: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast("Any", form))


def read_json(body: bytes, form: type[Body]) -> Body:
    """A JSON body as a form; raises InputFault with the path of what does not fit. Nothing is coerced."""
    try:
        return cast("Body", _decoder(cast("Hashable", form)).decode(body))
    except msgspec.ValidationError as fault:
        raise input_fault(str(fault)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise InputFault(400, "malformed-json", f"The body is not JSON that can be read: {fault}.") from None


def neighbourhood(host: str) -> str:
    """An address as tries are counted by it: of IPv6 the network, since every household has 2^64 addresses of those."""
    found = WITH_PORT.fullmatch(host)
    try:
        address = ip_address((found["six"] or found["four"]) if found else host)
    except ValueError:
        return host[:100]
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


class WebRequest(Request[Session, None, State]):
    """One request. `user` is the session, put there by the route's guard."""

    @property
    def web(self) -> Web:
        """What every route can reach."""
        return cast("Web", self.scope["litestar_app"].state["web"])

    @property
    def person(self) -> Person:
        """Who is asking."""
        return self.user.person

    @property
    def peer(self) -> str:
        """The other end: the socket's, or the one that our own outermost proxy saw. Never what a header else claims.

        Whoever tries passwords writes the headers too; but what a proxy adds stands at the end.
        """
        host = self.client.host if self.client else "unknown"
        if proxies := self.web.settings.proxies:
            told = b",".join(value for name, value in self.scope["headers"] if name == b"x-forwarded-for")
            hops = [hop.strip().decode("latin-1") for hop in told.split(b",")]
            host = hops[-proxies] if len(hops) >= proxies else host
        return neighbourhood(host)

    async def json(self) -> Any:
        """The body in the form that the route names, decoded in one pass."""
        if raw_header(self.scope, b"content-type").partition(b";")[0].strip().lower() != b"application/json":
            raise InputFault(415, "not-json", "Send the body as JSON, with Content-Type: application/json.")
        handler = cast("HTTPRouteHandler", self.scope["route_handler"])
        encoding = raw_header(self.scope, b"content-encoding").strip().lower()
        body = await self.body()
        if encoding:
            body = unpack(body, encoding, handler.resolve_request_max_body_size() or len(body))
        field = handler.parsed_data_field
        return read_json(body, field.annotation if field else object)
