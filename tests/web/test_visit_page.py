"""A visit's page as a supervisor works with it: what is new since a return, whose call it was, and paper."""

from __future__ import annotations

import re

from doorstep.application.decide_visit import decide_visit
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from tests.makers import a_visit, send, upload
from tests.web.browsing import OWN, Site, a_recorded_visit, form_token_in, read_visit


async def test_an_answer_to_a_return_stands_on_top(site: Site) -> None:
    """What was asked, the operative's own words, whatever else has come since; then it is decided anew."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_recorded_visit(site, operative)
    await decide_visit(site.bench.office, supervisor.person, chain.visit_id, "returned", "Whose door is it?", None)
    assert "Sent back, nothing new yet" in await read_visit(supervisor, chain)
    chain.state("note_added", 1_000_000, note="Number 4, the red one")
    await send(site.bench, operative.session, chain.bodies[-1:], len(chain.bodies))
    said = await read_visit(supervisor, chain)
    asked, answer = said.index("Whose door is it?"), said.index("Number 4, the red one")
    assert said.index("New since it was sent back") < asked < answer < said.index("Checks and who vouches for them")
    await decide_visit(site.bench.office, supervisor.person, chain.visit_id, "upheld", "Agreed", None)
    said = await read_visit(supervisor, chain)
    assert "New since it was sent back" not in said
    assert said.index("Upheld by Supervisor 2") < said.index("Returned for an answer by Supervisor 2")
    assert "An earlier decision." in said


async def test_who_took_the_call_is_told_before_they_try(site: Site) -> None:
    """The choice is not offered, the reason is given; and the server refuses it all the same."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor, other = await site.signed(2, "supervisor", "north"), await site.signed(4, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    office = site.bench.office
    call = await begin_planner_call(office, supervisor.person, chain.appointment_id, operative.person.person_id)
    chain.whole(call.code)
    await log_planner_call(office, supervisor.person, call.call_id, "", "leave_card", None)
    await send(site.bench, operative.session, chain.bodies)
    await upload(site.bench)
    path = f"/office/visits/{chain.visit_id}"
    page = (await supervisor.http.get(path)).text
    assert "another supervisor must" in page
    assert re.search(r'value="upheld"[^>]* disabled', page)
    form = {"form_token": form_token_in(page), "decision": "upheld", "reason": "Mine"}
    assert (await supervisor.http.post(f"{path}/decisions", data=form, headers=OWN)).status_code == 403
    assert not re.search(r'value="upheld"[^>]* disabled', (await other.http.get(path)).text)


async def test_a_page_for_paper(site: Site) -> None:
    """Who printed it and when, and what it cannot show, stand on the page itself."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_recorded_visit(site, operative)
    said = await read_visit(supervisor, chain)
    assert "Printed by Supervisor 2, from a page made 23/11/2026 09:00:00 ." in said
    assert "What this record cannot show That nobody was in." in said
    assert f"Visit {chain.visit_id}." in said
