"""Tables that leave the house: as the dictionary says, of one patch, logged, and never a formula."""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import os
import re
import stat
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from doorstep import export_commands
from doorstep.adapters.sqlite.report_views import ReportViews
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.adopt_policies import adopt_policies
from doorstep.application.composing import Notice
from doorstep.application.exports.dictionary import BY_NAME, TABLES, dictionary_rows
from doorstep.application.exports.schema import ESCAPED, data_package
from doorstep.application.exports.table import FORMS, Table
from doorstep.application.exports.taking_out import BOM, export_csv, plain_cell, written
from doorstep.application.import_appointments import Place, import_bookings
from doorstep.application.lists import VisitFilter
from doorstep.application.notices import TEXT_SERVICE, record_notice
from doorstep.application.office import Office
from doorstep.application.resident.look_up import Found
from doorstep.application.resident.say import dispute, new_receipt
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.office_events import SYSTEM, DataExported, DataExportEnded, read_office_event
from doorstep.domain.visit import settle
from doorstep.main import open_office
from doorstep.settings import read_settings
from tests.makers import MORNING, Bench, a_booking, a_person, a_session, a_visit, an_id, an_office, closed, send, upload

SECRETS = ("Sample Street", "07700", "plain ", "k" * 32)
"""Pieces of an address, a number, a password's hash and a key: none of them may leave."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office over a file with two patches: a missed visit in the north, an appointment in the south."""
    file = tmp_path / "doorstep.sqlite3"
    store = await SqliteStore.open(file)
    bench = await an_office(tmp_path, store)
    await _fill(bench)
    yield replace(bench.office, tables=ReportViews(file))
    await closed(bench)
    await store.close()


async def _fill(bench: Bench) -> None:
    session = await a_session(bench, await a_person(bench, 1, "operative", "north"), 11)
    chain = await a_visit(bench, session, trade="=cmd|' /C calc'!A1")
    chain.whole()
    await send(bench, session, chain.bodies)
    await upload(bench)
    south = a_booking(
        (an_id(1),), "S-1", patch="south", place=Place(1, 2), uprn="0042", sor_codes=("A", "B"), contractor="Larch"
    )
    await import_bookings(bench.office, SYSTEM, [south])
    notice = Notice(
        notice_id=an_id(70),
        appointment_id=south.appointment_id,
        channel="sms",
        sent_at=MORNING,
        status="delivered",
        status_at=MORNING,
        told_by=TEXT_SERVICE,
    )
    await record_notice(bench.office, notice)


async def taken(office: Office, name: str, person: Person) -> list[dict[str, str]]:
    """The rows of a table, as a spreadsheet reads them."""
    text = "".join([piece async for piece in await export_csv(office, person, name)])
    assert text.startswith("\ufeff")
    assert not any(secret in text for secret in SECRETS)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def whoever(patch: str = "") -> Person:
    """A supervisor of that patch."""
    return Person(an_id(9), "leila", "Leila", "supervisor", patch, "")


async def test_every_table_has_the_dictionarys_columns(office: Office) -> None:
    """No column without its meaning, no meaning without its column; each cell is of the form that it names."""
    assert office.tables is not None
    for table in TABLES:
        rows = await taken(office, table.name, whoever())
        forms = {column.name: column.form for column in table.columns}
        for row in rows:
            assert row.keys() == forms.keys()
            assert all(cell == "" or _is_of(forms[name], cell) for name, cell in row.items()), row
    assert {column.form for table in TABLES for column in table.columns} == set(FORMS)


def _is_of(form: str, cell: str) -> bool:
    if form in ("number", "yes_no"):
        return cell.isdecimal() and (form == "number" or cell in "01")
    if form == "instant":
        return len(cell) == 24 and cell.endswith("Z")
    return form == "text" or len(cell) == 10


async def test_what_stands_in_them(office: Office) -> None:
    """A missed visit with its checks, its events and its photo; an appointment with what its file said."""
    [visit] = await taken(office, "visits", whoever())
    assert (visit["standing"], visit["awaiting"], visit["outcome"]) == (
        "pending_corroboration",
        "planner_call",
        "no_access_carded",
    )
    checks = await taken(office, "checks", whoever())
    assert {check["visit_id"] for check in checks} == {visit["visit_id"]}
    assert "waited" in {check["clause"] for check in checks}
    assert len(await taken(office, "events", whoever())) == 9
    [photo] = await taken(office, "photos", whoever())
    assert photo["state"] == "complete"
    appointments = {row["source_ref"]: row for row in await taken(office, "appointments", whoever())}
    south = appointments["S-1"]
    assert (south["uprn"], south["sor_codes"], south["contractor"]) == ("0042", "A B", "Larch")
    assert south["starts_at"] == "2026-11-23T08:00:00.000Z"
    assert appointments["A-1"]["trade"] == "'=cmd|' /C calc'!A1", "a spreadsheet must not run it"
    [notice] = await taken(office, "notices", whoever())
    assert notice["appointment_id"] == south["appointment_id"]


async def test_of_ones_own_patch(office: Office) -> None:
    """A supervisor of the north takes nothing of the south."""
    assert len(await taken(office, "appointments", whoever("north"))) == 1
    assert await taken(office, "notices", whoever("north")) == []
    assert await taken(office, "visits", whoever("south")) == []


async def test_that_it_went_is_in_the_log(office: Office) -> None:
    """Who took which table, of which patch, before its first row; what there is not is taken by nobody."""
    await taken(office, "visits", whoever("north"))
    exported = [entry for entry in await office.store.entries(0, 999) if entry.kind == "data_exported"]
    [event] = [read_office_event(entry.body) for entry in exported]
    assert isinstance(event, DataExported)
    assert (event.table, event.patch, event.actor_id) == ("visits", "north", an_id(9))
    for name, missing in (("passwords", office), ("visits", replace(office, tables=None))):
        with pytest.raises(Refused):
            await export_csv(missing, whoever(), name)


async def test_what_went_is_in_the_log_too(office: Office) -> None:
    """How many rows, once all went; of one that was broken off, those that were given till then, and that it was."""
    await taken(office, "appointments", whoever())
    assert await ended(office) == [("appointments", "", 2, True)]
    pieces = await export_csv(office, whoever("north"), "appointments")
    assert isinstance(pieces, AsyncGenerator)
    assert (await anext(pieces)).startswith(BOM)
    await pieces.aclose()
    pieces = await export_csv(office, whoever("north"), "appointments")
    assert isinstance(pieces, AsyncGenerator)
    await anext(pieces)
    await anext(pieces)
    await pieces.aclose()
    broken = [("appointments", "north", 0, False), ("appointments", "north", 1, False)]
    assert (await ended(office))[1:] == broken


async def test_one_that_is_cancelled_is_in_the_log(office: Office) -> None:
    """As a server does where the other end is gone: cancelled while it waits for more rows."""
    begun = asyncio.Event()

    class Slow:
        async def rows(self, table: Table, patch: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
            yield [["x"] * len(table.columns)] * 3
            begun.set()
            await asyncio.Event().wait()

    slow = replace(office, tables=Slow())

    async def take() -> None:
        async for _ in await export_csv(slow, whoever(), "visits"):
            pass

    taking = asyncio.create_task(take())
    await begun.wait()
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert await ended(office) == [("visits", "", 3, False)]


async def ended(office: Office) -> list[tuple[str, str, int, bool]]:
    """What the log says of each table that was taken, at its end."""
    entries = [entry for entry in await office.store.entries(0, 999) if entry.kind == "data_export_ended"]
    read = [read_office_event(entry.body) for entry in entries]
    return [(each.table, each.patch, each.rows, each.is_whole) for each in read if isinstance(each, DataExportEnded)]


FORMULAS = ["=cmd|' /C calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "'=1", "''+1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell: str) -> None:
    """A spreadsheet would run it: text that begins like one gets an apostrophe; numbers stay numbers."""
    assert plain_cell(cell) == f"'{cell}"
    assert [plain_cell(f"x{cell}"), plain_cell(""), plain_cell(-1), plain_cell(None)] == [f"x{cell}", "", -1, None]


@pytest.mark.parametrize("cell", [*FORMULAS, "'", "'s-Gravenhage", "''", "O'Hara", "plain"])
def test_what_stood_there_can_be_read_again(cell: str) -> None:
    """By the rule that the dictionary gives, whatever the text: no two texts become the same cell."""
    given = plain_cell(cell)
    assert (given[1:] if re.match(ESCAPED, given) else given) == cell


async def test_keys_and_references_are_as_the_dictionary_says(office: Office) -> None:
    """No two rows share a key; what a reference names is there, in what leaves of every patch; of disputes, too."""
    [visit] = await office.store.visit_rows(VisitFilter())
    dossier = await office.store.dossier(str(visit.appointment_id))
    assert dossier is not None
    found = Found(dossier, settle(dossier, office.rules.policies)[visit.visit_id])
    await dispute(office, found, new_receipt(), "was_in", "I stood at the window.", "en")
    await adopt_policies(office, office.rules.policies)
    tables = {table.name: await taken(office, table.name, whoever()) for table in TABLES}
    keys = {table.name: table.key for table in TABLES}
    for table in TABLES:
        rows = tables[table.name]
        assert len({tuple(row[name] for name in table.key) for row in rows}) == len(rows)
        for column, to in table.refers.items():
            [key] = keys[to]
            held = {row[key] for row in tables[to]}
            assert {row[column] for row in rows} - {""} <= held, (table.name, column)
    assert {row["visit_id"] for row in tables["disputes"]} == {visit.visit_id}
    assert sum(bool(rows) for rows in tables.values()) >= 7


def test_the_dictionary_as_json_names_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """As a Data Package: every column with its type, each instant and count with its unit, keys and references."""
    parser = argparse.ArgumentParser()
    export_commands.add_parser(parser.add_subparsers())
    asked = parser.parse_args(["export", "dictionary", "--format", "json"])
    assert asked.run(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(json.dumps(data_package()))
    resources = {each["name"]: each for each in told["resources"]}
    assert list(resources) == [table.name for table in TABLES]
    for table in TABLES:
        schema = resources[table.name]["schema"]
        assert [field["name"] for field in schema["fields"]] == [column.name for column in table.columns]
        assert {field["type"] for field in schema["fields"]} <= {"string", "integer", "boolean", "datetime", "date"}
        assert all("unit" in field for field in schema["fields"] if field["type"] in ("integer", "datetime"))
        assert schema["primaryKey"] == list(table.key)
    [of_checks] = resources["checks"]["schema"]["foreignKeys"]
    assert of_checks == {"fields": ["visit_id"], "reference": {"resource": "visits", "fields": ["visit_id"]}}
    assert re.match(told["text_with_one_more_apostrophe"], "=1")
    assert all(each["sources"][0]["title"] for each in told["resources"])


def test_a_package_names_its_own_files() -> None:
    """As CSV with how it is written, as Parquet without: and only the tables that are in it."""
    [csv_file] = data_package("csv", [BY_NAME["trades"]])["resources"]
    [parquet_file] = data_package("parquet", [BY_NAME["trades"]])["resources"]
    assert (csv_file["path"], csv_file["format"], csv_file["encoding"]) == ("trades.csv", "csv", "utf-8")
    assert (parquet_file["path"], parquet_file["format"]) == ("trades.parquet", "parquet")
    assert parquet_file["mediatype"] == "application/vnd.apache.parquet"
    assert "dialect" not in parquet_file
    assert csv_file["schema"] == parquet_file["schema"]


def test_the_dictionary_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Every column of every table, once, with its meaning; printed by the command."""
    rows = dictionary_rows()[1:]
    assert len({row[:2] for row in rows}) == len(rows) == sum(len(table.columns) for table in TABLES)
    assert all(all(row) for row in rows)
    parser = argparse.ArgumentParser()
    export_commands.add_parser(parser.add_subparsers())
    asked = parser.parse_args(["export", "dictionary"])
    assert asked.run(asked) == 0
    assert capsys.readouterr().out == written(dictionary_rows()).replace("\r\n", "\r\n")


async def test_a_row_for_each(office: Office) -> None:
    """The views lose none and double none: as many rows as there are appointments, visits, people."""
    assert office.tables is not None
    counted: dict[str, int] = {}
    for name in ("appointments", "visits", "people"):
        counted[name] = len(await taken(office, name, whoever()))
    assert counted == {"appointments": 2, "visits": 1, "people": len(await office.store.people())}
    assert set(counted) <= set(BY_NAME)


@pytest.mark.parametrize("asking", ["csv", "tables --format csv", "tables --format parquet"])
def test_the_command_writes_for_whoever_runs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asking: str
) -> None:
    """The tables tell of people: nobody else of the machine may read the files, whatever its umask."""
    settings = read_settings(data=tmp_path / "data")

    async def start() -> None:
        async with open_office(settings):
            pass

    asyncio.run(start())
    parser = argparse.ArgumentParser()
    export_commands.add_parser(parser.add_subparsers())
    asked = parser.parse_args(
        ["export", *asking.split(), "people", "--data", f"{settings.data}", "--into", f"{tmp_path}"]
    )
    before = os.umask(0o022)
    try:
        assert asked.run(asked) == 0
    finally:
        os.umask(before)
    package = tmp_path / "datapackage.json"
    [told] = json.loads(package.read_text())["resources"]
    assert (tmp_path / told["path"]).is_file()
    assert stat.S_IMODE(package.stat().st_mode) == 0o600
    file = tmp_path / ("people.parquet" if "parquet" in asking else "people.csv")
    assert str(file) in capsys.readouterr().out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes().startswith(b"PAR1" if "parquet" in asking else BOM.encode())
