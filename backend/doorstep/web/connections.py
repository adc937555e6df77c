"""How much a connection may ask of the server before it has said what it wants: so long a heading, so much silence.

A proxy in front sees to most of this; but whoever reaches the port itself must not hold the server's memory or its
places with endless headings, or with connections that say nothing.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADING_BYTES = 65_536
HEADING_SECONDS = 20.0
SILENT_SECONDS = 60.0
BODY_SECONDS = 600.0
"""A phone in a dead spot may be slow or fall silent in the middle of a photo: what came is kept, and it goes on."""
LOOK_EVERY_SECONDS = 10.0


class PatientConnection(HttpToolsProtocol):
    """One connection. It is closed when its heading is too long or too slow, or when it falls silent while it sends."""

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first heading."""
        super().connection_made(transport)
        self._is_heading, self._heading_bytes, self._unanswered = True, 0, 0
        self._waits_since = self._body_since = self._heard_at = self.loop.time()
        self._look: asyncio.TimerHandle = self.loop.call_later(LOOK_EVERY_SECONDS, self._look_after)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking."""
        self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count a heading's bytes as they come: the parser only tells of a header once all of it is there."""
        self._heard_at = self.loop.time()
        self._heading_bytes += len(data)
        super().data_received(data)
        if self._is_heading and self._heading_bytes > MOST_HEADING_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's heading is too long.")

    def on_headers_complete(self) -> None:
        """The heading is whole; how long a body may be is the routes' own matter."""
        self._is_heading, self._body_since = False, self.loop.time()
        self._unanswered += 1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait for the next heading."""
        self._is_heading, self._heading_bytes = True, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The time for the next heading begins once this one is answered."""
        self._unanswered -= 1
        self._waits_since = self.loop.time()
        super().on_response_complete()

    def _look_after(self) -> None:
        if self.transport.is_closing():
            return
        if self._is_over(self.loop.time()):
            self.transport.close()
        else:
            self._look = self.loop.call_later(LOOK_EVERY_SECONDS, self._look_after)

    def _is_over(self, now: float) -> bool:
        if not self._unanswered:
            return now - self._waits_since > HEADING_SECONDS
        # While reading is paused, or all has come, it is the server that is behind, not the other end.
        if self._is_heading or self.flow.read_paused:
            return False
        return now - self._heard_at > SILENT_SECONDS or now - self._body_since > BODY_SECONDS
