"""A supervisor's decision in a real browser, with a script and without one."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.web.office_in_browser import VISITS, Reader, Serving

SITE = Serving


def test_the_right_outcome_is_asked_of_whoever_overturns(serving: Serving, chromium: Browser) -> None:
    """The question comes with the answer that it belongs to."""
    reader = Reader(chromium, serving, 1280)
    reader.sign_in("supervisor3")
    page = reader.page
    page.goto(f"{serving.url}{VISITS}/{serving.visits[0]}")
    outcome = page.get_by_label("If overturned, what it truly was")
    expect(outcome).to_be_hidden()
    page.get_by_label("Overturn: put the outcome right").check()
    expect(outcome).to_be_visible()


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
