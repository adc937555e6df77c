"""The audit queue: a filter kept, several visits ticked, looked at and decided."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.gallery.office import Office


def walk_queue(office: Office) -> None:
    """A filter without a name and with one; several visits: none ticked, some, with errors, decided."""
    desk = office.desk("supervisor")
    page = desk.page
    desk.sign_in()
    page.goto(f"{desk.url}/office/visits?view=all&standing=recorded")
    page.get_by_role("button", name="Save filters").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "filter without a name")
    page.locator("#filter_name").fill("Recorded in the north, with everything")
    page.get_by_role("button", name="Save filters").click()
    expect(page.locator("#saved")).to_be_visible()
    office.look(page, "list with a saved filter")
    _several(office, page, f"{desk.url}/office/visits?view=decide")
    page.context.close()


def _several(office: Office, page: Page, queue: str) -> None:
    ticked = page.get_by_role("button", name="Decide the ticked visits")
    page.goto(queue)
    ticked.click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "several, none ticked")
    page.goto(queue)
    page.locator("main table input[type=checkbox]").first.check()
    office.look(page, "one of several ticked")
    ticked.click()
    expect(page.locator("#reason")).to_be_visible()
    office.look(page, "several to decide")
    page.get_by_role("button", name="Decide 1 visit").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "several with errors")
    page.locator('input[name="decision"][value="upheld"]').check()
    page.locator("#reason").fill("Everything is there, and fits.")
    page.get_by_role("button", name="Decide 1 visit").click()
    expect(page.get_by_text("1 visit was decided")).to_be_visible()
    office.look(page, "several decided")
