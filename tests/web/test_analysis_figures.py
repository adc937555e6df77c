"""Figures of the analysis as a file: what the page shows, each line by itself enough, and no cell that a sheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.wastage.rules import WastageRules
from doorstep.application.world import Changes
from doorstep.domain.office_events import DataExported, read_office_event
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.rate import rate_of, shown_ends, shown_percent
from doorstep.web.app import WebSettings, create_app
from tests.invented_facts import invent_facts
from tests.makers import RULES, an_office, closed
from tests.web.browsing import Signed, Site

PATH = "/office/analysis"
NOVEMBER = "period=own&from=2026-11-01&to=2026-11-30"
FORMULA = '=HYPERLINK("http://x.example","Brook")'
FACTS = tuple(
    msgspec.structs.replace(fact, contractor=FORMULA if fact.contractor == "Otley Roofing" else fact.contractor)
    for fact in invent_facts(5, 600)
)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """An office with 600 invented appointments, one contractor of which has a name that a spreadsheet would run."""
    rules = msgspec.structs.replace(load_rules(RULES), wastage=WastageRules(40, 30))
    bench = await an_office(tmp_path, rules=rules)
    async with bench.office.store.unit() as unit:
        await unit.save(Changes(wastage={fact.appointment_id: fact for fact in FACTS}))
    (tmp_path / "assets").mkdir()
    settings = WebSettings(False, tmp_path / "phone", tmp_path / "assets", logs_requests=False)
    made = Site(bench, create_app(settings, bench.office, bench.looker), [], tmp_path)
    yield made
    for client in made.clients:
        await client.aclose()
    await closed(bench)


async def _lines(signed: Signed, path: str) -> list[dict[str, str]]:
    answer = await signed.http.get(f"{PATH}/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment; ")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def _of(contractor: str) -> list[Fact]:
    return [fact for fact in FACTS if fact.contractor == contractor and not fact.is_cancelled_before]


async def test_a_line_says_all_that_its_page_does(site: Site) -> None:
    """Question, period, n, value, interval, meaning, and what is left out: from the facts themselves."""
    signed = await site.signed(1, "auditor")
    lines = await _lines(signed, f"records/figures.csv?by=contractor&{NOVEMBER}")
    [line] = [
        each for each in lines if (each["Row"], each["Figure"]) == ("Brook & Daughters", "Complete the first time")
    ]
    records = [fact for fact in _of("Brook & Daughters") if fact.is_put_to_audit]
    rate = rate_of(sum(fact.is_complete_first_time for fact in records), len(records), 30)
    assert (line["Counted"], line["Of (n)"]) == (str(rate.part), str(rate.whole))
    assert (line["Value"], line["Unit"], line["Given or held back"]) == (shown_percent(rate), "%", "given")
    assert (line["95% interval from"], line["95% interval to"]) == shown_ends(rate)
    assert (line["First day"], line["Last day"]) == ("2026-11-01", "2026-11-30")
    assert line["Question"] == "How good are the contractors' records?"
    assert "never a finding" in line["What it cannot say"]
    off = sum(fact.is_cancelled_before for fact in FACTS)
    assert f"Cancelled before the slot: left out: {off}" in line["Left out, or told apart"]


async def test_what_is_too_few_is_held_back(site: Site) -> None:
    """Its counts stand there, and no value that somebody could put into a chart."""
    signed = await site.signed(1, "auditor")
    lines = await _lines(signed, "missed/figures.csv?period=own&from=2026-11-02&to=2026-11-02")
    assert lines
    assert {each["Given or held back"] for each in lines if each["Section"] == "All together"} == {"held back: too few"}
    assert all(each["Value"] == "" and each["Of (n)"] for each in lines if each["Section"] == "All together")


async def test_no_cell_is_a_formula(site: Site) -> None:
    """A contractor's name comes with an apostrophe before it, as in exports."""
    signed = await site.signed(1, "auditor")
    text = (await signed.http.get(f"{PATH}/records/figures.csv?by=contractor&{NOVEMBER}")).text
    rows = [each["Row"] for each in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]
    assert f"'{FORMULA}" in rows
    assert FORMULA not in rows


async def test_a_contractors_card_as_a_file_names_nobody_else(site: Site) -> None:
    """Its own figures with the others' together; of a grade those in which that check was graded are the whole."""
    signed = await site.signed(1, "supervisor")
    lines = await _lines(signed, f"records/card/figures.csv?of=Brook+%26+Daughters&{NOVEMBER}")
    assert not any(FORMULA in value or "Our own teams" in value for each in lines for value in each.values())
    graded = [fact for fact in _of("Brook & Daughters") if "knocked=" in fact.grades]
    proven = [fact for fact in graded if "knocked=proven" in fact.grades.split()]
    mine = [
        each
        for each in lines
        if (each["Section"], each["Figure"]) == ("Grades of each check", "This contractor")
        and each["Row"] == "Knocked twice: Proven"
    ]
    assert [(each["Counted"], each["Of (n)"]) for each in mine] == [(str(len(proven)), str(len(graded)))]
    others = [fact for fact in FACTS if fact.contractor != "Brook & Daughters" and not fact.is_cancelled_before]
    [sent] = [
        each
        for each in lines
        if (each["Row"], each["Figure"]) == ("Came over a day after the door", "All others together")
    ]
    days = [fact.came_after_ms for fact in others if fact.came_after_ms is not None]
    assert (sent["Counted"], sent["Of (n)"]) == (str(sum(ms > 86_400_000 for ms in days)), str(len(days)))


async def test_that_figures_left_is_in_the_log(site: Site) -> None:
    """Who took them, of which measure, and of which patch; nothing leaves for days that are none."""
    signed = await site.signed(1, "supervisor", "north")
    await _lines(signed, f"cost/figures.csv?{NOVEMBER}")
    entries = await site.bench.office.store.entries(0, 1_000)
    events = [read_office_event(entry.body) for entry in entries if b"data_exported" in entry.body]
    [taken] = [event for event in events if isinstance(event, DataExported)]
    assert (taken.table, taken.patch) == ("analysis/cost", "north")
    wrong = await signed.http.get(f"{PATH}/missed/figures.csv?period=own&from=never&to=2026-11-01")
    assert wrong.status_code == 422


async def test_a_patch_takes_its_own_alone(site: Site) -> None:
    """Whoever has a patch gets no other's figures, on a card neither."""
    signed = await site.signed(1, "supervisor", "north")
    for path in ("missed/figures.csv", "records/card", "records/card/figures.csv"):
        assert (await signed.http.get(f"{PATH}/{path}?{NOVEMBER}&patch=south")).status_code == 404
    lines = await _lines(signed, f"records/figures.csv?by=total&{NOVEMBER}")
    north = [fact for fact in FACTS if fact.patch == "north" and fact.is_put_to_audit and not fact.is_cancelled_before]
    [line] = [each for each in lines if each["Figure"] == "Complete the first time"]
    assert line["Of (n)"] == str(len(north))
