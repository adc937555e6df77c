"""The way out for webhooks: POST a message to an address that is not ours, and hear only whether it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """What came back: the status, and when to come again where it says so. The answer's body is never read."""

    status: int
    retry_after_s: float | None = None


class NotSent(Exception):
    """No answer came, or the address may not be gone to; the message says why, and holds nothing of the address."""


class Posts(Protocol):
    """Whoever carries messages to addresses on the web."""

    def fault_of(self, url: str) -> str | None:
        """Why nothing can be sent to such an address, in words for who typed it; None where it can be tried."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one message. Redirects are not followed. Raises NotSent."""
