"""What the server does by itself while it serves: each thing in its own time, none keeping another waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

_log = structlog.get_logger()


@dataclass(frozen=True)
class Round:
    """Something to do again and again: at the start, then so many seconds after it was last done."""

    name: str
    every_s: float
    act: Callable[[], Awaitable[object]]


class Rounds:
    """Goes the rounds until told to stop; a stop waits for what is under way."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        self._rounds = rounds
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Begin them all."""
        self._tasks = [asyncio.get_running_loop().create_task(self._go(one)) for one in self._rounds]

    async def stop(self) -> None:
        """Begin nothing more, and wait for what was begun."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _go(self, one: Round) -> None:
        while not self._stopping.is_set():
            try:
                await one.act()
            except Exception:
                # A full disk, a server outside that does not answer: the service goes on, and the next round comes.
                _log.exception("round_failed", round=one.name)
            try:
                await asyncio.wait_for(self._stopping.wait(), one.every_s)
            except TimeoutError:
                continue
