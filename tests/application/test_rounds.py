"""What the server does by itself: again and again, in spite of failures; only waits for others are broken off."""

from __future__ import annotations

import asyncio
from functools import partial

from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_service import Sent, TextToSend
from doorstep.application.rounds import Round, Rounds
from tests.makers import Bench
from tests.reminded import HeldService, book, reminding, texts_of


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


async def test_a_stop_does_not_wait_for_somebody_outside() -> None:
    """What waits for an answer that never comes is broken off, though it goes on a little to keep account of it."""
    begun, never = asyncio.Event(), asyncio.Event()
    accounts: list[str] = []

    async def outside() -> None:
        begun.set()
        try:
            await never.wait()
        except asyncio.CancelledError:
            accounts.append("broken off")
            await never.wait()

    async def inside() -> None:
        await asyncio.sleep(0)
        accounts.append("whole")

    rounds = Rounds([Round("outside", 3600, outside, may_be_cut=True), Round("inside", 3600, inside)], grace_s=0.001)
    rounds.start()
    await begun.wait()
    await rounds.stop()
    assert sorted(accounts) == ["broken off", "whole"]


async def test_a_text_in_flight_at_a_stop_goes_once(any_bench: Bench) -> None:
    """Broken off while the service has it and has not said so: after the start it is looked up, not sent again."""
    service = await reminding(any_bench)
    begun = asyncio.Event()

    class Slow(HeldService):
        async def send(self, text: TextToSend) -> Sent:
            service.taken[text.reference] = text
            begun.set()
            await asyncio.Event().wait()
            raise AssertionError("it is never answered")

    await book(any_bench, "2026-11-25 12:00")
    act = partial(send_due, any_bench.office, Slow(), 3000)
    rounds = Rounds([Round("send_due", 3600, act, may_be_cut=True)], grace_s=0.001)
    rounds.start()
    await begun.wait()
    await rounds.stop()
    assert (await texts_of(any_bench))["booked"].state == "sending"
    assert await send_due(any_bench.office, service, 3000) == 0
    any_bench.clock.ms += 60_000
    assert await send_due(any_bench.office, service, 3000) == 1
    assert (len(service.looked_up), service.asked_to_send) == (1, [])
    assert (await texts_of(any_bench))["booked"].state == "sent"
