"""Two desks at one board: who has a call, how it is taken over or given up, who rings, and what is known beside it."""

from __future__ import annotations

import re

from doorstep.application.composing import Notice
from doorstep.application.log_planner_call import CODE_GOOD_FOR_MS, begin_planner_call, log_planner_call
from doorstep.application.notices import record_notice
from doorstep.domain.chain import is_spoken_code
from doorstep.web.pages.board_view import board_view
from doorstep.web.pages.calling import RINGS_FOR_MS
from doorstep.web.pages.doors import Doors
from tests.chains import Chain
from tests.makers import MORNING, a_visit, an_id
from tests.web.browsing import OWN, Signed, Site, a_recorded_visit, form_token_in, words_in
from tests.web.test_board import as_it_went

SECOND = 1000
PART = {"doorstep-part": "call"}


async def desks(site: Site) -> tuple[Signed, Signed, Chain]:
    """Two planners of the north, and a visit that operative 1 is making."""
    operative = await site.signed(1, "operative", "north", installation=1)
    first, second = await site.signed(2, "planner", "north"), await site.signed(3, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("arrived", 5 * SECOND, address_confirmed=True, place_missing="off")
    await as_it_went(site, operative, chain)
    return first, second, chain


async def form_of(planner: Signed, chain: Chain, **more: str) -> dict[str, str]:
    """The form behind a row's button."""
    token = form_token_in((await planner.http.get("/office/board")).text)
    return {"form_token": token, "appointment_id": chain.appointment_id, "operative_id": an_id(1)} | more


async def test_another_planner_sees_who_has_it(site: Site) -> None:
    """On every row of it; a click tells who, and takes nothing; whoever has it goes on with the same code."""
    first, second, chain = await desks(site)
    opened = await first.http.post("/office/board/calls", data=await form_of(first, chain), headers=OWN)
    board = words_in((await second.http.get("/office/board")).text)
    assert board.count("Planner 2 has it, since") == 2
    assert board.count("Take over") == 2
    mine = words_in((await first.http.get("/office/board")).text)
    assert mine.count("You have it, since") == 2
    for headers, status in ((OWN, 409), (OWN | PART, 200)):
        told = await second.http.post("/office/board/calls", data=await form_of(second, chain), headers=headers)
        assert told.status_code == status
        assert "Planner 2 has this call" in told.text
        assert 'id="read_back"' not in told.text
    again = await first.http.post("/office/board/calls", data=await form_of(first, chain), headers=OWN)
    assert again.headers["location"] == opened.headers["location"]


async def test_a_call_is_taken_over_with_a_reason(site: Site) -> None:
    """Without one it is asked for; with it the new one has a form, and who had it is told in theirs."""
    first, second, chain = await desks(site)
    path = (await first.http.post("/office/board/calls", data=await form_of(first, chain), headers=OWN)).headers[
        "location"
    ]
    held = path.rpartition("/")[2]
    silent = await form_of(second, chain, take_over_from=held, reason="  ")
    asked = await second.http.post("/office/board/calls", data=silent, headers=OWN)
    assert (asked.status_code, "Say why you take it over" in asked.text) == (422, True)
    why = await form_of(second, chain, take_over_from=held, reason="Their <b>screen</b> froze")
    taken = await second.http.post("/office/board/calls", data=why, headers=OWN)
    assert taken.status_code == 303
    told = (await first.http.get(path)).text
    assert "Planner 3 took this call over at" in words_in(told)
    assert "Their &lt;b&gt;screen&lt;/b&gt; froze" in told
    lists = (await first.http.get("/office/board", headers={"doorstep-part": "lists"})).text
    assert f'data-contact="{chain.appointment_id} {an_id(1)}"' in lists
    stale = await second.http.post("/office/board/calls", data=why, headers=OWN)
    assert stale.headers["location"] == taken.headers["location"]


async def test_a_call_is_given_up(site: Site) -> None:
    """By its own button; then it is anybody's, and nobody is said to have it."""
    first, second, chain = await desks(site)
    form = await form_of(first, chain)
    path = (await first.http.post("/office/board/calls", data=form, headers=OWN)).headers["location"]
    given = await first.http.post(path, data=form | {"release": "yes"}, headers=OWN)
    assert (given.status_code, given.headers["location"]) == (303, "/office/board")
    assert "has it, since" not in words_in((await second.http.get("/office/board")).text)
    taken = await second.http.post("/office/board/calls", data=await form_of(second, chain), headers=OWN)
    assert taken.status_code == 303


async def test_a_new_code_is_not_given_for_a_call_that_another_has(site: Site) -> None:
    """The old one ran out, and another planner took the call: the form says who, with what was typed."""
    first, second, chain = await desks(site)
    form = await form_of(first, chain)
    path = (await first.http.post("/office/board/calls", data=form, headers=OWN)).headers["location"]
    site.bench.clock.ms += CODE_GOOD_FOR_MS
    await second.http.post("/office/board/calls", data=await form_of(second, chain), headers=OWN)
    told = await first.http.post(path, data=form | {"new_code": "yes", "summary": "Still talking"}, headers=OWN)
    assert told.status_code == 409
    assert "Planner 3 has it, since" in words_in(told.text)
    assert 'value="Still talking"' in told.text


async def test_the_api_tells_who_has_a_call(site: Site) -> None:
    """409 with who, since when and which; taken over by naming it; given up by whoever has it alone."""
    first, second, chain = await desks(site)
    wanted = {"appointment_id": chain.appointment_id, "operative_id": an_id(1)}
    begun = (await first.http.post("/api/planner-calls", json=wanted)).json()
    assert is_spoken_code(begun["code"])
    assert (await first.http.post("/api/planner-calls", json=wanted)).json() == begun
    refused = await second.http.post("/api/planner-calls", json=wanted)
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "/problems/call-taken")
    assert (problem["taken"]["planner"], problem["taken"]["call_id"]) == ("Planner 2", begun["call_id"])
    assert "Planner 2 has this call, since" in problem["detail"]
    unnamed = wanted | {"take_over": {"call_id": an_id(99), "reason": "somebody else's"}}
    assert (await second.http.post("/api/planner-calls", json=unnamed)).status_code == 409
    named = wanted | {"take_over": {"call_id": begun["call_id"], "reason": "They went home"}}
    over = await second.http.post("/api/planner-calls", json=named)
    assert (over.status_code, over.json()["code"] == begun["code"]) == (201, False)
    release = f"/api/planner-calls/{over.json()['call_id']}/release"
    assert (await first.http.post(release)).status_code == 404
    assert [(await second.http.post(release)).status_code for _ in range(2)] == [204, 204]
    assert (await first.http.post("/api/planner-calls", json=wanted)).status_code == 201


async def test_who_rings_stands_among_those_who_wait(site: Site) -> None:
    """As ringing, not as asking; no longer once they say that nobody answered, nor when five minutes are over."""
    first, _, chain = await desks(site)
    operative = await site.signed(1, "operative", "north", installation=1)
    chain.state("planner_call_tried", 60 * SECOND, result="ringing")
    await as_it_went(site, operative, chain, 2)
    board = await board_view(Doors(site.bench.office), first.person, "")
    [door] = board.asked
    assert door.calling is not None
    assert (door.calling.is_ringing, board.unanswered) == (True, 1)
    said = words_in((await first.http.get("/office/board")).text)
    assert "They are ringing now" in said
    assert "They ring you" in said
    site.bench.clock.ms += RINGS_FOR_MS
    assert (await board_view(Doors(site.bench.office), first.person, "")).asked == []
    chain.state("planner_call_tried", 500 * SECOND, result="ringing")
    chain.state("planner_call_tried", 510 * SECOND, result="no_answer")
    await as_it_went(site, operative, chain, 3)
    assert (await board_view(Doors(site.bench.office), first.person, "")).asked == []


async def test_who_asked_and_then_rings_has_waited_since_they_asked(site: Site) -> None:
    """Both are one row; when they give up ringing, they still wait to be called."""
    first, _, chain = await desks(site)
    operative = await site.signed(1, "operative", "north", installation=1)
    for sent, (t, result, is_ringing) in enumerate(
        ((60, "in_app_asked", False), (90, "ringing", True), (120, "no_answer", False)), start=2
    ):
        chain.state("planner_call_tried", t * SECOND, result=result)
        await as_it_went(site, operative, chain, sent)
        [door] = (await board_view(Doors(site.bench.office), first.person, "")).asked
        assert door.calling is not None
        assert (door.calling.since, door.calling.is_ringing) == (chain.began_ms + 60 * SECOND, is_ringing)


async def test_what_is_known_stands_beside_the_form(site: Site) -> None:
    """Visits and calls to the home, and what its resident was told of the appointment; nothing of another patch."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    office = site.bench.office
    before = await a_recorded_visit(site, operative, 1, "A-1")
    call = await begin_planner_call(office, planner.person, before.appointment_id, an_id(1))
    await log_planner_call(office, planner.person, call.call_id, "Gate was <locked>", "leave_card", None)
    now = await a_visit(site.bench, operative.session, 2, "A-2")
    notice = Notice(
        notice_id=an_id(77),
        appointment_id=now.appointment_id,
        channel="sms",
        sent_at=MORNING,
        status="delivered",
        status_at=MORNING,
        told_by="text_service",
    )
    await record_notice(office, notice)
    form = await form_of(planner, now)
    path = (await planner.http.post("/office/board/calls", data=form, headers=OWN)).headers["location"]
    call_part = (await planner.http.get(path, headers=PART)).text
    said = words_in(f"<body {call_part}")
    assert "Here before" in said
    assert re.search(r"Planner 2: Leave a card\. Gate was <locked>", said)
    assert re.search(r"What they were told Text, .* delivered", said)
    [home] = re.findall(r'href="(/office/homes/[^"]+)"', call_part)
    assert (await planner.http.get(home)).status_code == 200
    elsewhere = await site.signed(3, "planner", "south")
    assert (await elsewhere.http.get(path)).status_code == 404
