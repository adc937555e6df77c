"""What may be tried with a phone, its key or its queue, through the real web with real keys, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from doorstep.adapters.log_key import Ed25519LogKey
from doorstep.application.anchors import Anchors
from doorstep.application.sign_in import _Begin, new_session
from doorstep.domain.instants import format_instant
from doorstep.domain.signing import enrolment_message, from_base64url, renewal_message, to_base64url
from tests.makers import DAY, HeldClock, PhoneKey, a_visit, an_enrolled_phone, an_id
from tests.web.browsing import Signed, Site

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass
class Phone:
    """An enrolled phone, a whole visit signed and ready to be sent, and the operative who is signed in."""

    site: Site
    operative: Signed
    key: PhoneKey
    device_id: str
    visit_id: str
    bodies: list[str]

    async def sync(self, events: Sequence[tuple[int, str, str | None]], http: httpx.AsyncClient | None = None) -> Any:
        """Send events by seq, body and signature; gives what was answered."""
        sent = [{"seq": seq, "body": body} | ({"sig": sig} if sig else {}) for seq, body, sig in events]
        content = {"installation_id": str(self.operative.session.installation_id), "events": sent, "after": 0}
        answer = await (http or self.operative.http).post("/api/sync", json=content)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def signed(self, bodies: Sequence[str] | None = None, first_seq: int = 1) -> list[tuple[int, str, str | None]]:
        """Bodies as this phone sends them."""
        return [(seq, body, self.key.sig(body)) for seq, body in enumerate(bodies or self.bodies, start=first_seq)]

    async def logged(self) -> list[tuple[str, str | None, bool]]:
        """The phone's entries in the log: each with its fault, and whether a signature is kept beside it."""
        entries = await self.site.bench.office.store.entries(0, 999)
        return [(entry.kind, entry.fault, entry.sig is not None) for entry in entries if entry.installation_id]

    async def faults(self) -> dict[int, str]:
        """What the visit's page shows of each event that does not count, by its place in the chain."""
        supervisor = await self.site.signed(99, "supervisor")
        shown = (await supervisor.http.get(f"/api/visits/{self.visit_id}")).json()
        return {event["n"]: event["fault"] for event in shown["events"] if event["fault"]}


def told(answer: Any) -> dict[int, str]:
    """Why events do not count, by seq."""
    return {refused["seq"]: refused["reason"] for refused in answer["refused"]}


@pytest.fixture
async def phone(site: Site) -> Phone:
    """An operative's enrolled phone at the end of a whole visit, with nothing sent yet."""
    operative = await site.signed(1, "operative", "north", installation=11)
    key, device_id = await an_enrolled_phone(site.bench, operative.session)
    chain = await a_visit(site.bench, operative.session)
    chain.device_id = device_id
    chain.whole()
    return Phone(site, operative, key, device_id, chain.visit_id, chain.bodies)


def altered(body: str, **changes: Any) -> str:
    """A body with other fields."""
    return json.dumps(json.loads(body) | changes, separators=(",", ":"))


async def test_00_an_honest_phone(phone: Phone) -> None:
    """What none of this may harm: a signed visit counts, each event with its signature."""
    answer = await phone.sync(phone.signed())
    assert (answer["ack"], answer["refused"]) == (9, [])
    assert answer["device"] == {"device_id": phone.device_id, "is_revoked": False}
    assert answer["wipe"] is False
    assert answer["anchor"] == phone.site.bench.office.anchors.current()
    assert [(fault, is_signed) for _, fault, is_signed in await phone.logged()] == [(None, True)] * 9


async def test_01_unknown_key(phone: Phone) -> None:
    """Signed by a phone that nobody enrolled: kept aside, acknowledged and told; what follows is not held up."""
    unknown = [altered(body, device_id=an_id(0xBAD)) for body in phone.bodies[:2]]
    events = [(seq, body, PhoneKey(7).sig(body)) for seq, body in enumerate(unknown, 1)]
    for _ in range(2):
        answer = await phone.sync([*events, *phone.signed(first_seq=3)])
        assert (answer["ack"], told(answer)) == (11, {1: "unknown_device", 2: "unknown_device"})
    assert len(await phone.logged()) == 9
    supervisor = await phone.site.signed(2, "supervisor")
    [shown] = (await supervisor.http.get("/api/devices")).json()["devices"]
    assert (shown["device_id"], shown["quarantined"]) == (phone.device_id, 2)


async def test_01_another_key(phone: Phone) -> None:
    """The right phone named, and another's key: kept aside, whoever made it."""
    other = await phone.site.signed(2, "operative", installation=12)
    key, _ = await an_enrolled_phone(phone.site.bench, other.session, 2)
    answer = await phone.sync([(seq, body, key.sig(body)) for seq, body in enumerate(phone.bodies, 1)])
    assert (answer["ack"], told(answer)) == (9, dict.fromkeys(range(1, 10), "bad_signature"))
    assert await phone.logged() == []


async def test_01_no_signature(phone: Phone) -> None:
    """A phone that has signed signs everything: what names it, or comes over it, without a signature is kept aside."""
    await phone.sync(phone.signed(phone.bodies[:2]))
    plain = altered(phone.bodies[3], device_id=an_id(11))
    answer = await phone.sync([(3, phone.bodies[2], None), (4, plain, None)])
    assert (answer["ack"], told(answer)) == (4, {3: "unsigned", 4: "unsigned"})


async def test_02_anothers_visit(phone: Phone) -> None:
    """An operative states something in a colleague's visit, on the phone that they share: kept, shown, not counted."""
    await phone.site.signed(2, "operative", "north", installation=11)
    stated = altered(phone.bodies[8], actor_id=an_id(2), n=9)
    answer = await phone.sync([*phone.signed(), *phone.signed([stated], 10)])
    assert told(answer) == {10: "not_assigned"}
    assert await phone.faults() == {9: "not_assigned"}


async def test_03_an_actor_who_is_not_the_sessions(phone: Phone) -> None:
    """The phone signs in the name of somebody who was never signed in on it: kept with its fault, not counted."""
    forged = [altered(body, actor_id=an_id(2)) for body in phone.bodies[:1]]
    answer = await phone.sync(phone.signed(forged))
    assert (answer["ack"], told(answer)) == (1, {1: "wrong_actor"})
    assert await phone.logged() == [("visit_started", "wrong_actor", True)]


async def test_04_an_enrolment_code_reused(phone: Phone) -> None:
    """A code opens one phone: with another key it is worth nothing, and tries are few."""
    planner = await phone.site.signed(2, "planner")
    made = await planner.http.post("/api/enrolment-codes", json={"person_id": an_id(1)})
    assert made.status_code == 201
    code = made.json()["code"]

    async def enrol(key: PhoneKey, typed: str = code) -> tuple[int, str]:
        proof = key.sign(enrolment_message(typed, an_id(1), an_id(11)))
        sent = {"code": typed, "public_key": to_base64url(key.public_key), "proof": to_base64url(proof)}
        answer = await phone.operative.http.post("/api/enrolments", json=sent)
        told = answer.json()
        return answer.status_code, told.get("type") or told["device_id"]

    status, device_id = await enrol(PhoneKey(5))
    assert status == 201
    assert await enrol(PhoneKey(5)) == (201, device_id)
    for _ in range(5):
        assert await enrol(PhoneKey(6)) == (401, "/problems/enrolment-code")
    assert await enrol(PhoneKey(6)) == (429, "/problems/too-many-tries")


async def test_05_a_seal_over_another_head(phone: Phone) -> None:
    """A true signature by the true key, over another event, an enrolment or the bare body, vouches for nothing."""
    last = phone.bodies[8].encode()
    for first_seq, sig in ((1, phone.key.sig(phone.bodies[7])), (2, to_base64url(phone.key.sign(last)))):
        answer = await phone.sync([(first_seq, phone.bodies[8], sig)])
        assert told(answer) == {first_seq: "bad_signature"}
    line = to_base64url(phone.key.sign(b"doorstep/enrol/v1\n" + last))
    assert told(await phone.sync([(3, phone.bodies[8], line)])) == {3: "bad_signature"}
    assert await phone.logged() == []


async def test_06_a_revoked_phone_syncs(phone: Phone) -> None:
    """Signed out at once; what it holds is taken after signing in, as `revoked`; then it is asked to forget all."""
    await phone.sync(phone.signed(phone.bodies[:4]))
    supervisor = await phone.site.signed(2, "supervisor")
    lost = {"reason": "lost on site"}
    answer = await supervisor.http.request("DELETE", f"/api/devices/{phone.device_id}", json=lost)
    assert answer.status_code == 204
    assert (await phone.operative.http.get("/api/me")).status_code == 401
    bench = phone.site.bench
    token, session = new_session(bench.office, phone.operative.person, an_id(11), bench.clock.ms)
    await bench.office.writer.submit(_Begin(session))
    again = phone.site.client(token)
    known = (await again.get("/api/me")).json()
    assert known["device"] == {"device_id": phone.device_id, "is_revoked": True}
    answer = await phone.sync(phone.signed()[:3], again)
    assert (told(answer), answer["wipe"]) == ({}, True)
    answer = await phone.sync([*phone.signed()[4:6], *phone.signed()[8:]], again)
    assert (answer["ack"], told(answer), answer["wipe"]) == (6, {5: "revoked", 6: "revoked"}, False)
    answer = await phone.sync(phone.signed()[6:], again)
    assert (told(answer), answer["wipe"]) == (dict.fromkeys((7, 8, 9), "revoked"), True)
    assert await phone.faults() == dict.fromkeys(range(4, 9), "revoked")


async def test_07_a_stolen_cookie_without_the_key(phone: Phone) -> None:
    """It is good until it ends, and cannot be made to last longer."""
    thief = phone.site.client(phone.operative.http.cookies["doorstep_session"])
    anchor = phone.site.bench.office.anchors.current()
    content = {"installation_id": an_id(11), "anchor": anchor}
    for key in (PhoneKey(6), PhoneKey(7)):
        proof = to_base64url(key.sign(renewal_message(an_id(11), anchor)))
        answer = await thief.post("/api/session/renewal", json=content | {"proof": proof})
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-proved")
    phone.site.bench.clock.ms += 60_000
    proof = to_base64url(phone.key.sign(renewal_message(an_id(11), anchor)))
    answer = await phone.operative.http.post("/api/session/renewal", json=content | {"proof": proof})
    assert answer.status_code == 200
    assert answer.json()["expires_at"] == f"{DAY}T23:01:00.000Z"
    assert "max-age=50400" in answer.headers["set-cookie"].lower()


async def test_08_a_signed_out_queue(phone: Phone) -> None:
    """Signed out in the middle of the queue: nothing is taken, nothing is lost, and all of it counts later."""
    await phone.sync(phone.signed()[:3])
    assert (await phone.operative.http.delete("/api/session")).status_code == 204
    events = [{"seq": 4, "body": phone.bodies[3], "sig": phone.key.sig(phone.bodies[3])}]
    content = {"installation_id": an_id(11), "events": events, "after": 0}
    assert (await phone.operative.http.post("/api/sync", json=content)).status_code == 401
    assert len(await phone.logged()) == 3
    bench = phone.site.bench
    token, session = new_session(bench.office, phone.operative.person, an_id(11), bench.clock.ms)
    await bench.office.writer.submit(_Begin(session))
    answer = await phone.sync(phone.signed(), phone.site.client(token))
    assert (answer["ack"], told(answer)) == (9, {})


async def test_09_a_byte_flipped(phone: Phone) -> None:
    """Altered under way, in the middle of a line or at its end: kept aside, and the altered one only."""
    events = phone.signed()
    events[3] = (4, phone.bodies[3].replace('"bell"', '"bela"'), events[3][2])
    events[4] = (5, phone.bodies[4].replace("ends 123", "ends 124"), events[4][2])
    answer = await phone.sync(events)
    assert (answer["ack"], told(answer)) == (9, {4: "malformed", 5: "bad_signature", 6: "gap", 9: "not_allowed"})
    answer = await phone.sync(phone.signed(phone.bodies[3:5], 10))
    assert (answer["ack"], told(answer)) == (11, {})


async def test_10_an_event_removed(phone: Phone) -> None:
    """A knock too few, and the rest sent as if there were none: the gap is told, and shows on the visit."""
    kept = [*phone.bodies[:3], *phone.bodies[4:]]
    answer = await phone.sync(phone.signed(kept))
    assert (answer["ack"], told(answer)[4]) == (8, "gap")
    assert (await phone.faults())[4] == "gap"


async def test_11_two_children_of_one_event(phone: Phone) -> None:
    """The phone says two things after one: both are kept, one counts, and the other shows as a fork."""
    other = altered(phone.bodies[8], at=format_instant(phone.site.bench.clock.ms + 1))
    answer = await phone.sync([*phone.signed(), *phone.signed([other], 10)])
    assert (answer["ack"], list(told(answer).values())) == (10, ["fork"])
    assert len(await phone.logged()) == 10
    assert await phone.faults() == {8: "fork"}


async def test_12_a_replay(phone: Phone) -> None:
    """The same again, whole, in part, or under another place of the queue: the same receipt, and one log."""
    first = await phone.sync(phone.signed())
    logged = await phone.logged()
    for events in (phone.signed(), phone.signed()[3:5], [(10, *phone.signed()[0][1:])]):
        again = await phone.sync(events)
        assert (again["ack"], again["refused"]) == (max(first["ack"], events[-1][0]), [])
    assert await phone.logged() == logged


async def test_13_a_duplicate_json_key(phone: Phone) -> None:
    """A body that says two things of one name is malformed, signed or not."""
    twice = phone.bodies[1].replace('"t":5000', '"t":5000,"t":900000')
    answer = await phone.sync(phone.signed([phone.bodies[0], twice]))
    assert (answer["ack"], told(answer)) == (2, {2: "malformed"})
    assert (await phone.logged())[1] == ("malformed", "malformed", False)


@pytest.mark.parametrize("how", ["63 bytes", "65 bytes", "DER", "none", "zeros", "padded", "not base64url"])
async def test_14_a_signature_of_another_form(phone: Phone, how: str) -> None:
    """Exactly 64 bytes in one form: also where what follows would vouch for it, any other is rejected."""
    right = phone.key.sig(phone.bodies[0])
    raw = from_base64url(right, 64)
    assert raw is not None
    wrong = {
        "63 bytes": to_base64url(raw[:63]),
        "65 bytes": to_base64url(raw + b"\0"),
        "DER": to_base64url(b"\x30\x44\x02\x20" + raw[:32] + b"\x02\x20" + raw[32:]),
        "none": "A",
        "zeros": to_base64url(b"\0" * 65),
        "padded": right + "==",
        "not base64url": right[:-1] + "!",
    }[how]
    answer = await phone.sync([(1, phone.bodies[0], wrong), *phone.signed(phone.bodies[1:], 2)])
    assert (answer["ack"], told(answer)[1]) == (9, "bad_signature")
    assert len(await phone.logged()) == 8


async def test_15_the_other_signature_of_one_event(phone: Phone) -> None:
    """Of (r, s) anybody can make (r, n-s): it verifies, and is the same event with the same receipt."""
    raw = from_base64url(phone.key.sig(phone.bodies[0]), 64)
    assert raw is not None
    other = to_base64url(raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big"))
    first = await phone.sync(phone.signed(phone.bodies[:1]))
    for seq in (1, 2):
        answer = await phone.sync([(seq, phone.bodies[0], other)])
        assert (answer["ack"], answer["refused"]) == (seq, first["refused"])
    assert await phone.logged() == [("visit_started", None, True)]


async def test_20_a_future_or_forged_anchor(phone: Phone) -> None:
    """Another log's, an altered one, or one that was not given out yet: kept with its fault, and not counted."""
    bench = phone.site.bench
    ours, head = bench.office.anchors, bench.office.writer.tree_head
    stranger = Ed25519LogKey.from_seed(b"x" * 32, "doorstep/tests")
    elsewhere = Ed25519LogKey.from_seed(b"l" * 32, "doorstep/elsewhere")
    right = ours.current()
    wrong = [
        Anchors(stranger, bench.clock, head).current(),
        Anchors(elsewhere, bench.clock, head).current(),
        Anchors(bench.office.log_key, HeldClock(bench.clock.ms + 60_000), head).current(),
        right.replace(right[:13], str(bench.clock.ms - 60_000), 1),
    ]
    for seq, anchor in enumerate(wrong, 1):
        answer = await phone.sync(phone.signed([altered(phone.bodies[0], anchor=anchor)], seq))
        assert told(answer) == {seq: "bad_anchor"}
    answer = await phone.sync(phone.signed([altered(phone.bodies[0], anchor=right)], 5))
    assert told(answer) == {}
    assert [fault for _, fault, _ in await phone.logged()] == ["bad_anchor"] * 4 + [None]
