"""The office's pages as people use them, without JavaScript: a call is logged, a visit is read and decided."""

from __future__ import annotations

import re

from doorstep.domain.chain import body_hash, read_back
from tests.chains import Chain
from tests.makers import MORNING, a_request, a_visit, an_alert, an_id, send, upload
from tests.web.browsing import OWN, Signed, Site, a_recorded_visit, form_token_in, words_in

NASTY = "<script>alert('x')</script><img src=x onerror=alert(1)>\"' & {{ 7001 * 7001 }}"


async def opened_call(site: Site, planner: Signed, chain: Chain) -> tuple[str, str]:
    """Open a call from the board; give its page's address and the page."""
    board = (await planner.http.get("/office/board")).text
    form = {"appointment_id": chain.appointment_id, "operative_id": chain.actor_id, "form_token": form_token_in(board)}
    begun = await planner.http.post("/office/board/calls", data=form, headers=OWN)
    assert begun.status_code == 303
    return begun.headers["location"], (await planner.http.get(begun.headers["location"])).text


async def test_a_planner_logs_a_call_and_learns_that_it_matches(site: Site) -> None:
    """The spoken code in two groups of four, the read-back checked, and the match said."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    path, page = await opened_call(site, planner, chain)
    code = "".join(re.findall(r"<span>(\d{4})</span>", page))
    assert len(code) == 8
    chain.until_planner(code)
    await send(site.bench, operative.session, chain.bodies)
    site.bench.clock.ms += 500_000
    typed = next(body for body in chain.bodies if "planner_code_typed" in body)
    form = {
        "form_token": form_token_in(page),
        "read_back": read_back(body_hash(typed.encode())).lower(),
        "instruction": "leave_card",
        "summary": "Nobody answered",
    }
    saved = await planner.http.post(path, data=form, headers=OWN)
    assert (saved.status_code, saved.headers["location"]) == (303, path)
    said = words_in((await planner.http.get(path)).text)
    assert "Call saved" in said
    assert "It matches what Operative 1 recorded" in said
    assert "agree with the phone's record" in said
    again = await planner.http.post(path, data=form, headers=OWN)
    assert again.status_code == 303
    changed = await planner.http.post(path, data=form | {"summary": "other words"}, headers=OWN)
    assert (changed.status_code, "a saved call is not changed" in changed.text) == (409, True)


async def test_a_call_before_the_phone_has_signal_waits_for_its_match(site: Site) -> None:
    """Logged against an appointment of today that no phone has sent a visit of; told so."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(
        site.bench,
        operative.session,
        alerts=(an_alert("20-40", "Hard of hearing"),),
        contact_requests=(a_request("r1", "Use the side door"),),
    )
    path, page = await opened_call(site, planner, chain)
    assert "Hard of hearing" in page
    assert "Use the side door" in page
    form = {"form_token": form_token_in(page), "cannot": "yes", "read_back": "junk", "instruction": "leave_card"}
    assert (await planner.http.post(path, data=form, headers=OWN)).status_code == 303
    assert "nothing from the phone matched it yet" in (await planner.http.get(path)).text


async def test_a_wrong_form_comes_back_with_what_was_typed(site: Site) -> None:
    """Errors are listed on top, linked to their field, and nothing typed is lost."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    path, page = await opened_call(site, planner, chain)
    form = {"form_token": form_token_in(page), "read_back": "AAAAAAAK", "summary": NASTY}
    missing = await planner.http.post(path, data=form, headers=OWN)
    assert missing.status_code == 422
    assert 'href="#instruction"' in missing.text
    assert 'value="AAAAAAAK"' in missing.text
    assert "<title>Error: Log a call" in missing.text
    assert "<script>alert" not in missing.text
    assert "&lt;script&gt;alert(&#39;x&#39;)" in missing.text
    wrong = await planner.http.post(path, data=form | {"instruction": "leave_no_card"}, headers=OWN)
    assert (wrong.status_code, 'href="#read_back"' in wrong.text) == (422, True)
    assert re.search(r'value="leave_no_card" checked', wrong.text)
    unread = {**form, "read_back": " ", "instruction": "leave_card"}
    assert 'href="#read_back"' in (await planner.http.post(path, data=unread, headers=OWN)).text
    long = {**unread, "cannot": "yes", "summary": "x" * 1001}
    assert 'href="#summary"' in (await planner.http.post(path, data=long, headers=OWN)).text


async def test_a_code_that_has_run_out_says_so(site: Site) -> None:
    """After ten minutes the page offers a new call in place of a code that would match nothing."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    path, page = await opened_call(site, planner, chain)
    assert "Good until" in page
    site.bench.clock.ms += 600_000
    assert "This code has run out" in (await planner.http.get(path)).text


async def test_the_board_shows_who_is_at_a_door_and_how_long(site: Site) -> None:
    """Arrival, wait and what was done, by the phone's last word; and the day's homes by any word of them."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.until_planner()
    site.bench.clock.ms = MORNING + 601_000
    await send(site.bench, operative.session, chain.bodies)
    site.bench.clock.ms = MORNING + 605_000
    said = words_in((await planner.http.get("/office/board")).text)
    assert "4 Sample Street Operative 1, Inventon, ZZ1 2AB 09:00 5 min 1 s Wait at the door 4 s ago" in said
    site.bench.clock.ms = MORNING + 700_000
    said = words_in((await planner.http.get("/office/board")).text)
    assert (
        "Operative 1, Inventon, ZZ1 2AB 09:00 3 min 26 s, we think Not known So far: 2 knocks, 1 call Lost, 09:10"
        in said
    )
    site.bench.clock.ms = MORNING + 1_200_000
    assert "Over, we think" in (await planner.http.get("/office/board")).text
    await a_visit(site.bench, operative.session, 2, "A-2", address=("9 Makebelieve House", "Inventon"))
    for words, count in (("sample", 1), ("MAKEBELIEVE house", 1), ("operative 1", 2), ("wo-a-2", 1), ("zebra", 0)):
        found = (await planner.http.get("/office/board", params={"q": words})).text
        today = found.partition('id="today"')[2].partition("</section>")[0]
        assert today.count('scope="row"') == count, words


async def test_a_supervisor_reads_a_visit_and_upholds_it(site: Site) -> None:
    """Verdict clause by clause, every event with its times, the photo, what is awaited; then the decision."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_recorded_visit(site, operative)
    path = f"/office/visits/{chain.visit_id}"
    page = (await supervisor.http.get(path)).text
    said = words_in(page)
    for words in (
        "Visit on Monday 23 November 2026, work order WO-A-1",
        "All 11 checks were met.",
        "Knocked twice",
        "09:00:20 Knocked: knock 09:02:30 Knocked: bell",
        "No planner's log matches the contact with the planner.",
        "Outcome: Nobody came to the door. We left a card.",
        "Code on the card:",
        "Recorded as missed",
    ):
        assert words in said, words
    assert '<time datetime="2026-11-23T09:02:30.000Z">09:02:30</time>' in page
    assert "size=original" not in page
    form = {"form_token": form_token_in(page), "decision": "upheld", "reason": "All there.\r\nRead twice."}
    decided = await supervisor.http.post(f"{path}/decisions", data=form, headers=OWN)
    assert (decided.status_code, decided.headers["location"]) == (303, path)
    after = (await supervisor.http.get(path)).text
    assert "Upheld by Supervisor 2" in words_in(after)
    assert "All there.\nRead twice." in after
    assert "Save decision" not in after
    late = await supervisor.http.post(f"{path}/decisions", data=form, headers=OWN)
    assert (late.status_code, "Reload the page" in late.text) == (409, True)


async def test_a_decision_is_asked_for_whole(site: Site) -> None:
    """A decision, a reason, and the true outcome where it is overturned; what was typed stays."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_recorded_visit(site, operative)
    path = f"/office/visits/{chain.visit_id}"
    token = form_token_in((await supervisor.http.get(path)).text)

    async def posted(**form: str) -> tuple[int, str]:
        answer = await supervisor.http.post(f"{path}/decisions", data={"form_token": token, **form}, headers=OWN)
        return answer.status_code, answer.text

    status, page = await posted(reason=NASTY)
    assert (status, 'href="#decision"' in page, "<script>alert" in page) == (422, True, False)
    assert "&lt;img src=x onerror" in page
    status, page = await posted(decision="overturned", reason="We were late", outcome="")
    assert (status, 'href="#outcome"' in page, "We were late" in page) == (422, True, True)
    assert (await posted(decision="overturned", reason="x", outcome="no_access_carded"))[0] == 422
    assert (await posted(decision="forgotten", reason="x"))[0] == 422
    assert (await posted(decision="overturned", reason="We were late", outcome="landlord_missed"))[0] == 303
    assert "Overturned by Supervisor 2" in words_in((await supervisor.http.get(path)).text)


async def test_an_auditor_reads_and_does_not_decide(site: Site) -> None:
    """The same page with links to originals, without any form but those of every page."""
    operative = await site.signed(1, "operative", "north", installation=1)
    auditor = await site.signed(2, "auditor")
    chain = await a_recorded_visit(site, operative)
    page = (await auditor.http.get(f"/office/visits/{chain.visit_id}")).text
    assert "size=original" in page
    assert re.findall(r'<form[^>]* action="([^"]*)"', page) == ["/office/language", "/office/sign-out"]


async def test_a_call_that_no_rule_can_place_is_matched_by_a_person(site: Site) -> None:
    """Two calls that could both be it: neither counts, until somebody says which and why."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    for summary in ("first", "second"):
        path, page = await opened_call(site, planner, chain)
        form = {"form_token": form_token_in(page), "cannot": "1", "instruction": "leave_card", "summary": summary}
        assert (await planner.http.post(path, data=form, headers=OWN)).status_code == 303
    chain.whole()
    await send(site.bench, operative.session, chain.bodies)
    await upload(site.bench)
    path = f"/office/visits/{chain.visit_id}"
    page = (await planner.http.get(path)).text
    assert page.count("Say which contact this call belongs to") == 2
    call_id = re.findall(r'name="call_id" value="([^"]+)"', page)[0]
    form = {"form_token": form_token_in(page), "call_id": call_id, "n": "5", "match_reason": ""}
    empty = await planner.http.post(f"{path}/matches", data=form, headers=OWN)
    assert (empty.status_code, "Say why this call belongs" in empty.text) == (422, True)
    assert (await planner.http.post(f"{path}/matches", data=form | {"n": "5; drop"}, headers=OWN)).status_code == 422
    right = await planner.http.post(f"{path}/matches", data=form | {"match_reason": "I took it"}, headers=OWN)
    assert right.status_code == 303
    shown = (await planner.http.get(f"/api/visits/{chain.visit_id}")).json()
    assert shown["standing"] == "recorded"
    assert [call["matched_n"] for call in shown["planner_calls"] if call["call_id"] == call_id] == [5]


async def test_words_from_outside_are_only_words(site: Site) -> None:
    """A script in an address, a note, a name of a room or a reason is shown as it was written, and does nothing."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor, planner = await site.signed(2, "supervisor", "north"), await site.signed(3, "planner", "north")
    chain = await a_visit(site.bench, operative.session, address=(NASTY, "Inventon"), trade=NASTY)
    chain.until_planner()
    chain.state("note_added", 700_000, note=NASTY)
    chain.state("access_refused", 710_000, words=NASTY)
    chain.state("visit_closed", 720_000, outcome="refused_access", note=NASTY)
    await send(site.bench, operative.session, chain.bodies)
    _, call_page = await opened_call(site, planner, chain)
    pages = [
        call_page,
        (await planner.http.get("/office/board", params={"q": NASTY})).text,
        (await supervisor.http.get("/office/visits", params={"q": NASTY, "operative": NASTY, "from": NASTY[:20]})).text,
        (await supervisor.http.get("/office/visits")).text,
        (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text,
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "onerror=alert(1)>" not in page
        assert "49014001" not in page
        assert not re.search(r"<[^>]+ (style|on[a-z]+)=", re.sub(r'"[^"]*"', '""', page)), "an inline style or handler"
        assert re.findall(r"<script[^>]*>", page) == [
            script for script in re.findall(r"<script[^>]*>", page) if "src=" in script
        ]
    assert "&lt;script&gt;alert(&#39;x&#39;)" in pages[-1]


async def test_faults_and_withdrawn_events_are_shown(site: Site) -> None:
    """What does not count is on the page all the same, with why; and a body that was erased says so."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("event_withdrawn", 30_000, withdrawn_n=2, reason="wrong button")
    chain.state("door_knocked", 40_000, method="knock")
    missing = chain.bodies.pop()
    chain.bodies.append(missing.replace('"n":4', '"n":6'))
    await send(site.bench, operative.session, chain.bodies)
    said = words_in((await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text)
    assert "Withdrawn: wrong button" in said
    assert "An event before it is missing" in said


async def test_pages_that_are_not_there_lead_on(site: Site) -> None:
    """An error page says what to do next; nobody signed in is led to the sign-in page and back."""
    supervisor = await site.signed(2, "supervisor", "north")
    page = await supervisor.http.get(f"/office/visits/{an_id(9)}")
    assert (page.status_code, "Begin again" in page.text) == (404, True)
    page = await supervisor.http.get("/office/board")
    assert (page.status_code, "You cannot see this page" in page.text) == (403, True)
    sent = await site.client().get(f"/office/visits/{an_id(9)}")
    assert sent.headers["location"] == f"/office/sign-in?to=/office/visits/{an_id(9)}"
    landing = (await site.client().get("/")).text
    assert 'href="/door/"' in landing
    assert 'href="/office"' in landing
