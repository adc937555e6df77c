"""What the server does by itself: again and again, in spite of failures, and never broken off."""

from __future__ import annotations

import asyncio

from doorstep.application.rounds import Round, Rounds


async def test_a_failure_stops_neither_itself_nor_the_others() -> None:
    """Each goes on in its own time, whatever the others do."""
    failed, done = asyncio.Event(), asyncio.Event()
    tries: list[int] = []

    async def fails() -> None:
        tries.append(1)
        if len(tries) == 3:
            failed.set()
        raise RuntimeError("the disk is full")

    async def works() -> None:
        done.set()

    rounds = Rounds([Round("fails", 0.001, fails), Round("works", 3600, works)])
    rounds.start()
    await asyncio.wait_for(asyncio.gather(failed.wait(), done.wait()), 10)
    await rounds.stop()


async def test_a_stop_waits_for_what_is_under_way() -> None:
    """What was begun is finished, and then nothing more is begun."""
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended: list[int] = []

    async def slow() -> None:
        begun.set()
        await may_end.wait()
        ended.append(1)

    rounds = Rounds([Round("slow", 0.001, slow)])
    rounds.start()
    await begun.wait()
    stopping = asyncio.create_task(rounds.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    may_end.set()
    await stopping
    assert ended == [1]
