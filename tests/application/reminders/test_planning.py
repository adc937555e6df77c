"""Which texts an appointment is to have: how many, how far apart, to whom, and what a look ahead shows of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from doorstep.application.reminders.look_ahead import due_until
from doorstep.application.reminders.planning import NOTHING_HELD, Booked, NumberHeld, plan
from doorstep.application.reminders.rules import ReminderRules, Rule
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_lists import count_days, texts_of_day
from doorstep.application.reminders.text_rows import TextRow
from doorstep.domain.instants import MS_PER_DAY
from tests.makers import Bench, a_person
from tests.reminded import NUMBER, book, london, reminding, some_rules


def booked(**changes: Any) -> Booked:
    """A plumber's appointment on a Wednesday at noon, known since Friday."""
    fields: dict[str, Any] = {
        "appointment_id": "a",
        "patch": "north",
        "starts_at": london("2026-11-25 12:00"),
        "ends_at": london("2026-11-25 16:00"),
        "window": "PM",
        "priority": "routine",
        "trade": "plumber",
        "known_at": london("2026-11-20 10:00"),
        "is_cancelled": False,
        "number": NUMBER,
        "job": "J",
        "landlord": "L",
        "phone": "P",
    }
    return Booked(**(fields | changes))


def hourly(*hours: int) -> ReminderRules:
    """Rules with a reminder so many hours before, named by them."""
    [base, *_] = some_rules().reminders
    rules = [_hours_before(base, hour) for hour in hours]
    return some_rules(reminders=tuple(rules), quiet=None, sundays=True, apart_minutes=0)


def _hours_before(base: Rule, hours: int) -> Rule:
    return msgspec.structs.replace(
        base, reminder=f"h{hours}", on_booking=False, hours_before=hours, latest_minutes_before=0
    )


def planned(rules: ReminderRules, held: NumberHeld = NOTHING_HELD, **changes: Any) -> dict[str, tuple[str, str]]:
    """State and reason of each text that is planned, by its rule."""
    texts = plan(booked(**changes), rules, [], held, london("2026-11-20 10:00"))
    return {text.rule: (text.state, text.fault) for text in texts}


def test_an_appointment_has_so_many_texts_a_day() -> None:
    """The earliest ones; those of another day have a day of their own."""
    rules = msgspec.structs.replace(hourly(1, 2, 3, 30), most_an_appointment_a_day=2)
    assert planned(rules) == {
        "h30": ("waiting", ""),
        "h3": ("waiting", ""),
        "h2": ("waiting", ""),
        "h1": ("dropped", "most_appointment"),
    }


def test_a_number_has_so_many_texts_a_day() -> None:
    """Of all its appointments together; what was dropped or failed does not count."""
    rules = msgspec.structs.replace(hourly(2), most_a_number_a_day=2)
    [text] = plan(booked(appointment_id="b"), rules, [], NOTHING_HELD, london("2026-11-20 10:00"))
    failed = msgspec.structs.replace(text, reference="f", state="failed")
    other = msgspec.structs.replace(text, reference="o", appointment_id="c")
    tomorrow = msgspec.structs.replace(other, reference="t", due_at=text.due_at + MS_PER_DAY)
    assert planned(rules, NumberHeld(texts=(text, failed, tomorrow))) == {"h2": ("waiting", "")}
    assert planned(rules, NumberHeld(texts=(text, other))) == {"h2": ("dropped", "most_number")}


def test_of_two_that_lie_close_the_first_goes() -> None:
    """Also where one of them has long been sent."""
    rules = msgspec.structs.replace(hourly(2, 3), apart_minutes=61)
    assert planned(rules) == {"h3": ("waiting", ""), "h2": ("dropped", "too_close")}
    assert planned(msgspec.structs.replace(rules, apart_minutes=60)) == {"h3": ("waiting", ""), "h2": ("waiting", "")}
    now_ms = london("2026-11-25 09:30")
    first, second = sorted(plan(booked(), rules, [], NOTHING_HELD, now_ms - 3_600_000), key=lambda text: text.due_at)
    sent = msgspec.structs.replace(first, state="sent", tries=1, sent_at=first.due_at)
    assert plan(booked(), rules, [sent, second], NOTHING_HELD, now_ms) == []


def test_planning_again_changes_nothing() -> None:
    """Every minute, for as long as nothing else changes."""
    rules = some_rules()
    now_ms = london("2026-11-20 10:00")
    texts = plan(booked(), rules, [], NOTHING_HELD, now_ms)
    assert len(texts) == 3
    assert plan(booked(), rules, texts, NumberHeld(texts=tuple(texts)), now_ms + 60_000) == []


def test_words_that_changed_are_in_what_waits_and_not_in_what_went() -> None:
    """Another job number, the same window."""
    rules, now_ms = some_rules(), london("2026-11-20 10:00")
    texts = plan(booked(), rules, [], NOTHING_HELD, now_ms)
    sent = [msgspec.structs.replace(text, state="sent", tries=1, sent_at=now_ms) for text in texts[:1]]
    changed = plan(booked(job="K"), rules, [*sent, *texts[1:]], NOTHING_HELD, now_ms)
    assert {text.rule for text in changed} == {text.rule for text in texts[1:]}
    assert all('"job":"K"' in text.personalisation for text in changed)


def test_nothing_is_promised_of_a_past_appointment() -> None:
    """Taken in late, or first seen when reminders begin."""
    assert plan(booked(), some_rules(), [], NOTHING_HELD, london("2026-11-26 12:00")) == []


async def test_a_look_ahead_shows_and_changes_nothing(any_bench: Bench) -> None:
    """What waits and what would be planned, with why some would not go."""
    service = await reminding(any_bench)
    rules = any_bench.office.reminders
    assert rules is not None
    await book(any_bench, "2026-11-25 12:00", reference="A-1")
    await send_due(any_bench.office, service, 3000)
    await book(any_bench, "2026-11-25 13:00", reference="A-2", number="01632 960123")
    await book(any_bench, "2026-11-25 14:00", reference="A-3", number="07700900555")
    before = await any_bench.office.store.records(TextRow)
    found = await due_until(any_bench.office, rules, london("2026-11-24 17:00"))
    shown = [(due.text.state == "dropped", due.text.due_at) for due in found]
    assert shown == sorted(shown), "what goes comes first, by when it goes"
    assert sorted((due.text.rule, due.text.state, due.text.fault, due.is_planned) for due in found) == [
        ("booked", "dropped", "no_mobile", False),
        ("booked", "waiting", "", False),
        ("day_before", "dropped", "no_mobile", False),
        ("day_before", "waiting", "", False),
        ("day_before", "waiting", "", True),
    ]
    assert await any_bench.office.store.records(TextRow) == before


async def test_the_lists_count_what_stands_in_them(any_bench: Bench) -> None:
    """A day's figures and its list are of the same texts, of the reader's patch, in every store."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00", reference="A-1")
    await book(any_bench, "2026-11-25 12:00", reference="A-2", number="01632 960123")
    await send_due(any_bench.office, service, 3000)
    north, south = await a_person(any_bench, 1, "planner", "north"), await a_person(any_bench, 2, "planner", "south")
    [today] = [each for each in await count_days(any_bench.office, north) if each.day == "2026-11-20"]
    assert today.counts == {"due": 0, "sent": 1, "delivered": 0, "failed": 0, "dropped": 1}
    for shown, count in today.counts.items():
        texts = await texts_of_day(any_bench.office, north, date(2026, 11, 20), shown)
        assert len(texts) == count
        assert all(each.appointment is not None for each in texts)
    assert {count for each in await count_days(any_bench.office, south) for count in each.counts.values()} == {0}
