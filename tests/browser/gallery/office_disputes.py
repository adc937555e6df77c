"""The resident's pages, from the card to the answer; and what a supervisor sees of a dispute meanwhile."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from doorstep.application.office import Office as Kept
from doorstep.domain.chain import body_hash, card_code
from tests.browser.chromium import office_context
from tests.browser.gallery.office import Office

POSTCODE = "ZZ1 2AB"
LONG = "I was in the kitchen from eight till one. " * 3


def walk_disputes(office: Office) -> None:
    """A card looked up, wrongly and rightly; a dispute and its answer; times; and the list, empty and not."""
    supervisor = office.desk("supervisor")
    supervisor.sign_in()
    supervisor.page.goto(f"{supervisor.url}/office/disputes")
    office.look(supervisor.page, "disputes with none")
    page = office.browser.new_context(**office_context()).new_page()
    office.opened(page)
    for path in ("/r/cy", "/r"):
        page.goto(f"{office.landlord.url}{path}")
        office.look(page, f"card at {path}")
    _looked_up(office, page)
    _disputed(office, page)
    desk = supervisor.page
    desk.goto(f"{supervisor.url}/office/disputes")
    office.look(desk, "disputes with one")
    desk.locator("main table a").click()
    expect(desk.locator("#answer")).to_be_visible()
    office.look(desk, "visit that is disputed")
    desk.locator("#answer").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(desk.locator(".govuk-error-summary")).to_be_visible()
    office.look(desk, "answer with errors")
    desk.locator("#answer").fill("We are sorry. The bell is broken, and we shall knock.")
    desk.locator("#answer").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(desk.locator("#answer")).to_have_count(0)
    office.look(desk, "visit that was answered")
    desk.goto(f"{supervisor.url}/office/disputes")
    office.look(desk, "disputes answered")
    desk.context.close()
    _answered(office, page)


def _looked_up(office: Office, page: Page) -> None:
    page.locator("main button").click()
    expect(page.locator(".wrong")).to_be_visible()
    office.look(page, "card with errors")
    page.locator("#reference").fill("33333")
    page.locator("#postcode").fill(POSTCODE)
    page.locator("main button").click()
    expect(page.locator(".wrong")).to_be_visible()
    office.look(page, "card that is not there")
    page.locator("#reference").fill(office.landlord.do(lambda kept: _code(kept, office.visits["recorded"])))
    page.locator("main button").click()
    expect(page.locator("dl")).to_be_visible()
    office.look(page, "visit of a card")


def _disputed(office: Office, page: Page) -> None:
    page.locator("#says_was_in").check()
    page.locator("#words").fill(LONG)
    page.locator("#says").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(page.locator("main .code")).to_be_visible()
    office.look(page, "dispute told")
    page.locator("main button").click()
    expect(page.locator(".said")).to_be_visible()
    office.look(page, "visit of a card under dispute")
    page.locator("#days").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(page.locator(".wrong")).to_be_visible()
    office.look(page, "times with errors")
    page.locator("#day_tue").check()
    page.locator("#days").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(page.locator("main .code")).to_be_visible()
    office.look(page, "times told")


def _answered(office: Office, page: Page) -> None:
    page.locator("main button").click()
    expect(page.locator("blockquote")).to_be_visible()
    office.look(page, "visit of a card, answered")
    page.context.close()


async def _code(office: Kept, visit_id: str) -> str:
    """What is written on the card of a visit."""
    arrived = [entry for entry in await office.store.visit_entries(visit_id) if entry.kind == "arrived"]
    return card_code(body_hash(arrived[0].body))
