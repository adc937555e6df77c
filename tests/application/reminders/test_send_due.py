"""The outbox: each text handed over once, whatever the service does and wherever the server ends."""

from __future__ import annotations

import msgspec
import pytest
import structlog

from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.send_due import pause_s, send_due
from doorstep.application.reminders.text_rows import TextRow
from doorstep.application.reminders.text_service import TextDelayed, TextRefused, TextToSend
from tests.makers import Bench
from tests.reminded import book, london, reminding, some_rules, texts_of


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


def test_pauses_grow_and_differ() -> None:
    """Ten seconds at first, a quarter of an hour at most, and never the same for all."""
    firsts = {pause_s(str(number), 1) for number in range(50)}
    assert len(firsts) > 20
    assert min(firsts) >= 10
    assert max(firsts) <= 15
    assert 900 <= pause_s("x", 500) <= 1350


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
