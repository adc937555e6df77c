"""What an outsider, an edited phone or a colleague may try, and what must come of it: nothing."""

from __future__ import annotations

import hashlib
from html.parser import HTMLParser
from typing import Any

import pytest

from doorstep.application.keep_people import add_person
from doorstep.application.sign_in import _Begin, new_session
from tests.chains import PICTURE
from tests.makers import a_chain, a_request, a_visit, an_alert, an_id, send, upload
from tests.web.browsing import OWN, Signed, Site, a_recorded_visit, form_token_in

SHA256 = hashlib.sha256(PICTURE).hexdigest()
JSON = {"content-type": "application/json"}
MARK = """<i>"'><i onx=1 '"""


class Tags(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text = set[str](), set[str](), ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep its name, and those of its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.text += " ".join(value or "" for _, value in attrs)

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.text += data


def is_inert(html: str) -> bool:
    """Whether a page shows the mark, and shows it as nothing but text."""
    page = Tags(html)
    return "i" not in page.tags and "onx" not in page.attributes and MARK in page.text


async def marked(site: Site, number: int, role: str, installation: int | None = None) -> Signed:
    """Somebody with the mark for a name, signed in."""
    person = await add_person(site.bench.office, f"{role}{number}", f"{role} {MARK}", role, "", "long password")
    installation_id = an_id(installation) if installation is not None else None
    token, session = new_session(site.bench.office, person, installation_id, site.bench.clock.ms)
    await site.bench.office.writer.submit(_Begin(session))
    return Signed(person, session, site.client(token))


async def test_whatever_anybody_wrote_is_text(site: Site) -> None:
    """Addresses, names, notes, summaries, reasons, a camera's model, a search: no page takes any of them for markup."""
    operative = await marked(site, 1, "operative", installation=1)
    planner, supervisor = await marked(site, 2, "planner"), await marked(site, 3, "supervisor")
    written: dict[str, Any] = {
        "address": (MARK, "Inventon"),
        "work_order_ref": MARK,
        "trade": MARK,
        "priority": MARK,
        "alerts": (an_alert("hazard", MARK),),
        "contact_requests": (a_request("r-1", MARK),),
    }
    chain = await a_visit(site.bench, operative.session, **written)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("note_added", 6_000, note=MARK)
    chain.state("resident_called", 7_000, number_label=MARK, result="no_answer")
    chain.state("clause_waived", 8_000, clause=MARK, reason=MARK, note=MARK)
    picture = {"photo_sha256": SHA256, "source_sha256": SHA256, "size_bytes": len(PICTURE), "width": 1, "height": 1}
    chain.state("door_photographed", 9_000, **picture, source_taken_at=MARK, source_model=MARK)
    chain.state("planner_contacted", 10_000, how="phone", instruction="leave_card")
    chain.state("missed_recorded", 20_000, declaration=MARK)
    await send(site.bench, operative.session, chain.bodies)
    board = await planner.http.get("/office/board", params={"q": MARK[:3]})
    form = {"appointment_id": chain.appointment_id, "operative_id": operative.person.person_id}
    token = {"form_token": form_token_in(board.text)}
    call = (await planner.http.post("/office/board/calls", data=form | token, headers=OWN)).headers["location"]
    typed = await planner.http.post(call, data={"summary": MARK, "read_back": MARK, **token}, headers=OWN)
    refused = {"summary": MARK, "read_back": MARK, "instruction": "leave_card"}
    again = await planner.http.post(call, data=refused | token, headers=OWN)
    open_call = await planner.http.get(call)
    saved = {"summary": MARK, "instruction": "leave_card", "cannot": "yes"}
    assert (await planner.http.post(call, data=saved | token, headers=OWN)).status_code == 303
    visit = f"/office/visits/{chain.visit_id}"
    undecided = await supervisor.http.get(visit)
    token = {"form_token": form_token_in(undecided.text)}
    decision = {"decision": MARK, "reason": MARK, "outcome": MARK}
    pages = [board, typed, again, open_call, await planner.http.get(call), undecided]
    pages.append(await supervisor.http.post(f"{visit}/decisions", data=decision | token, headers=OWN))
    decision = {"decision": "overturned", "reason": MARK, "outcome": "landlord_missed"}
    decided = await supervisor.http.post(f"{visit}/decisions", data=decision | token, headers=OWN)
    assert decided.status_code == 303
    pages += [await supervisor.http.get(visit), await supervisor.http.get("/office/visits", params={"q": MARK})]
    pages.append(await supervisor.http.get("/office/visits", params={"from": MARK[:20], "operative": MARK, "to": "x"}))
    sign_in = {"username": MARK, "password": "x", "to": f"/office/{MARK}"}
    pages.append(await site.client().post("/office/sign-in", data=sign_in, headers=OWN))
    assert [page.status_code for page in pages] == [200, 422, 422, 200, 200, 200, 422, 200, 200, 422, 401]
    assert [is_inert(page.text) for page in pages] == [True] * len(pages)


async def test_a_guessed_photo_is_not_there(site: Site) -> None:
    """Its hash alone opens nothing: neither to look at, nor to ask how much of it came, nor to add to it."""
    operative = await site.signed(1, "operative", "north", installation=1)
    other = await site.signed(2, "operative", "north", installation=2)
    await a_recorded_visit(site, operative)
    sent = {"content-type": "application/partial-upload", "upload-offset": "0", "upload-length": str(len(PICTURE))}
    for path in (f"/api/photos/{SHA256}", f"/api/photos/{'0' * 64}"):
        assert (await other.http.get(path)).json()["type"] == "/problems/not-found"
        assert (await other.http.get(f"{path}?size=original")).json()["type"] == "/problems/not-found"
        assert (await other.http.head(path)).status_code == 404
        assert (await other.http.patch(path, content=PICTURE, headers=sent)).status_code == 404


async def test_a_stolen_queue_number_costs_nothing_that_was_recorded(site: Site) -> None:
    """A colleague who knows a phone's installation can use up its next number, and no more than that.

    The phone is told, takes a new installation and sends all of it again: one visit, whole, nothing twice.
    """
    operative = await site.signed(1, "operative", "north", installation=1)
    thief = await site.signed(2, "operative", "north", installation=1)
    chain = await a_visit(site.bench, operative.session)
    chain.whole()

    async def sync(by: Signed, installation: int, bodies: list[str], first_seq: int) -> Any:
        events = [{"seq": seq, "body": body} for seq, body in enumerate(bodies, start=first_seq)]
        sent = {"installation_id": an_id(installation), "after": 0, "events": events}
        return await by.http.post("/api/sync", json=sent)

    assert (await sync(operative, 1, chain.bodies[:4], 1)).status_code == 200
    stolen = await sync(thief, 1, ["{}"], 5)
    assert (stolen.json()["ack"], stolen.json()["feed"]) == (5, [])
    told = await sync(operative, 1, chain.bodies[4:], 5)
    assert (told.status_code, told.json()["type"]) == (409, "/problems/seq-reused")
    signing_in = {"username": "operative1", "password": "long password", "installation_id": an_id(8)}
    anew = Signed(operative.person, operative.session, site.client())
    assert (await anew.http.post("/api/session", json=signing_in)).status_code == 201
    resent = (await sync(anew, 8, chain.bodies, 1)).json()
    assert (resent["ack"], resent["refused"]) == (len(chain.bodies), [])
    await upload(site.bench)
    [visit] = (await anew.http.get("/api/day")).json()["visits"]
    assert (visit["visit_id"], visit["awaiting"]) == (chain.visit_id, ["planner_call"])


async def test_a_feed_is_its_operatives_own(site: Site) -> None:
    """Whatever position one asks from, and on whosever phone: only what concerns oneself comes."""
    operative = await site.signed(1, "operative", "north", installation=1)
    other = await site.signed(2, "operative", "north", installation=1)
    await a_recorded_visit(site, operative)
    for after, status in ((0, 200), (2**53 - 1, 200), (-1, 422), (2**53, 422), (2**70, 422), (1.5, 422), ("0", 422)):
        body: dict[str, Any] = {"installation_id": an_id(1), "after": after, "events": []}
        mine, theirs = [await by.http.post("/api/sync", json=body) for by in (operative, other)]
        assert (mine.status_code, theirs.status_code) == (status, status)
        if status == 200:
            assert theirs.json()["feed"] == []
            assert bool(mine.json()["feed"]) == (after == 0)


async def test_another_operatives_events_change_no_visit(site: Site) -> None:
    """Whoever learns a visit's id and adds to it, in their own name or in the owner's, only shows that they tried."""
    operative = await site.signed(1, "operative", "north", installation=1)
    other = await site.signed(2, "operative", "north", installation=2)
    chain = await a_recorded_visit(site, operative)
    before = (await operative.http.get(f"/api/visits/{chain.visit_id}")).json()
    forged = await a_chain(site.bench, operative.session, chain.appointment_id)
    forged.visit_id, forged.bodies = chain.visit_id, list(chain.bodies)
    forged.installation_id = an_id(2)
    in_owners_name = forged.state("access_gained", 1_000_000)
    forged.actor_id = other.person.person_id
    in_own_name = forged.state("access_gained", 1_100_000)
    events = [{"seq": seq, "body": body} for seq, body in enumerate((in_owners_name, in_own_name), start=1)]
    sent = {"installation_id": an_id(2), "after": 0, "events": events}
    answer = (await other.http.post("/api/sync", json=sent)).json()
    assert [refused["reason"] for refused in answer["refused"]] == ["wrong_actor", "not_assigned"]
    after = (await operative.http.get(f"/api/visits/{chain.visit_id}")).json()
    assert (after["standing"], after["outcome"]) == (before["standing"], before["outcome"])
    assert len(after["events"]) == len(before["events"]) + 2


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 90_000,
        b'{"events":' * 9_000,
        b'{"after":1e400}',
        b'{"after":' + b"9" * 50_000 + b"}",
        b'{"installation_id":"\xff"}',
        b'{"installation_id":"\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"null",
        b"",
        b"NaN",
        b"\0",
    ],
)
async def test_a_monstrous_body_is_a_problem_and_no_failure(site: Site, body: bytes) -> None:
    """Depth, length, numbers and bytes that are no text: a 4xx that says what to put right, and no more."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor")
    for client, path in ((operative.http, "/api/sync"), (supervisor.http, f"/api/visits/{an_id(9)}/decisions")):
        answer = await client.post(path, content=body, headers=JSON)
        assert answer.status_code in (400, 422)
        assert answer.headers["content-type"] == "application/problem+json"
        assert not [word for word in ("Traceback", "doorstep.", ".py", "Struct") if word in answer.text]


@pytest.mark.parametrize(
    "path",
    [
        "/api/visits/%ff",
        "/api/visits/%00",
        "/api/visits?q=%00%ff",
        "/api/visits?q=%25_%27%22",
        "/api/visits?after=/%00",
        "/api/visits?from=2026-11-23%0a",
        "/office/visits/%ed%a0%80",
        "/office/visits?after=%ff%00&from=%00&to=9999-99-99&operative=%ff&standing=%00",
        "/office/visits?q=%25",
        "/office//visits",
        "/office/assets/%2e%2e%2f%2e%2e%2fserver.key",
        "/office/assets/%252e%252e%252fserver.key",
        "/office/assets/x%00.css",
        "/door/%2e%2e%2f%2e%2e%2fserver.key",
        "/door/..%5c..%5cserver.key",
        "/door/assets/%2fetc%2fpasswd",
        "/office/sign-in?to=%ff%00",
        "/schema/%2e%2e",
        "/%ff",
    ],
)
async def test_a_strange_address_is_no_failure(site: Site, path: str) -> None:
    """Bytes that are no text, NULs, wildcards and ways out of a folder find nothing and break nothing."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor")
    await a_recorded_visit(site, operative)
    for client in (supervisor.http, site.client()):
        answer = await client.get(path)
        assert answer.status_code < 500
        assert client is supervisor.http or "Sample Street" not in answer.text
        assert "Traceback" not in answer.text
