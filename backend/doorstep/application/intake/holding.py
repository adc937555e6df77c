"""Rows that cannot go in as they are: kept once each, looked for again when their source sends them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec

from doorstep.application.intake.filling import Cells, has_no_slot
from doorstep.application.intake.kept import FAULT, MENDED, NO_SLOT, OPEN, HeldRow
from doorstep.application.intake.reading import WHOLE_ROW, Fault, Row
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.world import Needs, World

HELD = UUID("0b0a3f0c-5f5e-4f0a-8f0e-6d1f5a1c9b27")
"""The namespace of held rows' ids: the same row of the same source is held once, however often it comes."""
CAME_RIGHT = "It came again, and was right."
CAME_BOOKED = "Its appointment came."


class Delivery(msgspec.Struct, frozen=True):
    """What comes in: whose references, who brought it, and for which patch (empty: every one)."""

    import_id: str
    source: str
    actor_id: str
    patch: str = ""


class ToldFault(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fault as it is kept and shown: where, in which column, and what to do.

    `of_file`: the row's own cells do not show it, so that a person has to see to it.
    """

    place: str
    column: str
    words: str
    of_file: bool = False


def held_id(source: str, cells: Mapping[str, str], is_second: bool = False) -> str:
    """The id under which a row would be held: by its reference, its order where it has no slot, else by its cells.

    A second row of a file with the reference of another is known by its cells: it must not take the other's place.
    """
    reference = cells.get("appointment_ref")
    if reference and not is_second:
        name = f"ref\n{reference}"
    elif has_no_slot(cells) and not is_second:
        name = f"order\n{cells['work_order_ref']}"
    else:
        name = f"cells\n{sha256(encoded(cells).encode()).hexdigest()}"
    return str(uuid5(HELD, f"{source}\n{name}"))


def encoded(value: object) -> str:
    """JSON, the same for the same value."""
    return msgspec.json.encode(value, order="sorted").decode()


def told_faults(faults: Iterable[Fault]) -> list[ToldFault]:
    """Faults as they are kept."""
    return [ToldFault(fault.place, fault.column, fault.words, fault.of_file) for fault in faults]


def made_row(delivery: Delivery, of: str, row: Row, faults: Sequence[Fault], now_ms: int) -> HeldRow:
    """A row as it is held under that id; where it names no patch, it is of the patch of whoever brought it.

    So is one whose cells may be out of place: what stands where its patch should would have nobody see it.
    """
    is_out_of_place = any(fault.column == WHOLE_ROW for fault in row.faults)
    return HeldRow(
        held_id=of,
        import_id=delivery.import_id,
        source=delivery.source,
        reference=row.cells.get("appointment_ref", ""),
        work_order_ref=row.cells.get("work_order_ref", ""),
        property_ref=row.cells.get("property_ref", ""),
        patch=("" if is_out_of_place else row.cells.get("patch")) or delivery.patch,
        kind=NO_SLOT if has_no_slot(row.cells) and not any(fault.of_file for fault in faults) else FAULT,
        place=row.place,
        cells=encoded(row.cells),
        fields=encoded(row.fields),
        faults=encoded(told_faults(faults)),
        mended="",
        state=OPEN,
        reason="",
        by="",
        held_at=now_ms,
        done_at=None,
    )


async def held_before(office: Office, ids: Iterable[str]) -> dict[str, HeldRow]:
    """Which of these rows were held before, whatever became of them."""
    wanted = tuple(sorted(set(ids)))
    if not wanted:
        return {}
    rows = await office.store.records(HeldRow, Wanted((Where("held_id", "in", wanted),)))
    return {row.held_id: row for row in rows}


def is_seen_to(before: HeldRow | None, row: Row) -> bool:
    """Whether somebody mended or dropped just this row before: then it is not held again, nor does it go in."""
    return before is not None and before.state != OPEN and bool(before.by) and before.cells == encoded(row.cells)


def is_as_held(before: HeldRow | None, made: HeldRow) -> bool:
    """Whether it is held already, for the same faults."""
    return before is not None and before.state == OPEN and (before.cells, before.faults) == (made.cells, made.faults)


def closed(row: HeldRow, reason: str, now_ms: int, by: str = "", mended: str = "", state: str = MENDED) -> HeldRow:
    """The row as it is kept once nothing is to be done about it; `by` is empty where nobody had to do anything."""
    return msgspec.structs.replace(row, state=state, reason=reason, by=by, mended=mended, done_at=now_ms)


async def keep_if_open(office: Office, row: HeldRow) -> bool:
    """Keep a row as it is given, where nobody has seen to it meanwhile; False where somebody has."""
    return await office.writer.submit(_KeepIfOpen(row))


class _KeepIfOpen:
    def __init__(self, row: HeldRow) -> None:
        self.row = row

    def needs(self) -> Needs:
        return Needs(records={(HeldRow, self.row.key)})

    def apply(self, world: World) -> bool:
        held = world.record(HeldRow, self.row.held_id)
        if held is None or held.state != OPEN:
            return False
        world.keep(self.row)
        return True


def cells_of_held(row: HeldRow) -> Cells:
    """What the source said."""
    return msgspec.json.decode(row.cells, type=Cells)


def waits_for_a_person(row: HeldRow) -> bool:
    """Whether its file was wrong: whatever is known later, nobody but a person can say what it means."""
    return any(fault.of_file for fault in faults_of_held(row))


def faults_of_held(row: HeldRow) -> list[ToldFault]:
    """What was wrong when it was last read."""
    return msgspec.json.decode(row.faults, type=list[ToldFault])
