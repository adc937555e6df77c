"""The office's pages of replays: a draft in a form, with errors; waiting, stopped, done, on paper; the visits."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.gallery.office import Office

FIRST, LAST = "2020-01-01", "2030-12-31"


def walk_replay(office: Office) -> None:
    """A supervisor's drafts: one that is wrong, one that waits and is stopped, one that would refuse visits."""
    desk = office.desk("supervisor")
    page = desk.page
    desk.sign_in()
    page.goto(f"{desk.url}/office/replay")
    office.look(page, "replay's form")
    page.locator("#waited-minutes").fill("some")
    page.locator("#from").fill("")
    _begin(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "replay's form with errors")
    _asked(page, desk.url)
    replays = office.landlord.replays
    office.landlord.do(lambda _: _hold(replays))
    _begin(page)
    expect(page.get_by_role("button", name="Stop it")).to_be_visible()
    office.look(page, "replay that waits")
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("It ended early", exact=False)).to_be_visible()
    office.look(page, "replay that was stopped")
    office.landlord.do(lambda _: _let_go(replays))
    _asked(page, desk.url)
    office.look(page, "replay's form with one before")
    _begin(page)
    _until_done(page)
    office.look(page, "replay that is done")
    office.print(page, "replay on paper")
    page.locator("main table a").first.click()
    expect(page.locator("main table a").first).to_be_visible()
    office.look(page, "visits that a draft would refuse")
    page.context.close()


async def _hold(replays: Any) -> None:
    await replays.turn.acquire()


async def _let_go(replays: Any) -> None:
    replays.turn.release()


def _asked(page: Page, url: str) -> None:
    page.goto(f"{url}/office/replay")
    page.locator("#from").fill(FIRST)
    page.locator("#to").fill(LAST)
    page.locator("#waited-minutes").fill("40")
    page.locator("#card_photo-off").check()


def _begin(page: Page) -> None:
    page.get_by_role("button", name="Judge the visits").click()


def _until_done(page: Page) -> None:
    """Look again as a person does, until it is done."""
    expect(page.get_by_role("heading", level=1)).to_have_text("What the draft would have changed")
    while page.get_by_role("link", name="See how far it is now").count():
        page.get_by_role("link", name="See how far it is now").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What the draft would have changed")
