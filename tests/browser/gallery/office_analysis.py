"""The wastage analysis: each picture of nothing, of a few and of many, at a desk, at 400%, in Welsh and on paper."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from doorstep.application.office import Office as Kept
from doorstep.application.world import Changes
from tests.browser.gallery.office import Office
from tests.invented_facts import invent_facts

NOVEMBER = "period=own&from=2026-11-01&to=2026-11-30"
TWO_MONTHS = "period=own&from=2026-10-01&to=2026-11-30"
NONE = "period=own&from=2020-01-01&to=2020-02-29"
PAGES = {
    "where": f"where?by=window&{TWO_MONTHS}",
    "records": f"evidence?by=contractor&{NOVEMBER}",
    "contractors": f"records?by=contractor&{NOVEMBER}",
    "a scorecard": f"records/card?of=Brook+%26+Daughters&{NOVEMBER}",
    "cost": f"cost?{NOVEMBER}",
    "widths": f"widths?{NOVEMBER}",
    "homes": f"repeats?{NOVEMBER}",
    "hazards": f"hazards?{NOVEMBER}",
}
"""Between them they have every picture: dots, weekdays, months, costs."""


def walk_analysis(office: Office) -> None:
    """What a few visits come to; then many; the visits behind a number; nothing at all; days that are none."""
    desk = office.desk("supervisor")
    page, url = desk.page, f"{desk.url}/office/analysis"
    desk.sign_in()
    page.goto(f"{url}?{NOVEMBER}")
    office.look(page, "questions with few")
    page.goto(f"{url}?period=own&from=never&to=2026-11-01")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "questions with errors")
    _pictures(office, page, url, "few", {name: PAGES[name] for name in ("where", "a scorecard")})
    page.goto(f"{url}/where?{NONE}")
    office.look(page, "where with none")
    office.landlord.do(_live)
    _pictures(office, page, url, "many", PAGES)
    page.goto(f"{url}/{PAGES['where']}")
    page.locator(".ds-figures tbody td a").first.click()
    expect(page.locator("#which")).to_be_visible()
    office.look(page, "visits behind a number")
    page.get_by_role("button", name="Cymraeg").click()
    _pictures(office, page, url, "many, in Welsh", {"cost": PAGES["cost"]})
    page.goto(f"{url}/{PAGES['where']}")
    page.emulate_media(media="print")
    office.print(page, "where in print")
    page.goto(f"{url}/{PAGES['a scorecard']}&handed=out")
    office.print(page, "a scorecard to hand out")
    page.context.close()


def _pictures(office: Office, page: Page, url: str, how_many: str, pages: dict[str, str]) -> None:
    for name, path in pages.items():
        page.goto(f"{url}/{path}")
        office.look(page, f"{name} with {how_many}")


async def _live(kept: Kept) -> None:
    """So many appointments as a landlord has in a month."""
    async with kept.store.unit() as unit:
        await unit.save(Changes(wastage={fact.appointment_id: fact for fact in invent_facts(5, 9_000)}))
