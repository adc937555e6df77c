"""An operative's day: their appointments, exactly as kept, and what was given is remembered."""

from __future__ import annotations

from datetime import date

import pytest

from doorstep.application.decide_visit import decide_visit
from doorstep.application.import_appointments import KeySafe, Window, import_bookings
from doorstep.application.serve_day import serve_day
from doorstep.domain.chain import body_hash
from tests.makers import DAY, Bench, a_booking, a_person, a_session, a_visit, an_id, send


async def test_a_day(any_bench: Bench) -> None:
    """The appointments of that London date in order of their windows, each with its text, hash and policy."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    later = Window("PM", f"{DAY}T13:00:00.000Z", f"{DAY}T17:00:00.000Z")
    tomorrow = Window("AM", "2026-11-24T08:00:00.000Z", "2026-11-24T13:00:00.000Z")
    await import_bookings(
        any_bench.office,
        "system",
        [
            a_booking((an_id(1),), "late", window=later),
            a_booking((an_id(1), an_id(2)), "early"),
            a_booking((an_id(2),), "another's"),
            a_booking((an_id(1),), "tomorrow", window=tomorrow),
        ],
    )
    day = await serve_day(any_bench.office, session, None)
    assert [served.row.row.source_ref for served in day.appointments] == ["early", "late"]
    for served in day.appointments:
        assert body_hash(served.row.snapshot.encode()) == served.row.row.snapshot_sha256
        assert served.policy.version == "2026-11-01"
    assert (day.day, day.now_ms, [policy.version for policy in day.policies]) == (
        date(2026, 11, 23),
        any_bench.clock.ms,
        ["2026-11-01"],
    )
    other = await serve_day(any_bench.office, session, date(2026, 11, 24))
    assert [served.row.row.source_ref for served in other.appointments] == ["tomorrow"]
    assert (await serve_day(any_bench.office, session, date(2026, 11, 25))).policies == []


async def test_the_feed_goes_on_from_the_day(any_bench: Bench) -> None:
    """`feed_next` is the end of the feed as of the day's own read: what changes after it comes by the feed."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    assert (await serve_day(any_bench.office, session, None)).feed_next == 0
    await a_visit(any_bench, session)
    day = await serve_day(any_bench.office, session, None)
    assert await any_bench.office.store.feed(an_id(1), day.feed_next, 9) == []
    await import_bookings(any_bench.office, "system", [a_booking((an_id(1),), trade="electrician")])
    assert [item.kind for item in await any_bench.office.store.feed(an_id(1), day.feed_next, 9)] == [
        "appointment_changed"
    ]


async def test_what_was_given_is_remembered(any_bench: Bench) -> None:
    """A visit under a snapshot is known once this operative was served it; serving it again adds nothing."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    chain = await a_visit(any_bench, session)
    head = len(await any_bench.office.store.entries(0, 999))
    for _ in range(2):
        await serve_day(any_bench.office, session, None)
    dossier = await any_bench.office.store.dossier(chain.appointment_id)
    assert dossier is not None
    assert len(dossier.servings) == 1
    assert len(await any_bench.office.store.entries(0, 999)) == head


@pytest.mark.parametrize("by", ["day", "feed"])
async def test_serving_settles_what_came_before(any_bench: Bench, by: str) -> None:
    """A snapshot that is served only now makes known the visits that named it before."""
    phone = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    other = await a_session(any_bench, await a_person(any_bench, 2, "operative"), 12)
    chain = await a_visit(any_bench, phone)
    chain.actor_id, chain.installation_id = an_id(2), an_id(12)
    chain.whole()
    accepted = await send(any_bench, other, chain.bodies)
    assert {refused.reason for refused in accepted.refused} == {"unknown_snapshot", "not_allowed"}
    both = a_booking((an_id(1), an_id(2)))
    await import_bookings(any_bench.office, "system", [both])
    if by == "day":
        await serve_day(any_bench.office, other, None)
    row = await any_bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert row.standing == "pending_corroboration"


async def test_the_day_shows_its_visits(any_bench: Bench) -> None:
    """The operative's visits to those appointments, and what is still open from other days."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    chain = await a_visit(any_bench, session)
    chain.start()
    await send(any_bench, session, chain.bodies)
    for day in (None, date(2026, 11, 30)):
        served = await serve_day(any_bench.office, session, day)
        assert [visit.row.visit_id for visit in served.visits] == [chain.visit_id]


async def test_a_returned_visit_comes_home(any_bench: Bench) -> None:
    """On any later day, with its address and what was asked; after an answer, what was asked is still told."""
    supervisor = await a_person(any_bench, 3, "supervisor", "north")
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    chain = await a_visit(any_bench, session)
    chain.whole()
    await send(any_bench, session, chain.bodies)
    await decide_visit(any_bench.office, supervisor, chain.visit_id, "returned", "Who did you ask?", None)
    [today] = (await serve_day(any_bench.office, session, None)).visits
    assert today.address == ""
    [home] = (await serve_day(any_bench.office, session, date(2026, 12, 24))).visits
    assert home.address == "4 Sample Street, Inventon, ZZ1 2AB"
    assert home.told is not None
    last_n = len(chain.bodies) - 1
    asked = ("returned", "Who did you ask?", last_n)
    assert (home.told.decision, home.told.decision_reason, home.told.decided_n) == asked
    chain.state("note_added", 990_000, note="The neighbour.")
    await send(any_bench, session, chain.bodies[last_n + 1 :], last_n + 2)
    [answered] = (await serve_day(any_bench.office, session, None)).visits
    assert answered.told is not None
    assert answered.row.standing == answered.told.standing == "pending_corroboration"
    assert (answered.told.decision, answered.told.decision_reason, answered.told.decided_n) == asked


async def test_a_refused_visit_comes_home_for_two_weeks(any_bench: Bench) -> None:
    """With its reasons and its address; later nobody could add anything of use."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    chain = await a_visit(any_bench, session)
    chain.until_planner()
    chain.state("missed_recorded", 700_000, declaration="2026-11-01")
    await send(any_bench, session, chain.bodies)
    [home] = (await serve_day(any_bench.office, session, date(2026, 12, 7))).visits
    assert (home.row.standing, home.address) == ("refused", "4 Sample Street, Inventon, ZZ1 2AB")
    assert (await serve_day(any_bench.office, session, date(2026, 12, 8))).visits == ()


async def test_who_was_here_before(any_bench: Bench) -> None:
    """Another operative's visit to the same appointment is told once they came to its door; one's own is not."""
    first = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    second = await a_session(any_bench, await a_person(any_bench, 2, "operative"), 12)
    chain = await a_visit(any_bench, first)
    await import_bookings(any_bench.office, "system", [a_booking((an_id(1), an_id(2)))])
    chain.start()
    await send(any_bench, first, chain.bodies)
    [served] = (await serve_day(any_bench.office, second, None)).appointments
    assert served.here_before == ()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    await send(any_bench, first, chain.bodies[1:], 2)
    [served] = (await serve_day(any_bench.office, second, None)).appointments
    assert [row.operative_id for row in served.here_before] == [an_id(1)]
    [served] = (await serve_day(any_bench.office, first, None)).appointments
    assert served.here_before == ()


def test_a_key_safe_is_in_the_snapshot() -> None:
    """With whether the resident agreed to its use; a home without one keeps the text that it always had."""
    assert "key_safe" not in a_booking((an_id(1),)).snapshot()
    assert '"key_safe":{"has_consent":false}' in a_booking((an_id(1),), key_safe=KeySafe(False)).snapshot()


async def test_a_cancelled_appointment_is_shown_as_such(any_bench: Bench) -> None:
    """It stays on the day, marked, so that nobody drives there."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    await a_visit(any_bench, session)
    await import_bookings(any_bench.office, "system", [a_booking((an_id(1),), is_cancelled=True)])
    [served] = (await serve_day(any_bench.office, session, None)).appointments
    assert served.row.row.is_cancelled
