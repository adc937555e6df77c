"""The analysis as a page, a report or an export asks it: whose patch, from how many, at which rates, what is behind."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.policies import load_rules
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.audit import Audited, faults
from doorstep.application.import_appointments import import_bookings
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Person
from doorstep.application.store import Store
from doorstep.application.wastage.asking import Span, Sums
from doorstep.application.wastage.cases import hazard_cases, medians, orders_made, recovery, repeats
from doorstep.application.wastage.costs import cost_of_waste
from doorstep.application.wastage.rules import CostRates, WastageRules
from doorstep.application.wastage.shares import appointments_behind, measure
from doorstep.application.wastage.spans import Filter, Period, span_of
from doorstep.application.wastage.summarising import summarise
from doorstep.application.wastage.widths import compare_widths
from doorstep.application.world import Changes
from doorstep.application.writer import Refused
from doorstep.domain.policy import PolicyRefused
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.like_with_like import compare
from doorstep.domain.wastage.rate import median, rate_of, shown_ends, shown_percent
from tests.invented_facts import invent_facts
from tests.makers import RULES, Bench, a_booking, a_person, a_session, a_visit, an_office, closed, send

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
EVERYWHERE = Person("s", "s", "S", "supervisor", "", "")
NORTH = Person("n", "n", "N", "supervisor", "north", "")
WHOLE = Span("2020-01-01", "2030-12-31")


@pytest.fixture(params=["memory", "sqlite"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """An office over every store, with 300 invented facts and a rate that changes in November."""
    store: Store = MemoryStore() if request.param == "memory" else await SqliteStore.open(tmp_path / "store.sqlite3")
    costs = (CostRates("2026-11-05", 3_600, 500), CostRates("2026-11-12", 7_200, 1_000))
    rules = msgspec.structs.replace(load_rules(RULES), wastage=WastageRules(40, 10, costs=costs))
    made = await an_office(tmp_path, store, rules)
    await _keep(store, invent_facts(5, 300))
    yield made
    await closed(made)
    await store.close()  # type: ignore[attr-defined]


async def _keep(store: Store, facts: list[Fact]) -> None:
    async with store.unit() as unit:
        await unit.save(Changes(wastage={fact.appointment_id: fact for fact in facts}))


async def test_a_patch_sees_itself_and_nothing_else(bench: Bench) -> None:
    """Every question of somebody with a patch is of that patch, whatever else they ask for."""
    mine = await measure(bench.office, NORTH, "missed", NOVEMBER)
    asked = await measure(bench.office, EVERYWHERE, "missed", NOVEMBER, Filter(patch="north"))
    everything = await measure(bench.office, EVERYWHERE, "missed", NOVEMBER)
    assert mine.total == asked.total
    assert 0 < mine.total.count("population") < everything.total.count("population")
    for person, patch in ((NORTH, "south"), (msgspec.structs.replace(EVERYWHERE, role="operative"), "")):
        with pytest.raises(Refused) as refused:
            await measure(bench.office, person, "missed", NOVEMBER, Filter(patch=patch))
        assert refused.value.reason == "not-found"
    behind = await appointments_behind(bench.office, NORTH, "missed", "missed", NOVEMBER, limit=1_000)
    assert {fact.patch for fact in behind} == {"north"}
    assert len(behind) == mine.total.count("missed")
    homes = (await repeats(bench.office, NORTH, NOVEMBER)).found
    assert homes.missed < (await repeats(bench.office, EVERYWHERE, NOVEMBER)).found.missed
    assert (await orders_made(bench.office, NORTH, NOVEMBER)).made < 300
    cases = await hazard_cases(bench.office, NORTH, NOVEMBER)
    assert set(cases) <= {*await hazard_cases(bench.office, EVERYWHERE, NOVEMBER)} | set(cases)
    assert (await recovery(bench.office, NORTH, NOVEMBER)).total.missed == mine.total.count("missed")


async def test_of_too_few_counts_are_told_and_no_rate(bench: Bench) -> None:
    """A group below the least has its n and nothing that could be taken for a rate."""
    answer = await measure(bench.office, EVERYWHERE, "missed", NOVEMBER, Filter(), "window", "patch")
    few = [group for group in answer.groups if group.count("population") < answer.least_appointments]
    enough = [group for group in answer.groups if group.count("population") >= answer.least_appointments]
    assert few
    assert enough or answer.total.rates["missed"].is_given
    for group in few:
        rate = group.rates["missed"]
        assert (rate.value, rate.low, rate.high) == (None, None, None)
        assert rate.whole == group.count("population")
        assert (shown_percent(rate), shown_ends(rate)) == ("", ("", ""))


async def test_what_is_left_out_is_told_with_its_counts(bench: Bench) -> None:
    """Nothing vanishes: all appointments are the population, and those that were cancelled before."""
    answer = await measure(bench.office, EVERYWHERE, "missed", NOVEMBER)
    told = {aside.counter: aside for aside in answer.asides}
    assert answer.total.count("appointments") == answer.total.count("population") + told["cancelled_before"].count
    assert told["cancelled_before"].is_left_out
    assert not told["no_visit"].is_left_out
    assert min(told[name].count for name in ("cancelled_before", "no_visit", "open", "undecided")) > 0
    for name, aside in told.items():
        behind = await appointments_behind(bench.office, EVERYWHERE, "missed", name, NOVEMBER, limit=1_000)
        assert len(behind) == aside.count


async def test_costs_go_by_the_rate_of_each_day(bench: Bench) -> None:
    """A dearer hour from the 12th on does not make the days before it dearer; days before any rate are told apart."""
    parts = [(1, 4), (5, 11), (12, 30)]
    answers = [
        await cost_of_waste(bench.office, EVERYWHERE, Period(date(2026, 11, first), date(2026, 11, last)))
        for first, last in parts
    ]
    whole = await cost_of_waste(bench.office, EVERYWHERE, NOVEMBER)
    assert answers[0].outcomes == ()
    assert answers[0].unrated == whole.unrated > 0
    assert [rates.pence_per_hour for rates in whole.rates] == [3_600, 7_200]
    assert whole.missed.time_parts == answers[1].missed.time_parts + answers[2].missed.time_parts
    assert answers[1].missed.time_pence == pytest.approx(answers[1].missed.on_site_ms / 1_000, abs=0.5)
    assert answers[2].missed.rebooking_pence == 1_000 * answers[2].missed.visits
    assert whole.landlord.visits == sum(each.cost.visits for each in whole.outcomes if each.side == "landlord")
    decided = await cost_of_waste(bench.office, EVERYWHERE, NOVEMBER, is_decided=True)
    assert decided.missed.visits < whole.missed.visits


async def test_a_measure_is_told_only_by_what_it_is_told_by(bench: Bench) -> None:
    """No name from outside reaches a question: not a measure's, a dimension's, nor a counter's."""
    office = bench.office
    for attempt in (
        measure(office, EVERYWHERE, "nothing", NOVEMBER),
        measure(office, EVERYWHERE, "notice", NOVEMBER, Filter(), "operative"),
        recovery(office, EVERYWHERE, NOVEMBER, Filter(), "sor"),
        medians(office, EVERYWHERE, NOVEMBER, "height"),
        appointments_behind(office, EVERYWHERE, "missed", "planner_saved", NOVEMBER),
        measure(office, EVERYWHERE, "missed", Period(date(2026, 11, 2), date(2026, 11, 1))),
    ):
        with pytest.raises(Refused):
            await attempt


async def test_medians_and_widths(bench: Bench) -> None:
    """A median of enough; widths compared where both have enough of the same trade and priority."""
    [wait] = await medians(bench.office, EVERYWHERE, NOVEMBER, "wait")
    assert wait.count >= 10
    assert wait.median_ms is not None
    few = await medians(bench.office, EVERYWHERE, NOVEMBER, "wait", Filter(), "operative")
    assert {middle.median_ms for middle in few if middle.count < 10} == {None}
    compared = await compare_widths(bench.office, EVERYWHERE, NOVEMBER)
    assert [(each.one, each.other) for each in compared] == [
        ("up_to_4_hours", "up_to_6_hours"),
        ("up_to_4_hours", "over_6_hours"),
        ("up_to_6_hours", "over_6_hours"),
    ]


def test_like_is_compared_with_like() -> None:
    """Broad windows look worse only because roofing has them: within each trade they are the same."""
    counts = {
        ("roofer", "routine", "wide"): (90, 300),
        ("roofer", "routine", "narrow"): (30, 100),
        ("painter", "routine", "wide"): (1, 100),
        ("painter", "routine", "narrow"): (3, 300),
        ("glazier", "routine", "wide"): (9, 9),
    }
    compared = compare(counts, "narrow", "wide", 30)
    assert (compared.strata, compared.appointments, compared.left_out) == (2, 800, 9)
    assert compared.rate_of_one == compared.rate_of_other == 0.155
    assert compare(counts, "narrow", "wide", 1_000).rate_of_one is None


def test_rounding_is_of_whole_numbers() -> None:
    """A half goes up, and no float decides it: 1 of 16 is 6.25 %, which is 6.3."""
    assert shown_percent(rate_of(1, 16, 1)) == "6.3"
    assert shown_percent(rate_of(5, 8, 1), 0) == "63"
    assert shown_percent(rate_of(0, 1, 1)) == "0.0"
    assert shown_ends(rate_of(0, 1, 1))[0] == "0.0"
    assert rate_of(0, 0, 0).value is None
    assert (median([]), median([3]), median([1, 2, 4, 9])) == (None, 3.0, 3.0)


def test_published_intervals() -> None:
    """Newcombe's examples of Wilson's score (Statistics in Medicine 17, 1998, table I, method 3)."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (part, whole), ends in published.items():
        rate = rate_of(part, whole, 1)
        assert (round(rate.low or 0.0, 4), round(rate.high or 0.0, 4)) == ends


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (("least_visits = 30", "least_visit = 30"), "least_visits"),
        (("least_appointments = 200", "least_appointments = 0"), "least_appointments"),
        (('from = "2026-04-01"', 'from = "2023-04-01"'), "order"),
        (('from = "2026-04-01"', 'from = "April"'), "not a day"),
        (("pence_to_rebook = 650", "pence_to_rebook = 6.50"), "whole number"),
    ],
)
def test_wrong_rules_are_refused_by_name(tmp_path: Path, edit: tuple[str, str], fault: str) -> None:
    """Whoever edits rules/wastage.toml is told the key."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    file = folder / "wastage.toml"
    text = file.read_text(encoding="utf-8")
    assert edit[0] in text
    file.write_text(text.replace(*edit), encoding="utf-8")
    with pytest.raises(PolicyRefused, match=fault):
        load_rules(folder)
    file.unlink()
    assert load_rules(folder).wastage == WastageRules()


async def test_facts_are_the_logs_own(tmp_path: Path) -> None:
    """Written with the visit, made again by a rebuild, and an altered one is found by the audit."""
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    bench = await an_office(tmp_path, store)
    try:
        session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
        chain = await a_visit(bench, session)
        chain.whole()
        await send(bench, session, chain.bodies)
        await import_bookings(bench.office, "system", [a_booking((), "B-1")])
        fact = await store.wastage_fact(chain.appointment_id)
        assert fact is not None
        assert (fact.recorded_as, fact.visit_ids) == ("no_access_carded", chain.visit_id)
        [before] = await store.wastage_sums(Sums(WHOLE))
        assert before.count("population") == 2
        assert await summarise(bench.office) == 1
        assert await summarise(bench.office) == 0
        assert list(await store.wastage_sums(Sums(WHOLE))) == [before]
        assert [fault async for fault in faults(bench.office, Audited())] == []
        await _keep(store, [msgspec.structs.replace(fact, recorded_as="completed")])
        assert [before] != list(await store.wastage_sums(Sums(WHOLE)))
        assert "recorded_as" in " ".join([fault async for fault in faults(bench.office, Audited())])
        await rebuild(store, bench.office.rules.policies)
        assert list(await store.wastage_sums(Sums(WHOLE))) == [before]
        assert await store.wastage_fact(chain.appointment_id) == fact
    finally:
        await closed(bench)
        await store.close()


def test_a_period_has_both_its_ends() -> None:
    """What a page calls 1 to 30 November is thirty days."""
    assert NOVEMBER.days == 30
    assert span_of(NORTH, NOVEMBER, Filter(trade="plumber")) == Span(
        "2026-11-01", "2026-11-30", "north", (("trade", "plumber"),)
    )


async def test_what_changes_nothing_of_a_visit_leaves_its_day_summed(tmp_path: Path) -> None:
    """A knock at the door is no outcome: the day's sums stand, and a page need not count it anew."""
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    bench = await an_office(tmp_path, store)
    try:
        session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
        chain = await a_visit(bench, session)
        chain.start()
        chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
        await send(bench, session, chain.bodies)
        assert await summarise(bench.office) == 1
        chain.state("door_knocked", 20_000, method="knock")
        await send(bench, session, chain.bodies[2:], 3)
        assert await summarise(bench.office) == 0
        chain.state("visit_closed", 900_000, outcome="completed")
        await send(bench, session, chain.bodies[3:], 4)
        assert await summarise(bench.office) == 1
    finally:
        await closed(bench)
        await store.close()
