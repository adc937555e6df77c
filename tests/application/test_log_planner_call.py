"""A planner opens a call, speaks its code and saves what was said; a person matches what the rules could not."""

from __future__ import annotations

import json

import pytest

from doorstep.application.log_planner_call import (
    CODE_GOOD_FOR_MS,
    MOST_WORDS,
    begin_planner_call,
    log_planner_call,
)
from doorstep.application.match_planner_call import match_planner_call
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.chain import body_hash, is_spoken_code, read_back, spoken_code
from tests.chains import Chain
from tests.makers import MORNING, Bench, a_person, a_session, a_visit, an_id, send, upload


async def a_scene(bench: Bench) -> tuple[Person, Chain]:
    """A planner, and a visit of operative 1 that has not been sent."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    return await a_person(bench, 2, "planner"), await a_visit(bench, session)


async def deliver(bench: Bench, chain: Chain, first_seq: int = 1) -> None:
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    await send(bench, session, chain.bodies[first_seq - 1 :], first_seq)


async def standing(bench: Bench, chain: Chain) -> tuple[str, str]:
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    return row.standing, row.awaiting


async def refusal(work: object) -> tuple[str, object]:
    with pytest.raises(Refused) as refused:
        await work  # type: ignore[misc]
    return refused.value.reason, refused.value.more.get("path")


async def test_a_call_before_the_visit_arrives(any_bench: Bench) -> None:
    """A phone with no signal has sent nothing yet: the call waits for it, with its code and its read-back."""
    planner, chain = await a_scene(any_bench)
    begun = await begin_planner_call(any_bench.office, planner, chain.appointment_id, an_id(1))
    assert begun.code == spoken_code(b"k" * 32, chain.appointment_id, an_id(1), begun.call_id)
    assert is_spoken_code(begun.code)
    assert begun.expires_at == MORNING + CODE_GOOD_FOR_MS
    chain.whole(begun.code)
    said = read_back(body_hash(chain.bodies[5].encode()))
    spoken = f"{said[:4].lower()} {said[4:]}"
    logged = await log_planner_call(any_bench.office, planner, begun.call_id, "ok", "leave_card", spoken)
    assert (logged.visit_id, logged.n, logged.read_back_agrees) == (None, None, None)
    await deliver(any_bench, chain)
    assert await standing(any_bench, chain) == ("pending_corroboration", '["photo"]')
    again = await log_planner_call(any_bench.office, planner, begun.call_id, "ok", "leave_card", spoken)
    assert (again.visit_id, again.n, again.read_back_agrees) == (chain.visit_id, 6, True)
    [row] = await any_bench.office.store.call_rows(chain.appointment_id)
    assert (row.planner_id, row.begun_at, row.logged_at) == (planner.person_id, MORNING, MORNING)
    feed = await any_bench.office.store.feed(an_id(1), 0, 99)
    assert [item.kind for item in feed].count("planner_call_logged") == 1


async def test_a_read_back_of_another_chain(any_bench: Bench) -> None:
    """It fits by its check character, but commits to something else: shown, and never in the way."""
    planner, chain = await a_scene(any_bench)
    begun = await begin_planner_call(any_bench.office, planner, chain.appointment_id, an_id(1))
    chain.whole(begun.code)
    await deliver(any_bench, chain)
    logged = await log_planner_call(any_bench.office, planner, begun.call_id, "", "leave_card", "33333333")
    assert (logged.visit_id, logged.read_back_agrees) == (chain.visit_id, False)


async def test_no_read_back_and_no_code(any_bench: Bench) -> None:
    """Without either there is nothing to agree; a match by time is a match."""
    planner, chain = await a_scene(any_bench)
    chain.whole()
    await deliver(any_bench, chain)
    for spoken, agrees in ((None, None), ("33333333", None)):
        begun = await begin_planner_call(any_bench.office, planner, chain.appointment_id, an_id(1))
        logged = await log_planner_call(any_bench.office, planner, begun.call_id, "", "leave_card", spoken)
        assert logged.read_back_agrees is agrees


async def test_a_saved_call_is_not_changed(any_bench: Bench) -> None:
    """The same words again are the same call; others are refused, and nothing is logged for either."""
    planner, chain = await a_scene(any_bench)
    begun = await begin_planner_call(any_bench.office, planner, chain.appointment_id, an_id(1))
    for _ in range(2):
        await log_planner_call(any_bench.office, planner, begun.call_id, "ok", "leave_card", None)
    head = len(await any_bench.office.store.entries(0, 99))
    for changed in (("other", "leave_card", None), ("ok", "keep_waiting", None), ("ok", "leave_card", "33333333")):
        work = log_planner_call(any_bench.office, planner, begun.call_id, *changed)
        assert await refusal(work) == ("call-logged", None)
    assert len(await any_bench.office.store.entries(0, 99)) == head


async def test_what_a_call_may_say(bench: Bench) -> None:
    """Each field that is wrong is named."""
    planner, chain = await a_scene(bench)
    begun = await begin_planner_call(bench.office, planner, chain.appointment_id, an_id(1))
    office = bench.office
    for summary, instruction, spoken, field in (
        ("", "go_home", None, "instruction"),
        ("x" * (MOST_WORDS + 1), "leave_card", None, "summary"),
        ("", "leave_card", "33333334", "read_back"),
    ):
        work = log_planner_call(office, planner, begun.call_id, summary, instruction, spoken)
        assert await refusal(work) == ("invalid", field)


async def test_whose_calls(bench: Bench) -> None:
    """Only on one's own patch, with an operative, and only one's own call is saved."""
    planner, chain = await a_scene(bench)
    other = await a_person(bench, 5, "planner", "south")
    office, appointment = bench.office, chain.appointment_id
    for work in (
        begin_planner_call(office, other, appointment, an_id(1)),
        begin_planner_call(office, planner, "nowhere", an_id(1)),
        begin_planner_call(office, planner, appointment, an_id(9)),
        begin_planner_call(office, planner, appointment, planner.person_id),
        log_planner_call(office, planner, an_id(9), "", "leave_card", None),
    ):
        assert await refusal(work) == ("not-found", None)
    begun = await begin_planner_call(office, planner, appointment, an_id(1))
    assert await refusal(log_planner_call(office, other, begun.call_id, "", "leave_card", None)) == ("not-found", None)


async def test_a_call_saved_an_hour_late(any_bench: Bench) -> None:
    """60 minutes after the event came it still matches by its id; 61 are for a person, who says why."""
    planner, chain = await a_scene(any_bench)
    begun = await begin_planner_call(any_bench.office, planner, chain.appointment_id, an_id(1))
    chain.until_planner()
    text = json.loads(chain.bodies.pop())
    chain.state("planner_contacted", 600_000, how="app", instruction=text["instruction"], call_id=begun.call_id)
    chain.card_and_record()
    await deliver(any_bench, chain)
    await upload(any_bench)
    any_bench.clock.ms += 61 * 60_000
    logged = await log_planner_call(any_bench.office, planner, begun.call_id, "late", "leave_card", None)
    assert logged.visit_id is None
    assert await standing(any_bench, chain) == ("pending_corroboration", '["planner_call"]')
    row = await any_bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert row.flags == '["call_late"]'
    matched = await match_planner_call(any_bench.office, planner, begun.call_id, chain.visit_id, 5, "I took it")
    assert (matched.visit_id, matched.n) == (chain.visit_id, 5)
    assert await standing(any_bench, chain) == ("recorded", "[]")


async def test_a_code_that_has_expired(any_bench: Bench) -> None:
    """Saved ten minutes after it was opened, and a millisecond: the code vouches for nothing any more."""
    planner, chain = await a_scene(any_bench)
    begun = await begin_planner_call(any_bench.office, planner, chain.appointment_id, an_id(1))
    chain.began_ms += 3_600_000
    chain.whole(begun.code)
    await deliver(any_bench, chain)
    any_bench.clock.ms += CODE_GOOD_FOR_MS + 1
    logged = await log_planner_call(any_bench.office, planner, begun.call_id, "", "leave_card", None)
    assert logged.visit_id is None


async def test_one_call_for_one_contact_also_by_hand(any_bench: Bench) -> None:
    """What a person says last of a call takes it from the contact that had it before."""
    planner, first = await a_scene(any_bench)
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    second = await a_visit(any_bench, session, 2)
    first.whole()
    second.whole()
    await send(any_bench, session, [*first.bodies, *second.bodies])
    begun = await begin_planner_call(any_bench.office, planner, first.appointment_id, an_id(1))
    await log_planner_call(any_bench.office, planner, begun.call_id, "", "leave_card", None)
    assert '"planner_call"' in (await standing(any_bench, first))[1]
    await match_planner_call(any_bench.office, planner, begun.call_id, first.visit_id, 5, "the first")
    assert (await standing(any_bench, first))[1] == '["photo"]'
    await match_planner_call(any_bench.office, planner, begun.call_id, second.visit_id, 5, "no, the second")
    assert (await standing(any_bench, second))[1] == '["photo"]'
    assert (await standing(any_bench, first))[1] == '["photo","planner_call"]'


async def test_what_cannot_be_matched_by_hand(bench: Bench) -> None:
    """Not without a reason, nor what is not there, is another's, or says something else."""
    planner, chain = await a_scene(bench)
    await a_person(bench, 3, "operative")
    other = await a_person(bench, 5, "planner", "south")
    chain.whole()
    await deliver(bench, chain)
    office, visit = bench.office, chain.visit_id
    anothers = (await begin_planner_call(office, planner, chain.appointment_id, an_id(3))).call_id
    differs = (await begin_planner_call(office, planner, chain.appointment_id, an_id(1))).call_id
    await log_planner_call(office, planner, anothers, "", "leave_card", None)
    await log_planner_call(office, planner, differs, "", "keep_waiting", None)
    unsaved = (await begin_planner_call(office, planner, chain.appointment_id, an_id(1))).call_id
    for who, call, of, n, reason, expected in (
        (other, differs, visit, 5, "why", ("not-found", None)),
        (planner, differs, an_id(9), 5, "why", ("not-found", None)),
        (planner, differs, visit, 5, "  ", ("invalid", "reason")),
        (planner, unsaved, visit, 5, "why", ("not-found", None)),
        (planner, an_id(9), visit, 5, "why", ("not-found", None)),
        (planner, differs, visit, 4, "why", ("not-found", None)),
        (planner, anothers, visit, 5, "why", ("not-found", None)),
        (planner, differs, visit, 5, "why", ("instructions-differ", None)),
    ):
        assert await refusal(match_planner_call(office, who, call, of, n, reason)) == expected
