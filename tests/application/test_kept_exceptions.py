"""Data exceptions of what is kept beside the log: alerts past their day, held rows, numbers, replies; in any store."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import msgspec
import pytest

from doorstep.application.composing import HomeFact
from doorstep.application.import_appointments import Alert, Window
from doorstep.application.intake.cells import CellRefused, instant, on_london_day
from doorstep.application.intake.kept import HeldRow
from doorstep.application.records import keep_records
from doorstep.application.reminders.text_rows import FailedNumber, ReplyTask
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from tests.application.exceptions_asked import asked, found, taken_in
from tests.makers import DAY, MORNING, Bench, a_booking


async def test_an_alert_past_its_date(any_bench: Bench) -> None:
    """Of a home's own alerts those past review or end and not ended; of a booking's those past review."""
    fact = HomeFact(
        fact_id="f",
        what="alert",
        property_ref="P-1",
        code="20-60",
        text="",
        starts_on="2026-01-01",
        ends_on="",
        review_on=DAY,
        changed_at=1,
        changed_by="x",
    )
    booking = a_booking((), alerts=(Alert("10", "two people", "2026-11-22"), Alert("40", "Welsh", "2027-01-01")))
    tomorrow = Window("AM", "2026-11-24T08:00:00.000Z", "2026-11-24T13:00:00.000Z")
    await taken_in(any_bench, msgspec.structs.replace(booking, window=tomorrow))
    await keep_records(any_bench.office, [fact, msgspec.structs.replace(fact, fact_id="r", what="request")])
    midnight = MORNING - 9 * MS_PER_HOUR
    [row] = await asked(any_bench, "alert_past_date")
    assert (row.subject_id, row.since) == (f"booking {booking.appointment_id}", midnight)
    any_bench.clock.ms += MS_PER_DAY
    rows = await asked(any_bench, "alert_past_date")
    assert [(row.subject_id, row.patch, row.since, row.facts) for row in rows] == [
        (f"booking {booking.appointment_id}", "north", midnight, "2026-11-22"),
        ("fact f", "north", midnight + MS_PER_DAY, f"{DAY}|"),
    ]
    await keep_records(any_bench.office, [msgspec.structs.replace(fact, is_ended=True)])
    assert [row.subject_id for row in await asked(any_bench, "alert_past_date")] == [rows[0].subject_id]


async def test_an_alert_that_ran_out(any_bench: Bench) -> None:
    """Once its end has passed it is told for four weeks, reviewed or not: somebody confirms, or records it anew."""
    fields: dict[str, Any] = {"what": "alert", "property_ref": "P-1", "code": "20-60", "text": "", "changed_by": "x"}
    ran_out = HomeFact(fact_id="f", starts_on="2026-01-01", ends_on=DAY, review_on="2026-02-01", changed_at=1, **fields)
    await keep_records(any_bench.office, [ran_out])
    for days, count in ((0, 1), (1, 1), (28, 1), (29, 0)):
        any_bench.clock.ms = MORNING + days * MS_PER_DAY
        assert len(await asked(any_bench, "alert_past_date")) == count


def a_held_row(held_id: str, faults: str, **changes: Any) -> HeldRow:
    """A row of an import that waits to be mended."""
    texts = dict.fromkeys(("cells", "fields", "mended", "reason", "by"), "")
    fields: dict[str, Any] = {
        "import_id": "i",
        "source": "test",
        "reference": "REF",
        "work_order_ref": "",
        "property_ref": "",
        "patch": "north",
        "kind": "fault",
        "place": "row 2",
        "state": "open",
        "held_at": MORNING,
        "done_at": None,
    }
    return HeldRow(held_id=held_id, faults=faults, **(texts | fields | changes))


async def test_held_rows_and_local_times_that_are_unclear(any_bench: Bench) -> None:
    """Told apart by what the reading of a cell itself says of such a time; an order without a slot is neither."""
    with pytest.raises(CellRefused) as skipped:
        instant("2026-03-29 01:30")
    with pytest.raises(CellRefused) as twice:
        on_london_day(date(2026, 10, 25), time(1, 30))
    rows = [
        a_held_row("h-1", "no such priority"),
        a_held_row("h-2", str(skipped.value)),
        a_held_row("h-3", str(twice.value), work_order_ref="WO-3"),
        a_held_row("h-4", "", kind="no_slot"),
    ]
    await keep_records(any_bench.office, rows)
    assert [(row.subject_id, row.label) for row in await asked(any_bench, "held_row")] == [("h-1", "REF")]
    unclear = [(row.subject_id, row.label) for row in await asked(any_bench, "unclear_local_time")]
    assert unclear == [("h-2", "REF"), ("h-3", "WO-3")]
    await keep_records(any_bench.office, [msgspec.structs.replace(row, state="mended") for row in rows])
    assert await asked(any_bench, "held_row") == await asked(any_bench, "unclear_local_time") == []


async def test_failed_numbers_and_replies(any_bench: Bench) -> None:
    """Those that nobody has seen to, by ids and without the number itself."""
    booking = a_booking(())
    await taken_in(any_bench, booking)
    failed = FailedNumber(
        number="447700900123",
        failed_id="f-1",
        appointment_id=booking.appointment_id,
        patch="north",
        status="permanent-failure",
        failed_at=MORNING,
    )
    reply = ReplyTask(
        text_id="t-1",
        appointment_id="",
        patch="",
        number="447700900123",
        kind="change",
        words="x",
        received_at=MORNING + 1,
    )
    await keep_records(any_bench.office, [failed, reply])
    wanted = found("number_failed", booking, MORNING, f"permanent-failure|{MORNING}", subject_id="f-1")
    assert await asked(any_bench, "number_failed") == [wanted]
    assert [row.subject_id for row in await asked(any_bench, "reply_waiting")] == ["t-1"]
    done = [msgspec.structs.replace(failed, state="done"), msgspec.structs.replace(reply, state="done")]
    await keep_records(any_bench.office, done)
    assert await asked(any_bench, "number_failed") == await asked(any_bench, "reply_waiting") == []
