"""The office's pages in a real browser, wide and narrow: no axe violation, nothing overflows, nothing is blocked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.web.office_in_browser import VISITS, Reader, Serving

SITE = Serving


@pytest.mark.parametrize("width", [1280, 360])
def test_a_planners_pages_are_fit_for_everybody(serving: Serving, chromium: Browser, width: int) -> None:
    """Landing, sign-in with errors, board, call with errors, saved."""
    reader = Reader(chromium, serving, width)
    page = reader.page
    page.goto(f"{serving.url}/")
    reader.check("landing")
    page.get_by_role("link", name="In the office").click()
    page.get_by_role("button", name="Sign in").click()
    reader.check("sign-in with errors")
    reader.sign_in("planner2")
    reader.check("board")
    page.get_by_role("button", name="Log call with Operative 1 about 9 Makebelieve House").first.click()
    reader.check("call")
    page.get_by_role("button", name="Save call").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    reader.check("call with errors")
    page.get_by_label("Leave a card").check()
    page.get_by_label("They cannot").check()
    page.get_by_role("button", name="Save call").click()
    page.get_by_role("heading", name="Call saved").wait_for()
    reader.check("call saved")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_supervisors_pages_are_fit_for_everybody(serving: Serving, chromium: Browser, width: int) -> None:
    """List, each kind of visit, a decision with errors, a page that is not there."""
    reader = Reader(chromium, serving, width)
    page = reader.page
    reader.sign_in("supervisor3")
    reader.check("visits")
    page.goto(f"{serving.url}{VISITS}?from=never")
    reader.check("visits with an error")
    for visit_id in serving.visits:
        page.goto(f"{serving.url}{VISITS}/{visit_id}")
        reader.check(visit_id)
    page.goto(f"{serving.url}{VISITS}/{serving.visits[0]}")
    outcome = page.get_by_label("If overturned, what it truly was")
    assert not outcome.is_visible()
    page.get_by_label("Overturn: put the outcome right").check()
    assert outcome.is_visible()
    page.get_by_role("button", name="Save decision").click()
    reader.check("decision with errors")
    page.goto(f"{serving.url}{VISITS}/nothing")
    reader.check("not there")


@pytest.mark.parametrize("username", ["auditor4", "admin5"])
def test_the_other_roles_pages_are_fit_for_everybody(serving: Serving, chromium: Browser, username: str) -> None:
    """An auditor's visit with its originals; whoever has no pages yet."""
    reader = Reader(chromium, serving, 1280)
    reader.sign_in(username)
    reader.check(username)
    if username == "auditor4":
        reader.page.goto(f"{serving.url}{VISITS}/{serving.visits[0]}")
        reader.check("an auditor's visit")


def test_a_decision_needs_no_script(serving: Serving, chromium: Browser) -> None:
    """With JavaScript switched off, a supervisor signs in, reads, decides and signs out."""
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{serving.url}/office/sign-in?to={VISITS}/{serving.visits[0]}")
    page.get_by_label("Username").fill("supervisor3")
    page.get_by_label("Password").fill("long password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Uphold: a missed visit").check()
    page.get_by_label("Reason").fill("All there.")
    page.get_by_role("button", name="Save decision").click()
    page.get_by_text("Upheld by Supervisor 3").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
