"""The one writer: works wait in a queue, and as many as are waiting share one transaction and one fsync.

SQLite has one writer at a time, and its busy-wait is unfair; on one connection concurrent BEGINs fail, and a cancelled
request would leave one open. So nobody writes but this task, and a request awaits a shielded future.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from doorstep.application.news import News
from doorstep.application.store import Store
from doorstep.application.world import Needs, World
from doorstep.domain.log_tree import TreeHead

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MOST_WORKS_AT_ONCE = 64


class Refused(Exception):
    """A work may not be done, and has changed nothing. The message tells a person what to do next."""

    def __init__(self, reason: str, detail: str, **more: object) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.more = more


class WriterStopped(Exception):
    """The server is stopping: nothing of this was kept. A phone keeps its copy and tries again later."""


class Work(Protocol[T_co]):
    """Something to write: it says what it needs, then runs over the world without waiting for anything.

    `apply` raises Refused before it changes the world, or not at all.
    """

    def needs(self) -> Needs: ...

    def apply(self, world: World) -> T_co: ...


class _Waiting(Generic[T]):
    """A work in the queue, with the future that its request awaits."""

    def __init__(self, work: Work[T]) -> None:
        self.work = work
        self.done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def resolve(self, result: T | BaseException) -> None:
        if self.done.done():
            return
        if isinstance(result, BaseException):
            self.done.set_exception(result)
        else:
            self.done.set_result(result)


class Writer:
    """Carries out works in the order in which they were submitted, each one whole or not at all.

    What was committed is told as `news`, after those who asked for it have their answers.
    """

    def __init__(self, store: Store) -> None:
        self.news = News()
        self._store = store
        self._queue: asyncio.Queue[_Waiting[Any] | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False

    def start(self) -> None:
        """Begin writing; call once, within the event loop that will submit."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Finish what is queued, then stop. What is submitted from now on raises WriterStopped."""
        self._is_stopping = True
        if self._task:
            # Never cancelled: that could leave a transaction open, and a request waiting for ever.
            self._queue.put_nowait(None)
            await self._task

    def tree_head(self) -> TreeHead:
        """The head of the log's tree after the last commit."""
        return self._store.tree_head()

    async def submit(self, work: Work[T]) -> T:
        """Do a work and return its result once it is durable. Raises Refused, StoreFull, or what the store raised."""
        if self._is_stopping:
            raise WriterStopped("The server is stopping. Try again in a minute.")
        waiting = _Waiting(work)
        self._queue.put_nowait(waiting)
        return await asyncio.shield(waiting.done)

    async def _run(self) -> None:
        while (first := await self._queue.get()) is not None:
            batch = [first]
            is_last = False
            while len(batch) < MOST_WORKS_AT_ONCE and not self._queue.empty() and not is_last:
                following = self._queue.get_nowait()
                if following is None:
                    is_last = True
                else:
                    batch.append(following)
            await self._write(batch)
            if is_last:
                return

    async def _write(self, batch: Sequence[_Waiting[Any]]) -> None:
        try:
            results, world = await self._transact(batch)
        except Exception as fault:
            if len(batch) == 1:
                batch[0].resolve(fault)
                return
            # One of them is at fault, and only that one may suffer for it: each gets a transaction of its own.
            for waiting in batch:
                await self._write([waiting])
            return
        for waiting, result in zip(batch, results, strict=True):
            waiting.resolve(result)
        self.news.tell(world)

    async def _transact(self, batch: Sequence[_Waiting[Any]]) -> tuple[list[Any], World]:
        needs = Needs()
        for waiting in batch:
            needs.add(waiting.work.needs())
        async with self._store.unit() as unit:
            world = await unit.load(needs)
            results: list[Any] = []
            for waiting in batch:
                try:
                    results.append(waiting.work.apply(world))
                except Refused as refused:
                    results.append(refused)
            await unit.save(world.changes)
        return results, world
