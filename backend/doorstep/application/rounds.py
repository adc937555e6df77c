"""What the server does by itself while it serves: each thing in its own time, none keeping another waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

GRACE_S = 2.0
"""So long a stop waits for those that wait for somebody outside, before it breaks them off."""
_log = structlog.get_logger()


@dataclass(frozen=True)
class Round:
    """Something to do again and again: at the start, then so many seconds after it was last done.

    One that waits for somebody outside `may_be_cut`: broken off, it leaves everything as a crash would, which it claims
    and looks up anyway.
    """

    name: str
    every_s: float
    act: Callable[[], Awaitable[object]]
    may_be_cut: bool = False


class Rounds:
    """Goes the rounds until told to stop; a stop waits for what is under way, but not long for anybody outside."""

    def __init__(self, rounds: Sequence[Round], grace_s: float = GRACE_S) -> None:
        self._rounds, self._grace_s = rounds, grace_s
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Begin them all."""
        self._tasks = [asyncio.get_running_loop().create_task(self._go(one)) for one in self._rounds]

    async def stop(self) -> None:
        """Begin nothing more, and wait for what was begun, or break it off where that may be done."""
        self._stopping.set()
        cuttable = [task for one, task in zip(self._rounds, self._tasks, strict=False) if one.may_be_cut]
        _, open_ones = await asyncio.wait(cuttable, timeout=self._grace_s) if cuttable else (set(), set())
        while open_ones:
            # Again and again: one that has to keep account of what it was at goes on a little after it was broken off.
            for task in open_ones:
                task.cancel()
            _, open_ones = await asyncio.wait(open_ones, timeout=self._grace_s)
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, asyncio.CancelledError):
                _log.info("round_broken_off")

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
