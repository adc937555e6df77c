"""The one writer: works wait in a queue, and as many as are waiting share one transaction and one fsync.

SQLite has one writer at a time, and its busy-wait is unfair; on one connection concurrent BEGINs fail, and a cancelled
request would leave one open. So nobody writes but this task, and a request awaits a shielded future.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from doorstep.application.ports import Store
from doorstep.application.world import Needs, World

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
    """Carries out works in the order in which they were submitted, each one whole or not at all."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: asyncio.Queue[_Waiting[Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin writing; call once, within the event loop that will submit."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Finish what is queued, then stop."""
        await self._queue.join()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def submit(self, work: Work[T]) -> T:
        """Do a work and return its result once it is durable. Raises Refused, StoreFull, or what the store raised."""
        waiting = _Waiting(work)
        self._queue.put_nowait(waiting)
        return await asyncio.shield(waiting.done)

    async def _run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MOST_WORKS_AT_ONCE and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._write(batch)
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _write(self, batch: Sequence[_Waiting[Any]]) -> None:
        try:
            results = await self._transact(batch)
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

    async def _transact(self, batch: Sequence[_Waiting[Any]]) -> list[Any]:
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
        return results
