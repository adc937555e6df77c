"""What the service reports: kept once, in any order, and in the log as the evidence that the resident was told."""

from __future__ import annotations

import asyncio
import dataclasses
from itertools import permutations
from typing import Any, cast

import pytest

from doorstep.application.composing import Notice
from doorstep.application.records import Record
from doorstep.application.reminders.ask_after import ask_after
from doorstep.application.reminders.receipts import RANKS, take_receipt
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import FailedNumber, ReceiptRow, TextRow
from doorstep.application.reminders.text_service import Receipt, Sent, TextDelayed, TextRefused, TextToSend
from doorstep.application.store import Store
from tests.makers import Bench
from tests.reminded import NUMBER, HeldService, book, london, reminding, some_rules, texts_of


async def a_sent_text(bench: Bench) -> tuple[HeldService, TextRow]:
    """A booking's confirmation, handed over."""
    service = await reminding(bench)
    await book(bench, "2026-11-25 12:00")
    await send_due(bench.office, service, 3000)
    return service, (await texts_of(bench))["booked"]


def a_receipt(text: TextRow, status: str, at: int) -> Receipt:
    """What the service says of it."""
    return Receipt(text.provider_id or f"id-{text.reference}", text.reference, status, at)


async def snapshot_of(bench: Bench, appointment_id: str) -> dict[str, list[dict[str, str]]]:
    """The appointment's newest snapshot."""
    dossier = await bench.office.store.dossier(appointment_id)
    assert dossier is not None
    return dossier.versions[-1].snapshot


async def test_a_delivered_text_is_in_the_snapshot(any_bench: Bench) -> None:
    """The receipt is the evidence of the clause `notified`: channel, status and when it was delivered."""
    _, text = await a_sent_text(any_bench)
    at = any_bench.clock.ms + 4000
    assert await take_receipt(any_bench.office, a_receipt(text, "delivered", at))
    snapshot = await snapshot_of(any_bench, text.appointment_id)
    assert snapshot["notifications"] == [
        {
            "channel": "sms",
            "sent_at": "2026-11-20T10:00:00.000Z",
            "status": "delivered",
            "status_at": "2026-11-20T10:00:04.000Z",
            "notice_id": text.reference,
        }
    ]
    now = (await texts_of(any_bench))["booked"]
    assert (now.state, now.status, now.status_at, now.fault) == ("delivered", "delivered", at, "")


async def test_a_text_that_never_went_cannot_have_arrived(any_bench: Bench) -> None:
    """Its reference can be worked out; a report of it is kept aside, and is nobody's evidence."""
    service, sent = await a_sent_text(any_bench)
    [waiting] = [text for text in (await texts_of(any_bench)).values() if text.state == "waiting"][:1]
    assert await take_receipt(any_bench.office, Receipt("p", waiting.reference, "delivered", any_bench.clock.ms))
    assert waiting in (await texts_of(any_bench)).values()
    assert (await snapshot_of(any_bench, sent.appointment_id))["notifications"] == []
    any_bench.clock.ms = waiting.due_at
    await send_due(any_bench.office, service, 3000)
    assert waiting.reference in service.taken, "it goes all the same"


async def test_a_report_of_another_text_of_the_service_is_not_believed(any_bench: Bench) -> None:
    """Once the service has named its own text, what it says of another one under our reference counts for nothing."""
    _, text = await a_sent_text(any_bench)
    assert text.provider_id
    for status in ("delivered", "permanent-failure"):
        assert await take_receipt(any_bench.office, Receipt("other", text.reference, status, any_bench.clock.ms))
    assert (await texts_of(any_bench))["booked"] == text
    assert await any_bench.office.store.records(Notice) == []
    assert await any_bench.office.store.records(FailedNumber) == []


@pytest.mark.parametrize(("said", "kept"), [(1_000, 0), (10**15, 4_000), (30_000, 30_000), (-30_000, -30_000)])
async def test_a_time_that_cannot_be_is_not_believed(bench: Bench, said: int, kept: int) -> None:
    """Delivered before it was handed over, or in years to come: the hour at which we know of it stands instead."""
    _, text = await a_sent_text(bench)
    handed_over = bench.clock.ms
    bench.clock.ms += 4_000
    at = said if abs(said) in (1_000, 10**15) else handed_over + said
    await take_receipt(bench.office, a_receipt(text, "delivered", at))
    [notice] = await bench.office.store.records(Notice)
    assert notice.status_at == handed_over + kept
    assert notice.sent_at <= handed_over


async def test_a_receipt_is_kept_once(any_bench: Bench) -> None:
    """The service tells up to five times."""
    _, text = await a_sent_text(any_bench)
    receipt = a_receipt(text, "delivered", any_bench.clock.ms)
    assert [await take_receipt(any_bench.office, receipt) for _ in range(5)] == [True, False, False, False, False]
    assert len(await any_bench.office.store.records(ReceiptRow)) == 1
    assert len(await any_bench.office.store.records(Notice)) == 1


@pytest.mark.parametrize("statuses", list(permutations(("sending", "temporary-failure", "delivered"))))
async def test_the_order_of_receipts_does_not_matter(bench: Bench, statuses: tuple[str, ...]) -> None:
    """What says most stands, and no text waits for a second try once the first one has arrived."""
    _, text = await a_sent_text(bench)
    for minute, status in enumerate(statuses):
        await take_receipt(bench.office, a_receipt(text, status, bench.clock.ms + minute))
    texts = await texts_of(bench)
    assert (texts["booked"].state, texts["booked"].status) == ("delivered", "delivered")
    assert "booked-2" not in texts or texts["booked-2"].state == "dropped"


async def test_a_receipt_may_be_quicker_than_the_answer(any_bench: Bench) -> None:
    """Delivered before our own request was answered: the answer changes nothing."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")
    told: list[TextToSend] = []
    service.doing = told.append

    async def tell_before_answering(text: TextToSend) -> None:
        await take_receipt(any_bench.office, Receipt(f"id-{text.reference}", text.reference, "delivered", 1_000))

    class Quick(HeldService):
        async def send(self, text: TextToSend) -> Sent:
            await tell_before_answering(text)
            any_bench.clock.ms += 5_000
            return await super().send(text)

    await send_due(any_bench.office, Quick(), 3000)
    text = (await texts_of(any_bench))["booked"]
    assert (text.state, text.provider_id) == ("delivered", f"id-{text.reference}")
    assert text.sent_at == any_bench.clock.ms - 5_000, "it had it by then"


async def test_a_receipt_may_come_where_no_answer_does(any_bench: Bench) -> None:
    """Delivered, and our own request timed out: it is not sent again."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")

    class Lost(HeldService):
        async def send(self, text: TextToSend) -> Sent:
            await take_receipt(any_bench.office, Receipt("p", text.reference, "delivered", any_bench.clock.ms))
            raise TextDelayed("no answer in time")

    await send_due(any_bench.office, Lost(), 3000)
    assert (await texts_of(any_bench))["booked"].state == "delivered"
    any_bench.clock.ms += 3_600_000
    assert await send_due(any_bench.office, service, 3000) == 0


async def test_a_receipt_for_what_timed_out_ends_the_tries(any_bench: Bench) -> None:
    """Nobody knew whether it had arrived; the receipt says so, and it is not sent again."""
    service = await reminding(any_bench)
    await book(any_bench, "2026-11-25 12:00")

    def time_out(_: TextToSend) -> None:
        raise TextDelayed("no answer in time")

    service.doing = time_out
    await send_due(any_bench.office, service, 3000)
    text = (await texts_of(any_bench))["booked"]
    await take_receipt(any_bench.office, a_receipt(text, "delivered", any_bench.clock.ms))
    any_bench.clock.ms += 3_600_000
    assert await send_due(any_bench.office, service, 3000) == 0
    assert len(service.asked_to_send) == 1


async def test_a_number_that_can_never_be_reached_is_to_be_mended(any_bench: Bench) -> None:
    """A permanent failure marks the number, and no more goes there."""
    service, text = await a_sent_text(any_bench)
    await take_receipt(any_bench.office, a_receipt(text, "permanent-failure", any_bench.clock.ms))
    [failed] = await any_bench.office.store.records(FailedNumber)
    assert (failed.number, failed.appointment_id, failed.patch, failed.state) == (
        NUMBER,
        text.appointment_id,
        "north",
        "open",
    )
    any_bench.clock.ms = london("2026-11-24 17:00")
    assert await send_due(any_bench.office, service, 3000) == 0
    texts = await texts_of(any_bench)
    assert (texts["booked"].state, texts["booked"].fault) == ("failed", "permanent-failure")
    assert (texts["day_before"].state, texts["day_before"].fault) == ("dropped", "number_failed")
    assert (await snapshot_of(any_bench, text.appointment_id))["notifications"] == []


async def test_who_cannot_be_reached_now_is_tried_once_more(any_bench: Bench) -> None:
    """A temporary failure: one more text after half an hour, and no third."""
    service, text = await a_sent_text(any_bench)
    await take_receipt(any_bench.office, a_receipt(text, "temporary-failure", any_bench.clock.ms))
    any_bench.clock.ms += 29 * 60_000
    assert await send_due(any_bench.office, service, 3000) == 0
    any_bench.clock.ms += 60_000
    assert await send_due(any_bench.office, service, 3000) == 1
    again = (await texts_of(any_bench))["booked-2"]
    await take_receipt(any_bench.office, a_receipt(again, "temporary-failure", any_bench.clock.ms))
    any_bench.clock.ms += 3_600_000
    assert await send_due(any_bench.office, service, 3000) == 0
    assert {rule for rule in await texts_of(any_bench) if rule.startswith("booked")} == {"booked", "booked-2"}


async def test_no_second_try_where_there_is_no_time_or_no_wish_for_one(bench: Bench) -> None:
    """Too near the window, or by the rules."""
    service = await reminding(bench)
    await book(bench, "2026-11-20 14:00")
    await send_due(bench.office, service, 3000)
    bench.clock.ms = london("2026-11-20 10:50")
    text = (await texts_of(bench))["booked"]
    await take_receipt(bench.office, a_receipt(text, "temporary-failure", bench.clock.ms))
    bench.office.reminders = some_rules(try_again_minutes=0)
    await book(bench, "2026-11-25 12:00", reference="A-2")
    await send_due(bench.office, service, 3000)
    for each in (await texts_of(bench)).values():
        await take_receipt(bench.office, a_receipt(each, "temporary-failure", bench.clock.ms))
    assert {row.attempt for row in await bench.office.store.records(TextRow)} == {1}


async def test_one_receipt_that_comes_twice_at_once_is_kept_once(any_bench: Bench) -> None:
    """Both found none kept; the second to write finds the first's."""
    _, text = await a_sent_text(any_bench)
    receipt = a_receipt(text, "delivered", any_bench.clock.ms)
    both = await asyncio.gather(*(take_receipt(any_bench.office, receipt) for _ in range(2)))
    assert sorted(both) == [False, True]
    assert len(await any_bench.office.store.records(Notice)) == 1


async def test_a_second_try_stays_when_the_appointment_is_planned_anew(any_bench: Bench) -> None:
    """And goes when the appointment is cancelled."""
    _, text = await a_sent_text(any_bench)
    await take_receipt(any_bench.office, a_receipt(text, "temporary-failure", any_bench.clock.ms))
    await book(any_bench, "2026-11-25 12:00", trade="electrician")
    await send_due(any_bench.office, HeldService(), 3000)
    assert (await texts_of(any_bench))["booked-2"].state == "waiting"
    await book(any_bench, "2026-11-25 12:00", is_cancelled=True)
    await send_due(any_bench.office, HeldService(), 3000)
    assert (await texts_of(any_bench))["booked-2"].fault == "cancelled"


async def test_a_text_about_another_time_is_no_evidence_of_this_one(any_bench: Bench) -> None:
    """Delivered after the appointment had moved: the receipt is kept, the snapshot says nothing."""
    _, text = await a_sent_text(any_bench)
    await book(any_bench, "2026-11-27 12:00")
    assert await take_receipt(any_bench.office, a_receipt(text, "delivered", any_bench.clock.ms))
    assert (await snapshot_of(any_bench, text.appointment_id))["notifications"] == []
    assert (await any_bench.office.store.record(TextRow, text.reference)).state == "delivered"  # type: ignore[union-attr]


async def test_a_move_takes_the_evidence_out_and_a_move_back_brings_it_back(any_bench: Bench) -> None:
    """They were told of Wednesday, by a text that arrived: of Friday they know nothing."""
    _, text = await a_sent_text(any_bench)
    await take_receipt(any_bench.office, a_receipt(text, "delivered", any_bench.clock.ms))
    assert len((await snapshot_of(any_bench, text.appointment_id))["notifications"]) == 1
    await book(any_bench, "2026-11-27 12:00")
    assert (await snapshot_of(any_bench, text.appointment_id))["notifications"] == []
    await book(any_bench, "2026-11-25 12:00")
    assert len((await snapshot_of(any_bench, text.appointment_id))["notifications"]) == 1


async def test_a_receipt_of_nothing_of_ours_is_kept_and_changes_nothing(any_bench: Bench) -> None:
    """Another system may use the same service."""
    await reminding(any_bench)
    assert await take_receipt(any_bench.office, Receipt("p", "not ours", "delivered", 1))
    assert not await take_receipt(any_bench.office, Receipt("p", "not ours", "delivered", 1))
    assert await texts_of(any_bench) == {}


async def test_texts_without_a_receipt_are_asked_about(any_bench: Bench) -> None:
    """After an hour, each hour, for seven days."""
    service, text = await a_sent_text(any_bench)
    service.becomes = {text.provider_id: "sending"}
    assert await ask_after(any_bench.office, service) == 0
    assert (await texts_of(any_bench))["booked"].asked_at is None, "too soon"
    any_bench.clock.ms += 3_600_000
    assert await ask_after(any_bench.office, service) == 1
    service.becomes = {text.provider_id: "delivered"}
    assert await ask_after(any_bench.office, service) == 0, "asked within the hour"
    any_bench.clock.ms += 3_600_000
    assert await ask_after(any_bench.office, service) == 1
    assert (await texts_of(any_bench))["booked"].state == "delivered"
    assert {row.told_by for row in await any_bench.office.store.records(ReceiptRow)} == {"asked"}
    assert len((await snapshot_of(any_bench, text.appointment_id))["notifications"]) == 1


class Reporting:
    """A store beside which a text is reported to have arrived, as soon as somebody has read what it was before."""

    def __init__(self, bench: Bench, receipt: Receipt) -> None:
        self._bench, self._receipt = bench, receipt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bench.office.store, name)

    async def record(self, kind: type[Record], *key: str) -> Record | None:
        found = await self._bench.office.store.record(kind, *key)
        await take_receipt(self._bench.office, self._receipt)
        return found


async def test_a_report_that_comes_while_we_ask_stands(any_bench: Bench) -> None:
    """That we asked is noted of the text as it then is, not as it was when we began."""
    _, text = await a_sent_text(any_bench)
    any_bench.clock.ms += 3_600_000
    receipt = a_receipt(text, "delivered", any_bench.clock.ms)
    store = cast("Store", Reporting(any_bench, receipt))
    await ask_after(dataclasses.replace(any_bench.office, store=store), HeldService())
    await take_receipt(any_bench.office, receipt)
    assert (await texts_of(any_bench))["booked"].state == "delivered"


@pytest.mark.parametrize("fault", [TextDelayed("down"), TextRefused("NoResultFound", "gone"), None])
async def test_an_answer_that_does_not_come_changes_nothing(bench: Bench, fault: Exception | None) -> None:
    """The service is down, or has forgotten the text."""
    _, text = await a_sent_text(bench)

    class Silent(HeldService):
        async def status(self, provider_id: str) -> None:
            if fault:
                raise fault

    bench.clock.ms += 3_600_000
    assert await ask_after(bench.office, Silent()) == 0
    assert (await texts_of(bench))["booked"].state == "sent"
    assert text.provider_id


async def test_every_status_of_the_service_has_a_rank(bench: Bench) -> None:
    """The contract's eight, and a text in none of them stays as it was."""
    assert set(RANKS) == set(
        "created sending pending sent delivered permanent-failure temporary-failure technical-failure".split()
    )
    _, text = await a_sent_text(bench)
    await take_receipt(bench.office, a_receipt(text, "a new word", bench.clock.ms))
    assert (await texts_of(bench))["booked"].state == "sent"
