"""What an operative's doors ask side by side: kept with each visit, and made again from the log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec

from doorstep.adapters.policies import load_rules
from doorstep.application.audit_projections import projection_faults
from doorstep.application.door_questions import questions_of_visit, questions_of_week
from doorstep.application.door_readings import DoorReading
from doorstep.application.rebuild import rebuild
from doorstep.application.records import keep_records
from doorstep.application.rows import Session
from tests.chains import Chain
from tests.makers import RULES, Bench, a_person, a_session, a_visit, send

MONDAY = date(2026, 11, 23)
HERE: dict[str, Any] = {"lat_e7": 515_000_000, "lon_e7": -1_000_000, "accuracy_m": 12}
FAR = HERE | {"lat_e7": 517_000_000}
"""22 km to the north."""
NONE: dict[str, Any] = {"place_missing": "off"}


async def stood_at(
    bench: Bench, session: Session, number: int, minutes: int, place: dict[str, Any], card_t: int = 0, **of: Any
) -> str:
    """A visit begun so many minutes into the morning; recorded as missed where a card was photographed at `card_t`."""
    chain = await a_visit(bench, session, number, f"A-{number}", **of)
    chain.began_ms += minutes * 60_000
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, **place)
    if card_t:
        _until_recorded(chain, card_t)
    await send(bench, session, chain.bodies, await _next_seq(bench, session))
    return chain.visit_id


async def test_a_journey_that_no_van_makes_is_asked_about_at_both_doors(any_bench: Bench) -> None:
    """Kept as the visits arrive; the same from the log anew; and whoever alters what is kept is found by the audit."""
    bench = any_bench
    supervisor = await a_person(bench, 2, "supervisor")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 1)
    there = await stood_at(bench, session, 1, 0, HERE)
    assert await questions_of_visit(bench.office, supervisor, there) == []
    far = await stood_at(bench, session, 2, 6, FAR)
    [asked] = await questions_of_visit(bench.office, supervisor, far)
    assert asked.question.kind == "place_too_fast"
    assert [row.visit_id for row in asked.visits] == [there, far]
    assert (asked.operative_id, asked.hidden) == (session.person.person_id, 0)
    assert await questions_of_visit(bench.office, supervisor, there) == [asked]
    assert await questions_of_week(bench.office, supervisor, MONDAY) == [asked]
    assert await questions_of_week(bench.office, supervisor, MONDAY - timedelta(days=7)) == []
    store, policies = bench.office.store, load_rules(RULES).policies
    held = await store.record(DoorReading, far)
    await rebuild(store, policies)
    assert held is not None
    assert await store.record(DoorReading, far) == held
    await keep_records(bench.office, [msgspec.structs.replace(held, lat_e7=HERE["lat_e7"])])
    found = [fault async for fault in projection_faults(store, policies)]
    said = f"What was measured at visit {far}: its row in the lists says something else than the log (lat_e7)."
    assert found == [f"{said} Run `doorstep rebuild`."]


async def test_a_visit_of_another_patch_is_only_counted(any_bench: Bench) -> None:
    """Neither its home nor its operative's name comes with the question."""
    bench = any_bench
    session = await a_session(bench, await a_person(bench, 1, "operative"), 1)
    supervisor = await a_person(bench, 2, "supervisor", "north")
    mine = await stood_at(bench, session, 1, 0, HERE, patch="north")
    await stood_at(bench, session, 2, 6, FAR, patch="south")
    [asked] = await questions_of_week(bench.office, supervisor, MONDAY)
    assert ([row.visit_id for row in asked.visits], asked.hidden) == ([mine], 1)
    assert await questions_of_week(bench.office, await a_person(bench, 3, "supervisor", "west"), MONDAY) == []


async def test_a_door_without_a_place_or_a_wait_leaves_nothing(any_bench: Bench) -> None:
    """Nothing was measured, so nothing is kept, and nothing asked."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 1)
    visit_id = await stood_at(any_bench, session, 1, 0, NONE)
    assert await any_bench.office.store.record(DoorReading, visit_id) is None
    assert await questions_of_visit(any_bench.office, await a_person(any_bench, 2, "auditor"), visit_id) == []


async def test_three_waits_of_the_same_length_are_asked_about(any_bench: Bench) -> None:
    """From the stopwatch, whatever the clock and without a place; the longest wait of the policy's is compared."""
    bench = any_bench
    auditor = await a_person(bench, 2, "auditor")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 1)
    visits = [await stood_at(bench, session, number, 40 * number, NONE, 931_217) for number in (1, 2, 3)]
    await stood_at(bench, session, 4, 200, NONE, 931_218)
    [asked] = await questions_of_week(bench.office, auditor, MONDAY)
    assert (asked.question.kind, asked.question.visit_ids) == ("wait_repeated", tuple(visits))
    assert asked.question.wait_ms == 931_217 + 10_000 - 5_000
    assert await questions_of_visit(bench.office, auditor, visits[1]) == [asked]
    assert await questions_of_week(bench.office, auditor, MONDAY + timedelta(days=7)) == []


async def _next_seq(bench: Bench, session: Session) -> int:
    """The place in the phone's queue after what the office has of it."""
    sent = [entry.seq for entry in await bench.office.store.entries(0, 1_000) if entry.seq is not None]
    return max(sent, default=0) + 1


def _until_recorded(chain: Chain, card_t: int) -> None:
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("door_knocked", 150_000, method="bell")
    chain.state("resident_called", 200_000, number_label="mobile, ends 123", result="no_answer")
    chain.state("planner_contacted", 600_000, how="phone", instruction="leave_card")
    chain.card_and_record(b"a card", card_t)
