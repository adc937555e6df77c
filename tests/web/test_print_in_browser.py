"""The office's pages on paper: nothing to press, what they were asked for, whole rows, and who printed when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from doorstep.adapters.policies import load_rules
from doorstep.application.wastage.rules import WastageRules
from doorstep.application.world import Changes
from tests.browser.paper import print_of, rows_on_sheets, sheets_of
from tests.invented_facts import invent_facts
from tests.makers import DAY, RULES, Bench, an_office
from tests.web.office_in_browser import Reader, Serving

NOVEMBER = "period=own&from=2026-11-01&to=2026-11-30"
PAGES = {
    "the analysis": f"/office/analysis?{NOVEMBER}",
    "a measure": f"/office/analysis/where?by=sor&{NOVEMBER}&trade=plumber",
    "what it costs": f"/office/analysis/cost?{NOVEMBER}",
    "a scorecard": f"/office/analysis/records/card?of=Brook+%26+Daughters&{NOVEMBER}",
    "a scorecard to hand out": f"/office/analysis/records/card?of=Brook+%26+Daughters&{NOVEMBER}&handed=out",
    "visits behind a number": f"/office/analysis/missed/visits?counter=missed&by=total&{NOVEMBER}",
    "the audit list": f"/office/visits?view=missed&from={DAY}&q=Street",
    "a visit": "/office/visits/{visit_id}",
    "disputes": "/office/disputes",
}
PRESSED = "a.govuk-back-link, nav, form, button, input, select, textarea, .govuk-skip-link, header.ds-mast"


class Counted(Serving):
    """The site of a landlord with so many appointments that the figures take several sheets."""

    async def _office(self, folder: Path) -> Bench:
        return await an_office(folder, rules=msgspec.structs.replace(load_rules(RULES), wastage=WastageRules(1, 1)))

    async def _fill(self, bench: Bench) -> None:
        await super()._fill(bench)
        async with bench.office.store.unit() as unit:
            await unit.save(Changes(wastage={fact.appointment_id: fact for fact in invent_facts(5, 2_000)}))


SITE = Counted


@pytest.fixture(scope="module")
def paper(chromium: Browser, serving: Counted) -> Iterator[Page]:
    """A supervisor's page, as it is printed: A4 without its margins is 688 px wide."""
    reader = Reader(chromium, serving, 688)
    reader.sign_in("supervisor3")
    reader.page.emulate_media(media="print")
    yield reader.page
    reader.page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_paper(paper: Page, serving: Counted, name: str) -> None:
    """Nothing to press is there, nothing is wider than paper, no row is cut; it says who printed it and when."""
    path = PAGES[name].format(visit_id=serving.visits[0])
    paper.goto(f"{serving.url}{path}")
    expect(paper.locator("h1")).to_be_visible()
    # A list that can be ticked is a form whose rows are printed; whatever can be pressed or filled in is not.
    for pressed in paper.locator(PRESSED).all():
        is_list = pressed.locator("table").count()
        assert is_list or not pressed.is_visible(), pressed.evaluate("(each) => each.outerHTML.slice(0, 200)")
    wide = paper.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    [printed] = [each for each in paper.get_by_text("Printed by Supervisor 3").all() if each.is_visible()]
    assert f"Its address: {path}" in printed.inner_text()
    rows = rows_on_sheets(print_of(paper))
    assert len(rows.heads) == paper.locator("main thead tr").count()
    assert len(rows.figures) == paper.locator("main tbody tr").count()
    assert [row for row in rows.figures if len(row) > 1] == []


def test_figures_of_many_sheets_keep_their_rows_whole(paper: Page, serving: Counted) -> None:
    """Every sheet with rows has their heads again, and what the page was asked for stands above them."""
    paper.goto(f"{serving.url}{PAGES['a measure']}")
    pdf = print_of(paper)
    assert sheets_of(pdf) >= 3
    rows = rows_on_sheets(pdf)
    sheets = set.union(*rows.figures)
    assert len(sheets) >= 3
    assert set.union(*rows.heads) == sheets
    told = paper.locator("ul.ds-caption").inner_text()
    assert "1 Nov 2026" in told
    assert "30 Nov 2026" in told
    assert "plumber" in told
    assert paper.locator(".ds-chart--wide").first.is_visible()
    assert not paper.locator(".ds-chart--narrow").first.is_visible()


def test_the_audit_list_says_on_paper_what_it_was_narrowed_to(paper: Page, serving: Counted) -> None:
    """The form that shows it on the screen is not printed: its choices are, in words."""
    paper.goto(f"{serving.url}{PAGES['the audit list']}")
    said = paper.locator(".ds-queue__list .ds-print-only li").all_inner_texts()
    assert said[0] == "Address, postcode or work order: Street"
    assert len(said) == 2
    assert not paper.get_by_text("Tick").first.is_visible()
    assert paper.locator("main tbody tr").count() == int(paper.locator(".ds-lead strong").inner_text()) > 0


def test_a_list_that_goes_on_says_on_paper_how_much_of_it_is_there(paper: Page, serving: Counted) -> None:
    """The way to its next page is not printed: that there is more is said, with how many rows these are."""
    paper.goto(f"{serving.url}{PAGES['visits behind a number']}")
    rows = paper.locator("main tbody tr").count()
    assert int(paper.locator("#which strong").inner_text()) > rows
    expect(paper.get_by_text(f"The first {rows} of them are here")).to_be_visible()
