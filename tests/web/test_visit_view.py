"""One visit, whole, as API and page take it: a pure reading of its dossier."""

from __future__ import annotations

import hashlib

from doorstep.application.decide_visit import decide_visit
from doorstep.application.import_appointments import import_bookings
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.domain.chain import body_hash, card_code, read_back
from doorstep.web.visit_form import VisitView
from doorstep.web.visits import find_visit
from tests.chains import PICTURE
from tests.makers import MORNING, a_booking, a_chain, a_person, a_visit, send, upload
from tests.web.browsing import Signed, Site


async def seen(site: Site, who: Signed, visit_id: str) -> VisitView:
    """The visit as somebody sees it."""
    return await find_visit(site.bench.office, who.person, visit_id)


async def test_a_visit_is_shown_with_all_that_vouches_for_it(site: Site) -> None:
    """Verdict with the policy's words, events in the log's order, the photo, the matched call, the code on the card."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    planner = await a_person(site.bench, 3, "planner", "north")
    office = site.bench.office
    chain = await a_visit(site.bench, operative.session)
    call = await begin_planner_call(office, planner, chain.appointment_id, operative.person.person_id)
    chain.whole(call.code)
    typed = body_hash(chain.bodies[5].encode())
    site.bench.clock.ms = MORNING + 590_000
    await log_planner_call(office, planner, call.call_id, "no answer", "leave_card", read_back(typed))
    await send(site.bench, operative.session, chain.bodies)
    await upload(site.bench)
    view = await seen(site, supervisor, chain.visit_id)
    assert (view.standing, view.outcome, view.awaiting) == ("recorded", "no_access_carded", [])
    assert view.card_code == card_code(body_hash(chain.bodies[1].encode()))
    assert view.appointment is not None
    assert view.appointment["address"] == ["4 Sample Street", "Inventon", "ZZ1 2AB"]
    assert view.policy is not None
    assert (view.policy.version, view.verdict and view.verdict.may_record_missed) == ("2026-11-01", True)
    knocks = next(clause for clause in view.clauses if clause.title == "Knocked twice")
    assert (knocks.status, knocks.evidence) == ("met", [2, 3])
    assert [event.position for event in view.events] == sorted(event.position for event in view.events)
    phone = [event for event in view.events if event.source == "phone"]
    assert [event.n for event in phone] == list(range(len(chain.bodies)))
    assert all(event.actor and event.actor.name == "Operative 1" for event in phone)
    kinds = {event.kind for event in view.events if event.source == "office"}
    assert kinds >= {"appointment_changed", "planner_call_begun", "planner_call_logged", "standing_changed"}
    contact = next(event for event in phone if event.kind == "planner_contacted")
    assert contact.matched_call_id == call.call_id
    [shown] = view.planner_calls
    assert (shown.matched_visit_id, shown.matched_n, shown.read_back_agrees) == (chain.visit_id, contact.n, True)
    assert shown.planner.name == "Planner 3"
    [photo] = view.photos
    assert (photo.sha256, photo.state) == (hashlib.sha256(PICTURE).hexdigest(), "complete")


async def test_no_code_that_was_spoken_is_shown(site: Site) -> None:
    """The 8 digits stand in the log; a page or an answer with them would let anybody play the planner."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await a_person(site.bench, 3, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    call = await begin_planner_call(site.bench.office, planner, chain.appointment_id, operative.person.person_id)
    chain.until_planner(call.code)
    await send(site.bench, operative.session, chain.bodies)
    answer = await operative.http.get(f"/api/visits/{chain.visit_id}")
    assert answer.status_code == 200
    assert call.code not in answer.text


async def test_a_read_back_that_differs_is_shown(site: Site) -> None:
    """The planner typed what some other phone, or some other chain, would have read."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await a_person(site.bench, 3, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    call = await begin_planner_call(site.bench.office, planner, chain.appointment_id, operative.person.person_id)
    chain.whole(call.code)
    other = read_back(body_hash(b"another body"))
    await log_planner_call(site.bench.office, planner, call.call_id, "", "leave_card", other)
    await send(site.bench, operative.session, chain.bodies)
    view = await seen(site, operative, chain.visit_id)
    assert [shown.read_back_agrees for shown in view.planner_calls] == [False]


async def test_decisions_stand_in_their_order(site: Site) -> None:
    """Returned for evidence, and then upheld by another: both are there, with who, why and what they saw."""
    operative = await site.signed(1, "operative", "north", installation=1)
    first, second = await site.signed(2, "supervisor", "north"), await site.signed(3, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.whole()
    await send(site.bench, operative.session, chain.bodies)
    await decide_visit(site.bench.office, first.person, chain.visit_id, "returned", "no photo", None)
    await upload(site.bench)
    await decide_visit(site.bench.office, second.person, chain.visit_id, "upheld", "now it is", None)
    view = await seen(site, first, chain.visit_id)
    assert [(each.decision, each.by.name, each.reason, each.saw) for each in view.decisions] == [
        ("returned", "Supervisor 2", "no photo", ["photo", "planner_call"]),
        ("upheld", "Supervisor 3", "now it is", ["planner_call"]),
    ]
    assert view.standing == "upheld"


async def test_each_visit_to_an_appointment_has_its_own_events(site: Site) -> None:
    """Two operatives at one home: what one stated is not shown as the other's, the office's entries are both's."""
    one = await site.signed(1, "operative", "north", installation=1)
    two = await site.signed(2, "operative", "north", installation=2)
    supervisor = await site.signed(3, "supervisor", "north")
    mine = (one.person.person_id, two.person.person_id)
    booking = a_booking(mine)
    await import_bookings(site.bench.office, "system", [booking])
    first = await a_chain(site.bench, one.session, booking.appointment_id, 1)
    second = await a_chain(site.bench, two.session, booking.appointment_id, 2)
    for chain, signed in ((first, one), (second, two)):
        chain.until_planner()
        await send(site.bench, signed.session, chain.bodies)
    for chain, name in ((first, "Operative 1"), (second, "Operative 2")):
        view = await seen(site, supervisor, chain.visit_id)
        phone = [event for event in view.events if event.source == "phone"]
        assert (view.operative.name, len(phone)) == (name, len(chain.bodies))
        assert {event.actor.name for event in phone if event.actor} == {name}
        assert any(event.kind == "appointment_changed" for event in view.events)
