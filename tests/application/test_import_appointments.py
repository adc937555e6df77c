"""Appointments come in once, the same ones change nothing, and what changed reaches the phones."""

from __future__ import annotations

import argparse
import asyncio
import csv
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from doorstep import import_commands, people_commands
from doorstep.application.import_appointments import MOST_AT_ONCE, Imported, import_bookings
from doorstep.application.intake.columns import COLUMNS
from doorstep.application.intake.comparing import compare
from doorstep.application.lists import AppointmentFilter
from doorstep.application.rows import AppointmentRow
from doorstep.application.serve_day import serve_day
from doorstep.domain.chain import body_hash
from doorstep.domain.office_events import SYSTEM
from doorstep.main import open_office
from doorstep.settings import read_settings
from tests.csv_files import ROW, csv_of
from tests.makers import DAY, Bench, a_booking, a_person, a_session, an_id

ANN, BOB = an_id(1), an_id(2)
CHANGES: list[dict[str, object]] = [
    {"address": ("5 Sample Street", "Inventon", "ZZ1 2AB")},
    {"operative_ids": (BOB,)},
    {"patch": "south"},
    {"is_cancelled": True},
    {"trade": "glazier"},
    {"phone_numbers": ()},
]


async def test_an_appointment_that_comes_in_is_served(any_bench: Bench) -> None:
    """The operative's day holds the very text that the import made, under its own hash."""
    ann = await a_person(any_bench, 1, "operative")
    booking = a_booking((ann.person_id,))
    assert await import_bookings(any_bench.office, SYSTEM, [booking]) == Imported(new=1)
    [served] = (await serve_day(any_bench.office, await a_session(any_bench, ann, 9), None)).appointments
    assert served.row.snapshot == booking.snapshot()
    assert served.row.row.snapshot_sha256 == body_hash(booking.snapshot().encode())
    assert served.row.row.day == DAY


async def test_the_same_again_changes_nothing(any_bench: Bench) -> None:
    """A nightly export repeats what was known: no entry is logged, no phone is told."""
    bookings = [a_booking((ANN,), f"A-{number}") for number in range(3)]
    await import_bookings(any_bench.office, SYSTEM, bookings)
    log = await any_bench.office.store.entries(0, 100)
    assert [found.change for found in await compare(any_bench.office, bookings)] == ["same"] * 3
    assert await import_bookings(any_bench.office, SYSTEM, bookings) == Imported(same=3)
    assert await any_bench.office.store.entries(0, 100) == log


@pytest.mark.parametrize("change", CHANGES, ids=[next(iter(change)) for change in CHANGES])
async def test_what_changed_is_changed(any_bench: Bench, change: dict[str, object]) -> None:
    """Each thing that can change of an appointment makes a new version of it, and a dry run says so before."""
    before = a_booking((ANN,))
    after = msgspec.structs.replace(before, **change)
    await import_bookings(any_bench.office, SYSTEM, [before])
    assert [found.change for found in await compare(any_bench.office, [after])] == ["changed"]
    assert await import_bookings(any_bench.office, SYSTEM, [after]) == Imported(changed=1)
    dossier = await any_bench.office.store.dossier(before.appointment_id)
    assert dossier is not None
    assert [version.sha256 for version in dossier.versions] == [
        body_hash(booking.snapshot().encode()) for booking in (before, after)
    ]


async def test_operatives_are_told_what_is_theirs_and_what_is_no_longer(any_bench: Bench) -> None:
    """Who gets an appointment hears of it, and so does who loses it, by being given to another or cancelled."""
    before = a_booking((ANN,))
    given = msgspec.structs.replace(before, operative_ids=(BOB,))
    cancelled = msgspec.structs.replace(given, is_cancelled=True)
    for booking in (before, given, cancelled):
        await import_bookings(any_bench.office, SYSTEM, [booking])
    feeds = {who: [item.kind for item in await any_bench.office.store.feed(who, 0, 10)] for who in (ANN, BOB)}
    assert feeds == {who: ["appointment_changed", "appointment_withdrawn"] for who in (ANN, BOB)}


async def test_more_than_one_transaction_takes_all_in(bench: Bench) -> None:
    """A large import leaves the writer to the phones between its parts, and loses nothing between them."""
    bookings = [a_booking((ANN,), f"A-{number}") for number in range(MOST_AT_ONCE + 1)]
    assert await import_bookings(bench.office, SYSTEM, bookings) == Imported(new=MOST_AT_ONCE + 1)


def test_a_reference_means_the_same_appointment_within_its_source() -> None:
    """Two schedulers may number alike."""
    ours = a_booking((ANN,))
    assert a_booking((BOB,), trade="glazier").appointment_id == ours.appointment_id
    assert msgspec.structs.replace(ours, source="other").appointment_id != ours.appointment_id


ANNS = {**ROW, "operatives": "ann.ash"}
Import = Callable[..., int]


@pytest.fixture
def import_file(tmp_path: Path) -> Import:
    """The import command on a data folder with one operative, given rows instead of a file."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    import_commands.add_parser(commands)
    people_commands.add_parser(commands)
    data = ["--data", str(tmp_path)]
    for name, role in (("ann.ash", "operative"), ("pat.pine", "planner")):
        added = parser.parse_args(["people", "add", name, "--name", name, "--role", role, *data])
        assert added.run(added) == 0

    def run(*rows: dict[str, str], flags: tuple[str, ...] = ()) -> int:
        file = tmp_path / "appointments.csv"
        file.write_text(csv_of(*rows), encoding="utf-8-sig")
        arguments = parser.parse_args(["import", str(file), *data, *flags])
        return int(arguments.run(arguments))

    return run


def held(data: Path) -> list[AppointmentRow]:
    """The appointments in a data folder."""

    async def read() -> list[AppointmentRow]:
        async with open_office(read_settings(data=data)) as running:
            return list(await running.office.store.appointment_rows(AppointmentFilter()))

    return asyncio.run(read())


def test_the_command_takes_a_file_in_once(
    import_file: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """New, then the same, then changed: the counts say so, and a dry run changes nothing."""
    other = {**ANNS, "appointment_ref": "A-2"}
    for rows, flags, said in (
        ([ANNS], ("--dry-run",), "1 rows: 1 would be new, 0 would be changed, 0 as they were."),
        ([ANNS], (), "1 rows: 1 new, 0 changed, 0 as they were."),
        ([ANNS, other], (), "2 rows: 1 new, 0 changed, 1 as they were."),
        ([{**ANNS, "window": "PM"}, other], ("--dry-run",), "2 rows: 0 would be new, 1 would be changed, 1 as"),
        ([{**ANNS, "window": "PM"}, other], (), "2 rows: 0 new, 1 changed, 1 as they were."),
    ):
        assert import_file(*rows, flags=flags) == 0
        assert said in capsys.readouterr().out
    assert sorted((row.source, row.source_ref, row.window) for row in held(tmp_path)) == [
        ("csv", "A-1", "PM"),
        ("csv", "A-2", "AM"),
    ]


def test_good_rows_go_in_and_wrong_ones_are_told(
    import_file: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each fault by row and column, beyond fifty in a file only; a planner's username is no operative's."""
    wrong = {**ANNS, "appointment_ref": "A-2", "operatives": "pat.pine", "date": "tomorrow"}
    assert import_file(ANNS, wrong) == 1
    told = capsys.readouterr()
    assert "row 3, date:" in told.err
    assert "row 3, operatives: 'pat.pine' is no operative here" in told.err
    assert "2 rows: 1 new, 0 changed, 0 as they were, 1 held, with 2 faults." in told.out
    assert [row.source_ref for row in held(tmp_path)] == ["A-1"]
    many = [{**wrong, "appointment_ref": f"A-{number}", "trade": "=cmd|' /C calc'!A0"} for number in range(2, 42)]
    faults = tmp_path / "faults.csv"
    assert import_file(*many, flags=("--faults", str(faults))) == 1
    assert f"and 30 more; all of them are in {faults}" in capsys.readouterr().err
    with faults.open(encoding="utf-8-sig", newline="") as opened:
        assert len(list(csv.reader(opened))) == 81


def test_a_mapping_is_remembered_for_its_source(
    import_file: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Headers that are not ours are refused until somebody says what they are; then they are known."""
    theirs = {"Job No" if name == "work_order_ref" else name: cell for name, cell in ANNS.items()}
    assert import_file(theirs) == 2
    assert "columns that are not known: 'Job No'" in capsys.readouterr().err
    assert import_file(theirs, flags=("--map", "Job No=work_order_ref")) == 0
    assert import_file({**theirs, "appointment_ref": "A-2"}) == 0
    assert import_file(theirs, flags=("--source", "other")) == 2
    assert {row.work_order_ref for row in held(tmp_path)} == {"WO-1"}


def test_the_command_names_the_source(import_file: Import, tmp_path: Path) -> None:
    """References are the landlord's own, within the system that they come from."""
    assert import_file(ANNS, flags=("--source", "drs")) == 0
    assert [row.source for row in held(tmp_path)] == ["drs"]


def test_the_command_says_what_the_columns_are(import_file: Import, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever prepares an export can read what is expected without the source code."""
    assert import_file(ANNS, flags=("--columns",)) == 0
    said = capsys.readouterr().out
    assert all(column.name in said for column in COLUMNS)
