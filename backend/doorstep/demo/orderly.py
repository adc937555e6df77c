"""Lives through steps in the order of their instants, and looks at photos when their day is over."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Set
from typing import NamedTuple

from doorstep.adapters.lookalikes import Lookalikes
from doorstep.application.office import Office
from doorstep.application.photos import Decoded, Unreadable
from doorstep.application.ports import Decoder
from doorstep.application.receive_photo import PhotoLooker
from doorstep.demo.diary import DiaryClock

Run = Callable[[], Awaitable[None]]


class Step(NamedTuple):
    """Something that is done at an instant, in ms, by or to an appointment."""

    at_ms: int
    whose: str
    run: Run


class Diary:
    """Steps that are still to come."""

    def __init__(self, clock: DiaryClock) -> None:
        self.clock = clock
        self._waiting: list[tuple[int, int, Step]] = []
        self._left: Counter[str] = Counter()
        self._added = 0

    def add(self, steps: Iterable[Step]) -> None:
        """Steps to be taken at their instants; of one instant, those added first come first."""
        for step in steps:
            self._added += 1
            self._left[step.whose] += 1
            heapq.heappush(self._waiting, (step.at_ms, self._added, step))

    async def live_until(self, until_ms: int) -> None:
        """Take every step before that instant."""
        while self._waiting and self._waiting[0][0] < until_ms:
            _, _, step = heapq.heappop(self._waiting)
            self.clock.set(step.at_ms)
            await step.run()
            self._left[step.whose] -= 1
            if not self._left[step.whose]:
                del self._left[step.whose]
        self.clock.set(until_ms)

    def still_to_come(self) -> Set[str]:
        """Whose steps are still to come."""
        return self._left.keys()


class EagerDecoder:
    """Decodes a photo as soon as it is whole, beside everything else, for the looker that asks in the evening."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._begun: dict[str, asyncio.Task[Decoded | Unreadable]] = {}

    def begin(self, sha256: str) -> None:
        """Start with a photo; its answer is kept until it is asked for."""
        self._begun[sha256] = asyncio.ensure_future(self._answer(sha256))

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        """The answer, awaited where it is not there yet."""
        begun = self._begun.pop(sha256, None)
        return await (begun or self._answer(sha256))

    async def _answer(self, sha256: str) -> Decoded | Unreadable:
        return await self._decoder.decode(sha256)


class PatientLooker(PhotoLooker):
    """Looks at a day's photos when the day is over: else the hour at which each counts would be the machine's."""

    def __init__(self, office: Office, decoder: EagerDecoder) -> None:
        super().__init__(office, Lookalikes())
        self._decoder = decoder
        self._held: list[str] = []

    def look_at(self, sha256: str) -> None:
        """Keep it for the evening, and have it decoded meanwhile."""
        self._held.append(sha256)
        self._decoder.begin(sha256)

    async def look_at_all(self) -> None:
        """Now look at what was kept: by hash, since it came over many connections at once."""
        held, self._held = sorted(self._held), []
        for sha256 in held:
            super().look_at(sha256)
        await self.drained()
