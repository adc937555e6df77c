"""A new call is heard, and stands in the window's title: never before a gesture, in one window, and off by choice."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.at_door import AtDoor, a_board, at_door
from tests.browser.conftest import Serve
from tests.browser.driving import until
from tests.browser.serving import Server

# A desk whose sounds can be counted, and whose contexts for them.
HEAR = """
window.heard = { contexts: 0, notes: 0 };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) { window.heard.notes += 1; return start.call(this, at); };
window.AudioContext = class extends AudioContext {
  constructor() { super(); window.heard.contexts += 1; }
};
"""


@pytest.fixture
def server(serve: Serve) -> Server:
    """The invented landlord's server."""
    return serve()


def heard(page: Page) -> dict[str, Any]:
    """What this window has sounded so far."""
    found: dict[str, Any] = page.evaluate("window.heard")
    return found


def ask(there: AtDoor, *boards: Page) -> None:
    """They ask to be called, and every board in view shows it."""
    there.arrive()
    there.state("planner_call_tried", result="in_app_asked")
    there.send()
    for page in boards:
        expect(page.locator("[data-asked]", has_text=there.name)).to_have_count(1)


def a_listening_board(chromium: Browser, server: Server) -> Page:
    """A planner's board whose sounds are counted from its beginning."""
    page = a_board(chromium, server)
    page.add_init_script(HEAR)
    page.reload()
    expect(page.locator("[data-live]")).to_contain_text("Live")
    return page


def test_a_new_call_is_heard_after_a_gesture(chromium: Browser, server: Server) -> None:
    """Before anybody touched the page there is the title alone, and nothing that a browser would refuse."""
    page = a_listening_board(chromium, server)
    said = page.locator("[data-said]")
    with ExitStack() as stack:
        first, second = (stack.enter_context(at_door(server, place)) for place in (0, 1))
        expect(page.locator("[data-bell-hint]")).to_contain_text("once you have pressed a key")
        ask(first, page)
        expect(page).to_have_title("(1) Board - Doorstep")
        assert heard(page) == {"contexts": 0, "notes": 0}
        assert said.get_attribute("role") == "status", "polite: it waits for what is being read"
        page.keyboard.press("Shift")
        expect(page.locator("[data-bell-hint]")).to_have_text("Kept in this browser.")
        ask(second, page)
        until(lambda: heard(page) == {"contexts": 1, "notes": 2}, "two notes are heard", page)
        expect(page).to_have_title("(2) Board - Doorstep")
        expect(said).to_contain_text("A call is asked for")


def test_the_bell_is_off_for_good_where_it_is_turned_off(chromium: Browser, server: Server) -> None:
    """By keyboard; neither sound nor title, in this browser, until it is turned on again."""
    page = a_listening_board(chromium, server)
    page.locator("#bell-on").focus()
    page.keyboard.press("Space")
    with at_door(server, 0) as there:
        ask(there, page)
        expect(page).to_have_title("Board - Doorstep")
        page.reload()
        expect(page.locator("#bell-on")).not_to_be_checked()
        expect(page.locator("[data-live]")).to_contain_text("Live")
        expect(page).to_have_title("Board - Doorstep")
        assert heard(page)["notes"] == 0
        page.locator("#bell-on").check()
        expect(page).to_have_title("(1) Board - Doorstep")


def test_out_of_view_the_title_still_tells(chromium: Browser, server: Server) -> None:
    """A planner who works in another window sees it in this one's title, also when the one that listened is closed."""
    page = a_listening_board(chromium, server)
    other = page.context.new_page()
    other.add_init_script(HEAR)
    other.goto(f"{server.url}/office/board")
    expect(other.locator("[data-live]")).to_contain_text("Live")
    for board in (page, other):
        board.keyboard.press("Shift")
        expect(board.locator("[data-bell-hint]")).to_have_text("Kept in this browser.")
    with ExitStack() as stack:
        first, second = (stack.enter_context(at_door(server, place)) for place in (0, 1))
        ask(first, page, other)
        until(lambda: heard(page)["notes"] + heard(other)["notes"] == 2, "one of the windows rings", page)
        for board in (other, page):
            board.evaluate("() => Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
            board.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        other.close()
        ask(second)
        expect(page).to_have_title("(2) Board - Doorstep")


def test_who_has_a_call_keeps_it_in_every_window(chromium: Browser, server: Server) -> None:
    """Taken over by keyboard alone: the reason, the new code; and whoever had it is told while they type."""
    first = a_board(chromium, server)
    with at_door(server, 3) as there:
        ask(there, first)
        first.locator("[data-asked]").get_by_role("button", name="Log this call").click()
        first.get_by_role("link", name="use a code").click()
        expect(first.locator("#read_back")).to_be_focused()
        first.keyboard.type("K7Q")
        second = a_board(chromium, server, role_place=1)
        expect(second.locator("[data-asked]")).to_contain_text("has it, since")
        second.locator("[data-asked] button").focus()
        second.keyboard.press("Enter")
        expect(second.get_by_role("link", name="Leave it with")).to_be_focused()
        second.keyboard.press("Tab")
        second.keyboard.type("They went home")
        second.keyboard.press("Enter")
        expect(second.locator("#call-form")).to_be_visible()
        told = first.locator("[data-taken-over]")
        expect(told).to_contain_text("took this call over at")
        expect(told).to_contain_text("They went home")
        assert first.locator("#read_back").input_value() == "K7Q"
        second.get_by_role("button", name="I do not have this call").click()
        expect(second.locator("[data-said]")).to_have_text("The call is anybody's again.")
        expect(first.locator("[data-asked]")).not_to_contain_text("has it, since")
