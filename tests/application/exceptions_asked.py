"""Asking for a kind of data exception as a page does, in tests, with the tally beside it."""

from __future__ import annotations

from typing import Any

import msgspec

from doorstep.application.data_exceptions.asking import ExceptionQuery, FoundException, Tally
from doorstep.application.import_appointments import Booking, Notification, import_bookings
from doorstep.domain.instants import MS_PER_HOUR
from tests.makers import MORNING, Bench

OPENS = MORNING - MS_PER_HOUR
TOLD = Notification("sms", "2026-11-20T06:00:00.000Z", "delivered", "2026-11-20T06:00:09.000Z")


async def asked(bench: Bench, code: str, **more: Any) -> list[FoundException]:
    """The exceptions of a kind, as a page shows them."""
    kind = bench.office.rules.exceptions.find(code)
    assert kind is not None
    fields = {name: more.pop(name) for name in list(more) if name in kind.__struct_fields__}
    kind = msgspec.structs.replace(kind, **fields)
    query = ExceptionQuery(kind, bench.clock.ms, **more)
    rows = await bench.office.store.exception_rows(query)
    tally = await bench.office.store.exception_tally(query)
    if not query.after and query.standing == "open":
        oldest = min((row.since for row in rows), default=None)
        assert tally == Tally(len(rows), oldest, sum(row.since < query.late_before for row in rows), tally.mine)
    return rows


async def taken_in(bench: Bench, *bookings: Booking) -> None:
    """Bookings as a source sends them."""
    await import_bookings(bench.office, "system", bookings)


def found(code: str, booking: Booking, since: int, facts: str, **changes: Any) -> FoundException:
    """The row of an appointment."""
    fields: dict[str, Any] = {
        "subject_id": booking.appointment_id,
        "appointment_id": booking.appointment_id,
        "property_ref": booking.property_ref,
        "label": booking.work_order_ref,
    }
    return FoundException(kind=code, patch=booking.patch, since=since, facts=facts, **(fields | changes))
