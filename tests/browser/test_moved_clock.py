"""A phone's wall clock may be moved: while the page is in view it counts for nothing, and out of view it is noted."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Browser, expect

from tests.browser.appointments import plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import MINUTE_MS, Phone

MOVED_MS = 20 * MINUTE_MS


def waiting(chromium: Browser, serve: Serve) -> Phone:
    """A phone at a door: arrived, knocked once, and waiting."""
    server = serve()
    phone = Phone(chromium.new_context(**phone_context()).new_page(), server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.person("operative"))
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.arrive()
    phone.knock()
    return phone


def left_ms(phone: Phone) -> int:
    """How long the ring says is left."""
    said = phone.page.get_by_role("timer").get_attribute("aria-label") or ""
    minutes, seconds = re.search(r"(\d+) min", said), re.search(r"(\d+) s\b", said)
    return (60 * int(minutes[1]) if minutes else 0) * 1000 + (int(seconds[1]) * 1000 if seconds else 0)


def test_moved_in_view(chromium: Browser, serve: Serve) -> None:
    """Set 20 minutes on while the page stays in view, the phone still waits, and nothing can be recorded."""
    phone = waiting(chromium, serve)
    before, until = left_ms(phone), phone.page.locator(".wait h2")
    shown = until.inner_text()
    phone.move_clock(MOVED_MS)
    # The end of the wait is shown by the wall clock: that it moved too says that the phone has looked again.
    expect(until).not_to_have_text(shown)
    assert before - MINUTE_MS < left_ms(phone) <= before
    expect(phone.page.locator('[data-clause="waited"]')).to_have_attribute("data-status", "waiting")
    expect(phone.page.locator('[data-clause="card"]')).to_have_attribute("data-status", "blocked")
    expect(phone.button("knock.wait$")).to_have_attribute("aria-disabled", "true")
    expect(phone.button("ready.button")).to_have_count(0)
    phone.note("The clock was moved")
    assert phone.held().of_kind("clock_gap") == []
    assert phone.held().of_kind("note_added")[0]["t"] < MINUTE_MS
    expect(phone.page.locator('[data-clause="waited"]')).to_have_attribute("data-status", "waiting")


def test_moved_out_of_view(chromium: Browser, serve: Serve) -> None:
    """What passes on the wall clock while the phone is away is credited to the wait, and noted for the office."""
    phone = waiting(chromium, serve)
    phone.in_pocket(MOVED_MS)
    (gap,) = phone.held().of_kind("clock_gap")
    assert gap["hidden_ms"] >= MOVED_MS
    assert gap["wall_ms"] >= MOVED_MS
    assert gap["mono_ms"] < MINUTE_MS
    expect(phone.page.get_by_role("timer")).to_have_count(0)
    phone.page.locator("details.done summary").click()
    expect(phone.page.locator('[data-clause="waited"]')).to_have_attribute("data-status", "met")
