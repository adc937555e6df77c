"""The office's pages of homes and of reviews: found, empty, with alerts of every standing, each form and its errors."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.gallery.office import Office

WHY = "Told us on the telephone"


def walk_homes(office: Office) -> None:
    """From the search to the end of an alert, and the reviews that became due; then as a supervisor reads it."""
    desk = office.desk("planner")
    page = desk.page
    desk.sign_in()
    page.goto(f"{desk.url}/office/reviews")
    office.look(page, "no reviews")
    page.goto(f"{desk.url}/office/homes")
    office.look(page, "homes")
    page.get_by_role("button", name="Find homes").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "homes with an error")
    _find(page, "nowhere that is")
    office.look(page, "no home found")
    _find(page, "a")
    office.look(page, "homes found")
    page.locator("main table a").first.click()
    expect(page.get_by_role("heading", name="In force now")).to_be_visible()
    office.look(page, "home with nothing")
    home = page.url
    _record(office, page)
    page.goto(f"{desk.url}/office/reviews")
    office.look(page, "reviews")
    page.goto(home)
    page.get_by_role("link", name="Still right").first.click()
    office.look(page, "review of an alert")
    page.locator("#reason").fill(WHY)
    page.get_by_role("button", name="It is still right").click()
    page.locator('a[href$="/end"]').filter(has_text="Use the side door").click()
    office.look(page, "end of a request")
    page.get_by_role("button", name="End it now").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "end without a reason")
    page.locator("#reason").fill("They moved out")
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_role("heading", name="Ended")).to_be_visible()
    office.look(page, "home with alerts")
    page.context.close()
    _supervisor(office, home)


def _find(page: Page, words: str) -> None:
    page.locator("#q").fill(words)
    page.get_by_role("button", name="Find homes").click()
    expect(page.locator("#found")).to_be_visible()


def _record(office: Office, page: Page) -> None:
    """An alert, after its errors; one for later; a request."""
    home = page.url
    page.get_by_role("button", name="Add an alert").click()
    office.look(page, "new alert")
    page.locator("#ends_on").fill("2026-11-01")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "new alert with errors")
    for text, starts_on, review_on in (
        ("Walks with a frame. Give time at the door.", "2026-11-17", "2026-11-17"),
        ("Uses a wheelchair after the operation", "2026-12-01", "2026-12-10"),
    ):
        page.goto(f"{home}/new/alert")
        page.locator("#code").select_option("20-40")
        page.locator("#text").fill(text)
        page.locator("#starts_on").fill(starts_on)
        page.locator("#review_on").fill(review_on)
        page.locator("#reason").fill(WHY)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="In force now")).to_be_visible()
    page.get_by_role("button", name="Add a request").click()
    office.look(page, "new request")
    page.locator("#text").fill("Use the side door")
    page.locator("#reason").fill(WHY)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="In force now")).to_be_visible()
    page.goto(f"{page.url.partition('#')[0]}")
    page.get_by_role("link", name="Change").first.click()
    office.look(page, "changing an alert")


def _supervisor(office: Office, home: str) -> None:
    desk = office.desk("supervisor")
    desk.sign_in()
    desk.page.goto(home)
    office.look(desk.page, "home as a supervisor reads it")
    desk.page.goto(f"{desk.url}/office/reviews")
    office.look(desk.page, "reviews as a supervisor reads them")
    desk.page.context.close()
