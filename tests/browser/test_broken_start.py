"""The first start of all, on a link that breaks: the phone goes on trying, and says nothing that is not so."""

from __future__ import annotations

from playwright.sync_api import Browser, Route

from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import Phone


def test_cut_off_once(chromium: Browser, serve: Serve) -> None:
    """A part of the page that did not come is asked for again, and then the screen is there."""
    page = chromium.new_context(**phone_context(), service_workers="block").new_page()
    page.route("**/assets/screens-*.js", lambda route: route.abort(), times=1)
    phone = Phone(page, serve().url)
    phone.open()
    phone.is_at("sign-in")


def test_part_that_never_comes(chromium: Browser, serve: Serve) -> None:
    """A part that this page does not get at all, as of a version long gone, comes with the page begun again."""
    page = chromium.new_context(**phone_context(), service_workers="block").new_page()
    pages: list[str] = []

    def part(route: Route) -> None:
        if len(pages) == 1:
            route.fulfill(status=404)
        else:
            route.continue_()

    page.on("framenavigated", lambda frame: pages.append(frame.url))
    page.route("**/assets/screens-*.js", part)
    phone = Phone(page, serve().url)
    phone.open()
    phone.is_at("sign-in")
    assert len(pages) == 2
