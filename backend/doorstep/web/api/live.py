"""The planner's board, live: a stream that says when to look again, and nothing of what there is to see.

Each mark means that something on the planner's patch was committed; the board itself is then asked for over its own,
guarded route. So the stream holds nothing of anybody, and whoever lost it misses nothing by looking once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Literal

import msgspec
from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from doorstep.application.news import News
from doorstep.application.office import Office
from doorstep.application.rows import Session
from doorstep.web.guards import PLANNERS
from doorstep.web.problems import InputFault, may_answer
from doorstep.web.requests import WebRequest, raw_header

EVENT_STREAM = "text/event-stream"
HEARTBEAT_SECONDS = 15.0
"""How long the stream says nothing at most: a proxy or a browser that waits learns that somebody is there."""
REST_SECONDS = 0.4
"""Between two marks: in a busy minute the board is looked at twice a second or so, not with every knock, and a call
that comes right after something else stands there within a second all the same."""
RETRY_MS = 3_000
MOST_STREAMS = 12
UNBUFFERED = {"X-Accel-Buffering": "no"}


class Mark(msgspec.Struct, frozen=True):
    """One event of the stream: look at the board again. `id` is where the log stood."""

    event: Literal["board"]
    id: str
    data: Literal["changed"]


STREAMED = {
    200: ResponseSpec(
        Mark, generate_examples=False, description="A stream of server-sent events", media_type=EVENT_STREAM
    )
}


@get("/api/live", guards=[PLANNERS], media_type=EVENT_STREAM, responses=STREAMED | may_answer(401, 403, 429))
async def live(request: WebRequest) -> Stream:
    """Marks for one's own patch, until the session ends. Each has the `id` to come back with as Last-Event-ID."""
    web, session = request.web, request.user
    news = web.office.writer.news
    if news.count(session.token_hash) >= MOST_STREAMS:
        raise InputFault(429, "too-many-streams", "This session listens often enough. Close some of its windows.")
    seen = raw_header(request.scope, b"last-event-id").decode("latin-1")
    seconds = 0.0 if request.scope.get("is_head") else web.settings.stream_seconds
    marks = _marks(web.office, news, session, seen, time.monotonic() + seconds)
    return Stream(marks, media_type=EVENT_STREAM, headers=UNBUFFERED)


async def _marks(office: Office, news: News, session: Session, seen: str, until: float) -> AsyncIterator[str]:
    """The stream. A reader who does not read holds up this function, and nobody else."""
    if news.count(session.token_hash) >= MOST_STREAMS:
        return  # Many that were asked for at once: none of them listened yet when the others were let in.
    with news.listening(session.person.patch, session.token_hash) as listener:
        yield f"retry: {RETRY_MS}\n\n"
        told = listener.changed_at if seen == str(listener.changed_at) else -1
        while True:
            if told < listener.changed_at:
                told = listener.changed_at
                yield f"event: board\nid: {told}\ndata: changed\n\n"
                await asyncio.sleep(min(REST_SECONDS, max(until - time.monotonic(), 0)))
            left = until - time.monotonic()
            if left <= 0 or listener.is_over or not await _is_still(office, session):
                return
            if told == listener.changed_at:
                await listener.wait(min(HEARTBEAT_SECONDS, left))
                if told == listener.changed_at:
                    yield ": here\n\n"


async def _is_still(office: Office, session: Session) -> bool:
    """Whether the session lives, and its person still has the role and the patch that it began with."""
    held = await office.store.session(session.token_hash, office.clock.now_ms())
    return held is not None and (held.person.role, held.person.patch) == (session.person.role, session.person.patch)


ROUTES = [live]
