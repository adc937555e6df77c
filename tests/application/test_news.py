"""News of commits: each listener hears of its own patch, nobody is waited for, and nobody costs memory."""

from __future__ import annotations

import asyncio

from doorstep.application.keep_people import person_left
from doorstep.application.log_planner_call import begin_planner_call
from tests.makers import Bench, a_person, a_session, a_visit, an_id, send


async def test_a_patch_hears_of_its_own(bench: Bench) -> None:
    """A phone's events and a planner's call are heard on the visit's patch and by who sees every patch."""
    news = bench.office.writer.news
    session = await a_session(bench, await a_person(bench, 1, "operative", "north"), 11)
    planner = await a_person(bench, 2, "planner", "north")
    chain = await a_visit(bench, session)
    chain.until_planner()
    with news.listening("north", "a") as north, news.listening("south", "b") as south, news.listening("", "c") as all_:
        before = north.changed_at
        await send(bench, session, chain.bodies[:3])
        first = north.changed_at
        assert first == all_.changed_at == news.position > before
        await send(bench, session, chain.bodies[3:], 4)
        await begin_planner_call(bench.office, planner, chain.appointment_id, an_id(1))
        assert north.changed_at > first
        assert south.changed_at == before


async def test_an_appointment_that_moves_is_news_on_both_patches(bench: Bench) -> None:
    """It has gone from the one's board and come to the other's."""
    news = bench.office.writer.news
    session = await a_session(bench, await a_person(bench, 1, "operative", "north"), 11)
    await a_visit(bench, session)
    with (
        news.listening("north", "a") as north,
        news.listening("south", "") as south,
        news.listening("east", "") as east,
    ):
        before = north.changed_at
        await a_visit(bench, session, patch="south")
        assert min(north.changed_at, south.changed_at) > before
        assert east.changed_at == before


async def test_a_phone_with_nothing_to_say_is_no_news(bench: Bench) -> None:
    """Phones ask every half minute: that changes nothing that stands on a board."""
    news = bench.office.writer.news
    session = await a_session(bench, await a_person(bench, 1, "operative", "north"), 11)
    with news.listening("", "a") as listener:
        before = listener.changed_at
        await send(bench, session, [], 1)
        assert listener.changed_at == before


async def test_who_listens_is_woken_when_somebody_is_signed_out(bench: Bench) -> None:
    """Whether it was them, they look for themselves; there is no change to tell."""
    news = bench.office.writer.news
    planner = await a_person(bench, 2, "planner", "north")
    with news.listening("north", "a") as listener:
        before = listener.changed_at
        waiting = asyncio.create_task(listener.wait(60))
        await person_left(bench.office, planner.username)
        await asyncio.wait_for(waiting, 5)
        assert listener.changed_at == before


async def test_a_reader_who_never_reads_holds_up_nobody(bench: Bench) -> None:
    """Two hundred commits leave one mark, and the writer has answered each of them."""
    news = bench.office.writer.news
    session = await a_session(bench, await a_person(bench, 1, "operative", "north"), 11)
    chain = await a_visit(bench, session)
    chain.start()
    await send(bench, session, chain.bodies)
    with news.listening("north", "a") as asleep:
        held = vars(asleep).keys()
        for number in range(200):
            chain.state("note_added", 1000 + number, note="x")
            await send(bench, session, chain.bodies[-1:], number + 2)
        assert vars(asleep).keys() == held
        assert asleep.changed_at == news.position


async def test_the_end_wakes_everybody(bench: Bench) -> None:
    """A server that stops has nobody waiting, nor anybody who comes later."""
    news = bench.office.writer.news
    with news.listening("north", "a") as listener:
        waiting = asyncio.create_task(listener.wait(60))
        await asyncio.sleep(0)
        news.end()
        await asyncio.wait_for(waiting, 5)
        assert listener.is_over
    with news.listening("north", "a") as late:
        assert late.is_over
    assert news.count("a") == 0
