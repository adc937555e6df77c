"""The demonstration's past: the same by seed and day, like life in its rates, and judged by the office's own rules."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from doorstep.adapters.policies import load_rules
from doorstep.application.audit import Audited, faults
from doorstep.application.rows import Entry, Person
from doorstep.application.wastage.cases import recovery
from doorstep.application.wastage.spans import Period
from doorstep.demo.almanac import facts_of
from doorstep.demo.card_picture import SMALL_WIDTH, card_picture
from doorstep.demo.drawn import LATEST_DAYS, MISSED, MOST_ATTEMPTS, attempts_after, first_attempts
from doorstep.demo.endings import ENDS, ended_story
from doorstep.demo.landlord import invent_landlord
from doorstep.demo.rules_folder import link_rules
from doorstep.demo.seed import book_today, catch_up, fill
from doorstep.demo.stories import WAYS, Scene, missed_story
from doorstep.demo.year import Year, at
from doorstep.domain.events import KINDS
from tests.makers import RULES, Bench, an_office, closed

TODAY = date(2026, 11, 23)
DAYS = 24
SCENE = Scene(("r1",), frozenset({"20-50"}), "mobile", True, "BH10001")
SECRET = ("salt", "call_id", "code", "read_back", "prev", "anchor", "photo_sha256", "source_sha256", "sha256")
"""What differs from run to run: ids, codes and salts come from the server's own randomness. Anchors hold the log's
head, chains hold anchors, the card's code is made from a chain, and the photo shows it."""
SIZES = ("size_bytes", "derivatives", "dhash")
"""So do these, of photos that show other codes."""


def test_a_year_has_the_appointments_and_the_missed_visits_of_life() -> None:
    """2,000 homes ask for about 5,500 repairs a year; 6 to 9 visits in a hundred find nobody in."""
    landlord = invent_landlord(1, 2_000)
    year = Year(landlord)
    days = [TODAY - timedelta(days=back) for back in reversed(range(365))]
    attendances = [each for day in days for each in year.plan_day(day).attendances]
    stories = [each.story for each in attendances if each.story]
    missed = [story for story in stories if story.said[-1].kind == "missed_recorded"]
    ways = Counter(story.way for story in stories)
    assert 5_000 < len(attendances) < 6_000
    assert 0.06 < len(missed) / len([each for each in attendances if not each.is_cancelled]) < 0.09
    assert set(ENDS) - set(ways) <= {"not_notified"}
    assert len(set(WAYS) & set(ways)) >= len(WAYS) - 2
    assert (
        sum(ways[way] for way in ("landlord_missed", "arrived_outside_window", "wrong_trade_or_parts")) / len(stories)
        > 0.02
    )
    windows = {each.booking.window.name for each in attendances}
    assert windows == {"AM", "PM", "School run", "All day", "Evening", "Saturday"}


def test_nobody_is_in_more_often_in_august_than_in_june() -> None:
    """A season can be seen in the figures."""
    year = Year(invent_landlord(1, 2_000))

    def rate(month: int) -> float:
        days = [date(one, month, 1) + timedelta(days=day) for one in range(2020, 2026) for day in range(28)]
        stories = [each.story for day in days for each in year.plan_day(day).attendances if each.story]
        return sum(story.said[-1].kind == "missed_recorded" for story in stories) / len(stories)

    assert rate(8) > 1.15 * rate(6)


def test_alerts_begin_and_end_and_some_wait_for_their_review() -> None:
    """A home's alerts on a day are those in force then; a few should have been looked at long ago."""
    facts = [facts_of(1, home) for home in invent_landlord(1, 2_000).homes]
    now, before = ({id(each) for fact in facts for each in fact.alerts_on(day)} for day in (TODAY, date(2025, 11, 23)))
    overdue = [each for fact in facts for each in fact.alerts_on(TODAY) if each.review_on < TODAY and not each.ends_on]
    assert now - before
    assert before - now
    assert len(overdue) > 10
    assert all("not done" in each.words_on(TODAY) for each in overdue)


@pytest.mark.parametrize("way", [*WAYS, *ENDS, "landlord_missed"])
def test_every_story_is_told_in_the_vocabulary(way: str) -> None:
    """Each way of a visit states known kinds, its closing last, with room for 50 events in one request."""
    for seed in range(20):
        random = Random(seed)
        story = missed_story(random, SCENE, way) if way in WAYS else ended_story(random, SCENE, way)
        assert {said.kind for said in story.said} <= set(KINDS)
        assert story.said[0].kind == "visit_started"
        assert story.said[-1].kind in ("missed_recorded", "visit_closed")
        assert len(story.said) < 20


def test_the_earlier_standard_is_added_to_the_servers_rules(tmp_path: Path) -> None:
    """Visits of a year ago have a policy; what is dropped into the server's folder later is found as well."""
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    linked = link_rules(rules, tmp_path / "linked")
    assert load_rules(linked).in_force(date(2025, 12, 1)).version == "2020-04-01"
    assert load_rules(linked).in_force(TODAY).version == "2026-11-01"
    newer = (rules / "no_access" / "2026-11-01.toml").read_text().replace("2026-11-01", "2026-12-01")
    (rules / "no_access" / "2026-12-01.toml").write_text(newer)
    assert "2026-12-01" in load_rules(link_rules(rules, tmp_path / "linked")).policies


def test_rules_that_are_linked_already_stay_what_they_are(tmp_path: Path) -> None:
    """DOORSTEP_RULES may name the demonstration's own folder: its links would lead to themselves."""
    linked = link_rules(RULES, tmp_path / "linked")
    before = {file: file.read_bytes() for file in linked.rglob("*.toml")}
    assert link_rules(tmp_path / "." / "linked", linked) == linked
    assert {file: file.read_bytes() for file in linked.rglob("*.toml")} == before
    assert load_rules(linked).in_force(TODAY).version == "2026-11-01"


def test_photos_of_the_past_are_light_and_unlike_each_other() -> None:
    """Four hundred of them are decoded at the first start."""
    lines = ("Monday 23 November 2026, 10:42", "Job WO-100417", "To rebook: 01632 960002")
    pictures = [card_picture("7KQ3M", lines, seed, SMALL_WIDTH) for seed in range(6)]
    assert len(set(pictures)) == 6
    assert max(map(len, pictures)) <= 60_000
    assert Image.open(BytesIO(pictures[0])).size == (SMALL_WIDTH, SMALL_WIDTH * 3 // 4)


async def _lived(folder: Path, seed: int = 1) -> tuple[Sequence[Entry], list[str], Bench]:
    rules = load_rules(link_rules(RULES, folder / "rules"))
    bench = await an_office(folder, rules=rules)
    await fill(bench.office, invent_landlord(seed, 500), TODAY, DAYS)
    return await bench.office.store.entries(0, 100_000), sorted(await bench.photos.complete()), bench


def _told(entry: Entry) -> dict[str, Any]:
    """An entry without what the server's own randomness put into it."""
    said: dict[str, Any] = json.loads(entry.body)
    kept = {key: value for key, value in said.items() if key not in (*SECRET, *SIZES)}
    return {"received_at": entry.received_at, "visit_id": entry.visit_id, **kept}


def _in_order(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """By the instant, then by what it says: an evening's photos are looked at in the order of their hashes."""
    return sorted(map(_told, entries), key=lambda told: (told["received_at"], json.dumps(told, sort_keys=True)))


async def test_one_seed_and_day_make_one_past(tmp_path: Path) -> None:
    """Two stores hold the same entries at the same instants, and as many photos."""
    first, photos, one = await _lived(tmp_path / "one")
    second, same, other = await _lived(tmp_path / "other")
    await closed(one)
    await closed(other)
    assert len(first) > 800
    assert _in_order(first) == _in_order(second)
    assert len(photos) == len(same)
    assert len(photos) > 10


async def test_the_past_stands_up_to_an_audit(tmp_path: Path) -> None:
    """No chain has a fault, the log's hours rise, its seals hold, and visits stand in many ways."""
    entries, _, bench = await _lived(tmp_path, 2)
    office = bench.office
    received = [entry.received_at for entry in entries]
    assert received == sorted(received)
    assert {entry.fault for entry in entries} == {None}
    assert [fault async for fault in faults(office, Audited())] == []
    kinds = Counter(entry.kind for entry in entries)
    assert kinds["visit_started"] > 80
    assert kinds["photo_received"] > 10
    assert kinds["decision_made"] > 3
    await closed(bench)


async def test_days_that_were_missed_are_lived_through_later(tmp_path: Path) -> None:
    """Started again on another day, the demonstration has the days in between, and a day of today."""
    _, _, bench = await _lived(tmp_path)
    landlord, later = invent_landlord(1, 500), TODAY + timedelta(days=3)
    await catch_up(bench.office, landlord, TODAY, later)
    bench.clock.ms = at(later, time(9, 30))
    today = await book_today(bench.office, landlord, bench.clock.ms)
    entries = await bench.office.store.entries(0, 100_000)
    arrived = {json.loads(entry.body)["at"][:10] for entry in entries if entry.kind == "arrived"}
    assert {day for day in arrived if day > "2026-11-22"} == {"2026-11-24", "2026-11-25"}
    assert {row.day for row in today} == {later.isoformat()}
    assert max(entry.received_at for entry in entries) < bench.clock.ms
    await closed(bench)


def test_most_missed_visits_are_booked_again_and_most_of_those_get_in() -> None:
    """The same order and home on a later working day; a few are never booked again, some missed once more."""
    landlord = invent_landlord(1, 2_000)
    days = [date(2026, 1, 5) + timedelta(days=number) for number in range(150)]
    firsts = [each for day in days for each in first_attempts(landlord, day)]
    missed = [each for each in firsts if each.fate.ends == MISSED]
    again = attempts_after(landlord, firsts)
    second = [each for each in again if each.attempt == 2]
    first_of = {each.order: each for each in firsts}
    assert 0.8 < len(second) / len(missed) < 0.95
    assert all(each.home == first_of[each.order].home for each in again)
    assert all((each.day - first_of[each.order].day).days >= 1 for each in again)
    assert all((each.day - first_of[each.order].day).days <= LATEST_DAYS for each in second)
    assert all(each.day.weekday() < 5 for each in again)
    assert 0.02 < len([each for each in second if each.fate.ends == MISSED]) / len(second) < 0.25
    assert any(each.attempt == MOST_ATTEMPTS for each in again)
    assert len({each.ref for each in [*firsts, *again]}) == len(firsts) + len(again)


def test_a_day_is_the_same_whenever_it_is_asked_for() -> None:
    """Alone, or after the days before it: what is tried again is there in both."""
    landlord, year = invent_landlord(1, 2_000), Year(invent_landlord(1, 2_000))
    days = [date(2026, 3, day) for day in (9, 10, 11, 12)]
    lived = [year.plan_day(day) for day in days]
    assert lived == [Year(landlord).plan_day(day) for day in days]
    assert any("/again/" in each.booking.source_ref for plan in lived for each in plan.attendances)


async def test_the_analysis_tells_what_was_recovered(tmp_path: Path) -> None:
    """Of what was missed four weeks ago and before, most is booked again by today, and most of that was done."""
    bench = await an_office(tmp_path, rules=load_rules(link_rules(RULES, tmp_path / "rules")))
    await fill(bench.office, invent_landlord(1, 2_000), TODAY, 56)
    supervisor = Person("s", "s", "S", "supervisor", "", "")
    long_ago = Period(TODAY - timedelta(days=56), TODAY - timedelta(days=28))
    told = (await recovery(bench.office, supervisor, long_ago)).total
    await closed(bench)
    assert told.missed > 25
    assert told.unknown == 0
    assert 0.75 < told.rebooked.part / told.missed < 0.97
    assert 0.5 < told.completed.part / told.missed < told.rebooked.part / told.missed
