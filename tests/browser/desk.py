"""An office desk: what a planner and a supervisor do on the office's pages."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import PREPARE


class Desk:
    """Somebody of the office at their browser."""

    def __init__(self, page: Page, url: str, person: Mapping[str, str]) -> None:
        self.page = page
        self.url = url
        self.person = person
        page.add_init_script(PREPARE)

    def sign_in(self) -> None:
        """Sign in from the office's front door."""
        self.page.goto(f"{self.url}/office/")
        self.page.locator("#username").fill(self.person["username"])
        self.page.locator("#password").fill(self.person["password"])
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.locator(".ds-mast__person")).to_contain_text(self.person["name"])

    def open_call(self, address: str, operative: str) -> str:
        """Find a home of today by its address, open its call, and give the code to speak."""
        self.page.goto(f"{self.url}/office/board")
        self.page.locator("#q").fill(address)
        self.page.get_by_role("button", name="Find").click()
        today = self.page.locator("section", has=self.page.locator("#today"))
        row = today.get_by_role("row").filter(has_text=address).filter(has_text=operative)
        expect(row).to_have_count(1)
        row.get_by_role("button", name="Log call").click()
        return "".join(self.page.locator(".ds-say").inner_text().split())

    def fill_call(self, read_back: str, summary: str) -> None:
        """Type what they read back, and what was said."""
        self.page.locator("#read_back").fill(read_back)
        self.page.locator('input[name="instruction"][value="leave_card"]').check()
        self.page.locator("#summary").fill(summary)

    def save_call(self) -> None:
        """Save the call."""
        self.page.get_by_role("button", name="Save call").click()
        expect(self.page.get_by_role("heading", name="Call saved")).to_be_visible()

    def open_visit(self, address: str, standing: str) -> None:
        """Open a visit from the list of those that stand so."""
        self.page.goto(f"{self.url}/office/visits?standing={standing}&q={address.replace(' ', '+')}")
        self.page.get_by_role("link", name=address).click()
        expect(self.page.locator("h1")).to_contain_text(address)

    def photo(self) -> Locator:
        """The visit's photo, once its pixels are there."""
        picture = self.page.locator(".ds-photo img")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        return picture
