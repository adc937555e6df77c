"""Taking files in: dry first, good rows in, others held once, filled from what is known, and again without a change."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import msgspec

from doorstep.adapters.feeds.formats import FileFormats
from doorstep.application.import_appointments import import_bookings
from doorstep.application.intake.forgetting import DAY_MS, forget_intake, sweep_uploads
from doorstep.application.intake.holding import Delivery, cells_of_held, faults_of_held, keep_if_open
from doorstep.application.intake.kept import HeldRow, ImportRun, KnownOrder
from doorstep.application.intake.mending import drop, held_row, mend
from doorstep.application.intake.reading import Fault
from doorstep.application.intake.runs import Brought, begin, carry_out, counts_of
from doorstep.application.intake.take_in import Counts, Watching, take_in
from doorstep.application.lists import AppointmentFilter
from doorstep.application.records import keep_records
from doorstep.application.writer import Refused
from doorstep.domain.office_events import SYSTEM
from tests.csv_files import ROW, csv_of
from tests.makers import DAY, Bench, a_booking, a_person

ORDERS = """'HEADER','387176','01/04/2021','07:56'
'ORDER-CREATE','0000','L835574','38950180','100 Days','01-Apr-2021 07:56','19-Aug-2021 07:56','0','Fit a lock','XAJ',\
'19-Aug-2021 07:56','','00387176','0',' ','A NAME','0749123456',' ','. NB - ','1'
'SCHEDULED-ITEMS','0000','L835574','Joiner','0','N390917','   1.00','  12.57','1','00399189'
'TRAILER','387176','4'
"""
BOOKING = """<?xml version="1.0"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><bookingConfirmation>
<bookingId>982461</bookingId><locationID>P-7</locationID><primaryOrderNumber>L835574</primaryOrderNumber>
<planningWindowStart>2026-11-24T08:00:00</planningWindowStart>
<planningWindowEnd>2026-11-24T13:00:00</planningWindowEnd>
</bookingConfirmation></e:Body></e:Envelope>"""


async def taken(
    bench: Bench, content: str, form: str = "csv", *, source: str = "drs", patch: str = "", is_dry: bool = False
) -> tuple[Counts, list[Fault]]:
    """What became of a file, and its faults."""
    faults: list[Fault] = []
    delivery = Delivery(f"import {content[:9]}", source, SYSTEM, patch)
    reader = FileFormats().reader(form, {}, "utf-8")
    file = io.BytesIO(content.encode())
    counts = await take_in(bench.office, reader, file, delivery, Watching(faults.append), is_dry=is_dry)
    return counts, faults


async def refs(bench: Bench) -> list[str]:
    """The references of the appointments that there are."""
    return sorted(row.source_ref for row in await bench.office.store.appointment_rows(AppointmentFilter()))


async def held(bench: Bench) -> list[HeldRow]:
    """The rows that are or were held."""
    return await bench.office.store.records(HeldRow)


async def everything(bench: Bench) -> Any:
    """All that an import could change."""
    store = bench.office.store
    return [await store.entries(0, 1000), await store.records(HeldRow), await store.records(KnownOrder)]


async def test_a_dry_run_writes_nothing_and_says_what_the_real_one_does(any_bench: Bench) -> None:
    """The same counts and the same faults; only the real run leaves anything behind."""
    content = csv_of(ROW, {**ROW, "appointment_ref": "A-2", "date": "never"}, {**ROW, "appointment_ref": "A-3"})
    before = await everything(any_bench)
    dry = await taken(any_bench, content, is_dry=True)
    assert await everything(any_bench) == before
    assert await taken(any_bench, content) == dry
    assert (dry[0].new, dry[0].held, [fault.place for fault in dry[1]]) == (2, 1, ["row 3"])
    assert await refs(any_bench) == ["A-1", "A-3"]


async def test_the_same_file_again_changes_nothing(any_bench: Bench) -> None:
    """No entry, no second held row, and every row is told to be as it was."""
    content = csv_of(ROW, {**ROW, "appointment_ref": "A-2", "date": "never"}, {**ROW, "appointment_ref": "A-1"})
    await taken(any_bench, content)
    after = await everything(any_bench)
    counts, faults = await taken(any_bench, content)
    assert await everything(any_bench) == after
    assert (counts.new, counts.changed, counts.same, counts.held, len(faults)) == (0, 0, 1, 2, 2)


async def test_a_row_with_a_reference_that_stood_before_is_held_whole(any_bench: Bench) -> None:
    """It is mended with all that it said, and nothing that is learnt later takes it in for the first."""
    bare = {name: cell for name, cell in ROW.items() if name != "trade"}
    first = {**bare, "appointment_ref": "A-2", "trade": "Joiner"}
    await taken(any_bench, csv_of(first, {**bare, "appointment_ref": "A-2", "window": "PM", "trade": ""}))
    [row] = await held(any_bench)
    assert (cells_of_held(row)["window"], row.kind, row.reference) == ("PM", "fault", "A-2")
    assert [(fault.column, fault.of_file) for fault in faults_of_held(row)] == [("appointment_ref", True)]
    order = {"work_order_ref": "WO-1", "trade": "Joiner", "address": "4 Sample Street", "priority": "routine"}
    await taken(any_bench, csv_of(order), source="uh")
    assert [each.state for each in await held(any_bench) if each.held_id == row.held_id] == ["open"]
    planner = await a_person(any_bench, 1, "planner")
    mended = {**cells_of_held(row), "appointment_ref": "A-3", "trade": "Joiner"}
    assert await mend(any_bench.office, planner, row.held_id, mended) == []
    assert await refs(any_bench) == ["A-2", "A-3"]


async def test_a_row_whose_cells_are_out_of_place_is_held_with_them(any_bench: Bench) -> None:
    """Nothing of it is believed, not even its reference or its patch, and nothing that it says is lost."""
    row, comma = csv_of(ROW), csv_of({**ROW, "appointment_ref": "A-2", "address": "4 Sample Street"})
    shifted = comma.splitlines()[1].replace("4 Sample Street", "4, Sample Street")
    _, [fault] = await taken(any_bench, f"{row}{shifted}\n", patch="north")
    assert (fault.place, fault.column) == ("row 3", "the whole row")
    [kept] = await held(any_bench)
    assert (kept.patch, cells_of_held(kept)["address"], cells_of_held(kept)["patch"]) == (
        "north",
        "4",
        "Plumbing, north",
    )


async def test_a_row_that_comes_again_and_is_right_goes_in(any_bench: Bench) -> None:
    """Put right in its system, it is held no longer, and nobody had to do anything."""
    await taken(any_bench, csv_of({**ROW, "date": "never"}))
    [row] = await held(any_bench)
    assert [fault.column for fault in faults_of_held(row)] == ["date"]
    counts, _ = await taken(any_bench, csv_of(ROW))
    assert (counts.new, await refs(any_bench)) == (1, ["A-1"])
    assert [(row.state, row.by) for row in await held(any_bench)] == [("mended", "")]


async def test_a_booking_is_filled_from_its_order(any_bench: Bench) -> None:
    """The flat file's order is known; the scheduler's booking brings the slot; what is still missing is held."""
    counts, _ = await taken(any_bench, ORDERS, "flat_file", source="uh")
    assert (counts.held, counts.orders) == (1, 1)
    [order] = await any_bench.office.store.records(KnownOrder)
    assert json.loads(order.cells)["trade"] == "Joiner"
    [waiting] = await held(any_bench)
    assert waiting.kind == "no_slot"
    counts, faults = await taken(any_bench, BOOKING, "booking_xml")
    assert {fault.column for fault in faults} == {"address"}
    row = next(row for row in await held(any_bench) if row.kind == "fault")
    assert "trade" not in cells_of_held(row)
    home = a_booking((), "A-9", property_ref="P-7", address=("7 Known Road", "ZZ1 7AB"), patch="south")
    await import_bookings(any_bench.office, SYSTEM, [home])
    counts, faults = await taken(any_bench, BOOKING, "booking_xml")
    assert (counts.new, counts.filled, faults) == (1, 1, [])
    assert counts.filled_from["earlier_at_home"] >= 2
    made = next(
        row for row in await any_bench.office.store.appointment_rows(AppointmentFilter()) if row.source_ref == "982461"
    )
    assert (made.address, made.patch, made.work_order_ref) == ("7 Known Road, ZZ1 7AB", "south", "L835574")
    assert {row.state for row in await held(any_bench)} == {"mended"}
    after = await everything(any_bench)
    counts, _ = await taken(any_bench, BOOKING, "booking_xml")
    assert (counts.same, await everything(any_bench)) == (1, after)


async def test_an_order_that_comes_later_lets_its_booking_in(any_bench: Bench) -> None:
    """The held row is read again by itself, and the order waits for no slot any more."""
    bare = {name: cell for name, cell in ROW.items() if name not in ("trade", "address", "priority")}
    await taken(any_bench, csv_of(bare))
    assert await refs(any_bench) == []
    order = {"work_order_ref": "WO-1", "trade": "Joiner", "address": "4 Sample Street", "priority": "routine"}
    await taken(any_bench, csv_of(order), source="uh")
    assert await refs(any_bench) == ["A-1"]
    assert {row.source: row.state for row in await held(any_bench)} == {"drs": "mended", "uh": "open"}


async def test_what_an_appointment_had_it_keeps_where_a_feed_says_nothing_of_it(any_bench: Bench) -> None:
    """A booking moved by the scheduler, which knows no address, moves; its people and its numbers stay."""
    ann = await a_person(any_bench, 1, "operative")
    await taken(any_bench, csv_of({**ROW, "operatives": ann.username, "phones": "mobile: 07700 900123"}))
    moved = {name: ROW[name] for name in ("appointment_ref", "work_order_ref", "window", "starts", "ends")}
    counts, _ = await taken(any_bench, csv_of({**moved, "date": "2026-11-30"}))
    assert (counts.changed, counts.filled_from) == (1, {"itself": counts.filled_from["itself"]})
    [row] = await any_bench.office.store.appointment_rows(AppointmentFilter())
    assert (row.day, row.operative_ids, row.address) == ("2026-11-30", (ann.person_id,), "4 Sample Street, ZZ1 2AB")
    dossier = await any_bench.office.store.dossier(row.appointment_id)
    assert dossier is not None
    assert [each["number"] for each in dossier.versions[-1].snapshot["phone_numbers"]] == ["07700 900123"]


async def test_what_somebody_saw_to_does_not_come_up_again(any_bench: Bench) -> None:
    """Mended or dropped, the same row is passed over; said otherwise by its source, it is looked at anew."""
    planner = await a_person(any_bench, 1, "planner", "north")
    wrong = {**ROW, "date": "never"}
    await taken(any_bench, csv_of(wrong, {**wrong, "appointment_ref": "A-2"}))
    first, second = sorted(await held(any_bench), key=lambda row: row.reference)
    assert await mend(any_bench.office, planner, first.held_id, {**ROW, "trade": "Joinery"}) == []
    await drop(any_bench.office, planner, second.held_id, "Sent by mistake")
    counts, faults = await taken(any_bench, csv_of(wrong, {**wrong, "appointment_ref": "A-2"}))
    assert (counts.again, faults, await refs(any_bench)) == (2, [], ["A-1"])
    mended = await held_row(any_bench.office, planner, first.held_id)
    assert (mended.by, json.loads(mended.mended)) == (planner.person_id, {"date": DAY, "trade": "Joinery"})
    assert cells_of_held(mended)["date"] == "never"
    counts, _ = await taken(any_bench, csv_of({**wrong, "date": "soon"}))
    assert counts.held == 1
    assert (await held_row(any_bench.office, planner, first.held_id)).state == "open"


async def test_a_file_that_ends_in_the_middle_leaves_nothing(any_bench: Bench) -> None:
    """It is walked to its end first: no row before the cut goes in, and the run says why."""
    rows = [{**ROW, "appointment_ref": f"A-{number}"} for number in range(600)]
    intake = any_bench.office.intake
    assert intake
    with io.BytesIO(csv_of(*rows).encode() + b'\nA-1,"cut') as file:
        run = await begin(any_bench.office, intake, Brought("drs", "cut.csv", "a test"), file)
        run = await carry_out(any_bench.office, intake, run, file, SYSTEM, is_dry=False)
    assert (run.state, "cut off" in run.why, counts_of(run).new) == ("refused", True, 0)
    assert (await refs(any_bench), await held(any_bench)) == ([], [])


async def test_what_is_done_with_is_forgotten(any_bench: Bench) -> None:
    """After the days of the setting: rows seen to, and runs; never a row that still waits."""
    planner = await a_person(any_bench, 1, "planner", "north")
    wrong = {**ROW, "date": "never"}
    await taken(any_bench, csv_of(wrong, {**wrong, "appointment_ref": "A-2"}))
    first, second = await held(any_bench)
    await drop(any_bench.office, planner, first.held_id, "Sent by mistake")
    any_bench.clock.ms += 29 * DAY_MS
    assert await forget_intake(any_bench.office, 30) == 0
    any_bench.clock.ms += 2 * DAY_MS
    assert await forget_intake(any_bench.office, 30) == 1
    assert await held(any_bench) == [second]


async def test_a_run_that_was_broken_off_is_told_to_be(any_bench: Bench) -> None:
    """Nobody works on it any more: it is shown as broken off, and its file goes after an hour."""
    intake = any_bench.office.intake
    assert intake
    name, spooled = intake.spool.make()
    spooled.write(csv_of(ROW).encode())
    spooled.close()
    with io.BytesIO(csv_of(ROW).encode()) as file:
        run = await begin(any_bench.office, intake, Brought("drs", "a.csv", "a test"), file, name)
    running = msgspec.structs.replace(run, state="running")
    await keep_records(any_bench.office, [running])
    any_bench.clock.ms += 11 * 60_000
    await sweep_uploads(any_bench.office, intake)
    assert [run.state for run in await any_bench.office.store.records(ImportRun)] == ["broken_off"]
    any_bench.clock.ms += 400 * DAY_MS
    await sweep_uploads(any_bench.office, intake)
    assert intake.spool.open(name) is None


async def test_times_that_come_twice_or_never_are_held(any_bench: Bench) -> None:
    """At the clock changes of March and October a local time is asked for, and never guessed."""
    spring = {**ROW, "date": "2027-03-28", "starts": "01:30"}
    autumn = {**ROW, "appointment_ref": "A-2", "date": "2026-10-25", "starts": "01:30"}
    counts, faults = await taken(any_bench, csv_of(spring, autumn))
    assert (counts.held, [fault.column for fault in faults]) == (2, ["starts", "starts"])
    counts, _ = await taken(any_bench, csv_of({**spring, "starts": "02:30"}, {**autumn, "starts": "02:30"}))
    rows = await any_bench.office.store.appointment_rows(AppointmentFilter())
    offsets = sorted(row.starts_at % 86_400_000 // 60_000 for row in rows)
    assert offsets == [90, 150]


async def test_a_slot_in_the_hour_that_comes_twice_stays_what_it_was(any_bench: Bench) -> None:
    """It is taken with its offset, and a feed that says no more of it later does not make it doubtful again."""
    slot = {**ROW, "date": "2026-10-25", "starts": "01:30+00:00"}
    assert (await taken(any_bench, csv_of(slot)))[0].new == 1
    later = {"appointment_ref": "A-1", "trade": "Joiner"}
    counts, faults = await taken(any_bench, csv_of(later))
    assert (counts.changed, faults) == (1, [])
    [row] = await any_bench.office.store.appointment_rows(AppointmentFilter())
    assert row.starts_at % 86_400_000 // 60_000 == 90


async def test_a_row_is_seen_to_by_one_person(any_bench: Bench) -> None:
    """Of two planners who drop it at once the second is told that somebody did, and the first one's reason stays."""
    planners = [await a_person(any_bench, number, "planner", "north") for number in (1, 2)]
    await taken(any_bench, csv_of({**ROW, "date": "never"}))
    [row] = await held(any_bench)
    reasons = [f"Planner {number} says so" for number in (1, 2)]
    dropping = [drop(any_bench.office, who, row.held_id, why) for who, why in zip(planners, reasons, strict=True)]
    done = await asyncio.gather(*dropping, return_exceptions=True)
    [lost] = [each for each in done if each is not None]
    assert isinstance(lost, Refused)
    assert lost.reason == "row-seen-to"
    [now] = await held(any_bench)
    assert now.reason == reasons[done.index(None)]
    assert not await keep_if_open(any_bench.office, row), "nor does who had read it before open it again"
