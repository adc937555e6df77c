"""The phone speaks up when a wait is over: by a buzz, by two notes, and on the screen; either may be chosen off."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Browser, expect

from tests.browser.appointments import plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import MINUTE_MS, TURN, Phone, until

# A phone whose buzzes and notes can be counted.
HEAR = """
window.heard = { buzzes: [], notes: [] };
Object.defineProperty(Navigator.prototype, "vibrate", {
  value: (pattern) => { window.heard.buzzes.push(pattern); return true; }, configurable: true });
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.heard.notes.push(this.frequency.value);
  return start.call(this, at);
};
"""


def waiting(chromium: Browser, serve: Serve) -> Phone:
    """A phone at a door, arrived and knocked once."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    page.add_init_script(HEAR)
    phone = Phone(page, server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.person("operative"))
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.arrive()
    phone.knock(1)
    return phone


def heard(phone: Phone) -> dict[str, Any]:
    """What it has said so far."""
    found: dict[str, Any] = phone.page.evaluate("window.heard")
    return found


def passes(phone: Phone, ms: int) -> None:
    """Time passes with the page in view."""
    phone.page.clock.fast_forward(ms)
    phone.page.wait_for_timeout(300)


def test_knock_again(chromium: Browser, serve: Serve) -> None:
    """In view, the moment that the second knock may come is told once, and nothing before it."""
    phone = waiting(chromium, serve)
    passes(phone, MINUTE_MS)
    assert heard(phone) == {"buzzes": [], "notes": []}
    passes(phone, MINUTE_MS)
    until(lambda: heard(phone)["buzzes"], "it buzzes", phone.page)
    assert len(heard(phone)["buzzes"]) == 1
    assert len(heard(phone)["notes"]) == 2
    expect(phone.button("knock.button")).to_be_visible()


def test_over_while_away(chromium: Browser, serve: Serve) -> None:
    """A wait that ended while the phone was away is told as soon as it is looked at."""
    phone = waiting(chromium, serve)
    passes(phone, 2 * MINUTE_MS + 1000)
    phone.knock(2)
    before = len(heard(phone)["buzzes"])
    phone.page.evaluate(TURN, False)
    phone.move_clock(20 * MINUTE_MS)
    assert len(heard(phone)["buzzes"]) == before
    phone.page.evaluate(TURN, True)
    until(lambda: len(heard(phone)["buzzes"]) == before + 1, "it buzzes at once", phone.page)
    assert len(heard(phone)["buzzes"][-1]) == 5
    expect(phone.page.locator('[data-clause="waited"]')).to_have_attribute("data-status", "met")


def test_quiet(chromium: Browser, serve: Serve) -> None:
    """Chosen off, and still off after a restart, it says nothing but on the screen."""
    phone = waiting(chromium, serve)
    page = phone.page
    phone.tap("today")
    phone.tap("settings.title")
    phone.is_at("settings")
    for words in ("settings.sound", "settings.vibration"):
        phone.choose(words)
    expect(page.locator("#has_sound")).not_to_be_checked()
    page.reload()
    phone.is_at("door")
    passes(phone, 2 * MINUTE_MS + 1000)
    expect(phone.button("knock.button")).to_be_visible()
    assert heard(phone) == {"buzzes": [], "notes": []}
