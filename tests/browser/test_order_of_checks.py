"""Checks may be done in another order than the list's, where the policy lets them."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Serve
from tests.browser.test_moved_clock import waiting


def test_call_between_knocks(chromium: Browser, serve: Serve) -> None:
    """Whoever rings while waiting to knock again is asked what came of the call, and it counts."""
    phone = waiting(chromium, serve)
    phone.page.locator('[data-clause="called"] button').click()
    phone.call_resident()
    expect(phone.page.locator('[data-clause="called"]')).to_have_attribute("data-status", "met")
