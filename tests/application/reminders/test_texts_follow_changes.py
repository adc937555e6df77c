"""What is planned follows what becomes of an appointment, its number and the rules: dropped, told anew, told once."""

from __future__ import annotations

from typing import Any

import msgspec

from doorstep.application.records import Wanted, keep_records
from doorstep.application.reminders.failed_numbers import close_failed_number, failed_numbers
from doorstep.application.reminders.opt_outs import lift_opt_out, opt_out, opted_out
from doorstep.application.reminders.plan_reminders import plan_reminders
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import FailedNumber, PlannedFor, TextRow
from tests.makers import Bench, a_person
from tests.reminded import NUMBER, HeldService, book, london, reminding, texts_of


async def test_a_booking_is_confirmed_at_once_and_reminded_of_later(any_bench: Bench) -> None:
    """From an import to three texts, each in its own time, and no fourth."""
    service = await reminding(any_bench, "2026-11-20 10:00", apart_minutes=0, most_an_appointment_a_day=3)
    await book(any_bench, "2026-11-25 12:00")
    assert await send_due(any_bench.office, service, 3000) == 1
    [(_, text)] = service.taken.items()
    assert (text.number, text.template) == (NUMBER, "booked")
    assert text.personalisation["day"] == "Wednesday 25 November"
    assert text.personalisation["day_cy"] == "dydd Mercher 25 Tachwedd"
    assert (text.personalisation["from"], text.personalisation["to"]) == ("12:00", "16:00")
    assert text.personalisation["landlord"] == "Inventon Homes"
    for at, template in (("2026-11-24 17:00", "day_before"), ("2026-11-25 10:00", "two_hours_before")):
        any_bench.clock.ms = london(at) - 1
        assert await send_due(any_bench.office, service, 3000) == 0
        any_bench.clock.ms += 1
        assert await send_due(any_bench.office, service, 3000) == 1
        assert list(service.taken.values())[-1].template == template
    any_bench.clock.ms = london("2026-11-25 15:00")
    assert await send_due(any_bench.office, service, 3000) == 0
    assert {text.state for text in (await texts_of(any_bench)).values()} == {"sent"}


async def test_a_changed_appointment_drops_what_waits_and_tells_anew(any_bench: Bench) -> None:
    """Nobody is reminded of a time that no longer holds."""
    service = await reminding(any_bench)
    appointment_id = await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    any_bench.clock.ms = london("2026-11-20 15:00")
    await book(any_bench, "2026-11-26 08:00")
    await send_due(any_bench.office, service, 3000)
    assert [text.personalisation["day"] for text in service.taken.values()] == [
        "Wednesday 25 November",
        "Thursday 26 November",
    ]
    rows = await any_bench.office.store.records(TextRow, Wanted((), ("starts_at", "due_at")))
    assert {row.appointment_id for row in rows} == {appointment_id}
    assert [(row.rule, row.state, row.fault) for row in rows] == [
        ("booked", "sent", ""),
        ("day_before", "dropped", "moved"),
        ("two_hours_before", "dropped", "moved"),
        ("booked", "sent", ""),
        ("day_before", "waiting", ""),
    ]


async def test_moved_and_moved_back_is_told_of_once(any_bench: Bench) -> None:
    """The same reminder of the same time never goes twice; what waited for it waits again."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    await book(any_bench, "2026-11-26 12:00")
    await send_due(any_bench.office, service, 3000)
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    assert len(service.taken) == 2
    any_bench.clock.ms = london("2026-11-24 17:00")
    assert await send_due(any_bench.office, service, 3000) == 1


async def test_a_cancelled_appointment_is_not_reminded_of(any_bench: Bench) -> None:
    """Cancelled between the planning and the hour."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    await book(any_bench, "2026-11-25 12:00", is_cancelled=True)
    any_bench.clock.ms = london("2026-11-24 17:00")
    assert await send_due(any_bench.office, service, 3000) == 0
    assert (await texts_of(any_bench))["day_before"].fault == "cancelled"


async def test_booked_again_after_a_cancellation_is_a_new_booking(any_bench: Bench) -> None:
    """It is confirmed from the new booking on."""
    service = await reminding(any_bench)
    for hour, is_cancelled in ((10, False), (12, True), (15, False)):
        any_bench.clock.ms = london(f"2026-11-20 {hour}:00")
        await book(any_bench, "2026-11-25 12:00", is_cancelled=is_cancelled)
    assert await send_due(any_bench.office, service, 3000) == 1
    assert (await texts_of(any_bench))["booked"].due_at == london("2026-11-20 15:00")


async def test_an_opt_out_stops_what_waits_and_lifting_it_lets_it_go(any_bench: Bench) -> None:
    """By a planner's word, and back by another's; only mobiles can be meant."""
    service = await reminding(any_bench)
    planner = await a_person(any_bench, 5, "planner")
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    made = await opt_out(any_bench.office, planner, "07700 900 123", "Said so on the telephone")
    assert await opt_out(any_bench.office, planner, "+44 (0)7700 900123", "Again") == made
    assert (await texts_of(any_bench))["day_before"].fault == "opted_out"
    await book(any_bench, "2026-11-26 12:00", reference="A-2")
    any_bench.clock.ms = london("2026-11-24 12:00")
    assert await send_due(any_bench.office, service, 3000) == 0
    await lift_opt_out(any_bench.office, planner, made.opt_out_id, "Wants them again")
    any_bench.clock.ms = london("2026-11-24 17:00")
    assert await send_due(any_bench.office, service, 3000) == 1


async def test_a_failed_number_gets_nothing_until_somebody_saw_to_it(any_bench: Bench) -> None:
    """Marked as bad, shown to its patch, and mended for a reason."""
    service = await reminding(any_bench)
    planner, other = await a_person(any_bench, 5, "planner", "north"), await a_person(any_bench, 6, "planner", "south")
    appointment_id = await book(any_bench, "2026-11-25 12:00")
    beside: dict[str, Any] = {
        "appointment_id": appointment_id,
        "patch": "north",
        "status": "permanent-failure",
        "failed_at": 1,
    }
    failed = FailedNumber(number=NUMBER, failed_id="f", **beside)
    await keep_records(any_bench.office, [failed])
    assert await send_due(any_bench.office, service, 3000) == 0
    assert (await texts_of(any_bench))["booked"].fault == "number_failed"
    assert await failed_numbers(any_bench.office, other) == []
    assert await failed_numbers(any_bench.office, planner) == [failed]
    await close_failed_number(any_bench.office, planner, "f", "Rang them: it works again")
    assert await send_due(any_bench.office, service, 3000) == 1


async def test_without_a_mobile_number_the_reason_is_shown(any_bench: Bench) -> None:
    """A landline takes no texts; once a mobile is held, the text goes."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00", number="01632 960123")
    assert await send_due(any_bench.office, service, 3000) == 0
    assert (await texts_of(any_bench))["booked"].fault == "no_mobile"
    await book(any_bench, "2026-11-25 12:00")
    assert await send_due(any_bench.office, service, 3000) == 1


async def test_new_rules_are_taken_up_for_what_lies_ahead(any_bench: Bench) -> None:
    """A rule taken away takes its waiting texts with it; nothing sent is sent again."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    rules = any_bench.office.reminders
    assert rules is not None
    any_bench.office.reminders = msgspec.structs.replace(rules, reminders=rules.reminders[:1])
    assert await send_due(any_bench.office, service, 3000) == 0
    texts = await texts_of(any_bench)
    assert (texts["day_before"].state, texts["day_before"].fault) == ("dropped", "not_for_this")
    any_bench.office.reminders = rules
    await send_due(any_bench.office, service, 3000)
    assert (await texts_of(any_bench))["day_before"].state == "waiting"
    assert len(service.taken) == 1
    assert await any_bench.office.store.count_records(PlannedFor) == 1


async def test_an_office_without_rules_sends_nothing(bench: Bench) -> None:
    """No rules, no reminders: nothing is planned."""
    service = HeldService()
    await book(bench, "2026-11-25 12:00")
    assert await send_due(bench.office, service, 3000) == 0
    assert await texts_of(bench) == {}


async def test_a_wish_that_comes_while_a_text_waits_is_heeded_when_its_turn_comes(any_bench: Bench) -> None:
    """Recorded past the texts that wait, as a restored backup might have it."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    await plan_reminders(any_bench.office)
    wish = opted_out(NUMBER, "", "planner", "somebody", "said so", any_bench.office)
    await keep_records(any_bench.office, [wish])
    assert await send_due(any_bench.office, service, 3000) == 0
    text = (await texts_of(any_bench))["booked"]
    assert (text.state, text.fault) == ("dropped", "opted_out")
