"""The planner's board in a real browser: live, on one page, by keyboard alone, and without any script."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.at_door import Keys, a_board, at_door
from tests.browser.conftest import Serve
from tests.browser.serving import Server

MOST_PRESSES = 25
"""Search, code, choice and save: at two presses a second, under 15 seconds."""


@pytest.fixture
def server(serve: Serve) -> Server:
    """The invented landlord's server."""
    return serve()


def focused(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_a_call_is_logged_by_keyboard_alone(chromium: Browser, server: Server) -> None:
    """A phone with no signal rings: found, code spoken, read back, told and saved, and then matched; no mouse."""
    page = a_board(chromium, server)
    with at_door(server, 0) as there:
        there.arrive()
        expect(page.locator("[data-live]")).to_contain_text("Live")
        keys, began = Keys(page), time.monotonic()
        keys.press("/")
        assert focused(page) == "q"
        keys.press(*there.door.name[:8].lower(), "Enter")
        expect(page.locator("#read_back")).to_be_focused()
        assert there.door.name in page.locator(".ds-who").inner_text()
        there.state("planner_code_typed", code="".join(page.locator(".ds-say").inner_text().split()))
        said = there.read_back
        keys.press(*said[:7].lower(), "A" if said[7] != "A" else "C")
        expect(page.locator("[data-read-back-said]")).to_contain_text("do not fit together")
        keys.press("Backspace", said[7])
        expect(page.locator("[name=instruction]").first).to_be_focused()
        keys.press("1", "Enter")
        expect(page.locator("[data-said]")).to_contain_text(f"Call with {there.name} saved")
        expect(page.locator("#q")).to_be_focused()
        print(f"\nlogged by keyboard: {keys.count} presses, {time.monotonic() - began:.1f} s with a robot's hands")
        assert keys.count <= MOST_PRESSES + 2, "two of them put a slip right"
        there.state("planner_contacted", how="phone", instruction="leave_card")
        there.send()
        page.reload()
        expect(page.locator("[data-call]")).to_contain_text("It matches what")
        expect(page.locator("[data-call]")).to_contain_text("agree with the phone's record")


def test_the_board_is_live_and_loses_nothing(chromium: Browser, server: Server) -> None:
    """A call asked for appears by itself; what is being typed, the focus and the search stay; a dead server is told."""
    page = a_board(chromium, server)
    with ExitStack() as doors:
        first, second = doors.enter_context(at_door(server, 0)), doors.enter_context(at_door(server, 1))
        page.locator("#q").fill(first.name)
        row = page.locator("tr", has_text=first.door.name).last
        row.get_by_role("button", name="Log call").click()
        expect(page.locator("#read_back")).to_be_focused()
        page.keyboard.type("K7QM")
        page.locator("#summary").fill("Nobody answered")
        second.arrive()
        second.state("planner_call_tried", result="in_app_asked")
        second.send()
        asked = page.locator("[data-asked]", has_text=second.name)
        expect(asked).to_have_count(1)
        expect(page.locator("[data-said]")).to_contain_text("A call is asked for")
        kept = page.evaluate("[q.value, read_back.value, summary.value, document.activeElement.id]")
        assert kept == [first.name, "K7QM", "Nobody answered", "summary"]

        server.kill()
        lost = page.locator(".ds-live--lost")
        expect(lost).to_contain_text("No connection", timeout=40_000)
        page.locator("#summary").press("Enter")
        expect(page.locator("[data-said]")).to_contain_text("It was not sent")
        server.start()
    with at_door(server, 2) as third:
        third.arrive()
        third.send()
        expect(page.locator("#doors")).to_be_visible()
        page.locator("#q").fill("")
        expect(page.locator(".ds-doors tr", has_text=third.name)).to_have_count(1, timeout=40_000)
        expect(lost).to_have_count(0)
        assert page.locator("#read_back").input_value() == "K7QM"


def test_a_connected_contact_needs_no_code(chromium: Browser, server: Server) -> None:
    """Asked for in the app: the first steps are absent, and their phone is told what is saved."""
    page = a_board(chromium, server)
    with at_door(server, 0) as there:
        there.arrive()
        there.state("planner_call_tried", result="in_app_asked")
        there.send()
        row = page.locator("[data-asked]", has_text=there.name)
        expect(row).to_have_count(1)
        row.get_by_role("button", name="Log this call").click()
        expect(page.locator("[name=instruction]").first).to_be_focused()
        assert page.locator("#read_back").count() == 0
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.locator("[data-said]")).to_contain_text("saved")
        expect(row).to_have_count(0)
        told = there.phone.http.post(
            "/api/sync", json={"installation_id": there.phone.installation_id, "after": 0, "events": []}
        ).json()["feed"]
        assert [item["body"]["instruction"] for item in told if item["kind"] == "planner_call_logged"][-1:] == [
            "leave_card"
        ]


def test_a_code_that_runs_out_is_renewed_and_nothing_typed_is_lost(chromium: Browser, server: Server) -> None:
    """Ten minutes of talking: a new code is offered, and the form is as it was."""
    page = a_board(chromium, server)
    page.clock.install()
    page.reload()
    page.locator("#lists form[data-open] button").last.click()
    code = page.locator(".ds-say").inner_text()
    expect(page.locator("#read_back")).to_be_focused()
    page.keyboard.type("K7Q")
    page.locator("#summary").fill("Still talking")
    page.get_by_label("Wait longer").check()
    page.context.set_offline(True)
    page.clock.fast_forward("10:05")
    expect(page.locator("[data-code-over]")).to_contain_text("This code has run out")
    page.context.set_offline(False)
    page.get_by_role("button", name="New code").click()
    expect(page.locator(".ds-say")).not_to_have_text(code)
    expect(page.locator("[data-code-until]")).to_be_visible()
    kept = page.evaluate("[read_back.value, summary.value, document.querySelector('[name=instruction]:checked').value]")
    assert kept == ["K7Q", "Still talking", "keep_waiting"]


def test_single_keys_can_be_turned_off(chromium: Browser, server: Server) -> None:
    """Whoever's speech or tremor presses keys turns them off, in this browser, for good."""
    page = a_board(chromium, server)
    page.get_by_text("Working by keyboard").click()
    page.get_by_label("Single keys are on in this browser").uncheck()
    page.reload()
    page.keyboard.press("/")
    assert focused(page) != "q"
    page.locator("#lists form[data-open] button").last.click()
    page.get_by_label("Leave a card").focus()
    page.keyboard.press("2")
    assert page.locator("[name=instruction]:checked").count() == 0


def test_the_board_needs_no_script(chromium: Browser, server: Server) -> None:
    """Search, open, forget something, put it right, save: by plain forms."""
    page = a_board(chromium, server, java_script_enabled=False)
    with at_door(server, 0) as there:
        page.locator("#q").fill(there.name)
        page.get_by_role("button", name="Find").click()
        page.locator("tr", has_text=there.door.name).last.get_by_role("button", name="Log call").click()
        page.get_by_label("What they found").fill("Nobody in")
        page.get_by_role("button", name="Save call").last.click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("Say what you told them")
        assert page.locator("#summary").input_value() == "Nobody in"
        page.get_by_label("They cannot").check()
        page.get_by_label("Leave, no card").check()
        page.get_by_role("button", name="Save call").last.click()
        expect(page.get_by_role("heading", name="Call saved")).to_be_visible()
