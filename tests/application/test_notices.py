"""What residents were told: a receipt, or a person's word, stands in the snapshot, and the phone hears of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from doorstep.application.composing import Notice
from doorstep.application.import_appointments import Imported, import_bookings
from doorstep.application.notices import TEXT_SERVICE, record_notice, record_told
from doorstep.application.rebuild import rebuild
from doorstep.application.writer import Refused
from doorstep.domain.office_events import SYSTEM
from tests.makers import MORNING, Bench, a_booking, a_person, an_id

DAY_MS = 24 * 3_600_000


async def notifications(bench: Bench, appointment_id: str) -> list[dict[str, Any]]:
    """Those of the appointment as it now is."""
    dossier = await bench.office.store.dossier(appointment_id)
    assert dossier is not None
    found: list[dict[str, Any]] = dossier.versions[-1].snapshot["notifications"]
    return found


def a_receipt(appointment_id: str, status: str, status_at: int | None) -> Notice:
    """What the text service says of one text."""
    return Notice(
        notice_id=an_id(70),
        appointment_id=appointment_id,
        channel="sms",
        sent_at=MORNING - 3 * DAY_MS,
        status=status,
        status_at=status_at,
        told_by=TEXT_SERVICE,
    )


async def test_a_receipt_stands_in_the_snapshot(any_bench: Bench) -> None:
    """Once sent, then delivered, then the same again: one notification, told to the phone twice, logged twice."""
    office, booking = any_bench.office, a_booking((an_id(1),), notifications=())
    await import_bookings(office, SYSTEM, [booking])
    of = booking.appointment_id
    assert await record_notice(office, a_receipt(of, "sent", None))
    delivered = a_receipt(of, "delivered", MORNING - 3 * DAY_MS + 5_000)
    assert await record_notice(office, delivered)
    assert not await record_notice(office, delivered)
    [told] = await notifications(any_bench, of)
    assert (told["channel"], told["status"], told["notice_id"]) == ("sms", "delivered", an_id(70))
    feed = await office.store.feed(an_id(1), 0, 10)
    assert [item.kind for item in feed] == ["appointment_changed"] * 3
    assert await import_bookings(office, SYSTEM, [booking]) == Imported(same=1), "the booking itself did not change"
    moved = msgspec.structs.replace(booking, trade="glazier")
    assert await import_bookings(office, SYSTEM, [moved]) == Imported(changed=1)
    assert len(await notifications(any_bench, of)) == 1, "what was told stays told"


async def test_a_rebuild_makes_the_same(any_bench: Bench) -> None:
    """Notices are made from the log again, and the appointment with them."""
    office, booking = any_bench.office, a_booking((an_id(1),))
    await import_bookings(office, SYSTEM, [booking])
    await record_notice(office, a_receipt(booking.appointment_id, "delivered", MORNING))
    before = await office.store.records(Notice), await office.store.appointment_row(booking.appointment_id)
    await rebuild(office.store, office.rules.policies)
    assert (await office.store.records(Notice), await office.store.appointment_row(booking.appointment_id)) == before


async def test_a_planners_word(bench: Bench) -> None:
    """By letter or telephone, at a time that has been; of an appointment that they see."""
    office, booking = bench.office, a_booking((an_id(1),), notifications=())
    await import_bookings(office, SYSTEM, [booking])
    of = booking.appointment_id
    planner, stranger = await a_person(bench, 2, "planner", "north"), await a_person(bench, 3, "planner", "south")
    notice = await record_told(office, planner, of, "letter", MORNING - DAY_MS, " first class ")
    assert (notice.told_by, notice.note) == (planner.person_id, "first class")
    assert (await notifications(bench, of))[0]["status"] == "delivered"
    wrong: list[tuple[Any, str, str, int, str, str]] = [
        (stranger, of, "letter", MORNING, "", "not-found"),
        (planner, an_id(9), "letter", MORNING, "", "not-found"),
        (planner, of, "sms", MORNING, "", "channel"),
        (planner, of, "call", MORNING + DAY_MS, "", "sent_at"),
        (planner, of, "call", -1, "", "sent_at"),
        (planner, of, "call", MORNING, "x" * 501, "note"),
    ]
    for person, appointment_id, channel, sent_at, note, fault in wrong:
        with pytest.raises(Refused) as refused:
            await record_told(office, person, appointment_id, channel, sent_at, note)
        assert fault in (refused.value.reason, refused.value.more.get("path"))
