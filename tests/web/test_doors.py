"""One look at the doors serves all planners of a patch who look at one moment, and no one else."""

from __future__ import annotations

import asyncio

import pytest

from doorstep.web.pages.doors import MOMENT_MS, Doors
from tests.chains import Chain
from tests.makers import a_visit, send
from tests.web.browsing import Signed, Site, words_in


async def at_a_door(site: Site) -> tuple[Signed, Chain]:
    """An operative of the north who arrived somewhere, and the visit's chain."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    await send(site.bench, operative.session, chain.bodies)
    return operative, chain


async def test_one_look_for_all_of_a_patch(site: Site) -> None:
    """Planners who look at once are given the very same; another patch is looked at by itself."""
    await at_a_door(site)
    doors, now_ms = Doors(site.bench.office), site.bench.clock.ms
    first, second, south = await asyncio.gather(*(doors.on(patch, now_ms) for patch in ("north", "north", "south")))
    assert first is second
    assert (len(first.doors), south.doors) == (1, ())


async def test_each_reads_their_own_language(site: Site) -> None:
    """Doors have words: of two planners who look at one moment, each has them in the language that they chose."""
    await at_a_door(site)
    english, welsh = await site.signed(2, "planner", "north"), await site.signed(3, "planner", "north")
    welsh.http.cookies.set("doorstep_language", "cy")
    pages = await asyncio.gather(*(planner.http.get("/office/board") for planner in (english, welsh)))
    assert ["Knock or ring" in words_in(page.text) for page in pages] == [True, False]


async def test_what_was_committed_is_seen_at_once(site: Site) -> None:
    """Within the same moment too, whoever looks next sees what a phone has sent since."""
    operative, chain = await at_a_door(site)
    doors, now_ms = Doors(site.bench.office), site.bench.clock.ms
    assert [door.so_far for door in (await doors.on("north", now_ms)).doors] == ["nothing yet"]
    chain.state("door_knocked", 20_000, method="knock")
    await send(site.bench, operative.session, chain.bodies[2:], 3)
    assert [door.so_far for door in (await doors.on("north", now_ms)).doors] == ["1 knock"]


async def test_what_moves_by_the_clock_is_seen_after_a_moment(site: Site) -> None:
    """A wait ends though nobody states anything: no look is kept for longer."""
    await at_a_door(site)
    doors, now_ms = Doors(site.bench.office), site.bench.clock.ms
    assert await doors.on("north", now_ms) is not await doors.on("north", now_ms + MOMENT_MS)


async def test_who_hangs_up_takes_nothing_from_the_others(site: Site) -> None:
    """The look goes on where the one who asked first leaves the page before it has come."""
    await at_a_door(site)
    doors, now_ms = Doors(site.bench.office), site.bench.clock.ms
    first, second = (asyncio.ensure_future(doors.on("north", now_ms)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert len((await second).doors) == 1
    with pytest.raises(asyncio.CancelledError):
        await first
