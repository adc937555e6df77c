"""A planner mends a held row on the screen and has it taken in, or drops it with a reason."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from doorstep.application.access import sees_patch
from doorstep.application.import_appointments import Booking, import_bookings
from doorstep.application.intake.columns import NAMES
from doorstep.application.intake.filling import Filled, fill
from doorstep.application.intake.holding import cells_of_held, closed, encoded, keep_if_open
from doorstep.application.intake.kept import DROPPED, OPEN, HeldRow
from doorstep.application.intake.landlords import landlords_of, usernames_of
from doorstep.application.intake.other_homes import NOT_YOUR_HOME, homes_elsewhere
from doorstep.application.intake.reading import Fault, Row, read_row
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.rows import Person
from doorstep.application.writer import Refused

MOST_REASON = 500
MOST_LISTED = 500
NO_ROW = "There is no such row on your patch. See the list of rows that are held."
SEEN_TO = "Somebody has seen to this row already. See what became of it."


async def open_rows(office: Office, person: Person, limit: int = MOST_LISTED) -> tuple[list[HeldRow], int]:
    """The rows that wait for somebody of this person's patch, the oldest first, and how many there are."""
    conditions = [Where("state", "=", OPEN)]
    if person.patch:
        conditions.append(Where("patch", "=", person.patch))
    count = await office.store.count_records(HeldRow, Wanted(tuple(conditions)))
    return await office.store.records(HeldRow, Wanted(tuple(conditions), ("held_at", "held_id"), limit)), count


async def held_row(office: Office, person: Person, held_id: str) -> HeldRow:
    """A held row of this person's patch, whatever became of it. Raises Refused."""
    row = await office.store.record(HeldRow, held_id)
    if row is None or not sees_patch(person, row.patch):
        raise Refused("not-found", NO_ROW)
    return row


async def as_it_would_be(office: Office, person: Person, row: HeldRow) -> tuple[Filled, list[Fault]]:
    """A held row with what this person may know put in, and what is still wrong with it, by our own columns."""
    cells, usernames = cells_of_held(row), await usernames_of(office)
    [filled] = await fill(office, row.source, [cells], {}, usernames, patch=person.patch)
    return filled, await _faults(office, row, filled.cells)


async def mend(office: Office, person: Person, held_id: str, cells: Mapping[str, str]) -> list[Fault]:
    """Read the row with these cells and take it in; gives its faults, and then nothing was taken in. Raises Refused.

    What the source said stays beside what was changed, and by whom.
    """
    row = await _open_row(office, person, held_id)
    written = {name: " ".join(cells[name].split()) for name in NAMES if cells.get(name, "").strip()}
    read = read_row(Row(row.place, written), await landlords_of(office, row.source))
    if not isinstance(read, Booking):
        return read
    before = await office.store.appointment_row(read.appointment_id)
    for patch in (read.patch, before.patch if before else read.patch):
        if not sees_patch(person, patch):
            yours = f"you take in for {person.patch} only."
            words = f"is {patch!r}; {yours}" if patch else f"is empty; {yours}"
            return [Fault(row.place, "patch", words)]
    for patch in (await homes_elsewhere(office, person.patch, [read.property_ref])).values():
        return [Fault(row.place, "property_ref", NOT_YOUR_HOME.format(patch=patch, yours=person.patch))]
    said = cells_of_held(row)
    changed = {name: written.get(name, "") for name in NAMES if written.get(name, "") != said.get(name, "")}
    await import_bookings(office, person.person_id, [read])
    now_ms = office.clock.now_ms()
    await _close(office, closed(row, "", now_ms, by=person.person_id, mended=encoded(changed)))
    return []


async def drop(office: Office, person: Person, held_id: str, reason: str) -> None:
    """Have the row never taken in, for a reason; the same row does not come up again. Raises Refused."""
    row = await _open_row(office, person, held_id)
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused("invalid", f"Say why it is dropped, in at most {MOST_REASON} characters.", path="reason")
    now_ms = office.clock.now_ms()
    await _close(office, closed(row, reason, now_ms, by=person.person_id, state=DROPPED))


def changed_cells(row: HeldRow) -> dict[str, str]:
    """What whoever mended it wrote instead of what the source said, or put in."""
    return msgspec.json.decode(row.mended, type=dict[str, str]) if row.mended else {}


async def _close(office: Office, row: HeldRow) -> None:
    if not await keep_if_open(office, row):
        raise Refused("row-seen-to", SEEN_TO)


async def _open_row(office: Office, person: Person, held_id: str) -> HeldRow:
    row = await held_row(office, person, held_id)
    if row.state != OPEN:
        raise Refused("row-seen-to", SEEN_TO)
    return row


async def _faults(office: Office, row: HeldRow, cells: Mapping[str, str]) -> list[Fault]:
    read = read_row(Row(row.place, dict(cells)), await landlords_of(office, row.source))
    return [] if isinstance(read, Booking) else read
