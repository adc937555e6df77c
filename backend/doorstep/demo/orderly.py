"""Lives through steps in the order of their instants without waiting for each: so that many share one commit.

A step is begun only when the one before it has handed its work to the writer, whose queue keeps that order: the log
comes out as if each had been waited for. Steps of one visit do wait for each other.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from functools import partial
from typing import NamedTuple, TypeVar

from doorstep.adapters.lookalikes import Lookalikes
from doorstep.application.office import Office
from doorstep.application.photos import Decoded, Unreadable
from doorstep.application.ports import Decoder
from doorstep.application.receive_photo import PhotoLooker
from doorstep.application.writer import MOST_WORKS_AT_ONCE, Work, Writer
from doorstep.demo.diary import DiaryClock
from doorstep.domain.log_tree import TreeHead

T = TypeVar("T")
Run = Callable[[], Awaitable[None]]
HANDED_IN: ContextVar[asyncio.Event | None] = ContextVar("HANDED_IN", default=None)
"""Set once the step that is being carried out has handed its first work in: each step has its own."""


class Step(NamedTuple):
    """Something that is done at an instant, in ms. `waits`: for what was done before it in the same visit."""

    at_ms: int
    whose: str
    run: Run
    waits: bool = False


class TellingWriter(Writer):
    """The office's writer, which tells when a work was handed in; while it holds, it collects works for one commit."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._held: list[asyncio.Event] = []
        self.is_holding = False

    def tree_head(self) -> TreeHead:
        """The office's own."""
        return self._writer.tree_head()

    async def submit(self, work: Work[T]) -> T:
        """Hand the work on, now or when it is let go; whoever waits for its step runs after it has its place."""
        if handed_in := HANDED_IN.get():
            handed_in.set()
        if self.is_holding:
            let_go = asyncio.Event()
            self._held.append(let_go)
            if len(self._held) >= MOST_WORKS_AT_ONCE:
                # Soon, not now: this one would not have to wait any more, and would overtake all that were before it.
                asyncio.get_running_loop().call_soon(self.let_go)
            await let_go.wait()
        return await self._writer.submit(work)

    def let_go(self) -> None:
        """Hand on all that was collected, in its order."""
        for each in self._held:
            each.set()
        self._held.clear()


class Diary:
    """Steps that are still to come."""

    def __init__(self, clock: DiaryClock, writer: TellingWriter) -> None:
        self._clock, self._writer = clock, writer
        self._waiting: list[tuple[int, int, Step]] = []
        self._begun: dict[str, list[asyncio.Task[None]]] = {}
        self._added = 0

    def add(self, steps: Iterable[Step]) -> None:
        """Steps to be taken at their instants; of one instant, those added first come first."""
        for step in steps:
            self._added += 1
            heapq.heappush(self._waiting, (step.at_ms, self._added, step))

    async def live_until(self, until_ms: int) -> None:
        """Take every step before that instant."""
        self._writer.is_holding = True
        while self._waiting and self._waiting[0][0] < until_ms:
            _, _, step = heapq.heappop(self._waiting)
            if step.waits and not all(task.done() for task in self._begun.get(step.whose, ())):
                # What these still submit must not be held, or this would wait for ever.
                self._writer.is_holding = False
                self._writer.let_go()
                await asyncio.gather(*self._begun.pop(step.whose, ()))
                self._writer.is_holding = True
            self._clock.set(step.at_ms)
            handed_in = asyncio.Event()
            before = HANDED_IN.set(handed_in)
            task = asyncio.ensure_future(_carried_out(step.run))
            HANDED_IN.reset(before)
            self._begun.setdefault(step.whose, []).append(task)
            # A step that wrote nothing is done, too.
            task.add_done_callback(partial(_tell, handed_in))
            await handed_in.wait()
        self._writer.is_holding = False
        self._writer.let_go()
        await asyncio.sleep(0)
        self._clock.set(until_ms)

    async def see_through(self) -> None:
        """Wait for all that was begun."""
        for tasks in self._begun.values():
            await asyncio.gather(*tasks)
        self._begun.clear()


def _tell(handed_in: asyncio.Event, _: asyncio.Task[None]) -> None:
    handed_in.set()


async def _carried_out(run: Run) -> None:
    await run()


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
