"""The outermost ring of the web: it turns away other sites' posts, adds its headers, and logs without names.

Whoever is signed in gets an anchor with every answer of the API: the server's signed word on what time it is.

The log holds the route's template, the status and the time it took: never a path with its ids, never a query, never a
body. An address that somebody searched for stands in no log of ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from litestar.types import ASGIApp, Receive, Send

from doorstep.web.headers import SafeHeaders
from doorstep.web.problems import PROBLEM_JSON, Problem, problem

READS = frozenset({"GET", "HEAD"})
WRITES = frozenset({"POST", "PATCH", "DELETE", "PUT"})
OWN_SITE = frozenset({b"same-origin", b"none"})
OWN_HEAD = "/api/photos/"
API = "/api/"
CROSS_SITE = "Another site sent this request in your name. Open Doorstep itself and do it there."
_log = structlog.get_logger("doorstep.web")


def is_from_elsewhere(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a browser says that another site's page makes this request. Programs say nothing of pages."""
    sent_by = origin = host = None
    for name, value in headers:
        if name == b"sec-fetch-site":
            sent_by = value
        elif name == b"origin":
            origin = value
        elif name == b"host":
            host = value
    if sent_by is not None:
        return sent_by not in OWN_SITE
    # Browsers leave the first header out where there is no TLS; then the page's own origin has to be ours.
    return origin is not None and origin.partition(b"://")[2] != (host or b"")


class Edge:
    """Wraps the whole application, so that even what no route answers has its headers and its line in the log."""

    def __init__(
        self, app: ASGIApp, *, is_secure: bool, logs_requests: bool, anchor: Callable[[], str] | None = None
    ) -> None:
        self._app = app
        self._anchor = anchor
        self._headers = SafeHeaders(is_secure)
        self._logs = logs_requests

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        path, method = scope["path"], scope["method"]
        has_no_body = method == "HEAD"
        status = 0

        async def safely(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._headers.add(path, message)
                if self._anchor and path.startswith(API) and scope.get("user"):
                    message["headers"].append((b"doorstep-anchor", self._anchor().encode()))
            elif has_no_body:
                message = {**message, "body": b""}
            await send(message)

        if has_no_body and not path.startswith(OWN_HEAD):
            # Whoever watches the server, or a link, asks for the head of what can be got. The server keeps its own
            # scope: it would take an answer to GET without its body for one that broke off.
            scope = {**scope, "method": "GET", "is_head": True}
        if refusal := self._refusal(scope):
            await _answer(safely, refusal)
        else:
            await self._app(scope, receive, safely)
        if self._logs:
            spent_ms = round((time.perf_counter() - began) * 1000, 1)
            route = scope.get("path_template") or "unmatched"
            _log.info("request", method=method, route=route, status=status, ms=spent_ms)

    @staticmethod
    def _refusal(scope: Any) -> Problem | None:
        method = scope["method"]
        if method in READS:
            return None
        if method not in WRITES:
            return problem(405, "method-not-allowed", "This server takes GET, HEAD, POST, PATCH and DELETE.")
        return problem(403, "cross-site", CROSS_SITE) if is_from_elsewhere(scope["headers"]) else None


async def _answer(send: Any, refusal: Problem) -> None:
    body = msgspec.json.encode(refusal)
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(body)).encode())]
    if refusal.status == 405:
        headers.append((b"allow", b", ".join(name.encode() for name in sorted(READS | WRITES - {"PUT"}))))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
