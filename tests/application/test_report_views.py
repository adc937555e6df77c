"""The views that reporting tools read: the same rows as the files, London's dates, no secrets, and nothing to write."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from doorstep.adapters.sqlite.report_views import ReportViews
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.adopt_policies import adopt_policies
from doorstep.application.data_exceptions.asking import ExceptionNote
from doorstep.application.decide_visit import decide_visit
from doorstep.application.exports.dictionary import TABLES
from doorstep.application.exports.taking_out import export_csv, plain_cell
from doorstep.application.fact_faults import Said
from doorstep.application.home_facts import record_fact
from doorstep.application.lists import VisitFilter
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.office import Office
from doorstep.application.records import keep_records
from doorstep.application.reminders.text_rows import ReplyTask, TextRow
from doorstep.application.resident.answer import answer_dispute
from doorstep.application.resident.guesses import Guesses
from doorstep.application.resident.look_up import look_up
from doorstep.application.resident.say import dispute, new_receipt
from doorstep.application.rows import Person
from doorstep.domain.chain import body_hash, card_code
from doorstep.domain.wastage.sides import COMPLETED, MISSED, side_of
from tests.makers import DAY, a_person, a_session, a_visit, an_id, an_office, closed, send, upload
from tests.wastage_demo import a_lived_office

AUDITOR = Person(an_id(9), "leila", "Leila", "auditor", "", "")


@dataclass
class Filled:
    """An office with something in every table, and its file."""

    office: Office
    file: Path
    card: str

    def opened(self) -> sqlite3.Connection:
        """As a reporting tool opens it, while the server has it open too: it cannot write."""
        return sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)


@pytest.fixture
async def filled(tmp_path: Path) -> AsyncIterator[Filled]:
    """One missed visit from the call to the decision, with an alert, a text and a note beside it."""
    file = tmp_path / "doorstep.sqlite3"
    store = await SqliteStore.open(file)
    bench = await an_office(tmp_path, store)
    planner, supervisor = await a_person(bench, 2, "planner"), await a_person(bench, 3, "supervisor")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    call = await begin_planner_call(bench.office, planner, chain.appointment_id, an_id(1))
    await log_planner_call(bench.office, planner, call.call_id, "", "leave_card", None)
    chain.whole(call.code)
    await send(bench, session, chain.bodies)
    await upload(bench)
    await decide_visit(bench.office, supervisor, chain.visit_id, "upheld", "All is there.", None)
    yield Filled(replace(bench.office, tables=ReportViews(file)), file, card_code(body_hash(chain.bodies[1].encode())))
    await closed(bench)
    await store.close()


async def test_the_views_and_the_files_agree(filled: Filled) -> None:
    """Row by row and cell by cell: what a tool reads is what a file has, but for the apostrophes."""
    with closing(filled.opened()) as connection:
        for table in TABLES:
            cursor = connection.execute(f"SELECT * FROM {table.view}")
            assert [column[0] for column in cursor.description] == [column.name for column in table.columns]
            read = [["" if cell is None else str(plain_cell(cell)) for cell in row] for row in cursor]
            pieces = [piece async for piece in await export_csv(filled.office, AUDITOR, table.name)]
            written = list(csv.reader(io.StringIO("".join(pieces).removeprefix("\ufeff"), newline="")))
            assert sorted(written[1:]) == sorted(read)
            assert written[0] == [column.name for column in table.columns]


async def test_what_a_decision_and_a_call_say(filled: Filled) -> None:
    """Who decided and what the planner said to do, each on its date."""
    with closing(filled.opened()) as connection:
        [call] = connection.execute("SELECT instruction,begun_on,planner_id FROM report_planner_calls")
        [decision] = connection.execute("SELECT decision,decided_on,supervisor_id FROM report_decisions")
    assert call == ("leave_card", DAY, an_id(2))
    assert decision == ("upheld", DAY, an_id(3))


async def test_what_a_resident_disputes(filled: Filled) -> None:
    """Which visit, what they say as a code, when, and whether it was answered; their own words stay in."""
    [visit] = await filled.office.store.visit_rows(VisitFilter())
    found, receipt = await look_up(filled.office, Guesses(), filled.card, "ZZ12AB", "198.51.100.1"), new_receipt()
    await dispute(filled.office, found, receipt, "was_in", "I stood at the window.", "en")
    with closing(filled.opened()) as connection:
        asked = "SELECT d.says,d.disputed_on,d.answered_at FROM report_disputes d JOIN report_visits USING(visit_id)"
        [said] = connection.execute(asked)
        assert "window" not in str(connection.execute("SELECT * FROM report_disputes").fetchall())
    assert said == ("was_in", DAY, None)
    other = Person(an_id(4), "xan", "Xan", "supervisor", "", "")
    await answer_dispute(filled.office, other, visit.visit_id, receipt, "We looked again.")
    with closing(filled.opened()) as connection:
        [(answered,)] = connection.execute("SELECT answered_at FROM report_disputes")
    assert answered.startswith(DAY)


async def test_days_join_appointments(filled: Filled) -> None:
    """Every appointment's date is there once, with its weekday as the calendar has it."""
    with closing(filled.opened()) as connection:
        days = connection.execute("SELECT day,year,month,day_of_month,weekday,is_weekend FROM report_days").fetchall()
        joined = "SELECT count(*) FROM report_appointments JOIN report_days USING(day)"
        [(count,)] = connection.execute(joined)
        [(held,)] = connection.execute("SELECT count(*) FROM report_appointments")
    assert count == held > 0
    for day, *parts in days:
        on = date.fromisoformat(day)
        assert parts == [on.year, on.month, on.day, on.isoweekday(), on.isoweekday() > 5]


async def test_no_tool_writes(filled: Filled) -> None:
    """Opened with mode=ro the file cannot be changed, by mistake neither."""
    with closing(filled.opened()) as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM visits")


async def test_nothing_secret_stands_in_a_view(filled: Filled) -> None:
    """No password, code, token, number, address or words of a resident, under whatever name."""
    secret = ("plain long password", "700 900123", "7700900123", "Sample Street", "k" * 32)
    with closing(filled.opened()) as connection:
        for table in TABLES:
            for row in connection.execute(f"SELECT * FROM {table.view}"):
                assert not any(piece in str(cell) for piece in secret for cell in row), table.name
        names = {column.name for table in TABLES for column in table.columns}
    assert not {"password_hash", "token_hash", "code", "number", "phone", "read_back", "address"} & (names - {"code"})
    assert [table.name for table in TABLES if "code" in {column.name for column in table.columns}] == ["home_facts"]


LONDON = ZoneInfo("Europe/London")
MOMENTS = [
    datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    for year, clocks in ((2025, ((3, 30), (10, 26))), (2026, ((3, 29), (10, 25))), (2029, ((3, 25), (10, 28))))
    for month, day in (*clocks, (1, 1), (6, 30), (12, 31), (clocks[0][0], clocks[0][1] - 1))
    for hour, minute, second in ((0, 0, 0), (0, 59, 59), (1, 0, 0), (22, 59, 59), (23, 0, 0), (23, 59, 59))
]


async def test_dates_are_londons(filled: Filled) -> None:
    """In summer a day begins at 23:00 UTC: on both sides of both clock changes, whatever day they fall on."""
    texts = [a_text(str(number), int(moment.timestamp() * 1000)) for number, moment in enumerate(MOMENTS)]
    await keep_records(filled.office, texts)
    with closing(filled.opened()) as connection:
        found = dict(connection.execute("SELECT reference,due_on FROM report_texts"))
        instants = dict(connection.execute("SELECT reference,due_at FROM report_texts"))
    for number, moment in enumerate(MOMENTS):
        assert found[str(number)] == moment.astimezone(LONDON).date().isoformat(), moment
        assert instants[str(number)] == moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def a_text(reference: str, due_at: int) -> TextRow:
    """A reminder that is due then."""
    return TextRow(
        reference=reference,
        appointment_id="A",
        patch="north",
        rule="day_before",
        starts_at=due_at,
        attempt=1,
        number="07700900123",
        template="day_before",
        personalisation="{}",
        due_at=due_at,
        last_at=due_at,
        state="waiting",
        tries=0,
        next_try_at=due_at,
        tried_at=None,
        provider_id="",
        status="",
        status_at=None,
        made_at=due_at,
        sent_at=None,
        asked_at=None,
        fault="",
    )


async def test_of_homes_and_exceptions(filled: Filled) -> None:
    """An alert by its code and dates, without its words; a note with its reason."""
    planner = Person(an_id(2), "planner2", "Planner 2", "planner", "", "")
    said = Said(code="20-50", text="Ring the side bell", starts_on=DAY, reason="They rang.", review_on="2027-05-01")
    await record_fact(filled.office, planner, "alert", "P-1", said)
    note = ExceptionNote(
        kind="not_notified",
        subject_id="A-1",
        person_id=an_id(2),
        assigned_by=an_id(3),
        assigned_at=0,
        facts=None,
        reason="",
        resolved_by="",
        resolved_at=None,
    )
    await keep_records(filled.office, [note])
    with closing(filled.opened()) as connection:
        facts = connection.execute("SELECT what,code,patch,starts_on,is_ended FROM report_home_facts").fetchall()
        whole = connection.execute("SELECT * FROM report_home_facts").fetchall()
        notes = connection.execute("SELECT kind,assigned_at,resolved_at FROM report_exception_notes").fetchall()
    assert facts == [("alert", "20-50", "north", DAY, 0)]
    assert "side bell" not in str(whole)
    assert notes == [("not_notified", "1970-01-01T00:00:00.000Z", None)]


async def test_what_facts_are_told_by(filled: Filled) -> None:
    """Outcomes as the rules have them, each on its side; the slot with its length; the policy once it is adopted."""
    await adopt_policies(filled.office, filled.office.rules.policies)
    with closing(filled.opened()) as connection:
        outcomes = {row[0]: row[1:] for row in connection.execute("SELECT * FROM report_outcomes")}
        [window] = connection.execute("SELECT * FROM report_windows")
        asked = "SELECT policy_version,in_force_from,title,clauses FROM report_policies"
        policies = {version: rest for version, *rest in connection.execute(asked)}
        [begun] = connection.execute("SELECT policy_version FROM report_visits")
        [patch] = connection.execute("SELECT * FROM report_patches")
    assert outcomes == {
        outcome: (side_of(outcome), outcome in MISSED, outcome in COMPLETED) for outcome in filled.office.rules.outcomes
    }
    assert (window, patch) == (("AM", 300, 300), ("north",))
    known = filled.office.rules.policies
    assert policies == {
        version: [policy.table["in_force_from"], policy.table["title"], len(policy.clauses)]
        for version, policy in known.items()
    }
    assert begun[0] in policies


async def test_what_residents_sent_back(filled: Filled) -> None:
    """What it was taken for, when, and who saw to it; neither their words nor their number."""
    reply = ReplyTask(
        text_id="t-1",
        appointment_id="",
        patch="north",
        number="07700900123",
        kind="cancel",
        words="Please cancel, I am in hospital.",
        received_at=0,
        state="done",
        done_at=1_000,
        done_by=an_id(2),
        reason="Rang them.",
    )
    await keep_records(filled.office, [reply])
    with closing(filled.opened()) as connection:
        [said] = connection.execute("SELECT * FROM report_replies")
    begun = "1970-01-01T00:00:0"
    assert said == ("t-1", "", "north", "cancel", f"{begun}0.000Z", "1970-01-01", "done", f"{begun}1.000Z", an_id(2))


async def test_every_key_of_a_fact_is_in_its_dimension(tmp_path: Path) -> None:
    """Over weeks of an invented landlord: whoever joins the tables loses no row."""
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    bench = await a_lived_office(tmp_path, 3, 300, 12, store)
    keys = {table.name: table.key for table in TABLES}
    joined = 0
    with closing(sqlite3.connect(f"file:{tmp_path / 'store.sqlite3'}?mode=ro", uri=True)) as connection:
        for table in TABLES:
            for column, to in table.refers.items():
                [key] = keys[to]
                held = f"SELECT {key} FROM report_{to}"
                lost = f"SELECT count(*),sum({column} IN({held})) FROM {table.view} WHERE {column}<>''"
                [(count, found)] = connection.execute(lost)
                assert (found or 0) == count, (table.name, column)
                joined += count > 0
    assert joined > 20
    await closed(bench)
    await store.close()
