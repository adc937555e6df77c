"""A planner records an alert by keyboard alone, and the phone has it with its longer wait."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.at_door import Keys
from tests.browser.chromium import office_context, phone_context
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.driving import Phone
from tests.browser.importing import HOME, imported

ALERT = "Walks with a frame. Give time."
MOST_PRESSES = 40
"""Beside the letters that are typed."""


class FormKeys(Keys):
    """A keyboard in a form, with the presses counted that are no letters."""

    def skip(self) -> None:
        """Over the masthead, as its first link offers."""
        self.press("Tab", "Enter")

    def to(self, field: str) -> None:
        """On to a field of the form, by Tab."""
        while self.page.evaluate("document.activeElement.id") != field:
            self.press("Tab")
            assert self.count < 2 * MOST_PRESSES, f"Tab never came to {field}"


def test_an_alert_by_keyboard_alone_is_on_the_phone(chromium: Browser, serve: Serve, tmp_path: Path) -> None:
    """Found, added, saved without a mouse; the operative reads it before they go, and waits 25 minutes, not 15."""
    server = serve()
    imported(server, tmp_path, property_ref="P 1/7")
    page = chromium.new_context(**office_context()).new_page()
    Desk(page, server.url, server.person("planner")).sign_in()
    page.goto(f"{server.url}/office/homes")
    keys = FormKeys(page)
    keys.skip()
    keys.to("q")
    page.keyboard.type(HOME[:12].lower())
    keys.press("Enter")
    expect(page.get_by_role("link", name=HOME)).to_be_visible()
    keys.skip()
    keys.to("q")
    keys.press("Tab", "Tab")
    assert HOME in page.evaluate("document.activeElement.textContent")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="In force now")).to_be_visible()
    assert page.url.endswith("/office/homes/P~201~2F7")
    keys.skip()
    keys.press("Tab", "Enter")
    expect(page.get_by_role("heading", name="Add an alert")).to_be_visible()
    keys.skip()
    keys.to("code")
    page.keyboard.type("Needs")
    keys.to("text")
    page.keyboard.type(ALERT)
    keys.to("reason")
    page.keyboard.type("Her son rang us")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="In force now")).to_be_visible()
    expect(page.locator("main")).to_contain_text(ALERT)
    print(f"\nalert recorded by keyboard: {keys.count} presses beside what was typed")
    assert keys.count <= MOST_PRESSES

    phone = Phone(chromium.new_context(**phone_context()).new_page(), server.url)
    phone.open()
    phone.sign_in(server.operative(0))
    phone.page.locator(".line, .next", has_text=HOME).first.click()
    if phone.page.locator('main[data-screen="today"]').count():
        phone.tap("day.go")
    phone.is_at("appointment")
    expect(phone.page.locator(".card--alert")).to_contain_text(ALERT)
    phone.tap("appointment.start")
    phone.is_at("door")
    phone.arrive()
    expect(phone.page.locator("main")).to_contain_text("25 min")
