"""Every screen of the phone's main path and every page of the office can be used by everybody."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.chromium import office_context, phone_context
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.driving import Phone
from tests.browser.faultless import Complaints, faults_in_office, faults_on_phone, too_wide
from tests.browser.main_path import walk

OFFICE_PAGES = {
    "planner": ("/office/board", "/office/board?q=nowhere+that+is", "/office/visits"),
    "supervisor": ("/office/visits", "/office/visits?standing=recorded", "/office/visits?q=nowhere+that+is"),
    "auditor": ("/office/visits",),
    "admin": ("/office",),
}
STANDINGS = ("recorded", "pending_corroboration", "refused", "overturned", "in_progress")
NARROW = {"width": 360, "height": 740}


def test_phone_screens(chromium: Browser, serve: Serve, tmp_path: Path) -> None:
    """No screen has an axe violation, a small target, anything too wide, or a complaint in the console."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    complaints = Complaints(page)
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if found := faults_on_phone(page):
            faults[name] = found

    walk(Phone(page, server.url, int(time.time() * 1000)), server.person("operative"), tmp_path, look)
    assert faults == {}
    assert complaints.heard == []


PLANTED = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Planted</title><body style="margin: 0"><main><h1>Planted</h1>
<img src="data:,"><button style="width: 30px; height: 30px">x</button>
<div class="dock"><button class="button" style="width: 200px; height: 50px">Go</button></div>
<p style="width: 500px">wide</p></main>"""


def test_planted_faults(chromium: Browser) -> None:
    """The looking finds what it looks for: a picture without words, small targets, something wide, a complaint."""
    page = chromium.new_context(**phone_context()).new_page()
    complaints = Complaints(page)
    page.set_content(PLANTED)
    page.evaluate("console.error('something is wrong')")
    found = "\n".join(faults_on_phone(page))
    for fault in ("image-alt", "is 30 x 30, not 44", "is 200 x 50, not 56", "the page is 500 wide"):
        assert fault in found
    assert complaints.heard == ["error: something is wrong"]
    page.context.close()


def test_office_pages(chromium: Browser, serve: Serve) -> None:
    """No page of any role has an axe violation or overflows, on a desk or on a phone; no console complains."""
    server = serve()
    faults: dict[str, list[str]] = {}
    heard: list[str] = []
    for role, paths in OFFICE_PAGES.items():
        page = chromium.new_context(**office_context()).new_page()
        complaints = Complaints(page)
        desk = Desk(page, server.url, server.person(role))
        if role == "planner":
            for path in ("/", "/office/sign-in"):
                look(desk, path, faults)
        desk.sign_in()
        for path in paths:
            look(desk, path, faults)
        if role == "planner":
            page.goto(f"{server.url}/office/board")
            page.get_by_role("button", name="Log call").first.click()
            look(desk, page.url.removeprefix(server.url), faults)
            page.get_by_role("button", name="Save call").click()
            look(desk, None, faults)
            desk.fill_call("", "Nobody in")
            page.locator('input[name="cannot"]').check()
            desk.save_call()
            look(desk, None, faults)
        if role == "supervisor":
            for standing in STANDINGS:
                page.goto(f"{server.url}/office/visits?standing={standing}")
                page.locator(".ds-table tbody a").first.click()
                look(desk, None, faults)
        heard += complaints.heard
        page.context.close()
    assert faults == {}
    assert [words for words in heard if "status of 422" not in words] == []


def look(desk: Desk, path: str | None, faults: dict[str, list[str]]) -> None:
    """Look for faults on a page, or with None on the one that is open: at a desk's width and at a phone's."""
    page = desk.page
    if path is not None:
        page.goto(f"{desk.url}{path}")
    wide = page.viewport_size
    assert wide
    found = faults_in_office(page)
    page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    found += [f"narrow: {fault}" for fault in too_wide(page, NARROW["width"])]
    page.set_viewport_size(wide)
    if found:
        faults[f"{desk.person['username']} {page.url.removeprefix(desk.url)}"] = found
