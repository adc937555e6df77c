"""Abuses by web: what another may not see, a guessed photo, tries under many addresses, markup in words (29 to 39)."""

from __future__ import annotations

import hashlib

from tests.chains import PICTURE
from tests.makers import send
from tests.web.browsing import Site, a_recorded_visit
from tests.web.test_abuses import MARK, is_inert, marked

NOTES = (MARK, '#read("/etc/passwd")', "<script>alert(1)</script>", "{{ 7 * 7 }}")


async def test_29_a_visit_on_another_patch_is_not_there(site: Site) -> None:
    """A supervisor of the south who knows the id of a visit in the north: 404, on every way to it."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "south")
    chain = await a_recorded_visit(site, operative)
    for path in (f"/api/visits/{chain.visit_id}", f"/office/visits/{chain.visit_id}"):
        assert (await supervisor.http.get(path)).status_code == 404
    decision = {"decision": "upheld", "reason": "It is not mine."}
    answer = await supervisor.http.post(f"/api/visits/{chain.visit_id}/decisions", json=decision)
    assert answer.status_code == 404


async def test_31_a_guessed_photo_hash_opens_nothing(site: Site) -> None:
    """Whoever may not see the visit gets the same 404 for a photo that exists as for one that does not."""
    operative = await site.signed(1, "operative", "north", installation=1)
    other = await site.signed(2, "supervisor", "south")
    await a_recorded_visit(site, operative)
    true, none = hashlib.sha256(PICTURE).hexdigest(), "0" * 64
    answers = [await other.http.get(f"/api/photos/{sha256}?size=400") for sha256 in (true, none)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


async def test_37_a_rotated_forwarded_header_does_not_help(site: Site) -> None:
    """Tries with a wrong password under a new X-Forwarded-For each time: 429 all the same."""
    await site.signed(1, "supervisor")
    body = {"username": "supervisor1", "password": "wrong"}
    statuses = [
        (
            await site.client().post(
                "/api/session", json=body, headers={"x-forwarded-for": f"198.51.100.{number}, 203.0.113.{number}"}
            )
        ).status_code
        for number in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2


async def test_38_an_operative_may_call_no_supervisors_route(site: Site) -> None:
    """Decisions, lists, phones and the log are not theirs: 403 or 404, never an answer."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_recorded_visit(site, operative)
    decision = {"decision": "upheld", "reason": "I was there."}
    answers = [
        await operative.http.post(f"/api/visits/{chain.visit_id}/decisions", json=decision),
        await operative.http.get("/api/visits"),
        await operative.http.get("/office/visits"),
        await operative.http.get(f"/office/visits/{chain.visit_id}"),
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}


async def test_39_markup_in_a_note_is_text(site: Site) -> None:
    """A script, a template's braces or a typesetter's command in a note is shown as what was written."""
    operative = await marked(site, 1, "operative", installation=1)
    supervisor = await site.signed(2, "supervisor")
    chain = await a_recorded_visit(site, operative)
    for number, note in enumerate(NOTES):
        chain.state("note_added", 2_000_000 + number, note=note)
    await send(site.bench, operative.session, chain.bodies[-len(NOTES) :], first_seq=len(chain.bodies) - len(NOTES) + 1)
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    assert is_inert(page)
    assert "<script>alert" not in page
    assert "49" not in page.partition("{{ 7 * 7 }}")[0][-40:]
    assert "{{ 7 * 7 }}" in page
