"""The three clocks of a visit: on one scale, in figures, and in sentences, whatever a phone claims."""

from __future__ import annotations

import re

import pytest

from doorstep.web.pages.timeline import MOST_GAPS
from tests.makers import MORNING, a_visit, send
from tests.web.browsing import Site, read_visit, words_in

MINUTE = 60_000


async def test_the_clocks_on_one_scale(site: Site) -> None:
    """A phone without signal, out of view and with its clock set: each is drawn, and said in words and figures."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    await send(site.bench, operative.session, chain.bodies)
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("clock_gap", 100_000, hidden_ms=50_000, wall_ms=50_000, mono_ms=0)
    chain.state("door_knocked", 150_000, method="bell")
    chain.began_ms += 30 * MINUTE
    chain.state("resident_called", 200_000, number_label="mobile", result="no_answer")
    site.bench.clock.ms = MORNING + 24 * 60 * MINUTE
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    await send(site.bench, operative.session, chain.bodies[2:], 3)
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    said = words_in(page)
    assert "From 09:00:20 to 09:33:20 nothing of this reached the server; it came at 24/11/2026 09:00:00 ." in said
    assert "The phone's clock and its stopwatch part by up to 30 min 0 s" in said
    assert "for 50 s in all" in said
    assert "Knocked 09:00:20 0:20 until 24/11/2026 09:00:00" in said
    assert "outside the picture" in said
    assert page.count('fill="url(#hidden)"') > 1
    assert not re.search(r"<(svg|rect|line|path|circle|text)[^>]* style=", page)
    places = [float(place) for place in re.findall(r'\bx1?="([\d.]+)%"', page)]
    assert places
    assert all(0 <= place <= 100 for place in places)


async def test_one_event_that_came_late_is_no_stretch_of_time(site: Site) -> None:
    """A single event that came late is said with its own time, and not as a stretch from a moment to itself."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    await send(site.bench, operative.session, chain.bodies)
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    site.bench.clock.ms = MORNING + 30 * MINUTE
    supervisor = await site.signed(2, "supervisor", "north")
    await send(site.bench, operative.session, chain.bodies[1:], 2)
    said = words_in((await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text)
    assert "What was stated at 09:00:05 reached the server at 09:30:00 ." in said
    assert "nothing of this reached the server" not in said


async def test_a_phone_in_and_out_of_a_pocket_makes_no_endless_page(site: Site) -> None:
    """However many gaps a phone notes, the longest are drawn behind each row, and all of them are counted."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    for turn in range(MOST_GAPS + 10):
        chain.state("clock_gap", 10_000 * turn + 9_000, hidden_ms=1_000 + turn, wall_ms=1_000, mono_ms=0)
        chain.state("door_knocked", 10_000 * turn + 10_000, method="knock")
    for first in range(0, len(chain.bodies), 50):
        await send(site.bench, operative.session, chain.bodies[first : first + 50], first + 1)
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    picture = page.partition('class="ds-clocks"')[2].partition("</section>")[0]
    rows = picture.count("<tr role") - 1
    assert rows > MOST_GAPS
    assert picture.count('class="ds-tl__gap"') == rows * MOST_GAPS + 1
    assert "for 40 s in all" in words_in(page)


async def test_a_clock_ahead_of_the_server_is_said(site: Site) -> None:
    """A phone that states what has not happened yet."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.until_planner()
    await send(site.bench, operative.session, chain.bodies)
    said = await read_visit(supervisor, chain)
    assert "The phone's clock was at least 10 min 0 s ahead of the server's." in said
    assert "its clock, which was 2 min 30 s ahead of the server's" in said
    assert "Planner contacted 09:10:00 10:00 until 09:00:00" in said


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
@pytest.mark.parametrize("t", [1, 10**12])
async def test_clocks_beyond_reason_are_shown(site: Site, at: str, t: int) -> None:
    """A phone that claims the end of time, or a visit of decades: the page is there, and no longer than another."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    sane = chain.bodies[0].split('"at":"')[1][:24]
    chain.bodies[0] = chain.bodies[0].replace(sane, at)
    chain.state("arrived", t, address_confirmed=True, place_missing="off")
    chain.state("door_knocked", 10**12, method="knock")
    await send(site.bench, operative.session, chain.bodies)
    answer = await supervisor.http.get(f"/office/visits/{chain.visit_id}")
    assert (answer.status_code, "The clocks" in answer.text, len(answer.text) < 60_000) == (200, True, True)
