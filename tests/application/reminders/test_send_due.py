"""The outbox: each text handed over once, whatever the service does and wherever the server ends."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import structlog

from doorstep.application.records import Wanted, Where, keep_records
from doorstep.application.reminders.failed_numbers import close_failed_number, failed_numbers
from doorstep.application.reminders.opt_outs import lift_opt_out, opt_out, opted_out
from doorstep.application.reminders.plan_reminders import plan_reminders
from doorstep.application.reminders.send_due import pause_s, send_due
from doorstep.application.reminders.text_rows import FailedNumber, PlannedFor, TextRow
from doorstep.application.reminders.text_service import TextDelayed, TextRefused, TextToSend
from tests.makers import Bench, a_person
from tests.reminded import NUMBER, HeldService, book, london, reminding, some_rules, texts_of


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


async def test_a_refusal_is_final(any_bench: Bench) -> None:
    """A 4xx is not tried again; its reason is kept in our own words, since theirs might hold a number."""
    service = await reminding(any_bench)

    def refuse(_: TextToSend) -> None:
        raise TextRefused("BadRequestError", "Nobody has 07700 900123")

    service.doing = refuse
    await book(any_bench, "2026-11-25 12:00")
    for _ in range(3):
        assert await send_due(any_bench.office, service, 3000) == 0
        any_bench.clock.ms += 3_600_000
    assert len(service.asked_to_send) == 1
    text = (await texts_of(any_bench))["booked"]
    assert (text.state, text.fault) == ("failed", "refused BadRequestError")


@pytest.mark.parametrize("was_taken", [False, True])
async def test_after_a_time_out_it_is_looked_up_before_it_is_sent_again(any_bench: Bench, was_taken: bool) -> None:
    """Whether the service had taken it or not, there is one text."""
    service = await reminding(any_bench)

    def time_out(text: TextToSend) -> None:
        if was_taken:
            service.taken[text.reference] = text
        raise TextDelayed("no answer in time")

    service.doing = time_out
    await book(any_bench, "2026-11-25 12:00")
    assert await send_due(any_bench.office, service, 3000) == 0
    assert (await texts_of(any_bench))["booked"].state == "waiting"
    any_bench.clock.ms += 1000
    assert await send_due(any_bench.office, service, 3000) == 0, "too soon"
    service.doing = lambda text: None
    any_bench.clock.ms += 20_000
    assert await send_due(any_bench.office, service, 3000) == 1
    assert len(service.looked_up) == 1
    assert len(service.asked_to_send) == (1 if was_taken else 2)
    assert (await texts_of(any_bench))["booked"].state == "sent"


async def test_a_change_meanwhile_does_not_make_it_forget_that_it_may_have_arrived(any_bench: Bench) -> None:
    """Timed out, though it was taken; then another trade comes: it is looked up all the same, and not sent again."""
    service = await reminding(any_bench)

    def time_out(text: TextToSend) -> None:
        service.taken[text.reference] = text
        raise TextDelayed("no answer in time")

    service.doing = time_out
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    await book(any_bench, "2026-11-25 12:00", trade="electrician")
    any_bench.clock.ms += 60_000
    assert await send_due(any_bench.office, service, 3000) == 1
    assert len(service.asked_to_send) == 1


async def test_booked_again_after_a_cancellation_is_a_new_booking(any_bench: Bench) -> None:
    """It is confirmed from the new booking on."""
    service = await reminding(any_bench)
    for hour, is_cancelled in ((10, False), (12, True), (15, False)):
        any_bench.clock.ms = london(f"2026-11-20 {hour}:00")
        await book(any_bench, "2026-11-25 12:00", is_cancelled=is_cancelled)
    assert await send_due(any_bench.office, service, 3000) == 1
    assert (await texts_of(any_bench))["booked"].due_at == london("2026-11-20 15:00")


async def test_the_service_is_left_alone_for_as_long_as_it_asks(any_bench: Bench) -> None:
    """A 429 with its own time to wait."""
    service = await reminding(any_bench)

    def too_many(_: TextToSend) -> None:
        raise TextDelayed("429", 300.0)

    service.doing = too_many
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    assert (await texts_of(any_bench))["booked"].next_try_at == any_bench.clock.ms + 300_000


async def test_what_a_crash_left_is_looked_up_first(any_bench: Bench) -> None:
    """A row that says `sending` when nobody sends: of two of them, one had arrived."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00", reference="A-1")
    await book(any_bench, "2026-11-25 12:00", reference="A-2", number="07700 900124")

    def die(_: TextToSend) -> None:
        raise RuntimeError("the server ends here")

    service.doing = die
    assert await send_due(any_bench.office, service, 3000) == 0
    left = await any_bench.office.store.records(TextRow, Wanted((Where("rule", "=", "booked"),)))
    assert [text.state for text in left] == ["sending", "sending"]
    service.taken[left[0].reference] = TextToSend(left[0].reference, left[0].number, "booked", {})
    service.doing = lambda text: None
    any_bench.clock.ms += 60_000
    assert await send_due(any_bench.office, service, 3000) == 0, "what was on its way may arrive yet"
    assert service.looked_up == []
    any_bench.clock.ms += 60_000
    assert await send_due(any_bench.office, service, 3000) == 2
    assert sorted(service.looked_up) == sorted(text.reference for text in left)
    assert service.asked_to_send.count(left[0].reference) == 1
    assert service.asked_to_send.count(left[1].reference) == 2
    assert len(service.taken) == 2


async def test_no_more_than_the_rate_in_any_minute(any_bench: Bench) -> None:
    """What was tried in the last minute counts, also across calls and restarts."""
    service = await reminding(any_bench)
    for number in range(5):
        await book(any_bench, "2026-11-25 12:00", reference=f"A-{number}", number=f"0770090012{number}")
    assert await send_due(any_bench.office, service, 2) == 2
    assert await send_due(any_bench.office, service, 2) == 0
    any_bench.clock.ms += 60_000
    assert await send_due(any_bench.office, service, 2) == 2
    any_bench.clock.ms += 60_000
    assert await send_due(any_bench.office, service, 2) == 1


async def test_nothing_goes_once_the_window_began(any_bench: Bench) -> None:
    """The service was down over the window's start: what waited is dropped, with the reason."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)

    def down(_: TextToSend) -> None:
        raise TextDelayed("no network")

    service.doing = down
    any_bench.clock.ms = london("2026-11-25 10:00")
    await send_due(any_bench.office, service, 3000)
    service.doing = lambda text: None
    any_bench.clock.ms = london("2026-11-25 12:00")
    assert await send_due(any_bench.office, service, 3000) == 0
    texts = await texts_of(any_bench)
    assert (texts["day_before"].state, texts["day_before"].fault) == ("dropped", "begun")
    assert (texts["two_hours_before"].state, texts["two_hours_before"].fault) == ("dropped", "begun")


async def test_a_server_that_was_down_wakes_nobody(any_bench: Bench) -> None:
    """Due at 17:00, the server comes back at 22:00: it goes at 08:00."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 14:00")
    await send_due(any_bench.office, service, 3000)
    any_bench.clock.ms = london("2026-11-24 22:00")
    rules = some_rules()
    late = tuple(msgspec.structs.replace(rule, late_hours=16) for rule in rules.reminders)
    any_bench.office.reminders = msgspec.structs.replace(rules, reminders=late)
    assert await send_due(any_bench.office, service, 3000) == 0
    any_bench.clock.ms = london("2026-11-25 07:59")
    assert await send_due(any_bench.office, service, 3000) == 0
    any_bench.clock.ms = london("2026-11-25 08:00")
    assert await send_due(any_bench.office, service, 3000) == 1


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


def test_pauses_grow_and_differ() -> None:
    """Ten seconds at first, a quarter of an hour at most, and never the same for all."""
    firsts = {pause_s(str(number), 1) for number in range(50)}
    assert len(firsts) > 20
    assert min(firsts) >= 10
    assert max(firsts) <= 15
    assert 900 <= pause_s("x", 500) <= 1350


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


async def test_no_number_stands_in_the_log_of_the_server(bench: Bench) -> None:
    """Refused, delayed, or broken in a way that nobody foresaw: what is logged names the text, never the number."""
    service = await reminding(bench)
    await book(bench, "2026-11-25 12:00")
    faults = (RuntimeError("broken"), TextDelayed("down"), TextRefused("BadRequestError", "no"))
    with structlog.testing.capture_logs() as heard:
        for fault in faults:

            def fail(_: TextToSend, fault: Exception = fault) -> None:
                raise fault

            service.doing = fail
            await send_due(bench.office, service, 3000)
            bench.clock.ms += 60_000
    assert [line["event"] for line in heard] == ["text_service_failed", "texts_taken_back", "text_refused"]
    assert not any("900123" in str(line) for line in heard)
