"""Rows that waited for what is known now: read again by themselves, and taken in where nothing is wrong any more."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from doorstep.application.import_appointments import Booking, import_bookings
from doorstep.application.intake.filling import fill
from doorstep.application.intake.holding import (
    cells_of_held,
    closed,
    encoded,
    keep_if_open,
    told_faults,
    waits_for_a_person,
)
from doorstep.application.intake.kept import FAULT, OPEN, HeldRow
from doorstep.application.intake.landlords import landlords_of, usernames_of
from doorstep.application.intake.other_homes import homes_elsewhere
from doorstep.application.intake.reading import Row, read_row
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.domain.office_events import SYSTEM

ORDER_CAME = "Its order came."


async def reread_waiting(office: Office, work_order_refs: Sequence[str]) -> int:
    """Read the held rows of these orders again; gives how many went in."""
    conditions = (
        Where("state", "=", OPEN),
        Where("kind", "=", FAULT),
        Where("work_order_ref", "in", tuple(work_order_refs)),
    )
    waiting = await office.store.records(HeldRow, Wanted(conditions))
    count = 0
    for row in waiting:
        count += await _reread(office, row)
    return count


async def _reread(office: Office, row: HeldRow) -> bool:
    if waits_for_a_person(row):
        return False
    cells = cells_of_held(row)
    [filled] = await fill(office, row.source, [cells], {}, await usernames_of(office), patch=row.patch)
    read = read_row(Row(row.place, filled.cells), await landlords_of(office, row.source))
    if isinstance(read, Booking):
        # Whoever brought it for one patch brought it for that one, whatever the order says of its home.
        if row.patch not in ("", read.patch) or await homes_elsewhere(office, row.patch, [read.property_ref]):
            return False
        await import_bookings(office, SYSTEM, [read])
        await keep_if_open(office, closed(row, ORDER_CAME, office.clock.now_ms()))
        return True
    await keep_if_open(office, msgspec.structs.replace(row, faults=encoded(told_faults(read))))
    return False
