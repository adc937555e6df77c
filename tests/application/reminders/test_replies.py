"""Residents' texts: each is a task once, whoever it is from; only STOP does anything by itself."""

from __future__ import annotations

import pytest

from doorstep.application.records import keep_records
from doorstep.application.reminders.forget_texts import forget_texts
from doorstep.application.reminders.opt_outs import lift_opt_out, opt_out, opt_outs
from doorstep.application.reminders.replies import finish_reply, replies, take_text
from doorstep.application.reminders.reply_words import kind_of
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import DONE, FailedNumber, OptOut, ReplyTask, TextRow
from doorstep.application.reminders.text_service import InboundText
from doorstep.application.writer import Refused
from tests.makers import Bench, a_person
from tests.reminded import NUMBER, book, london, reminding, texts_of


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("STOP", "stop"),
        ("Stop.", "stop"),
        ("please stop texting me", "stop"),
        ("opt out", "stop"),
        ("Stopio os gwelwch yn dda", "stop"),
        ("dim mwy", "stop"),
        ("Please stop the leak!", "other"),
        ("Cancel it please", "cancel"),
        ("canslo", "cancel"),
        ("CHANGE", "change"),
        ("newid", "change"),
        ("can we rearrange", "change"),
        ("Yes", "yes"),
        ("Ydw, diolch", "yes"),
        ("yes but can I move it", "change"),
        ("stop, cancel the visit", "cancel"),
        ("What time?", "other"),
        ("", "other"),
        ("👍", "other"),
    ],
)
def test_what_a_text_asks_for(message: str, kind: str) -> None:
    """In English and Welsh; whatever is not plain is for a person to read."""
    assert kind_of(message) == kind


async def a_reminded_resident(bench: Bench) -> str:
    """Somebody who was texted of an appointment."""
    service = await reminding(bench)
    appointment_id = await book(bench, "2026-11-25 12:00")
    await send_due(bench.office, service, 3000)
    return appointment_id


def a_text(
    message: str, number: str = "447700900123", text_id: str = "t1", at: str = "2026-11-20 11:00"
) -> InboundText:
    """What the service passes on; it writes numbers without the plus."""
    return InboundText(text_id, number, message, london(at))


async def test_cancel_is_a_task_and_cancels_nothing(any_bench: Bench) -> None:
    """A planner reads it beside its appointment, sees to it for a reason, and it is done once."""
    appointment_id = await a_reminded_resident(any_bench)
    planner = await a_person(any_bench, 5, "planner", "north")
    other = await a_person(any_bench, 6, "planner", "south")
    assert await take_text(any_bench.office, a_text("Please cancel"))
    assert not await take_text(any_bench.office, a_text("Please cancel")), "the service tells twice"
    [task] = await replies(any_bench.office, planner)
    assert (task.appointment_id, task.kind, task.words) == (appointment_id, "cancel", "Please cancel")
    assert await replies(any_bench.office, other) == []
    row = await any_bench.office.store.appointment_row(appointment_id)
    assert row is not None
    assert not row.is_cancelled
    with pytest.raises(Refused, match="no such reply on your patch"):
        await finish_reply(any_bench.office, other, "t1", "Not mine")
    with pytest.raises(Refused, match="Say why"):
        await finish_reply(any_bench.office, planner, "t1", " ")
    await finish_reply(any_bench.office, planner, "t1", "Rang them and moved it")
    assert await replies(any_bench.office, planner) == []
    [done] = await replies(any_bench.office, planner, DONE)
    assert (done.done_by, done.reason) == (planner.person_id, "Rang them and moved it")
    with pytest.raises(Refused, match="already"):
        await finish_reply(any_bench.office, planner, "t1", "Again")


async def test_stop_is_heeded_at_once(any_bench: Bench) -> None:
    """No more goes to the number, and the planners of its patch see since when."""
    await a_reminded_resident(any_bench)
    planner = await a_person(any_bench, 5, "planner", "north")
    other = await a_person(any_bench, 6, "planner", "south")
    await take_text(any_bench.office, a_text("STOP"))
    [held] = await opt_outs(any_bench.office, planner)
    assert (held.number, held.how, held.patch) == (NUMBER, "text", "north")
    assert await opt_outs(any_bench.office, other) == []
    assert await replies(any_bench.office, planner) == [], "there is nothing to do"
    assert (await texts_of(any_bench))["day_before"].fault == "opted_out"
    with pytest.raises(Refused, match="no such opt-out"):
        await lift_opt_out(any_bench.office, other, held.opt_out_id, "Not mine")
    await lift_opt_out(any_bench.office, planner, held.opt_out_id, "They rang: they want them")
    assert (await texts_of(any_bench))["day_before"].state == "waiting"
    with pytest.raises(Refused, match="no such opt-out"):
        await lift_opt_out(any_bench.office, planner, held.opt_out_id, "Again")


async def test_a_number_that_nobody_knows_is_a_task_for_everybody(any_bench: Bench) -> None:
    """It belongs to no appointment, and so to no patch."""
    await a_reminded_resident(any_bench)
    await take_text(any_bench.office, a_text("Who is this?", number="07700 900999"))
    for number, patch in ((5, "north"), (6, "south"), (7, "")):
        planner = await a_person(any_bench, number, "planner", patch)
        assert [(task.appointment_id, task.kind) for task in await replies(any_bench.office, planner)] == [
            ("", "other")
        ]


async def test_a_reply_is_about_what_was_last_sent(any_bench: Bench) -> None:
    """Of two appointments ahead the one they were texted about last; of none when all are long past."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-24 12:00", reference="A-1")
    await send_due(any_bench.office, service, 3000)
    any_bench.clock.ms += 3_600_000
    later = await book(any_bench, "2026-11-26 12:00", reference="A-2")
    await send_due(any_bench.office, service, 3000)
    await take_text(any_bench.office, a_text("no good", at="2026-11-20 12:00"))
    await take_text(any_bench.office, a_text("nobody came", text_id="t2", at="2026-12-20 12:00"))
    tasks = await any_bench.office.store.records(ReplyTask)
    assert [(task.text_id, task.appointment_id) for task in tasks] == [("t1", later), ("t2", "")]


@pytest.mark.parametrize(
    ("number", "reason", "path"),
    [
        ("01632 960123", "x", "number"),
        ("", "x", "number"),
        ("07700900123", "", "reason"),
        (NUMBER, "x" * 1001, "reason"),
    ],
)
async def test_an_opt_out_needs_a_mobile_and_a_reason(bench: Bench, number: str, reason: str, path: str) -> None:
    """The field at fault is named."""
    planner = await a_person(bench, 5, "planner")
    with pytest.raises(Refused) as refused:
        await opt_out(bench.office, planner, number, reason)
    assert refused.value.more == {"path": path}


async def test_numbers_and_words_are_forgotten_in_time(any_bench: Bench) -> None:
    """Ninety days on nothing says whose number it was or what they wrote; what became of the texts stays."""
    await a_reminded_resident(any_bench)
    await take_text(any_bench.office, a_text("My son is ill, cancel"))
    await take_text(any_bench.office, a_text("STOP", text_id="t2"))
    assert await forget_texts(any_bench.office, 90) == 0
    any_bench.clock.ms = london("2027-02-24 12:00")
    assert await forget_texts(any_bench.office, 90) == 5
    assert await forget_texts(any_bench.office, 90) == 0
    store = any_bench.office.store
    assert {(text.number, text.personalisation) for text in await store.records(TextRow)} == {("", "{}")}
    assert {text.state for text in await store.records(TextRow)} == {"sent", "dropped"}
    assert {(task.number, task.words) for task in await store.records(ReplyTask)} == {("", "")}
    assert [held.number for held in await store.records(OptOut)] == [NUMBER], "or nobody could heed it"


async def test_a_mended_number_is_forgotten_too(any_bench: Bench) -> None:
    """One that is still to be mended is not."""
    await reminding(any_bench, "2027-02-24 12:00")
    old = {"appointment_id": "a", "patch": "", "status": "permanent-failure", "failed_at": 1}
    await keep_records(
        any_bench.office,
        [
            FailedNumber(number="+447700900001", failed_id="1", state="done", done_at=2, **old),  # type: ignore[arg-type]
            FailedNumber(number="+447700900002", failed_id="2", **old),  # type: ignore[arg-type]
        ],
    )
    assert await forget_texts(any_bench.office, 90) == 1
    assert [held.failed_id for held in await any_bench.office.store.records(FailedNumber)] == ["2"]


async def test_a_text_from_years_to_come_came_now(bench: Bench) -> None:
    """Whatever its sender's service says: else nobody's number in it would ever be forgotten."""
    await a_reminded_resident(bench)
    await take_text(bench.office, a_text("Who is this?", at="9999-01-01 00:00"))
    [task] = await bench.office.store.records(ReplyTask)
    assert task.received_at == bench.clock.ms
