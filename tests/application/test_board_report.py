"""The board's report: the analysis' own figures, of months that are over, in editions that are never changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.policies import load_rules
from doorstep.adapters.report_shelf import ReportShelf
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.board_report.editions import (
    Edition,
    Issue,
    Press,
    editions,
    make_edition,
    read_file,
    shelf_name,
)
from doorstep.application.board_report.figures import AuditNote, MonthPart
from doorstep.application.board_report.gathering import BOARD, gather_month
from doorstep.application.board_report.months import bounds_ms, month_named, month_of, months_back, named
from doorstep.application.board_report.schedule import make_due
from doorstep.application.board_report.taking_out import find_edition, take_file
from doorstep.application.log_event import log_event
from doorstep.application.london import LONDON
from doorstep.application.ports import Rules
from doorstep.application.store import Store
from doorstep.application.wastage.cases import hazard_cases, orders_made, recovery, repeats
from doorstep.application.wastage.costs import cost_of_waste
from doorstep.application.wastage.rules import CostRates, WastageRules
from doorstep.application.wastage.shares import measure
from doorstep.application.wastage.spans import Period
from doorstep.application.world import Changes, Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.office_events import SYSTEM, BodiesErased, DataExported, ReportIssued, read_office_event
from doorstep.domain.wastage.fact import Fact
from tests.invented_facts import invent_facts
from tests.makers import RULES, Bench, a_person, an_office, closed

TODAY = date(2026, 11, 23)
OCTOBER = month_of(date(2026, 10, 5))
FIRST = date(2026, 9, 1)


class NoNotes:
    """A data folder that was never audited."""

    def last(self) -> AuditNote | None:
        return None


class PlainPrinter:
    """Prints an issue as its own figures."""

    def print(self, rules: Rules, issue: Issue) -> Mapping[str, bytes]:
        return {"en.html": msgspec.json.encode(issue), "en.pdf": str(issue.edition).encode()}


class FullShelf(ReportShelf):
    """A disk that is full when the second file comes."""

    kept = 0

    def keep(self, name: str, content: bytes) -> None:
        self.kept += 1
        if self.kept > 1:
            raise OSError(28, "No space left on device")
        super().keep(name, content)


@pytest.fixture(params=["memory", "sqlite"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """An office over every store, with 600 invented facts from September on."""
    store: Store = MemoryStore() if request.param == "memory" else await SqliteStore.open(tmp_path / "store.sqlite3")
    costs = (CostRates("2024-04-01", 3_600, 500), CostRates("2026-10-12", 7_200, 1_000))
    rules = msgspec.structs.replace(load_rules(RULES), wastage=WastageRules(40, 10, costs=costs))
    made = await an_office(tmp_path, store, rules)
    await keep(store, invent_facts(5, 600, 80, first=FIRST))
    yield made
    await closed(made)
    await store.close()  # type: ignore[attr-defined]


@pytest.fixture
def press(tmp_path: Path) -> Press:
    """A press with a shelf of its own; a report is due on the 5th at six."""
    return Press(PlainPrinter(), ReportShelf(tmp_path / "reports"), NoNotes(), 5, 6)


async def keep(store: Store, facts: list[Fact]) -> None:
    async with store.unit() as unit:
        await unit.save(Changes(wastage={fact.appointment_id: fact for fact in facts}))


def at(text: str) -> int:
    """A London wall clock as ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp() * 1000)


async def test_its_figures_are_those_of_the_analysis(bench: Bench) -> None:
    """Nothing is reckoned twice: each share, cost and case of the three months is what its page answers."""
    figures = await gather_month(bench.office, OCTOBER, NoNotes())
    months = (OCTOBER, months_back(OCTOBER, 1), months_back(OCTOBER, 12))
    for part, month in zip((figures.now, figures.before, figures.year_before), months, strict=True):
        assert part.month == named(month)
        await _same_as_pages(bench, part, month)
    assert len([each for each in figures.now.measures if each.asides]) > 5
    assert sum(dot.missed.whole for dot in figures.trend) > figures.now.population
    assert figures.trend[-1].missed == figures.now.rate("missed", "missed")
    cases = await hazard_cases(bench.office, BOARD, OCTOBER, limit=10_000)
    assert figures.hazards.cases == len(cases) > 0
    assert figures.hazards.attended == sum(case.is_attended for case in cases)


async def _same_as_pages(bench: Bench, part: MonthPart, month: Period) -> None:
    office = bench.office
    for each in part.measures:
        if each.name in ("orders", "repeats", "recovery"):
            continue
        answer = await measure(office, BOARD, each.name, month)
        assert {share.share: share.rate for share in each.shares} == answer.total.rates
        assert each.asides == answer.asides
    assert part.rate("orders", "made") == (await orders_made(office, BOARD, month)).rate
    assert part.rate("repeats", "several") == (await repeats(office, BOARD, month)).share
    assert part.rate("recovery", "completed") == (await recovery(office, BOARD, month)).total.completed
    cost = await cost_of_waste(office, BOARD, month)
    assert (part.cost.missed.total_pence, part.cost.landlord.total_pence) == (
        cost.missed.total_pence,
        cost.landlord.total_pence,
    )
    assert part.cost.rates == cost.rates
    assert len(part.cost.lines) == len(cost.outcomes)


async def test_groups_that_are_too_small_are_not_named(bench: Bench) -> None:
    """What somebody typed into one row, a name or a number, stands in no report: only groups with a rate are named."""
    odd = [
        msgspec.structs.replace(fact, window="Ring Ann on 07700 900123")
        for fact in invent_facts(6, 3, 1, first=OCTOBER.first)
    ]
    await keep(bench.office.store, [msgspec.structs.replace(f, appointment_id=f"odd-{n}") for n, f in enumerate(odd)])
    figures = await gather_month(bench.office, OCTOBER, NoNotes())
    by_window = next(each for each in figures.groups if each.dimension == "window")
    assert by_window.rows
    assert all(row.rate.is_given for row in by_window.rows)
    assert by_window.small >= 1
    assert sum(row.rate.whole for row in by_window.rows) + by_window.small_whole == figures.now.population
    assert b"07700" not in msgspec.json.encode(figures)


async def test_a_month_without_any_visit_is_told(bench: Bench) -> None:
    """Nothing is a figure too: no rate, no cost, and no fault."""
    figures = await gather_month(bench.office, month_of(date(2020, 2, 1)), NoNotes())
    assert figures.now.population == figures.now.cost.missed.total_pence == 0
    assert not any(share.rate.is_given for each in figures.now.measures for share in each.shares)
    assert figures.record.policies == ()


async def test_what_was_erased_in_the_month_is_counted(bench: Bench) -> None:
    """Erasures of London's month, and of no other, however close to its ends."""

    class Erase:
        def __init__(self, ms: int, positions: list[int]) -> None:
            self.ms, self.positions = ms, positions

        def needs(self) -> Needs:
            return Needs()

        def apply(self, world: World) -> None:
            _, entry = log_event(world, BodiesErased, SYSTEM, self.ms, positions=self.positions, reason="over")
            world.changes.erased |= dict.fromkeys(self.positions, entry.position)

    bench.clock.ms = at("2026-09-01T00:00")
    for _ in range(4):
        await take_note(bench)
    for text, positions in (
        ("2026-09-30T23:59", [1]),
        ("2026-10-01T00:00", [2]),
        ("2026-10-31T23:59", [3]),
        ("2026-11-01T00:00", [4]),
    ):
        await bench.office.writer.submit(Erase(at(text), positions))
    record = (await gather_month(bench.office, OCTOBER, NoNotes())).record
    assert (record.erased, record.erasures) == (2, 2)


@pytest.mark.parametrize("asked", ["2026-11", "2027-01"])
def test_a_month_that_is_not_over_is_refused_with_words(asked: str) -> None:
    """Half a month's figures would be taken for a month's."""
    with pytest.raises(Refused, match=f"{asked} is not over yet: its report can be made from") as refused:
        month_named(asked, TODAY)
    assert refused.value.reason == "invalid"


@pytest.mark.parametrize("asked", ["", "2026", "2026-13", "26-10", "2026-1", "2026-10-01", "../../x", "２０２６-10"])
def test_what_is_no_month_is_refused(asked: str) -> None:
    """And becomes no file's name."""
    with pytest.raises(Refused, match="YEAR-MONTH"):
        month_named(asked, TODAY)


def test_months_are_londons() -> None:
    """A month in which the clocks change has an hour more or less, and begins and ends at London's midnight."""
    hours = {
        name: (bounds_ms(month_named(name, TODAY))[1] - bounds_ms(month_named(name, TODAY))[0]) / 3_600_000
        for name in ("2026-03", "2026-06", "2026-10")
    }
    assert hours == {"2026-03": 31 * 24 - 1, "2026-06": 30 * 24, "2026-10": 31 * 24 + 1}
    assert bounds_ms(month_named("2026-10", TODAY))[0] == at("2026-10-01T00:00")
    assert named(months_back(month_named("2026-01", TODAY), 1)) == "2025-12"
    assert months_back(month_named("2026-02", TODAY), 0).last == date(2026, 2, 28)


async def test_a_second_edition_says_what_differs_and_leaves_the_first(bench: Bench, press: Press) -> None:
    """Three visits come late: the first edition's bytes stay, the second says what changed, and of which log it is."""
    office = bench.office
    first = await make_edition(office, press, "2026-10", SYSTEM)
    before = read_file(press, first, "en.html")
    drawn = invent_facts(7, 3, 1, first=OCTOBER.first)
    missed = {"is_cancelled_before": False, "recorded_as": "no_access_carded"}
    late = [msgspec.structs.replace(fact, appointment_id=f"late-{n}", **missed) for n, fact in enumerate(drawn)]
    await keep(office.store, late)
    second = await make_edition(office, press, "2026-10", "somebody", 2)
    issue = msgspec.json.decode(read_file(press, second, "en.html"), type=Issue)
    assert issue.against is not None
    assert (issue.against.edition, issue.against.came) == (1, 3)
    assert issue.against.added == second.tree_size - first.tree_size > 0
    [found] = [each for each in issue.against.differences if (each.measure, each.share) == ("missed", "missed")]
    assert (found.now.part - found.was.part, found.now.whole - found.was.whole) == (3, 3)
    assert read_file(press, first, "en.html") == before
    assert [(each.month, each.edition) for each in await editions(office)] == [("2026-10", 2), ("2026-10", 1)]
    third = await make_edition(office, press, "2026-10", "somebody", 3)
    again = msgspec.json.decode(read_file(press, third, "en.html"), type=Issue)
    assert again.against is not None
    assert again.against.is_same


async def test_an_edition_is_made_once(bench: Bench, press: Press) -> None:
    """Asked for again it is the one that there is; one that does not follow the last is refused."""
    first = await make_edition(bench.office, press, "2026-10", SYSTEM)
    bench.clock.ms += 60_000
    assert await make_edition(bench.office, press, "2026-10", "another") == first
    with pytest.raises(Refused, match="Another edition"):
        await make_edition(bench.office, press, "2026-10", SYSTEM, 3)
    assert len(await _issued(bench)) == 1


async def test_the_log_tells_of_it_with_its_hashes(bench: Bench, press: Press) -> None:
    """Whoever holds a file can find it in a log that nobody can rewrite unseen."""
    made = await make_edition(bench.office, press, "2026-10", SYSTEM)
    [event] = await _issued(bench)
    assert event.files == made.hashes
    assert (event.month, event.edition, event.tree_size, event.root) == ("2026-10", 1, made.tree_size, made.root)
    assert made.root == (await bench.office.store.root_at(made.tree_size)).hex()
    [entry] = await bench.office.store.entries(made.position - 1, 1)
    assert entry.kind == "report_issued"


async def _issued(bench: Bench) -> list[ReportIssued]:
    read = [read_office_event(entry.body) for entry in await bench.office.store.entries(0, 1_000) if entry.actor_id]
    return [event for event in read if isinstance(event, ReportIssued)]


async def test_files_are_private_and_one_that_was_changed_is_not_given(
    bench: Bench, press: Press, tmp_path: Path
) -> None:
    """What is on the shelf is for its owner's eyes; another's bytes under its name are refused."""
    made = await make_edition(bench.office, press, "2026-10", SYSTEM)
    folder = tmp_path / "reports"
    assert folder.stat().st_mode & 0o777 == 0o700
    files = sorted(folder.iterdir())
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert sorted(file.name for file in files) == sorted(shelf_name(made, form) for form in made.hashes)
    (folder / shelf_name(made, "en.pdf")).write_bytes(b"another")
    with pytest.raises(Refused, match="not the one that was made"):
        read_file(press, made, "en.pdf")
    (folder / shelf_name(made, "en.pdf")).unlink()
    with pytest.raises(Refused, match="gone"):
        read_file(press, made, "en.pdf")


async def test_a_full_disk_leaves_no_edition(bench: Bench, press: Press, tmp_path: Path) -> None:
    """Half a report is none: nothing is told in the log, and the next time it is made whole."""
    full = msgspec.structs.replace(press, shelf=FullShelf(tmp_path / "reports"))
    with pytest.raises(OSError, match="No space"):
        await make_edition(bench.office, full, "2026-10", SYSTEM)
    assert await editions(bench.office) == []
    assert await _issued(bench) == []
    assert (await make_edition(bench.office, press, "2026-10", SYSTEM)).edition == 1
    assert not list((tmp_path / "reports").glob("*.part"))


async def test_it_is_made_by_itself_once_from_its_hour_on(bench: Bench, press: Press) -> None:
    """On the 5th at six in London, not a minute before; and never again for that month."""
    bench.clock.ms = at("2026-09-20T12:00")
    await a_person(bench, 1, "auditor")
    await take_note(bench)
    for text, is_made in (
        ("2026-11-05T05:59", False),
        ("2026-11-05T06:00", True),
        ("2026-11-05T06:01", False),
        ("2026-11-30T23:59", False),
        ("2026-12-01T09:00", False),
        ("2026-12-07T00:30", True),
        ("2026-12-07T06:30", False),
    ):
        bench.clock.ms = at(text)
        assert await make_due(bench.office, press) is is_made, text
    assert [each.month for each in await editions(bench.office)] == ["2026-11", "2026-10"]
    off = msgspec.structs.replace(press, day=0)
    bench.clock.ms = at("2027-01-20T09:00")
    assert not await make_due(bench.office, off)


async def test_a_month_before_the_log_began_has_none_by_itself(bench: Bench, press: Press) -> None:
    """A landlord who begins in November has no report of October, unless somebody asks for it."""
    bench.clock.ms = at("2026-11-20T12:00")
    await take_note(bench)
    assert not await make_due(bench.office, press)
    assert (await make_edition(bench.office, press, "2026-10", SYSTEM)).month == "2026-10"


async def take_note(bench: Bench) -> None:
    """Something for the log to begin with, at the clock's time."""

    class Note:
        def needs(self) -> Needs:
            return Needs()

        def apply(self, world: World) -> None:
            log_event(world, DataExported, SYSTEM, bench.clock.ms, table="visits", patch="")

    await bench.office.writer.submit(Note())


async def test_who_may_have_it_and_that_it_left_is_logged(bench: Bench, press: Press) -> None:
    """It is of every patch: a supervisor of one has none of it. Whatever is taken is in the log before it goes."""
    made = await make_edition(bench.office, press, "2026-10", SYSTEM)
    office = bench.office
    for number, role, patch in (
        (1, "supervisor", "north"),
        (2, "planner", ""),
        (3, "operative", ""),
        (4, "auditor", "n"),
    ):
        person = await a_person(bench, number, role, patch)
        with pytest.raises(Refused) as refused:
            await find_edition(office, person, "2026-10", 1)
        assert refused.value.reason == "not-found"
    for number, role in ((5, "supervisor"), (6, "auditor"), (7, "admin")):
        person = await a_person(bench, number, role, "")
        held: Edition = await find_edition(office, person, "2026-10", 1)
        assert held == made
        await take_file(office, press, person, held, "en.pdf")
        entries = await office.store.entries(0, 1_000)
        begun = read_office_event(entries[-2].body)
        assert isinstance(begun, DataExported)
        assert (begun.table, begun.actor_id) == ("report-2026-10-1.en.pdf", person.person_id)
        assert entries[-1].kind == "data_export_ended"
