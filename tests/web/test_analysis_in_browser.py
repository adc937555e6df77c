"""From a mark of a picture to the visit behind it, in a real browser, on a wide screen and on a narrow one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from doorstep.adapters.policies import load_rules
from tests.makers import DAY, RULES, Bench, an_office
from tests.web.office_in_browser import Reader, Serving


class Analysed(Serving):
    """The site where a rate is given of one appointment on: its three visits make pictures."""

    async def _office(self, folder: Path) -> Bench:
        rules = load_rules(RULES)
        least = msgspec.structs.replace(rules.wastage, least_appointments=1, least_visits=1)
        rules = msgspec.structs.replace(rules, wastage=least)
        return await an_office(folder, rules=rules)


SITE = Analysed


@pytest.mark.parametrize(("width", "form"), [(1280, "wide"), (360, "narrow")])
def test_a_mark_leads_to_its_visits(chromium: Browser, serving: Serving, width: int, form: str) -> None:
    """Pressed with a mouse, a dot leads to as many visits as it counted; one of them leads to its page."""
    reader = Reader(chromium, serving, width)
    page = reader.page
    reader.sign_in("supervisor3")
    page.goto(f"{serving.url}/office/analysis/missed?period=own&from={DAY}&to={DAY}&by=window")
    reader.check("a measure")
    row = page.locator("#groups-figures").locator("xpath=..").locator("tbody tr").first
    counted = int(row.locator("td a").first.inner_text().split(":")[0])
    chart = page.locator(f"section[aria-labelledby=groups] .ds-chart--{form}")
    expect(chart.locator(".ds-chart__image circle").last).to_be_visible()
    with page.expect_navigation():
        chart.locator(".ds-chart__links a rect").first.click()
    expect(page.locator("main tbody tr")).to_have_count(counted)
    reader.check("what is behind a number")
    link = page.locator("main tbody th a").first
    assert (link.get_attribute("href") or "").rpartition("/")[2] in serving.visits
    with page.expect_navigation():
        link.click()
    expect(page.locator("h1")).to_be_visible()
    assert page.url.rpartition("/")[2] in serving.visits
    page.context.close()


@pytest.mark.parametrize(("width", "form"), [(1280, "wide"), (360, "narrow")])
@pytest.mark.parametrize(("picture", "page_of"), [("week", "where"), ("months", "missed"), ("cost", "cost")])
def test_every_kind_of_picture_leads_to_as_many_as_it_says(
    chromium: Browser, serving: Serving, picture: str, page_of: str, width: int, form: str
) -> None:
    """A cell of the weeks, a dot of the months, a bar of the costs: pressed, each leads to what it counted."""
    reader = Reader(chromium, serving, width)
    page = reader.page
    reader.sign_in("supervisor3")
    page.goto(f"{serving.url}/office/analysis/{page_of}?period=own&from=2026-10-01&to={DAY}")
    links = page.locator(f"section[aria-labelledby={picture}] .ds-chart--{form} .ds-chart__links a")
    where = links.first.get_attribute("href") or ""
    told = page.locator(f"section[aria-labelledby={picture}] tbody a[href='{where}']").first
    # The link's name that is only heard says what the number is of.
    counted = int(told.inner_text().split(":")[0])
    assert counted > 0
    with page.expect_navigation():
        links.locator("rect").first.click()
    expect(page.locator("#which strong")).to_have_text(f"{counted:,}")
    expect(page.locator("main tbody tr")).to_have_count(counted)
    page.context.close()
