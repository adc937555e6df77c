"""Each check of a visit on its page: where it stands, what it rests on, what it lacks, what is awaited."""

from __future__ import annotations

import shutil
from pathlib import Path

from doorstep.adapters.policies import load_rules
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.domain.chain import body_hash, read_back
from tests.makers import MORNING, RULES, a_request, a_visit, an_alert, closed, send, upload
from tests.web.browsing import Site, a_site, read_visit, row_of, words_in

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
        "They were told we were coming": "Met Text delivered 20 Nov 2026, 06:00 Proven",
        "They agreed to the time": "The office's own record the booking",
        "You came on time": "AM window, 08:00 to 13:00 Unsupported The phone's clock says 09:00:05",
        "You did what they asked for": "“Use the side door”: followed, “It was open” Unsupported",
        "Knocked twice": "09:00:20 Knocked: knock 09:02:30 Knocked: bell Unsupported",
        "Called them": "Operative 1 the operative alone",
        "Waited 15 minutes": "15 min 35 s by the phone's stopwatch; 15 min 0 s needed Unsupported",
        "The planner said what to do": "Planner 3 planner's own log, saved 09:09:00 ; the code read back agrees",
        "Left a card": "Card left: through the letterbox Unsupported",
        "Took a photo of the card": "has not been looked at yet. Operative 1 the operative alone",
        "Waited 25 minutes": "Does not apply Nothing – Nobody",
    }.items():
        assert said in row_of(page, title), title
    await upload(site.bench)
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    assert "Consistent The photo is whole" in row_of(page, "Took a photo of the card")


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
    said = await read_visit(supervisor, chain)
    assert "Recorded as missed, but the policy does not allow it." in said
    assert "You came on time: not met" in said
    assert "The outcome that the policy names instead: We did not come in the time slot." in said
    assert "Waits for: You came on time" in said
    assert "Not done The office has no record of a message – Nobody" in said
    assert "Not done The office has no record of it – Nobody" in said


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
    said = await read_visit(supervisor, chain)
    assert "told by the resident, “They had a letter”" in said
    assert "Called them. 09:03:20 Check waived: no number held, “None on the job”" in said
    assert "Card photographed: Not come yet" in said
    assert "Planner contacted: by phone, Leave a card" in said
    assert "Alert: Deaf" in said


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
