"""Data exceptions of visits and their evidence: made, found as exactly that row, mended, and gone; in every store."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import msgspec

from doorstep.application.data_exceptions.facts import clock_fact
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.match_planner_call import match_planner_call
from doorstep.application.photos import Decoded, Unreadable
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Entry
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from tests.application.exceptions_asked import OPENS, asked
from tests.chains import PICTURE
from tests.makers import MORNING, Bench, TrustingDecoder, a_person, a_session, a_visit, send, upload


async def test_an_arrival_before_the_window(any_bench: Bench) -> None:
    """By the phone's own time, a minute before the slot; the limit says how early is too early."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    any_bench.clock.ms = OPENS
    chain = await a_visit(any_bench, session)
    chain.began_ms = OPENS - 65_000
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    await send(any_bench, session, chain.bodies)
    [row] = await asked(any_bench, "arrived_before_window")
    assert (row.visit_id, row.since, row.facts) == (chain.visit_id, OPENS, f"{OPENS - 60_000}|{OPENS}")
    assert await asked(any_bench, "arrived_before_window", limit_ms=60_000) == []


async def test_a_clock_that_was_wrong(any_bench: Bench) -> None:
    """An event from after its own arrival; a wall clock that went back while the page slept. A sleep is none."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    right, ahead, back = [await a_visit(any_bench, session, number, f"A-{number}") for number in (1, 2, 3)]
    for chain in (right, ahead, back):
        chain.start()
    ahead.state("arrived", 301_000, address_confirmed=True, place_missing="off")
    right.state("clock_gap", 300_000, hidden_ms=290_000, wall_ms=290_000, mono_ms=3)
    back.state("clock_gap", 900, hidden_ms=900, wall_ms=-400_000, mono_ms=900)
    await send(any_bench, session, [*right.bodies, *ahead.bodies, *back.bodies])
    rows = await asked(any_bench, "clock_skew")
    assert {(row.visit_id, row.facts) for row in rows} == {
        (ahead.visit_id, "301000|0|0"),
        (back.visit_id, "900|0|400900"),
    }
    assert await asked(any_bench, "clock_skew", limit_ms=500_000) == []
    await rebuild(any_bench.office.store, any_bench.office.rules.policies)
    assert await asked(any_bench, "clock_skew") == rows


async def test_an_older_clock_than_the_servers_own_word() -> None:
    """An event that holds the server's word of a later time than its own was stated by a clock that is behind."""
    body = b'{"kind":"arrived","at":"2026-11-23T08:00:00.000Z","anchor":"%d.1.x.y"}' % MORNING
    entry = Entry(1, "aa", "arrived", body, MORNING, "v", installation_id="i")
    fact = clock_fact(entry)
    assert fact is not None
    assert (fact.behind_ms, fact.worst_ms) == (MS_PER_HOUR, MS_PER_HOUR)
    for other in (msgspec.structs.replace(entry, fault="gap"), msgspec.structs.replace(entry, body=b"{")):
        assert clock_fact(other) is None


async def test_a_photo_used_before(any_bench: Bench) -> None:
    """The later use is the exception, once, however many events name it; another picture is none."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    first, second, other = [await a_visit(any_bench, session, number, f"A-{number}") for number in (1, 2, 3)]
    for chain, picture in ((first, PICTURE), (second, PICTURE), (other, b"another")):
        chain.whole(picture=picture)
    await send(any_bench, session, [*first.bodies, *other.bodies])
    assert await asked(any_bench, "photo_reused") == []
    any_bench.clock.ms += 7
    await send(any_bench, session, second.bodies, len(first.bodies) + len(other.bodies) + 1)
    [row] = await asked(any_bench, "photo_reused")
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    assert (row.subject_id, row.visit_id, row.since) == (f"{second.visit_id} {sha256}", second.visit_id, MORNING + 7)
    any_bench.clock.ms += 29 * MS_PER_DAY
    assert await asked(any_bench, "photo_reused") == []


class AlikeDecoder(TrustingDecoder):
    """Finds that every photo looks the same."""

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        found = await super().decode(sha256)
        return replace(found, dhash="0" * 64) if isinstance(found, Decoded) else found


async def test_a_photo_that_looks_like_another(any_bench: Bench) -> None:
    """Of another visit: the one that came second, with the other's hash as what makes it one."""
    any_bench.office.decoder = AlikeDecoder(any_bench.photos)
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    first, second = [await a_visit(any_bench, session, number, f"A-{number}") for number in (1, 2)]
    for chain, picture in ((first, PICTURE), (second, b"another")):
        chain.whole(picture=picture)
    await send(any_bench, session, [*first.bodies, *second.bodies])
    await upload(any_bench)
    await any_bench.looker.drained()
    assert await asked(any_bench, "photo_lookalike") == []
    await upload(any_bench, b"another")
    await any_bench.looker.drained()
    [row] = await asked(any_bench, "photo_lookalike")
    assert (row.visit_id, row.facts) == (second.visit_id, f'["{hashlib.sha256(PICTURE).hexdigest()}"]')
    assert await asked(any_bench, "photo_lookalike", look_back_days=0, patch="south") == []


async def test_evidence_that_is_still_on_a_phone(any_bench: Bench) -> None:
    """A visit that never ended, half a day after its window; a photo that was named and has not come."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    chain, missed = await a_visit(any_bench, session), await a_visit(any_bench, session, 2, "A-2")
    chain.start()
    missed.whole()
    await send(any_bench, session, [*chain.bodies, *missed.bodies])
    ends = OPENS + 5 * MS_PER_HOUR
    any_bench.clock.ms = ends + 12 * MS_PER_HOUR - 1
    assert [row.visit_id for row in await asked(any_bench, "evidence_unsent")] == [missed.visit_id]
    any_bench.clock.ms += 1
    rows = await asked(any_bench, "evidence_unsent")
    assert [(row.visit_id, row.since, row.facts) for row in rows] == [
        (missed.visit_id, MORNING + 940_000 + 12 * MS_PER_HOUR, "photo"),
        (chain.visit_id, ends + 12 * MS_PER_HOUR, "in_progress"),
    ]
    await upload(any_bench)
    chain.state("visit_closed", 30_000, outcome="completed", note="")
    await send(any_bench, session, chain.bodies[1:], 1 + len(missed.bodies) + 1)
    assert "in_progress" not in [row.facts for row in await asked(any_bench, "evidence_unsent")]


async def test_a_planner_call_without_a_match(any_bench: Bench) -> None:
    """A day after it was logged with no contact of that operative's visit; and a contact that awaits its call."""
    operative, planner = await a_person(any_bench, 1, "operative"), await a_person(any_bench, 2, "planner")
    session = await a_session(any_bench, operative, 11)
    chain, uncalled = await a_visit(any_bench, session), await a_visit(any_bench, session, 2, "A-2")
    call = await begin_planner_call(any_bench.office, planner, chain.appointment_id, operative.person_id)
    await log_planner_call(any_bench.office, planner, call.call_id, "nobody came", "leave_card", None)
    any_bench.clock.ms += 24 * MS_PER_HOUR - 1
    assert await asked(any_bench, "planner_call_unmatched") == []
    any_bench.clock.ms += 1
    [row] = await asked(any_bench, "planner_call_unmatched")
    assert (row.subject_id, row.since, row.label) == (f"call {call.call_id}", any_bench.clock.ms, "WO-A-1")
    chain.whole()
    await send(any_bench, session, chain.bodies)
    assert await asked(any_bench, "planner_call_unmatched") == []
    uncalled.whole()
    await send(any_bench, session, uncalled.bodies, len(chain.bodies) + 1)
    any_bench.clock.ms += MS_PER_HOUR
    [row] = await asked(any_bench, "planner_call_unmatched")
    assert (row.subject_id, row.facts) == (f"visit {uncalled.visit_id}", "awaited")
    call = await begin_planner_call(any_bench.office, planner, uncalled.appointment_id, operative.person_id)
    await log_planner_call(any_bench.office, planner, call.call_id, "nobody came", "leave_card", None)
    await match_planner_call(any_bench.office, planner, call.call_id, uncalled.visit_id, 5, "the same call")
    assert await asked(any_bench, "planner_call_unmatched") == []
