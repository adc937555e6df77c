"""Signatures on arrival: as few are looked at as a chain needs, and what is nobody's is kept aside."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from doorstep.adapters.p256 import verifies
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.accept_events import MOST_KEPT_ASIDE, Accepted, accept_events
from doorstep.application.arrivals import Sent
from doorstep.application.audit import Audited, faults
from doorstep.application.enrol_phone import phone_of, phones_seen_by, revoke_device
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Session
from tests.chains import Chain
from tests.makers import Bench, PhoneKey, a_person, a_session, a_visit, an_enrolled_phone, send


class Counting:
    """Verifies as the phones' keys are verified, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, public_key: bytes, message: bytes, sig: bytes) -> bool:
        self.count += 1
        return verifies(public_key, message, sig)


async def a_phone(bench: Bench, number: int = 1, installation: int = 11) -> Session:
    """An operative signed in on an installation."""
    return await a_session(bench, await a_person(bench, number, "operative"), installation)


async def a_signed_visit(bench: Bench, session: Session) -> tuple[PhoneKey, Chain]:
    """An enrolled phone and a whole visit of it."""
    key, device_id = await an_enrolled_phone(bench, session)
    chain = await a_visit(bench, session)
    chain.device_id = device_id
    chain.whole()
    return key, chain


async def sync(bench: Bench, session: Session, events: list[tuple[int, str, str | None]]) -> Accepted:
    """Send events by seq, body and signature."""
    accepted, _ = await accept_events(bench.office, session, [Sent(*event) for event in events], 0)
    return accepted


def told(accepted: Accepted) -> dict[int, str]:
    return {refused.seq: refused.reason for refused in accepted.refused}


async def test_one_signature_vouches_for_a_line(any_bench: Bench) -> None:
    """Nine events in a line, and nine that came before: one signature is looked at each time, the last."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    any_bench.office.verifies = counting = Counting()
    assert (await send(any_bench, session, chain.bodies, key=key)).refused == []
    assert counting.count == 1
    second = await a_visit(any_bench, session, 2, "A-2")
    second.device_id = chain.device_id
    second.whole()
    mixed = [body for both in zip(chain.bodies, second.bodies, strict=True) for body in both]
    assert told(await send(any_bench, session, mixed, 10, key)) == {}
    assert counting.count == 3
    entries = [entry for entry in await any_bench.office.store.entries(0, 99) if entry.installation_id]
    assert [entry.sig is not None for entry in entries] == [True] * 18


async def test_where_one_fails_the_one_before_stands_by_its_own(any_bench: Bench) -> None:
    """Only back to the first that holds; a wrong signature in the middle of a line is made good by its head."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    any_bench.office.verifies = counting = Counting()
    events: list[tuple[int, str, str | None]] = [(seq, body, key.sig(body)) for seq, body in enumerate(chain.bodies, 1)]
    wrong = key.sig("another")
    events[3] = (4, chain.bodies[3], wrong)
    events[7:] = [(8, chain.bodies[7], wrong), (9, chain.bodies[8], wrong)]
    assert told(await sync(any_bench, session, events)) == {8: "bad_signature", 9: "bad_signature"}
    assert counting.count == 3


async def test_what_vouches_for_an_event_is_kept_after_it(sqlite_bench: Bench) -> None:
    """A true head that came before, that another gap keeps out, or that stands before it in the queue: no voucher."""
    session = await a_phone(sqlite_bench)
    key, chain = await a_signed_visit(sqlite_bench, session)
    bodies, wrong = chain.bodies, key.sig("another")
    assert told(await sync(sqlite_bench, session, [(1, bodies[1], key.sig(bodies[1])), (2, bodies[0], wrong)]))[2] == (
        "bad_signature"
    )
    again = await sync(sqlite_bench, session, [(3, bodies[0], wrong), (4, bodies[1], key.sig(bodies[1]))])
    assert told(again)[3] == "bad_signature"
    beyond = await sync(sqlite_bench, session, [(5, bodies[2], wrong), (7, bodies[3], key.sig(bodies[3]))])
    assert (beyond.ack, told(beyond)) == (5, {5: "bad_signature"})
    assert told(await sync(sqlite_bench, session, [(6, bodies[0], key.sig(bodies[0]))])) == {}
    office = sqlite_bench.office
    assert [fault async for fault in faults(office, Audited())] == []


async def test_many_wrong_signatures(any_bench: Bench) -> None:
    """A whole request of them is looked at apart from the others' requests, and each is told."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    any_bench.office.verifies = counting = Counting()
    events: list[tuple[int, str, str | None]] = [
        (seq, body, PhoneKey(9).sig(body)) for seq, body in enumerate(chain.bodies, 1)
    ]
    events.append((10, chain.bodies[0], key.sig(chain.bodies[0])))
    for _ in range(2):
        accepted = await sync(any_bench, session, events)
        assert (accepted.ack, told(accepted)) == (10, dict.fromkeys(range(1, 10), "bad_signature"))
    assert counting.count == 20


async def test_a_voucher_that_came_before_costs_each_signature_once(any_bench: Bench) -> None:
    """A known head behind wrong signatures vouches for none of them, and does not have them looked at by the square."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    head = chain.bodies[-1]
    await sync(any_bench, session, [(1, head, key.sig(head))])
    any_bench.office.verifies = counting = Counting()
    wrong = [(seq, body, key.sig("another")) for seq, body in enumerate(chain.bodies[:-1], 2)]
    accepted = await sync(any_bench, session, [*wrong, (10, head, key.sig(head))])
    assert told(accepted) == dict.fromkeys(range(2, 10), "bad_signature") | {10: "gap"}
    assert counting.count == 9


async def test_what_is_kept_aside_has_a_limit(any_bench: Bench) -> None:
    """Beyond it only hashes are kept; the receipts stand, and what is the phone's own goes on."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    body, wrong = chain.bodies[0], key.sig("another")
    events: list[tuple[int, str, str | None]] = []
    for first in range(1, MOST_KEPT_ASIDE + 2, 50):
        texts = [body.replace('"mono":1000', f'"mono":{first + more}') for more in range(50)]
        events = [(first + more, text, wrong) for more, text in enumerate(texts)]
        await sync(any_bench, session, [*events])
    accepted = await sync(any_bench, session, [*events, (551, body, key.sig(body))])
    assert (accepted.ack, set(told(accepted).values())) == (551, {"bad_signature"})
    admin = await a_person(any_bench, 3, "admin")
    [phone] = await phones_seen_by(any_bench.office, admin)
    assert phone.kept_aside == 550
    assert len([entry for entry in await any_bench.office.store.entries(0, 999) if entry.installation_id]) == 1


async def test_the_hashes_beyond_the_limit(tmp_path: Path, sqlite_bench: Bench) -> None:
    """In the file: 500 bodies, then none; and the audit counts them among what was acknowledged."""
    session = await a_phone(sqlite_bench)
    key, chain = await a_signed_visit(sqlite_bench, session)
    wrong = key.sig("another")
    for first in range(1, 502, 50):
        texts = [chain.bodies[0].replace('"mono":1000', f'"mono":{first + more}') for more in range(50)]
        await sync(sqlite_bench, session, [(first + more, text, wrong) for more, text in enumerate(texts)])
    store = sqlite_bench.office.store
    assert isinstance(store, SqliteStore)
    assert await store.faults() == []
    with sqlite3.connect(tmp_path / "store.sqlite3") as held:
        assert held.execute("SELECT count(*),count(body) FROM quarantine").fetchone() == (550, 500)


async def test_a_phone_that_does_not_know_yet(any_bench: Bench) -> None:
    """The answer to its enrolment was lost, so it goes on without a key: until it has signed, that counts as before."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.until_planner()
    key, device_id = await an_enrolled_phone(any_bench, session)
    accepted = await send(any_bench, session, chain.bodies)
    assert (accepted.refused, accepted.device and accepted.device.device_id) == ([], device_id)
    chain.device_id = device_id
    chain.card_and_record()
    assert (await send(any_bench, session, chain.bodies[6:], 7, key)).refused == []
    late = chain.bodies[0].replace("1000", "1001")
    assert told(await sync(any_bench, session, [(10, late, None)])) == {10: "unsigned"}


async def test_nobody_else_brings_unsigned_events_in_an_enrolled_phones_name(any_bench: Bench) -> None:
    """A colleague who knows its installation makes up no visit there: what that phone states, it signs."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    await send(any_bench, session, chain.bodies, key=key)
    colleague = await a_session(any_bench, await a_person(any_bench, 2, "operative"), 12)
    made_up = await a_visit(any_bench, session, 2, "A-2")
    made_up.whole()
    accepted = await send(any_bench, colleague, made_up.bodies)
    assert (accepted.ack, told(accepted)) == (9, dict.fromkeys(range(1, 10), "unsigned"))
    assert await any_bench.office.store.visit_row(made_up.visit_id) is None


async def test_a_phone_with_a_new_installation(any_bench: Bench) -> None:
    """It keeps its key: its events count, whoever delivers them there, and it hears that it was revoked."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    colleague = await a_session(any_bench, await a_person(any_bench, 2, "operative"), 12)
    await send(any_bench, session, chain.bodies[:3], key=key)
    accepted = await send(any_bench, colleague, chain.bodies[:7], key=key)
    assert (accepted.ack, accepted.refused) == (7, [])
    assert accepted.device is not None
    assert accepted.device.device_id == chain.device_id
    assert await phone_of(any_bench.office, colleague) == accepted.device
    assert await phone_of(any_bench.office, session) is None
    assert accepted.device.lives_on == colleague.installation_id
    await rebuild(any_bench.office.store, any_bench.office.rules.policies)
    assert await phone_of(any_bench.office, colleague) == accepted.device
    await revoke_device(any_bench.office, await a_person(any_bench, 3, "admin"), chain.device_id, "lost")
    live = [await any_bench.office.store.session(one.token_hash, any_bench.clock.ms) for one in (session, colleague)]
    assert live == [None, None]
    colleague = await a_session(any_bench, colleague.person, 12)
    accepted = await send(any_bench, colleague, chain.bodies[7:], 8, key)
    assert told(accepted) == {8: "revoked", 9: "revoked"}
    assert accepted.device is not None
    assert accepted.device.revoked_at == any_bench.clock.ms


async def test_an_anchor_that_is_ours(any_bench: Bench) -> None:
    """It is kept as it stands, from a phone with a key and from one without."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    plain = await a_phone(any_bench, 2, 12)
    other = await a_visit(any_bench, plain, 2, "A-2")
    anchor = any_bench.office.anchors.current()
    other.start()
    body = other.state("arrived", 5_000, address_confirmed=True, place_missing="off", anchor=anchor)
    assert told(await sync(any_bench, plain, [(1, other.bodies[0], None), (2, body, None)])) == {}
    signed = chain.bodies[0][:-1] + f',"anchor":"{anchor}"}}'
    assert told(await sync(any_bench, session, [(1, signed, key.sig(signed))])) == {}


@pytest.mark.parametrize("fault", ["unsigned", "bad_signature"])
async def test_what_was_kept_aside_may_come_again_rightly(any_bench: Bench, fault: str) -> None:
    """A signature lost or spoilt under way: sent again under another place of the queue, the event counts."""
    session = await a_phone(any_bench)
    key, chain = await a_signed_visit(any_bench, session)
    body = chain.bodies[0]
    sig = None if fault == "unsigned" else key.sig("another")
    assert told(await sync(any_bench, session, [(1, body, sig)])) == {1: fault}
    assert told(await sync(any_bench, session, [(2, body, key.sig(body))])) == {}
    both: list[tuple[int, str, str | None]] = [(1, body, key.sig(body)), (2, body, sig)]
    assert told(await sync(any_bench, session, both)) == {1: fault}
