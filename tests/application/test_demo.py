"""The demonstration: the same for the same seed and day, right in every standing, and with a door open at any hour."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from datetime import date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from doorstep.adapters.photo_derivatives import Derivatives, derive
from doorstep.adapters.policies import load_rules
from doorstep.application.lists import AppointmentFilter, VisitFilter
from doorstep.application.london import LONDON, london_date
from doorstep.application.records import Wanted
from doorstep.application.resident.rows import DisputeRow
from doorstep.application.sign_in import Tries, sign_in
from doorstep.demo.bookings import day_of_bookings, night_bookings
from doorstep.demo.card_picture import card_picture
from doorstep.demo.landlord import invent_landlord
from doorstep.demo.mark import MARK, NotADemonstration
from doorstep.demo.phone import SimulatedPhone
from doorstep.demo.run import prepare
from doorstep.demo.seed import book_today, fill
from doorstep.demo.telling import as_object
from doorstep.demo.yesterday import SAID_SINCE, YESTERDAY
from doorstep.domain.events import VOCABULARY, read_event
from doorstep.domain.instants import MS_PER_HOUR, format_instant, parse_instant
from doorstep.domain.judge import judge
from doorstep.settings import Settings
from tests.makers import MORNING, RULES, Bench, a_booking, an_id

TODAY = date(2026, 11, 23)
HOURS = [0, 3, 9, 13, 17, 20, 21, 23]


def at_hour(hour: int) -> int:
    """An instant of that day, in ms, by the London clock."""
    return int(datetime(2026, 11, 23, hour, 30, tzinfo=LONDON).timestamp() * 1000)


def test_one_seed_invents_one_landlord() -> None:
    """People, passwords and homes follow from the seed, and another seed invents others."""
    assert invent_landlord(7) == invent_landlord(7)
    assert invent_landlord(7) != invent_landlord(8)


@pytest.mark.parametrize("seed", range(20))
def test_the_landlord_is_whole_and_plainly_invented(seed: int) -> None:
    """Every role is filled, passwords may be used, and no postcode or number could be anybody's."""
    landlord = invent_landlord(seed)
    roles = [member.role for member in landlord.people]
    counts = {role: roles.count(role) for role in set(roles)}
    assert counts == {"operative": 6, "planner": 2, "supervisor": 2, "auditor": 1, "admin": 1}
    assert len({member.username for member in landlord.people}) == 12
    assert all(len(member.password) >= 12 for member in landlord.people)
    assert len({home.address for home in landlord.homes}) == 40
    assert all(home.address[-1].startswith("ZZ") for home in landlord.homes)
    assert {home.number[:-3] for home in landlord.homes} == {"07700 900", "01632 960"}


@pytest.mark.parametrize("seed", range(5))
def test_one_seed_and_day_make_one_set_of_snapshots(seed: int) -> None:
    """The very texts that are hashed are the same in every run."""
    one, two = (day_of_bookings(invent_landlord(seed), TODAY) for _ in range(2))
    assert [booking.snapshot() for booking in one] == [booking.snapshot() for booking in two]
    assert len({booking.appointment_id for booking in one}) == len(one)


@pytest.mark.parametrize("seed", range(5))
def test_the_day_holds_every_case(seed: int) -> None:
    """Whoever looks round finds each thing that can be special about a door, and 4 to 6 appointments each."""
    landlord = invent_landlord(seed)
    bookings = day_of_bookings(landlord, TODAY)
    mine = {member.person_id: 0 for member in landlord.of_role("operative")}
    for booking in bookings:
        mine[booking.operative_ids[0]] += 1
    assert all(4 <= count <= 6 for count in mine.values())
    assert {alert.code for booking in bookings for alert in booking.alerts} == {"10", "20-10", "20-50"}
    assert any(booking.contact_requests for booking in bookings)
    assert {"emergency", "urgent", "routine"} == {booking.priority for booking in bookings}
    assert any(not booking.phone_numbers for booking in bookings)
    first = next(b for b in bookings if b.operative_ids == (landlord.of_role("operative")[0].person_id,))
    assert (first.window.name, first.contact_requests, first.alerts) == ("All day", (), ())


def test_only_the_late_notice_is_late() -> None:
    """The judge finds the notification in time wherever a case does not say otherwise; some case does."""
    policy = load_rules(RULES).in_force(TODAY)
    found: set[tuple[str, str]] = set()
    for booking in day_of_bookings(invent_landlord(1), TODAY):
        verdict = judge(policy, json.loads(booking.snapshot()), [], {"at": booking.window.starts_at, "t": 0})
        statuses = {clause.clause: clause.status for clause in verdict.clauses}
        found.add((statuses["notified"], statuses["suitable_time"]))
    assert found == {("met", "met"), ("not_applicable", "not_applicable"), ("open", "met")}


async def test_every_visit_of_yesterday_stands_as_it_was_meant_to(bench: Bench) -> None:
    """Each standing is there to be looked at, and was come to by the office's own rules."""
    landlord = invent_landlord(1)
    await fill(bench.office, landlord, TODAY)
    rows = {row.appointment_id: row for row in await bench.office.store.visit_rows(VisitFilter())}
    booked = await bench.office.store.appointment_rows(AppointmentFilter(day="2026-11-22"))
    stands = {
        row.source_ref.rpartition("/")[2]: (visit.standing, visit.outcome, tuple(json.loads(visit.awaiting)))
        for row in booked
        if (visit := rows.get(row.appointment_id))
    }
    meant = {str(place): (past.standing, past.outcome, past.awaiting) for place, past in enumerate(YESTERDAY, start=1)}
    assert stands == meant
    assert {past.standing for past in YESTERDAY} == {
        "in_progress", "ended", "refused", "pending_corroboration", "recorded", "upheld", "returned", "overturned",
    }  # fmt: skip


async def test_a_large_landlord_has_heard_what_was_said_since(bench: Bench) -> None:
    """One reply that nobody has read, one dispute that waits for its answer, and one that has it."""
    await fill(bench.office, invent_landlord(1, 500), TODAY)
    booked = await bench.office.store.appointment_rows(AppointmentFilter(day="2026-11-22"))
    places = {row.appointment_id: int(row.source_ref.rpartition("/")[2]) for row in booked}
    rows = {places[row.appointment_id or ""]: row for row in await bench.office.store.visit_rows(VisitFilter())}
    stands = [(row.standing, row.outcome, tuple(json.loads(row.awaiting))) for _, row in sorted(rows.items())]
    assert stands == [(past.standing, past.outcome, past.awaiting) for past in (*YESTERDAY, *SAID_SINCE)]
    names = {rows[place].visit_id: past.name for place, past in enumerate((*YESTERDAY, *SAID_SINCE), start=1)}
    replied = await bench.office.store.visit_rows(VisitFilter(standing="overturned", has_reply=True))
    assert [names[row.visit_id] for row in replied] == ["replied to"]
    told = await bench.office.store.records(DisputeRow, Wanted())
    answered = {names[each.visit_id]: each.answered_at is not None for each in told}
    assert answered == {"disputed": False, "dispute answered": True}


async def test_the_past_is_logged_in_the_order_of_its_hours(bench: Bench) -> None:
    """Nothing of the past was received before what stands above it in the log, nor after today began."""
    await fill(bench.office, invent_landlord(2), TODAY)
    received = [entry.received_at for entry in await bench.office.store.entries(0, 10_000)]
    assert received == sorted(received)
    assert london_date(received[-1]) == TODAY - timedelta(days=1)


async def test_everybody_can_sign_in(bench: Bench) -> None:
    """The passwords that are printed are the ones that were set."""
    landlord = invent_landlord(3)
    await fill(bench.office, landlord, TODAY)
    for member in landlord.people:
        _, session = await sign_in(bench.office, Tries(), member.username, member.password, None, "peer")
        assert (session.person.person_id, session.person.role) == (member.person_id, member.role)


@pytest.mark.parametrize("hour", HOURS)
async def test_every_operative_has_a_door_for_three_hours_more(bench: Bench, hour: int) -> None:
    """Whenever the demonstration starts, each operative can begin a visit in its window."""
    landlord = invent_landlord(1)
    bench.clock.ms = at_hour(hour)
    today = await book_today(bench.office, landlord, bench.clock.ms)
    for member in landlord.of_role("operative"):
        assert any(
            row.starts_at <= bench.clock.ms <= row.ends_at - 3 * MS_PER_HOUR and row.day == "2026-11-23"
            for row in today
            if member.person_id in row.operative_ids
        )


async def test_a_second_start_adds_nothing_twice_and_keeps_what_changed(bench: Bench) -> None:
    """What somebody did with today's appointments is still so after a restart, late in the evening too."""
    landlord = invent_landlord(1)
    bench.clock.ms = at_hour(9)
    first = await book_today(bench.office, landlord, bench.clock.ms)
    assert await book_today(bench.office, landlord, bench.clock.ms) == first
    bench.clock.ms = at_hour(22)
    late = await book_today(bench.office, landlord, bench.clock.ms)
    assert len(late) == len(first) + 6
    assert await book_today(bench.office, landlord, bench.clock.ms) == late
    tomorrow = await book_today(bench.office, landlord, bench.clock.ms + 4 * MS_PER_HOUR)
    assert {row.day for row in tomorrow} == {"2026-11-24"}


def test_the_night_window_ends_on_the_next_morning() -> None:
    """A window over midnight belongs to the day on which it starts."""
    booking = night_bookings(invent_landlord(1), TODAY, [])[0]
    assert (booking.window.starts_at, booking.window.ends_at) == (
        "2026-11-23T18:00:00.000Z",
        "2026-11-24T06:00:00.000Z",
    )


def test_a_folder_that_is_not_a_demonstration_is_left_alone(tmp_path: Path) -> None:
    """A landlord's own data is never filled with invented people."""
    settings = Settings(data=tmp_path, rules=RULES)
    settings.database.write_bytes(b"somebody's")
    with pytest.raises(NotADemonstration, match="not made up"):
        _prepared(settings, None)
    assert settings.database.read_bytes() == b"somebody's"


def test_another_seed_is_refused(tmp_path: Path) -> None:
    """A folder keeps its landlord: passwords of another would be printed, and none would fit."""
    (tmp_path / MARK).write_text('{"seed": 4, "is_filled": true}')
    with pytest.raises(NotADemonstration, match="--seed 4"):
        _prepared(Settings(data=tmp_path, rules=RULES), 5)


def test_a_filling_that_was_broken_off_is_begun_again(tmp_path: Path) -> None:
    """Ctrl-C during the first start leaves a folder that the next start puts right; the start after is the same."""
    settings = Settings(data=tmp_path, rules=RULES)
    (tmp_path / MARK).write_text('{"seed": 4, "is_filled": false}')
    settings.database.write_bytes(b"half a file")
    landlord, today = _prepared(settings, None)
    told = as_object("http://x", tmp_path, landlord, today)
    assert landlord.seed == 4
    assert set(told["sign_ins"]) == {"operative", "planner", "supervisor", "auditor", "admin"}
    assert len(told["appointments"]) == len(today)
    assert _prepared(settings, 4) == (landlord, today)


def _prepared(settings: Settings, seed: int | None) -> Any:
    return asyncio.run(prepare(settings, seed))


def test_the_card_is_a_picture_that_the_office_can_open() -> None:
    """The demonstration's photos go the same way as a phone's, and are as heavy."""
    picture = card_picture("7KQ3M", ("Monday 23 November 2026, 10:42", "Job WO-100417"), 1)
    opened = derive(picture)
    assert isinstance(opened, Derivatives)
    assert (opened.decoded.width, opened.decoded.height) == (1600, 1200)
    assert 60_000 < len(picture) < 400_000
    assert card_picture("7KQ3M", ("Monday 23 November 2026, 10:42", "Job WO-100417"), 1) == picture


def test_the_simulated_phone_states_what_the_vocabulary_takes() -> None:
    """A whole missed visit has nine events, each well-formed, each following the one before, the same by seed."""
    snapshot = a_booking((an_id(1),)).snapshot()

    def stated() -> tuple[SimulatedPhone, list[str]]:
        phone = SimulatedPhone(an_id(1), an_id(2), seed=5)
        return phone, phone.visit(snapshot, "2026-11-01", MORNING).whole_missed_visit("a" * 64, 240_000)

    phone, bodies = stated()
    events = [read_event(body.encode()) for body in bodies]
    assert [event.n for event in events] == list(range(9))
    assert {event.kind for event in events} <= {kind.kind for kind in VOCABULARY}
    assert [sent.seq for sent in phone.unsent()] == list(range(1, 10))
    assert stated()[1] == bodies
    assert all(event.at == format_instant(MORNING + event.t) for event in events)
    phone.acknowledged(7)
    assert [sent.seq for sent in phone.unsent()] == [8, 9]


def test_the_demo_command_says_how_to_sign_in(tmp_path: Path) -> None:
    """With --json the first line is one object, its URL answers once it is printed, and Ctrl-C ends it."""
    command = [
        sys.executable,
        "-m",
        "doorstep.cli",
        "demo",
        "--data",
        str(tmp_path),
        "--port",
        "0",
        "--seed",
        "3",
        "--homes",
        "40",
        "--days",
        "2",
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            connection = HTTPConnection(told["url"].removeprefix("http://"))
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
            connection.close()
            process.send_signal(signal.SIGINT)
            assert process.wait(30) in (0, 130)
        finally:
            process.kill()
    operative = told["sign_ins"]["operative"]
    mine = [each for each in told["appointments"] if each["operative_username"] == operative["username"]]
    assert told["data"] == str(tmp_path)
    assert 4 <= len(mine) <= 7
    assert all(parse_instant(each["starts_at"]) < parse_instant(each["ends_at"]) for each in mine)
