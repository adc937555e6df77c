"""Take in a file of appointments: first to see what would happen, then in earnest; good rows go in, others are held.

The file is read row by row in some hundreds at a time, beside the server's other work. Taking in the same file again
changes nothing, so a run that was broken off is simply run again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import BinaryIO

import msgspec

from doorstep.application.import_appointments import MOST_AT_ONCE, Booking, import_bookings
from doorstep.application.intake.comparing import compare
from doorstep.application.intake.filling import fill, has_no_slot, lacks
from doorstep.application.intake.formats import Format
from doorstep.application.intake.holding import (
    CAME_BOOKED,
    CAME_RIGHT,
    Delivery,
    closed,
    held_before,
    held_id,
    is_as_held,
    is_seen_to,
    made_row,
)
from doorstep.application.intake.kept import NO_SLOT, OPEN, HeldRow
from doorstep.application.intake.knowing import Orders
from doorstep.application.intake.landlords import landlords_of, usernames_of
from doorstep.application.intake.other_homes import NOT_YOUR_HOME, homes_elsewhere
from doorstep.application.intake.reading import Fault, Landlords, Row, read_row
from doorstep.application.intake.waiting import reread_waiting
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where, keep_records

NOT_YOUR_PATCH = "belongs to patch {patch}, and you take in for {yours} only; have somebody of {patch} take it in."
NO_PATCH = "names no patch, and you take in for {yours} only; write {yours}, or have somebody take it in who sees all."
NO_SLOT_YET = "has no slot yet; its order is known now, and the row goes in by itself when its slot comes."
SECOND = "{ref!r} stands in {place} as well; keep one of the two."


WITH_A_SLOT = frozenset({"appointment_ref", "window", "date", "starts", "ends"})


class Counts(msgspec.Struct):
    """What became of the rows. `again`: somebody mended or dropped just that row before; `filled`: had cells put in."""

    of: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    held: int = 0
    again: int = 0
    filled: int = 0
    orders: int = 0
    faults: int = 0
    filled_from: dict[str, int] = {}
    """How many cells came from what: an order, an earlier appointment."""


async def _in_silence(_: Counts) -> None:
    """Nobody follows."""


@dataclass
class Watching:
    """Whoever follows a run: told of each fault, and of the rows done."""

    fault: Callable[[Fault], None] = lambda _: None
    progress: Callable[[Counts], Awaitable[None]] = _in_silence


@dataclass
class _Read:
    """One row on its way: read, or with what is wrong with it."""

    row: Row
    booking: Booking | None = None
    faults: list[Fault] = field(default_factory=list)
    is_second: bool = False
    held_id: str = ""

    def refuse(self, column: str, words: str, *, of_file: bool = False) -> None:
        """Not as it is."""
        self.booking = None
        self.faults.append(Fault(self.row.place, column, words, of_file))


async def take_in(
    office: Office, form: Format, file: BinaryIO, delivery: Delivery, watching: Watching, *, is_dry: bool
) -> Counts:
    """Read the whole file, and take it in where it is not dry.

    Raises FileRefused for a file that cannot be read to its end: that is found out first, so nothing of it went in.
    """
    run = await _Run.begin(office, delivery, watching, is_dry=is_dry)
    run.counts.of = await asyncio.to_thread(_walk, form, file)
    file.seek(0)
    rows = _each(form.rows(file))
    while chunk := await asyncio.to_thread(run.read, rows):
        await run.take(chunk)
        await watching.progress(run.counts)
    return run.counts


def _walk(form: Format, file: BinaryIO) -> int:
    """How many rows there are, each of them taken from the file once."""
    file.seek(0)
    return sum(1 for _ in _each(form.rows(file)))


def _each(rows: Iterator[Row | Fault]) -> Iterator[Row | list[Fault]]:
    """Each row; of what is no row all the faults of one place together, since they are of one thing."""
    faults: list[Fault] = []
    for found in rows:
        if faults and not (isinstance(found, Fault) and found.place == faults[0].place):
            yield faults
            faults = []
        if isinstance(found, Fault):
            faults.append(found)
        else:
            yield found
    if faults:
        yield faults


def _is_wrong_in_file(read: _Read) -> bool:
    return any(fault.of_file for fault in read.faults)


class _Run:
    def __init__(
        self, office: Office, delivery: Delivery, watching: Watching, landlords: Landlords, *, is_dry: bool
    ) -> None:
        self.office, self.delivery, self.watching, self.landlords = office, delivery, watching, landlords
        self.is_dry, self.counts = is_dry, Counts()
        self.orders = Orders(office, delivery.source, delivery.patch)
        self.usernames: dict[str, str] = {}
        self.has_held = self.has_waiting = False
        self._places: dict[bytes, str] = {}

    @classmethod
    async def begin(cls, office: Office, delivery: Delivery, watching: Watching, *, is_dry: bool) -> _Run:
        run = cls(office, delivery, watching, await landlords_of(office, delivery.source), is_dry=is_dry)
        run.usernames = await usernames_of(office)
        of_source = Where("source", "=", delivery.source)
        run.has_held = await office.store.count_records(HeldRow, Wanted((of_source,))) > 0
        waiting = (Where("state", "=", OPEN), Where("kind", "=", NO_SLOT))
        run.has_waiting = await office.store.count_records(HeldRow, Wanted(waiting)) > 0
        return run

    def read(self, rows: Iterator[Row | list[Fault]]) -> list[_Read]:
        """The next rows; on a thread of its own, since a large file keeps a processor busy."""
        return [self._read(found) for found in islice(rows, MOST_AT_ONCE)]

    def _read(self, found: Row | list[Fault]) -> _Read:
        self.counts.rows += 1
        if isinstance(found, list):
            return _Read(Row(found[0].place, {}), faults=found)
        read = _Read(found, faults=list(found.faults), is_second=not found.is_itself())
        if read.is_second:
            return read
        if ref := found.cells.get("appointment_ref"):
            key = blake2b(ref.encode(), digest_size=12).digest()
            if earlier := self._places.get(key):
                column = found.fields.get("appointment_ref", "appointment_ref")
                read.refuse(column, SECOND.format(ref=ref, place=earlier), of_file=True)
                read.is_second = True
                return read
            self._places[key] = found.place
        # Rows that lack something are read once they are filled.
        if not read.faults and not lacks(found.cells):
            self._as_booking(read, found)
        return read

    def _as_booking(self, read: _Read, filled: Row) -> None:
        made = read_row(filled, self.landlords)
        if isinstance(made, Booking):
            read.booking = made
        else:
            read.faults += made
        if has_no_slot(filled.cells):
            read.booking = None
            slot = {filled.fields.get(name, name) for name in WITH_A_SLOT}
            others = [fault for fault in read.faults if fault.column not in slot]
            read.faults = [Fault(read.row.place, "date", NO_SLOT_YET), *others]

    async def take(self, chunk: list[_Read]) -> None:
        """Fill, compare, and then keep: good rows as appointments, the others as held rows."""
        orders = await self.orders.learn(
            read.row.cells for read in chunk if not _is_wrong_in_file(read) and has_no_slot(read.row.cells)
        )
        self.counts.orders += len(orders)
        await self._fill([read for read in chunk if not read.booking and not read.faults])
        before = await self._held_before(chunk)
        left = [read for read in chunk if not before or not is_seen_to(before.get(self._held_id(read)), read.row)]
        self.counts.again += len(chunk) - len(left)
        for read in left:
            if read.booking and not self._sees(read.booking.patch):
                read.refuse("patch", self._not_theirs(read.booking.patch))
        going = await self._going(left)
        kept = [*orders, *self._holds(left, before), *await self._no_longer_waiting(left)]
        if self.is_dry:
            return
        await import_bookings(self.office, self.delivery.actor_id, going)
        if kept:
            await keep_records(self.office, kept)
        if orders:
            await reread_waiting(self.office, [order.work_order_ref for order in orders])

    async def _fill(self, needy: list[_Read]) -> None:
        rows = [read.row.cells for read in needy]
        if not rows:
            return
        source, learnt = self.delivery.source, self.orders.learnt
        made = await fill(self.office, source, rows, learnt, self.usernames, patch=self.delivery.patch)
        for read, filled in zip(needy, made, strict=True):
            self._as_booking(read, msgspec.structs.replace(read.row, cells=filled.cells))
            if filled.sources and read.booking:
                self.counts.filled += 1
                for of in filled.sources.values():
                    self.counts.filled_from[of] = self.counts.filled_from.get(of, 0) + 1

    async def _held_before(self, chunk: list[_Read]) -> dict[str, HeldRow]:
        wanted = chunk if self.has_held else [read for read in chunk if read.faults]
        return await held_before(self.office, (self._held_id(read) for read in wanted))

    def _held_id(self, read: _Read) -> str:
        read.held_id = read.held_id or self._made_id(read)
        return read.held_id

    def _made_id(self, read: _Read) -> str:
        if not read.row.cells:
            # A row that could not be told apart into cells: known by what is wrong with it.
            return held_id(
                self.delivery.source, {fault.column: f"{fault.place} {fault.words}" for fault in read.faults}
            )
        return held_id(self.delivery.source, read.row.cells, read.is_second)

    async def _going(self, left: list[_Read]) -> list[Booking]:
        """The bookings that are new or changed, once those of other patches are out."""
        going: list[Booking] = []
        compared = await compare(self.office, [read.booking for read in left if read.booking])
        by_id = {found.booking.appointment_id: found for found in compared}
        patch = self.delivery.patch
        others = await homes_elsewhere(self.office, patch, [found.booking.property_ref for found in compared])
        for read in left:
            if read.booking is None:
                continue
            if of := others.get(read.booking.property_ref):
                read.refuse("property_ref", NOT_YOUR_HOME.format(patch=of, yours=patch))
                continue
            found = by_id[read.booking.appointment_id]
            if found.before and not self._sees(found.before.patch):
                read.refuse("patch", self._not_theirs(found.before.patch))
                continue
            setattr(self.counts, found.change, getattr(self.counts, found.change) + 1)
            if found.change != "same":
                going.append(read.booking)
        return going

    def _holds(self, left: list[_Read], before: Mapping[str, HeldRow]) -> list[HeldRow]:
        """What is to be held or, where a held row came right, to be closed."""
        now_ms = self.office.clock.now_ms()
        kept: list[HeldRow] = []
        for read in left:
            held = before.get(of := self._held_id(read)) if read.faults or self.has_held else None
            if held and not self._sees(held.patch):
                # Another patch's row of that reference stays theirs; this one is held beside it.
                of, held = held_id(self.delivery.source, read.row.cells, is_second=True), None
            if read.booking:
                if held and held.state == OPEN:
                    kept.append(closed(held, CAME_RIGHT, now_ms))
                continue
            self.counts.held += 1
            self.counts.faults += len(read.faults)
            for fault in read.faults:
                self.watching.fault(fault)
            made = made_row(self.delivery, of, read.row, read.faults, now_ms)
            if not is_as_held(held, made):
                kept.append(made)
                self.has_held = True
                self.has_waiting |= made.kind == NO_SLOT
        return kept

    async def _no_longer_waiting(self, left: list[_Read]) -> list[HeldRow]:
        """Orders without a slot whose appointment has now come, from whichever system."""
        refs = tuple(sorted({read.booking.work_order_ref for read in left if read.booking}))
        if not refs or not self.has_waiting:
            return []
        conditions = (Where("state", "=", OPEN), Where("kind", "=", NO_SLOT), Where("work_order_ref", "in", refs))
        found = await self.office.store.records(HeldRow, Wanted(conditions))
        now_ms = self.office.clock.now_ms()
        return [closed(row, CAME_BOOKED, now_ms) for row in found]

    def _sees(self, patch: str) -> bool:
        return self.delivery.patch in ("", patch)

    def _not_theirs(self, patch: str) -> str:
        words = NOT_YOUR_PATCH if patch else NO_PATCH
        return words.format(patch=patch, yours=self.delivery.patch)
