"""Taking in what phones send: once each, in the order of their queues, with every fault told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from doorstep.application.accept_events import Accepted, accept_events
from doorstep.application.arrivals import Sent
from doorstep.application.import_appointments import import_bookings
from doorstep.application.rows import Session
from doorstep.application.writer import Refused
from doorstep.domain.chain import body_hash
from tests.chains import Chain
from tests.makers import Bench, a_booking, a_chain, a_person, a_session, a_visit, an_id, send, upload


async def a_phone(bench: Bench, number: int = 1, installation: int = 11) -> Session:
    """An operative signed in on an installation."""
    return await a_session(bench, await a_person(bench, number, "operative"), installation)


def told(accepted: Accepted) -> dict[int, str]:
    return {refused.seq: refused.reason for refused in accepted.refused}


async def standing(bench: Bench, chain: Chain) -> str:
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    return row.standing


async def log_of(bench: Bench) -> list[tuple[int, str]]:
    return [(entry.position, entry.sha256) for entry in await bench.office.store.entries(0, 9_999)]


async def test_the_log_holds_the_exact_bytes(any_bench: Bench) -> None:
    """Each body with who delivered it, when, and where it stands in queue and chain."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.whole()
    accepted = await send(any_bench, session, chain.bodies)
    assert (accepted.ack, told(accepted)) == (9, {})
    entries = [entry for entry in await any_bench.office.store.entries(0, 99) if entry.installation_id]
    assert [entry.body.decode() for entry in entries] == chain.bodies
    assert [(entry.seq, entry.n, entry.actor_id, entry.fault) for entry in entries] == [
        (n + 1, n, an_id(1), None) for n in range(9)
    ]
    assert {entry.visit_id for entry in entries} == {chain.visit_id}


async def test_a_replay_changes_nothing(any_bench: Bench) -> None:
    """The same receipt again: same ack, same refused, same log, same feed."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.until_planner()
    chain.state("missed_recorded", 700_000, declaration="2026-11-01")
    chain.bodies += ["{}", chain.bodies[2].replace("knock", "kick")]
    first = await send(any_bench, session, chain.bodies)
    assert told(first) == {7: "not_allowed", 8: "malformed", 9: "malformed"}
    log, feed = await log_of(any_bench), await any_bench.office.store.feed(an_id(1), 0, 99)
    assert await send(any_bench, session, chain.bodies) == first
    assert await send(any_bench, session, chain.bodies[:4]) == Accepted(9, [])
    assert await log_of(any_bench) == log
    assert await any_bench.office.store.feed(an_id(1), 0, 99) == feed


async def test_ten_replays_at_once(sqlite_bench: Bench) -> None:
    """A phone that sends one batch over ten connections has one visit, and ten equal answers."""
    session = await a_phone(sqlite_bench)
    chain = await a_visit(sqlite_bench, session)
    chain.whole()
    head = len(await log_of(sqlite_bench))
    answers = await asyncio.gather(*(send(sqlite_bench, session, chain.bodies) for _ in range(10)))
    assert {answer.ack for answer in answers} == {9}
    log = await sqlite_bench.office.store.entries(head, 99)
    assert [entry.kind for entry in log].count("standing_changed") == 1
    assert len(log) == 10
    assert await standing(sqlite_bench, chain) == "pending_corroboration"


async def test_a_seq_that_was_used_before(any_bench: Bench) -> None:
    """Other content under an acknowledged seq is refused, and nothing of the request is kept."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.until_planner()
    await send(any_bench, session, chain.bodies[:2])
    log = await log_of(any_bench)
    with pytest.raises(Refused, match="new installation id") as refused:
        await send(any_bench, session, [chain.bodies[0], chain.bodies[2], chain.bodies[3]])
    assert refused.value.reason == "seq-reused"
    assert await log_of(any_bench) == log
    assert told(await send(any_bench, session, chain.bodies)) == {}


async def test_a_seq_reused_beside_another_request(sqlite_bench: Bench) -> None:
    """Refused in the middle of a group commit, it takes nothing from the requests beside it."""
    session, other = await a_phone(sqlite_bench), await a_phone(sqlite_bench, 2, 12)
    chain = await a_visit(sqlite_bench, session)
    chain.until_planner()
    both = a_booking((an_id(2),), "A-2")
    await import_bookings(sqlite_bench.office, "system", [both])
    second = await a_chain(sqlite_bench, other, both.appointment_id, 2)
    second.until_planner()
    results = await asyncio.gather(
        send(sqlite_bench, session, chain.bodies[:3]),
        send(sqlite_bench, session, [chain.bodies[1]]),
        send(sqlite_bench, other, second.bodies),
        send(sqlite_bench, session, chain.bodies[3:], 4),
        return_exceptions=True,
    )
    assert [getattr(result, "ack", type(result)) for result in results] == [3, Refused, 6, 6]
    assert await standing(sqlite_bench, chain) == await standing(sqlite_bench, second) == "in_progress"


async def test_a_seq_that_stands_twice(bench: Bench) -> None:
    """One request does not say two things of one place in the queue."""
    session = await a_phone(bench)
    with pytest.raises(Refused) as refused:
        await accept_events(bench.office, session, [Sent(1, "{}"), Sent(1, "{}")], 0)
    assert refused.value.reason == "seq-twice"


async def test_a_session_without_an_installation(bench: Bench) -> None:
    """The office's sessions deliver nothing."""
    session = await a_session(bench, await a_person(bench, 1, "planner"))
    with pytest.raises(Refused) as refused:
        await accept_events(bench.office, session, [], 0)
    assert refused.value.reason == "no-installation"


async def test_a_gap_in_the_queue_stops(any_bench: Bench) -> None:
    """What came before the gap is acknowledged; what comes after is not kept, and is sent again."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.until_planner()
    head = len(await log_of(any_bench))
    sent = [Sent(seq, body) for seq, body in enumerate(chain.bodies, 1)]
    accepted, _ = await accept_events(any_bench.office, session, [sent[4], sent[0], sent[1]], 0)
    assert (accepted.ack, accepted.refused) == (2, [])
    accepted, _ = await accept_events(any_bench.office, session, sent[3:], 0)
    assert accepted.ack == 2
    assert len(await log_of(any_bench)) == head + 2
    accepted, _ = await accept_events(any_bench.office, session, sent[2:], 0)
    assert accepted.ack == 6


async def test_a_body_under_another_seq(any_bench: Bench) -> None:
    """It has its one entry, the other seq is receipted, and both can be sent again."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.start()
    for _ in range(2):
        assert (await send(any_bench, session, [chain.bodies[0], chain.bodies[0], "{}", "{}"])).ack == 4
    bodies = [entry.body.decode() for entry in await any_bench.office.store.entries(0, 99) if entry.installation_id]
    assert bodies == [chain.bodies[0], "{}"]


async def test_a_new_installation_sends_again(any_bench: Bench) -> None:
    """After seq-reused the phone has a new installation id: its events are known, go on, and its photos are taken."""
    session = await a_phone(any_bench)
    again = await a_session(any_bench, session.person, 12)
    chain = await a_visit(any_bench, session)
    chain.whole()
    await send(any_bench, session, chain.bodies[:8])
    accepted = await send(any_bench, again, chain.bodies)
    assert (accepted.ack, told(accepted)) == (9, {})
    assert await standing(any_bench, chain) == "pending_corroboration"
    sha256 = json.loads(chain.bodies[6])["photo_sha256"]
    assert await any_bench.office.store.photo_size(sha256, an_id(12), "") == 38
    assert await any_bench.office.store.photo_size(sha256, an_id(13), "") is None


async def test_two_phones_of_one_operative(any_bench: Bench) -> None:
    """Each has its own queue; visits on both are that operative's, and either may finish what the other began."""
    first = await a_phone(any_bench)
    second = await a_session(any_bench, first.person, 12)
    chain = await a_visit(any_bench, first)
    chain.whole()
    assert (await send(any_bench, first, chain.bodies[:5])).ack == 5
    assert (await send(any_bench, second, chain.bodies[5:])).ack == 4
    assert await standing(any_bench, chain) == "pending_corroboration"


async def test_another_operatives_session_may_deliver(any_bench: Bench) -> None:
    """A shared phone: whoever is signed in delivers what those before them stated on it."""
    session = await a_phone(any_bench)
    other = await a_session(any_bench, await a_person(any_bench, 2, "operative"), 11)
    chain = await a_visit(any_bench, session)
    chain.whole()
    accepted = await send(any_bench, other, chain.bodies)
    assert (accepted.ack, told(accepted)) == (9, {})


async def test_an_actor_who_never_held_a_session_there(any_bench: Bench) -> None:
    """Kept aside as `wrong_actor` and told, also where the visit never began; the same on replay."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.actor_id = an_id(2)
    await a_phone(any_bench, 2, 12)
    chain.until_planner()
    for _ in range(2):
        accepted = await send(any_bench, session, chain.bodies)
        assert (accepted.ack, told(accepted)) == (6, dict.fromkeys(range(1, 7), "wrong_actor"))
    row = await any_bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert (row.appointment_id, row.standing) == (None, "in_progress")


async def test_malformed_with_and_without_a_visit(any_bench: Bench) -> None:
    """Kept in the log with its installation, and on its visit where one can be read; the queue goes on."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.start()
    nested = '{"x":' + "[" * 2_000
    bodies = [chain.bodies[0], nested, "", f'{{"visit_id":"{chain.visit_id}"}}', f'{{"visit_id":"{an_id(77)}"}}']
    accepted = await send(any_bench, session, bodies)
    assert (accepted.ack, told(accepted)) == (5, dict.fromkeys(range(2, 6), "malformed"))
    entries = [entry for entry in await any_bench.office.store.entries(0, 99) if entry.kind == "malformed"]
    assert [entry.visit_id for entry in entries] == [None, None, chain.visit_id, an_id(77)]
    assert {(entry.installation_id, entry.fault) for entry in entries} == {(an_id(11), "malformed")}
    assert await any_bench.office.store.visit_row(an_id(77)) is not None


@pytest.mark.parametrize("outcome", ["abandoned", "no_such_outcome"])
async def test_an_outcome_that_nobody_knows(any_bench: Bench, outcome: str) -> None:
    """A visit is closed with an outcome of the rules; another is malformed and closes nothing."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.start()
    chain.state("visit_closed", 1_000, outcome=outcome)
    assert told(await send(any_bench, session, chain.bodies)) == {2: "malformed"}
    assert await standing(any_bench, chain) == "in_progress"


def altered(text: str, **changes: Any) -> str:
    return json.dumps({**json.loads(text), **changes}, separators=(",", ":"))


async def test_every_fault_of_a_place_in_a_chain(any_bench: Bench) -> None:
    """`gap`, `fork`, `malformed` times, `not_assigned` and `after_close` are told, by seq, and cover nothing else."""
    session = await a_phone(any_bench)
    other = await a_session(any_bench, await a_person(any_bench, 2, "operative"), 11)
    assert other.installation_id == session.installation_id
    chain = await a_visit(any_bench, session)
    chain.until_planner()
    gap = [*chain.bodies[:2], *chain.bodies[3:]]
    chain.state("note_added", 600_000, note="the same time again")
    fork = altered(chain.bodies[4], at="2026-11-23T09:00:04.000Z")
    stranger = altered(chain.bodies[5], actor_id=an_id(2), n=7)
    bodies = [*gap, chain.bodies[6], fork, stranger]
    chain.state("visit_closed", 700_000, outcome="wrong_address")
    chain.state("door_knocked", 701_000, method="knock")
    bodies += chain.bodies[7:]
    expected = {3: "gap", 6: "malformed", 7: "fork", 8: "not_assigned", 10: "after_close"}
    for _ in range(2):
        accepted = await send(any_bench, session, bodies)
        assert (accepted.ack, told(accepted)) == (10, expected)
    accepted = await send(any_bench, session, [chain.bodies[2]], 11)
    assert (accepted.ack, told(accepted)) == (11, {})
    again = {seq: reason for seq, reason in expected.items() if reason != "gap"}
    assert told(await send(any_bench, session, bodies)) == again


@pytest.mark.parametrize("how", ["never served", "another's", "other policy", "other appointment", "no appointment"])
async def test_an_unknown_snapshot(any_bench: Bench, how: str) -> None:
    """Kept, told on `visit_started`, and never recorded."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    if how == "never served":
        chain.snapshot += " "
    elif how == "another's":
        await a_phone(any_bench, 2, 11)
        chain.actor_id = an_id(2)
    elif how == "other policy":
        chain.policy_version = "2026-10-01"
    elif how == "other appointment":
        second = await a_visit(any_bench, session, 2, "A-2")
        chain.snapshot = second.snapshot
    else:
        chain.appointment_id = "nowhere"
    chain.whole()
    accepted = await send(any_bench, session, chain.bodies)
    assert (accepted.ack, told(accepted)) == (9, {1: "unknown_snapshot", 9: "not_allowed"})
    await upload(any_bench)
    assert await standing(any_bench, chain) == "refused"


async def test_the_feed_comes_with_the_answer(any_bench: Bench) -> None:
    """What the office stated since the cursor, to this operative alone: the standing that this very request made."""
    session = await a_phone(any_bench)
    chain = await a_visit(any_bench, session)
    chain.whole()
    sent = [Sent(seq, body) for seq, body in enumerate(chain.bodies, 1)]
    _, feed = await accept_events(any_bench.office, session, sent, 0)
    assert [item.kind for item in feed] == ["appointment_changed", "standing_changed"]
    moved = json.loads(feed[1].body)
    assert (moved["standing"], moved["awaiting"]) == ("pending_corroboration", ["photo", "planner_call"])
    _, rest = await accept_events(any_bench.office, session, [], feed[-1].position)
    assert rest == []
    other = await a_phone(any_bench, 2, 12)
    _, theirs = await accept_events(any_bench.office, other, [], 0)
    assert theirs == []


async def test_a_photo_that_was_whole_before(any_bench: Bench) -> None:
    """Bytes that came for another visit are known here too, also where this visit's start comes last."""
    session = await a_phone(any_bench)
    other = await a_session(any_bench, session.person, 12)
    first, second = await a_visit(any_bench, session), await a_visit(any_bench, session, 2, "A-2")
    first.whole()
    second.whole()
    await send(any_bench, session, first.bodies)
    await upload(any_bench)
    await send(any_bench, session, second.bodies[1:], 10)
    await send(any_bench, other, second.bodies[:1])
    row = await any_bench.office.store.visit_row(second.visit_id)
    assert row is not None
    assert (row.standing, row.awaiting) == ("pending_corroboration", '["planner_call"]')


async def test_the_hash_is_of_the_bytes(bench: Bench) -> None:
    """A body that differs in a space is another body, and so a fork."""
    session = await a_phone(bench)
    chain = await a_visit(bench, session)
    chain.until_planner()
    spaced = chain.bodies[3] + " "
    accepted = await send(bench, session, [*chain.bodies, spaced])
    assert told(accepted) == {7: "fork"}
    assert body_hash(spaced.encode()) in {sha256 for _, sha256 in await log_of(bench)}
