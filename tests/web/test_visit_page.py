"""A visit's page as a supervisor weighs it: who vouches, what is awaited, the clocks, faults, what is new since."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.decide_visit import decide_visit
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.domain.chain import body_hash, read_back
from doorstep.web.pages.timeline import MOST_GAPS
from tests.makers import MORNING, RULES, Chain, a_request, a_visit, an_alert, closed, send, upload
from tests.web.browsing import OWN, Signed, Site, a_recorded_visit, a_site, form_token_in, words_in

MINUTE = 60_000
UNSEEN = """
policy = "no_access"
version = "2026-11-02"
in_force_from = "2026-11-02"
title = "Another"
source = "Nobody"

[[ends]]
event = "access_gained"

[[clauses]]
clause = "bell"
title = "Rang three times"
ask = "Ring."
why = "Because."
check = "events"
match = { event = "door_knocked", where = { method = ["bell"] } }
at_least = 3
apart_seconds = 61

[[clauses]]
clause = "door"
title = "Photographed the door"
ask = "Photograph it."
why = "Because."
check = "events"
match = { event = "door_photographed" }
at_least = 1

[[clauses]]
clause = "either"
title = "Rang or photographed"
ask = "Either."
why = "Because."
check = "any_of"
of = ["bell", "door"]
at_least = 1

[[clauses]]
clause = "stayed"
title = "Stayed"
ask = "Stay."
why = "Because."
check = "elapsed"
since = "arrived"
at_least_seconds = 437
"""


async def read(signed: Signed, chain: Chain) -> str:
    """The page's text."""
    answer = await signed.http.get(f"/office/visits/{chain.visit_id}")
    assert answer.status_code == 200
    return words_in(answer.text)


def row_of(page: str, title: str) -> str:
    """The text of one row of the checks."""
    return words_in(f"<body>{page.partition(title)[2].partition('</tr>')[0]}")


async def test_each_check_names_who_vouches(site: Site) -> None:
    """The office for its records, a planner for their log, the phone for its clocks, the operative for a call."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner, supervisor = await site.signed(3, "planner", "north"), await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session, contact_requests=(a_request("r1", "Use the side door"),))
    office = site.bench.office
    call = await begin_planner_call(office, planner.person, chain.appointment_id, operative.person.person_id)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("contact_request_followed", 10_000, request_id="r1", followed=True, note="It was open")
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("door_knocked", 150_000, method="bell")
    chain.state("resident_called", 200_000, number_label="mobile, ends 123", result="no_answer")
    chain.state("planner_code_typed", 590_000, code=call.code)
    typed = body_hash(chain.bodies[-1].encode())
    chain.state("planner_contacted", 600_000, how="phone", instruction="leave_card")
    site.bench.clock.ms = MORNING + 9 * MINUTE
    await log_planner_call(office, planner.person, call.call_id, "No answer", "leave_card", read_back(typed))
    chain.card_and_record()
    site.bench.clock.ms = MORNING + 20 * MINUTE
    await send(site.bench, operative.session, chain.bodies)
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    page = page.partition('aria-labelledby="checks"')[2]
    for title, said in {
        "They were told we were coming": "Met Text delivered 20 Nov 2026, 06:00 The office's own record",
        "They agreed to the time": "The office's own record the booking",
        "You came on time": "AM window, 08:00 to 13:00 The phone its clock alone; the server heard 19 min 55 s later",
        "You did what they asked for": "“Use the side door”: followed, “It was open” Operative 1 the operative alone",
        "Knocked twice": "09:00:20 Knocked: knock 09:02:30 Knocked: bell The phone its clock alone",
        "Called them": "Called the resident: mobile, ends 123, no answer Operative 1 the operative alone",
        "Waited 15 minutes": "15 min 35 s by the phone's stopwatch; 15 min 0 s needed The phone its stopwatch, in view",
        "The planner said what to do": "Planner 3 planner's own log, saved 09:09:00 ; the code read back agrees",
        "Left a card": "Card left: through the letterbox Operative 1 the operative alone",
        "Took a photo of the card": "The phone the photo itself has not come",
        "Waited 25 minutes": "Does not apply Nothing Nobody",
    }.items():
        assert said in row_of(page, title), title
    await upload(site.bench)
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    assert "the photo came whole" in row_of(page, "Took a photo of the card")


async def test_what_is_missing_is_said_of_each_check(site: Site) -> None:
    """How many more, what was too soon, what it waits for; and the outcome that the policy names instead."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session, notifications=(), agreed=None)
    chain.start()
    chain.state("arrived", 5 * 60 * MINUTE, address_confirmed=True, place_missing="off")
    chain.state("door_knocked", 5 * 60 * MINUTE + 20_000, method="knock")
    chain.state("door_knocked", 5 * 60 * MINUTE + 30_000, method="knock")
    chain.state("missed_recorded", 5 * 60 * MINUTE + 40_000, declaration="2026-11-01")
    await send(site.bench, operative.session, chain.bodies)
    said = await read(supervisor, chain)
    assert "Recorded as missed, but the policy does not allow it." in said
    assert "You came on time: not met" in said
    assert "The outcome that the policy names instead: We did not come in the time slot." in said
    assert "Waits for: You came on time" in said
    assert "Not done The office has no record of a message Nobody" in said
    assert "Not done The office has no record of it Nobody" in said


async def test_what_is_awaited_is_named(site: Site) -> None:
    """The very waiver with its reason, the very attestation, the very photo: nobody has to look for it."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session, notifications=(), alerts=(an_alert("20-10", "Deaf"),))
    chain.start()
    chain.state("notification_attested", 2_000, told_by="resident", note="They had a letter")
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("door_knocked", 150_000, method="bell")
    chain.state("clause_waived", 200_000, clause="called", reason="no_number_held", note="None on the job")
    chain.state("planner_contacted", 600_000, how="phone", instruction="leave_card")
    chain.card_and_record()
    await send(site.bench, operative.session, chain.bodies)
    said = await read(supervisor, chain)
    assert "told by the resident, “They had a letter”" in said
    assert "Called them. 09:03:20 Check waived: no number held, “None on the job”" in said
    assert "Card photographed: Not come yet" in said
    assert "Planner contacted: by phone, Leave a card" in said
    assert "Alert: Deaf" in said


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
    assert "Knocked 09:00:20 0:20 09:00:00 23 h 59 min" in said
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
    said = await read(supervisor, chain)
    assert "The phone's clock was at least 10 min 0 s ahead of the server's." in said
    assert "its clock, which was 2 min 30 s ahead of the server's" in said
    assert "Planner contacted 09:10:00 10:00 09:00:00 10 min 0 s before" in said


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


async def test_faults_are_explained_and_accuse_nobody(site: Site) -> None:
    """Each fault once, with what it means, what it does not mean, and its events; withdrawn ones struck."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.until_planner()
    held = list(chain.bodies)
    fork = replace(chain, bodies=held[:4])
    fork.state("door_knocked", 160_000, method="intercom")
    chain.state("door_knocked", 610_000, method="bell")
    chain.state("event_withdrawn", 620_000, withdrawn_n=6, reason="wrong button")
    chain.state("access_refused", 700_000, words="Go away")
    chain.state("visit_closed", 710_000, outcome="refused_access")
    chain.state("door_knocked", 720_000, method="bell")
    junk = f'{{"v":1,"visit_id":"{chain.visit_id}","kind":"what_is_this"}}'
    await send(site.bench, operative.session, [*chain.bodies, fork.bodies[-1], junk])
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    said = words_in(page)
    assert "Faults in the phone's record" in said
    assert "Two statements follow the same one" in said
    assert "It does not say which of them is true." in said
    assert "It does not change what was recorded at the door." in said
    assert "It does not mean that anybody tampered with it" in said
    assert "A slip of the thumb can be taken back within a minute." in said
    assert "<s>Knocked</s>" in page
    for word in ("suspicious", "fraud", "tamper-proof"):
        assert word not in said.casefold()


async def test_a_gap_is_a_reason_to_ask(site: Site) -> None:
    """An event that has not come: the one after it counts, and the page says what nobody can say from that."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.whole()
    await send(site.bench, operative.session, [*chain.bodies[:4], *chain.bodies[5:]])
    said = await read(supervisor, chain)
    assert "It does not mean that anything was removed: the phone may still hold it, or have lost it." in said


async def test_an_answer_to_a_return_stands_on_top(site: Site) -> None:
    """What was asked, the operative's own words, whatever else has come since; then it is decided anew."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_recorded_visit(site, operative)
    await decide_visit(site.bench.office, supervisor.person, chain.visit_id, "returned", "Whose door is it?", None)
    assert "Sent back, nothing new yet" in await read(supervisor, chain)
    chain.state("note_added", 1_000_000, note="Number 4, the red one")
    await send(site.bench, operative.session, chain.bodies[-1:], len(chain.bodies))
    said = await read(supervisor, chain)
    asked, answer = said.index("Whose door is it?"), said.index("Number 4, the red one")
    assert said.index("New since it was sent back") < asked < answer < said.index("Checks and who vouches for them")
    await decide_visit(site.bench.office, supervisor.person, chain.visit_id, "upheld", "Agreed", None)
    said = await read(supervisor, chain)
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


async def test_another_policys_checks_show_as_well(tmp_path: Path) -> None:
    """Clauses nobody has seen: other events, other numbers, one met through others; each with who vouches."""
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    (rules / "no_access" / "2026-11-02.toml").write_text(UNSEEN, encoding="utf-8")
    site = await a_site(tmp_path)
    site.bench.office.rules = load_rules(rules)
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    for after in (10_000, 80_000, 150_000):
        chain.state("door_knocked", after, method="bell")
    chain.state("note_added", 442_000 + 5_000, note="Nobody")
    await send(site.bench, operative.session, chain.bodies)
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    assert "Rang three times" in page
    assert "7 min 22 s by the phone's stopwatch; 7 min 17 s needed" in row_of(page, "Stayed")
    assert "1 more needed" in row_of(page, "Photographed the door")
    either = row_of(page, "Rang or photographed")
    assert (either.count("Knocked: bell"), either.count("The phone")) == (3, 1)
    assert "with a line where 7 min 17 s was over" in words_in(page)
    for client in site.clients:
        await client.aclose()
    await closed(site.bench)


async def test_a_page_for_paper(site: Site) -> None:
    """Who printed it and when, and what it cannot show, stand on the page itself."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_recorded_visit(site, operative)
    said = await read(supervisor, chain)
    assert "Printed by Supervisor 2, from a page made 23/11/2026 09:00:00 ." in said
    assert "What this record cannot show That nobody was in." in said
    assert f"Visit {chain.visit_id}." in said
