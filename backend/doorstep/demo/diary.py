"""A past that is lived through again: a clock that is set, and scripts that take turns by the hour."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Iterable

Script = AsyncIterator[int]
"""Something that happens in steps: it yields the instant (ms since 1970) of its next step before it takes it."""


class DiaryClock:
    """A clock that shows what it was last set to, and never runs backwards."""

    def __init__(self, at_ms: int) -> None:
        self._at_ms = at_ms

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC."""
        return self._at_ms

    def set(self, at_ms: int) -> None:
        """It is now then, or still later where later was reached already."""
        self._at_ms = max(self._at_ms, at_ms)


async def live_through(clock: DiaryClock, scripts: Iterable[Script]) -> None:
    """Carry out all scripts, each step at its instant, in the order of the instants."""
    waiting: list[tuple[int, int, Script]] = []
    for place, script in enumerate(scripts):
        await _wait_for_next(waiting, place, script)
    while waiting:
        at_ms, place, script = heapq.heappop(waiting)
        clock.set(at_ms)
        await _wait_for_next(waiting, place, script)


async def _wait_for_next(waiting: list[tuple[int, int, Script]], place: int, script: Script) -> None:
    try:
        at_ms = await anext(script)
    except StopAsyncIteration:
        return
    heapq.heappush(waiting, (at_ms, place, script))
