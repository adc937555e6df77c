"""The office's pages of the board's reports: none, a month at fault, one made, another edition, the report itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.gallery.office import Office


def walk_reports(office: Office) -> None:
    """An auditor asks for the month before this one, twice, and reads what was made, on a screen and on paper."""
    desk = office.desk("auditor")
    page = desk.page
    desk.sign_in()
    page.goto(f"{desk.url}/office/reports")
    office.look(page, "reports with none")
    page.get_by_role("button", name="Make the report").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "reports with a month at fault")
    for edition in (1, 2):
        page.locator("#month").fill(_month_that_is_over())
        page.get_by_role("button", name="Make the report").click()
        expect(page.get_by_role("status")).to_contain_text(f"edition {edition}.")
    office.look(page, "reports that were made")
    page.get_by_role("link", name="edition 2, as a page").click()
    expect(page.locator("#answers")).to_be_visible()
    office.look(page, "report")
    page.emulate_media(media="print")
    office.print(page, "report on paper")
    page.context.close()


def _month_that_is_over() -> str:
    """Two months ago, whatever the hour: no month that has just ended in one place and not in another."""
    first = datetime.now(UTC).date().replace(day=1)
    return f"{((first - timedelta(days=1)).replace(day=1) - timedelta(days=1)):%Y-%m}"
