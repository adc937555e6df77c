"""Abuses of time, place and photos: what the grades make of them (16 to 19, 21 to 23, 28)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doorstep.application.decide_visit import decide_visit
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.domain.grades import Graded
from doorstep.domain.office_events import DecisionMade, read_office_event
from doorstep.domain.readings import Fix, Question, Reading, questions
from doorstep.domain.visit import settle
from tests.chains import PICTURE
from tests.dossiers import MINUTE, AnAppointment, a_snapshot, with_fields
from tests.graded_visits import Door, a_whole_door
from tests.makers import Bench, a_person, a_session, a_visit, an_id, an_office, closed, send, upload

HOME = {"lat_e7": 515_000_000, "lon_e7": -1_000_000}
HOUSE = with_fields(a_snapshot(), place={**HOME, "kind": "house"})
KILOMETRE_E7 = 89_932
"""A kilometre north, in ten-millionths of a degree."""


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """An office at work."""
    made = await an_office(tmp_path)
    yield made
    await closed(made)


def test_16_online_three_minutes_with_the_clock_put_on_fifteen() -> None:
    """Contradicted: the server had the arrival's anchor and the record three minutes apart."""
    door = Door()
    door.arrived(anchor_at=4_000, received_at=6_000)
    door.until_card(mono=100_000, anchor_at=60_000, received_at=60_000)
    door.states("clock_gap", 905_000, hidden_ms=300_000, wall_ms=300_000, mono_ms=5_000, mono=180_000)
    door.ends(15 * MINUTE + 10_000, mono=185_000, anchor_at=180_000, received_at=186_000)
    assert door.shows("waited") == ("contradicted", "wait_short_by_bounds")
    assert door.grades()["waited"].facts == {"needed_ms": 900_000, "most_ms": 182_000}


def test_17_offline_with_patched_clocks_and_sent_after_six_minutes() -> None:
    """Contradicted: all its clocks agree on fifteen minutes, but the last anchor was six minutes before the receipt."""
    door = Door()
    door.arrived(anchor_at=0)
    door.until_card()
    door.ends()
    door.arrives(6 * MINUTE)
    assert door.shows("waited") == ("contradicted", "wait_short_by_bounds")
    assert door.appointment.settled().grade == "contradicted"


def test_18_an_honest_phone_without_a_connection() -> None:
    """Consistent: its two clocks agree, and nothing the server knows speaks against them."""
    door = a_whole_door()
    assert door.shows("waited") == ("consistent", "wait_long_as_measured")
    assert door.shows("in_window") == ("consistent", "time_stated")
    assert door.shows("knocked") == ("consistent", "apart_long_as_measured")


def test_19_a_phone_that_slept() -> None:
    """Unsupported: innocent, shown, and never a contradiction."""
    door = Door()
    door.arrived()
    door.until_card()
    gap = {"hidden_ms": 280_000, "wall_ms": 280_000, "mono_ms": 3_000}
    door.states("clock_gap", 900_000, mono=624_000, **gap)
    door.ends(15 * MINUTE + 10_000, mono=635_000)
    door.arrives(60 * MINUTE)
    assert door.shows("waited") == ("unsupported", "wait_slept")


def test_21_a_location_one_kilometre_off() -> None:
    """Contradicted, and shown apart: no clause rests on it, and the grade of the visit does not fall with it."""
    door = Door(AnAppointment(HOUSE))
    there = {"lat_e7": HOME["lat_e7"] + KILOMETRE_E7, "lon_e7": HOME["lon_e7"], "accuracy_m": 20}
    door.states("arrived", 5_000, address_confirmed=True, **there)
    door.until_card()
    door.ends()
    door.arrives(60 * MINUTE)
    door.grades()
    settled = door.appointment.settled()
    assert settled.place == Graded(
        "place", "contradicted", "place_far", {"away_m": 1_000, "accuracy_m": 20}, ("phone",)
    )
    assert settled.grade == "unsupported"


def test_22_three_identical_fixes_and_a_journey_no_van_makes() -> None:
    """Questions, never guilt by themselves: neither raises or lowers a grade."""
    copied = [
        Reading(f"V-{number}", "2026-11-17", number * 60 * MINUTE, Fix(515_000_000, -1_000_000, 12))
        for number in range(3)
    ]
    assert questions(copied) == [Question("place_repeated", ("V-0", "V-1", "V-2"))]
    assert questions(copied[:2]) == []
    there = Fix(515_000_000 + 20 * KILOMETRE_E7, -1_000_000, 12)
    far = Reading("V-9", "2026-11-17", 2 * 60 * MINUTE + 6 * MINUTE, there)
    assert questions([*copied, far]) == [
        Question("place_repeated", ("V-0", "V-1", "V-2")),
        Question("place_too_fast", ("V-2", "V-9"), away_m=19_976, took_ms=6 * MINUTE),
    ]


@pytest.mark.parametrize("name", ["photo_sha256", "source_sha256"])
def test_23_the_same_photo_bytes_on_another_visit(name: str) -> None:
    """Contradicted, even where a supervisor could read a code: for the photo, and for the card it should show."""
    door = a_whole_door()
    used = {"photo_sha256": hashlib.sha256(PICTURE).hexdigest(), "source_sha256": "ab" * 32}[name]
    door.appointment.dossier.reused[used] = frozenset({an_id(0xF002), door.chain.visit_id})
    assert door.shows("card_photo") == door.shows("card") == ("contradicted", "photo_reused")
    assert door.grades()["card"].facts == {"visit_id": an_id(0xF002)}
    assert door.appointment.settled().grade == "contradicted"
    door.appointment.dossier.reused[used] = frozenset({door.chain.visit_id})
    assert door.shows("card_photo") == ("consistent", "photo_whole")


async def test_23_as_the_office_settles_it(bench: Bench) -> None:
    """The second visit that names a photo contradicts both, whichever was settled first."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chains = [await a_visit(bench, session, number, f"A-{number}") for number in (1, 2)]
    sent = 1
    for chain in chains:
        chain.whole()
        await send(bench, session, chain.bodies, first_seq=sent)
        sent += len(chain.bodies)
    await upload(bench)
    for chain in chains:
        dossier = await bench.office.store.dossier(chain.appointment_id)
        assert dossier is not None
        grades = settle(dossier, bench.office.rules.policies)[chain.visit_id].grades
        assert {graded.clause for graded in grades if graded.why == "photo_reused"} == {"card", "card_photo"}


async def test_28_a_grade_is_overridden_only_by_a_new_logged_event(bench: Bench) -> None:
    """Who reads the card's code says so in the log, and what was logged before stays to the byte."""
    supervisor, planner = await a_person(bench, 3, "supervisor", "north"), await a_person(bench, 2, "planner")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    call = await begin_planner_call(bench.office, planner, chain.appointment_id, an_id(1))
    await log_planner_call(bench.office, planner, call.call_id, "", "leave_card", None)
    chain.whole(call.code)
    await send(bench, session, chain.bodies)
    await upload(bench)
    store = bench.office.store
    before = [(entry.position, entry.sha256, entry.body) for entry in await store.entries(0, 999)]

    async def why(clause: str) -> str:
        dossier = await store.dossier(chain.appointment_id)
        assert dossier is not None
        grades = settle(dossier, bench.office.rules.policies)[chain.visit_id].grades
        return next(graded.why for graded in grades if graded.clause == clause)

    assert await why("card_photo") == "photo_whole"
    await decide_visit(bench.office, supervisor, chain.visit_id, "upheld", "Seen.", None, reads_card=True)
    assert await why("card_photo") == "card_read"
    after = [(entry.position, entry.sha256, entry.body) for entry in await store.entries(0, 999)]
    assert after[: len(before)] == before
    added = [read_office_event(body) for _, _, body in after[len(before) :]]
    (made,) = [event for event in added if isinstance(event, DecisionMade)]
    assert (made.actor_id, made.reads_card) == (supervisor.person_id, True)
