"""From a mark of a picture to the visit behind it, in a real browser, on a wide screen and on a narrow one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from doorstep.adapters.policies import load_rules
from doorstep.application.wastage.rules import WastageRules
from tests.makers import DAY, RULES, Bench, an_office
from tests.web.office_in_browser import Reader, Serving


class Analysed(Serving):
    """The site where a rate is given of one appointment on: its three visits make pictures."""

    async def _office(self, folder: Path) -> Bench:
        rules = msgspec.structs.replace(load_rules(RULES), wastage=WastageRules(1, 1))
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
