"""Notify's calls to us: each with the agreed token, within 5 seconds, and again only where it may yet be taken.

It calls again on a broken connection, on 429 and on 5xx: five times, five minutes apart. After any other answer it
never calls again.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ANSWER_S = 5.0
MOST_AGAIN, AGAIN_S = 5, 300.0
AT_ONCE = 20


@dataclass(frozen=True)
class Callback:
    """Where one kind of call goes, and the token that it bears."""

    url: str
    token: str


@dataclass
class Calls:
    """Makes calls in its own time. `taken` counts by what was told; `given_up` are those that nobody took."""

    again_s: float = AGAIN_S
    taken: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    given_up: list[dict[str, Any]] = field(default_factory=list)
    _settled: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def begin(self, callback: Callback, told: dict[str, Any]) -> None:
        """Call, and call again where the rule says so."""
        task = asyncio.get_running_loop().create_task(self._go(callback, told))
        self._under_way.add(task)
        task.add_done_callback(self._settle)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, looking whenever a call is settled."""
        while not is_so():
            self._settled.clear()
            await self._settled.wait()

    def _settle(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._settled.set()

    @property
    def open(self) -> int:
        """How many are not settled yet."""
        return len(self._under_way)

    async def stop(self) -> None:
        """Give up whatever is open."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _go(self, callback: Callback, told: dict[str, Any]) -> None:
        for again in range(MOST_AGAIN + 1):
            if again:
                await asyncio.sleep(self.again_s)
            async with self._at_once:
                status = await _post(callback, told)
            self.answers[str(status or "no answer")] += 1
            if status is not None and 200 <= status < 300:
                self.taken[told["id"]] += 1
                return
            if status is not None and status != 429 and status < 500:
                break
        self.given_up.append(told)


async def _post(callback: Callback, told: dict[str, Any]) -> int | None:
    """The status of the answer; None where there was none in time."""
    parts, body = urlsplit(callback.url), json.dumps(told).encode()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\nAuthorization: Bearer "
        f"{callback.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        async with asyncio.timeout(ANSWER_S):
            return await _exchange(str(parts.hostname), parts.port or 80, head.encode() + body)
    except (OSError, EOFError, TimeoutError, ValueError):
        return None


async def _exchange(host: str, port: int, request: bytes) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request)
        return int((await reader.readuntil(b"\r\n"))[9:12])
    finally:
        writer.close()
