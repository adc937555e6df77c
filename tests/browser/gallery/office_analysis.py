"""The wastage analysis: each picture of nothing, of a few and of many, at a desk, at 400% and on paper."""

from __future__ import annotations

from playwright.sync_api import Page

from doorstep.application.office import Office as Kept
from doorstep.application.world import Changes
from tests.browser.gallery.office import Office
from tests.invented_facts import invent_facts

ALL = "period=own&from=2026-11-01&to=2026-11-30"
NONE = "period=own&from=2020-01-01&to=2020-02-29"
PAGES = {"missed": "where?by=window", "peers": "evidence?by=operative"}


def walk_analysis(office: Office) -> None:
    """What a few visits come to; then many; the visits behind a number; nothing at all; days that are none."""
    desk = office.desk("supervisor")
    page, url = desk.page, f"{desk.url}/office/analysis"
    desk.sign_in()
    page.goto(f"{url}?{ALL}")
    office.look(page, "questions with few")
    page.goto(f"{url}?period=own&from=never&to=2026-11-01")
    office.look(page, "questions with errors")
    _pictures(office, page, url, "few")
    page.goto(f"{url}/missed?{NONE}")
    office.look(page, "missed with none")
    office.landlord.do(_live)
    _pictures(office, page, url, "many")
    page.goto(f"{url}/missed?{ALL}&by=window")
    page.locator(".ds-figures tbody td a").first.click()
    page.locator("main tbody th").first.wait_for()
    office.look(page, "visits behind a number")
    page.goto(f"{url}/missed?{ALL}&by=window")
    page.emulate_media(media="print")
    office.print(page, "missed in print")
    page.context.close()


def _pictures(office: Office, page: Page, url: str, how_many: str) -> None:
    for name, path in PAGES.items():
        page.goto(f"{url}/{path}&{ALL}")
        office.look(page, f"{name} with {how_many}")


async def _live(kept: Kept) -> None:
    """So many appointments as a landlord has in a month."""
    async with kept.store.unit() as unit:
        await unit.save(Changes(wastage={fact.appointment_id: fact for fact in invent_facts(5, 4_000)}))
