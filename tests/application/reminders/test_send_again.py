"""A service that is set up wrongly: texts stand still, are told of, and go again once somebody mended it."""

from __future__ import annotations

import pytest
import structlog

from doorstep.application.records import keep_records
from doorstep.application.reminders.send_again import send_again, send_text_again, sendable_again
from doorstep.application.reminders.send_due import halted, send_due
from doorstep.application.reminders.text_rows import TextRow
from doorstep.application.reminders.text_service import (
    CLOCK,
    KEY,
    TEMPLATE,
    SetUpWrong,
    TextDelayed,
    TextRefused,
    TextToSend,
)
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.office_events import TextsSentAgain, read_office_event
from tests.makers import Bench, an_id
from tests.reminded import HeldService, book, london, reminding, texts_of

PLANNER = Person(an_id(9), "asha", "Asha", "planner", "", "")
OTHER = "+447700900456"


def wrongly(cause: str) -> HeldService:
    """A service that takes none for this cause."""

    def refuse(text: TextToSend) -> None:
        template = text.template if cause == TEMPLATE else ""
        raise SetUpWrong(cause, "AuthError", "ring 07700 900123", template)

    return HeldService(refuse)


async def events_of(bench: Bench) -> list[TextsSentAgain]:
    """Who let texts go again."""
    read = [read_office_event(entry.body) for entry in await bench.office.store.entries(0, 999)
            if entry.kind == "texts_sent_again"]  # fmt: skip
    return [event for event in read if isinstance(event, TextsSentAgain)]


@pytest.mark.parametrize("cause", [KEY, CLOCK, TEMPLATE])
async def test_the_first_fault_halts_them_all(any_bench: Bench, cause: str) -> None:
    """Fifty due: no more than are in flight fail, the others wait as they were; nothing goes by itself."""
    await reminding(any_bench)
    for number in range(50):
        await book(any_bench, "2026-11-25 12:00", reference=f"A-{number}", number=f"+4477009001{number:02}")
    service = wrongly(cause)
    with structlog.testing.capture_logs() as logged:
        assert await send_due(any_bench.office, service, 3000) == 0
    assert len(service.asked_to_send) <= 16
    rows = [row for row in await any_bench.office.store.records(TextRow) if row.rule == "booked"]
    failed = {row.reference: row.fault for row in rows if row.state == "failed"}
    assert failed == dict.fromkeys(service.asked_to_send, f"set_up_{cause}")
    untouched = [row for row in rows if row.state == "waiting"]
    assert len(untouched) + len(failed) == 50
    assert all((row.tries, row.tried_at) == (0, None) for row in untouched)
    halt = await halted(any_bench.office)
    assert halt is not None
    assert (halt.cause, halt.template) == (cause, "booked" if cause == TEMPLATE else "")
    told = [line for line in logged if line["event"] == "texts_halted"]
    assert told
    assert "900123" not in str(logged)
    well = HeldService()
    for _ in range(3):
        any_bench.clock.ms += 3_600_000
        assert await send_due(any_bench.office, well, 3000) == 0
    assert (well.asked_to_send, well.looked_up) == ([], [])


async def test_what_is_still_worth_it_goes_once_mended(any_bench: Bench) -> None:
    """Each once, looked up first where it was handed over; who said so is in the log; a second press finds nothing."""
    await reminding(any_bench)
    for number in range(30):
        await book(any_bench, "2026-11-25 12:00", reference=f"A-{number}", number=f"+4477009001{number:02}")
    service = wrongly(KEY)
    await send_due(any_bench.office, service, 3000)
    tried = set(service.asked_to_send)
    done = await send_again(any_bench.office, PLANNER)
    assert (done.due, done.dropped) == (30, 0)
    service.doing = lambda text: None
    assert await send_due(any_bench.office, service, 3000) == 30
    assert set(service.looked_up) == tried
    assert len(service.taken) == 30
    assert [(event.actor_id, event.texts, event.cause) for event in await events_of(any_bench)] == [
        (PLANNER.person_id, 30, KEY)
    ]
    with pytest.raises(Refused):
        await send_again(any_bench.office, PLANNER)


async def test_one_that_the_service_had_after_all_goes_once(any_bench: Bench) -> None:
    """It was taken, then refused under the same reference: found before it is sent again."""
    service = await reminding(any_bench)

    def take_and_refuse(text: TextToSend) -> None:
        service.taken[text.reference] = text
        raise SetUpWrong(KEY, "AuthError", "")

    service.doing = take_and_refuse
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    await send_again(any_bench.office, PLANNER)
    assert await send_due(any_bench.office, service, 3000) == 1
    assert (len(service.asked_to_send), len(service.taken)) == (1, 1)


async def test_a_fault_that_stays_halts_them_again(any_bench: Bench) -> None:
    """Whoever pressed had not mended it."""
    await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    service = wrongly(KEY)
    for presses in range(2):
        await send_due(any_bench.office, service, 3000)
        assert await halted(any_bench.office) is not None
        assert len(service.asked_to_send) == presses + 1
        await send_again(any_bench.office, PLANNER)
    assert await halted(any_bench.office) is None


async def test_of_several_only_the_latest_goes(any_bench: Bench) -> None:
    """Two days without a key: nobody has the confirmation and the reminder at once, and late is better than never."""
    await reminding(any_bench)
    await book(any_bench, "2026-11-25 13:00")
    await send_due(any_bench.office, wrongly(KEY), 3000)
    any_bench.clock.ms = london("2026-11-25 08:30")
    well = HeldService()
    assert await send_due(any_bench.office, well, 3000) == 0
    done = await send_again(any_bench.office, PLANNER)
    assert (done.due, done.dropped) == (1, 1)
    assert await send_due(any_bench.office, well, 3000) == 1
    assert [text.template for text in well.taken.values()] == ["day_before"]
    assert (await texts_of(any_bench))["booked"].fault == "too_close"


async def test_one_that_is_soon_due_stands_for_those_that_are_late(any_bench: Bench) -> None:
    """Mended an hour before the last reminder: that one goes, in its time, and nothing beside it."""
    await reminding(any_bench)
    await book(any_bench, "2026-11-25 13:00")
    await send_due(any_bench.office, wrongly(KEY), 3000)
    any_bench.clock.ms = london("2026-11-25 10:00")
    well = HeldService()
    done = await send_again(any_bench.office, PLANNER)
    assert (done.due, done.dropped) == (0, 2)
    any_bench.clock.ms = london("2026-11-25 11:00")
    assert await send_due(any_bench.office, well, 3000) == 1
    assert [text.template for text in well.taken.values()] == ["two_hours_before"]


async def test_quiet_hours_are_kept(any_bench: Bench) -> None:
    """Mended at night: it goes in the morning."""
    await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, wrongly(KEY), 3000)
    any_bench.clock.ms = london("2026-11-23 23:00")
    await send_again(any_bench.office, PLANNER)
    well = HeldService()
    assert await send_due(any_bench.office, well, 3000) == 0
    any_bench.clock.ms = london("2026-11-24 08:00")
    assert await send_due(any_bench.office, well, 3000) == 1


@pytest.mark.parametrize(
    ("now", "starts", "is_cancelled", "why"),
    [
        ("2026-11-25 12:01", "2026-11-25 12:00", False, "begun"),
        ("2026-11-21 12:00", "2026-11-25 12:00", True, "cancelled"),
        ("2026-11-21 12:00", "2026-11-26 12:00", False, "moved"),
    ],
)
async def test_what_is_of_no_use_any_more_does_not_go(
    any_bench: Bench, now: str, starts: str, is_cancelled: bool, why: str
) -> None:
    """The window begun, the appointment cancelled, or at another time: it is said why."""
    await reminding(any_bench)
    appointment_id = await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, wrongly(KEY), 3000)
    failed = (await texts_of(any_bench))["booked"]
    any_bench.clock.ms = london(now)
    if (starts, is_cancelled) != ("2026-11-25 12:00", False):
        await book(any_bench, starts, is_cancelled=is_cancelled)
    await send_again(any_bench.office, PLANNER)
    now_is = await any_bench.office.store.record(TextRow, failed.reference)
    assert now_is is not None
    assert (now_is.appointment_id, now_is.state, now_is.fault) == (appointment_id, "dropped", why)


async def test_a_text_that_may_have_gone_is_left_to_its_own_look_up(any_bench: Bench) -> None:
    """One that timed out before the halt is not made another: its pause and its tries stay."""
    service = await reminding(any_bench)

    def time_out(text: TextToSend) -> None:
        raise TextDelayed("no answer")

    service.doing = time_out
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    before = (await texts_of(any_bench))["booked"]
    await book(any_bench, "2026-11-25 12:00", reference="A-2", number=OTHER)
    await send_due(any_bench.office, wrongly(KEY), 3000)
    await send_again(any_bench.office, PLANNER)
    assert await any_bench.office.store.record(TextRow, before.reference) == before


async def test_a_failed_text_goes_to_the_new_number_once(any_bench: Bench) -> None:
    """Not while the number is the same; once it changed, once; whoever does not see the patch cannot."""
    service = await reminding(any_bench)

    def refuse(text: TextToSend) -> None:
        if text.number != OTHER:
            raise TextRefused("ValidationError", "Not a UK mobile number")

    service.doing = refuse
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    failed = (await texts_of(any_bench))["booked"]
    assert await sendable_again(any_bench.office, [failed]) == set()
    with pytest.raises(Refused, match="the number is still the one"):
        await send_text_again(any_bench.office, PLANNER, failed.reference)
    await book(any_bench, "2026-11-25 12:00", number=OTHER)
    assert await sendable_again(any_bench.office, [failed]) == {failed.reference}
    elsewhere = Person(an_id(8), "b", "B", "planner", "elsewhere", "")
    with pytest.raises(Refused, match="no such text"):
        await send_text_again(any_bench.office, elsewhere, failed.reference)
    await send_text_again(any_bench.office, PLANNER, failed.reference)
    with pytest.raises(Refused):
        await send_text_again(any_bench.office, PLANNER, failed.reference)
    assert await send_due(any_bench.office, service, 3000) == 1
    assert [text.number for text in service.taken.values()] == [OTHER]
    texts = await texts_of(any_bench)
    assert (texts["booked"].state, texts["booked-2"].state) == ("failed", "sent")
    [event] = await events_of(any_bench)
    assert (event.actor_id, event.texts, event.reference) == (PLANNER.person_id, 1, failed.reference)


async def test_nothing_is_sent_again_that_nothing_kept(any_bench: Bench) -> None:
    """A failure of another kind is not let go by it."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    await send_due(any_bench.office, service, 3000)
    text = (await texts_of(any_bench))["booked"]
    await keep_records(any_bench.office, [text])
    with pytest.raises(Refused, match="nothing was kept back"):
        await send_again(any_bench.office, PLANNER)
