"""What is not sent is told item by item, as it was: the last try, why it failed, when the next one comes."""

from __future__ import annotations

import re
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.appointments import plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import MINUTE_MS, Phone, until
from tests.browser.faultless import faults_on_phone
from tests.browser.serving import Server
from tests.browser.words import like, said


def at_a_door(chromium: Browser, server: Server) -> Phone:
    """A phone that has arrived at a door and sent that."""
    phone = Phone(chromium.new_context(**phone_context()).new_page(), server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.person("operative"))
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.arrive()
    phone.is_sent()
    return phone


def list_says(page: Page, state: str, *words: str | re.Pattern[str]) -> None:
    """Wait for a state of the list and for words in it."""
    expect(page.locator('main[data-screen="unsent"]')).to_have_attribute("data-state", state)
    for one in words:
        expect(page.locator("main")).to_contain_text(one)


def test_why_and_when(chromium: Browser, serve: Serve) -> None:
    """No signal, an office that asks to be left alone, and being signed out are told apart, also after a restart."""
    server = serve()
    phone = at_a_door(chromium, server)
    page = phone.page
    page.context.set_offline(True)
    phone.knock(1)
    page.locator(".sent__words").click()
    list_says(page, "no_signal", said("unsent.why.no_signal"), said("kinds.door_knocked"))
    expect(page.locator(".items li small")).to_contain_text(said("unsent.why.no_signal"))
    assert faults_on_phone(page) == []
    page.reload()
    page.locator(".sent__words").click()
    list_says(page, "no_signal", said("unsent.why.no_signal"))

    def busy(route: Route) -> None:
        problem = '{"type": "busy", "detail": "Later"}'
        route.fulfill(status=503, headers={"Retry-After": "150"}, content_type="application/json", body=problem)

    page.route("**/api/sync", busy)
    page.context.set_offline(False)
    phone.tap("strip.send_now")
    list_says(page, "asked_to_wait", said("unsent.why.asked_to_wait"), like("unsent.next$"))
    assert faults_on_phone(page) == []
    asked = page.locator("main").inner_text()
    page.clock.fast_forward(5000)
    expect(page.locator("main")).not_to_have_text(asked)
    page.unroute("**/api/sync")
    page.reload()
    page.locator(".sent__words").click()
    list_says(page, "asked_to_wait", like("unsent.next$"))
    phone.tap("strip.send_now")
    list_says(page, "none", said("unsent.none"))
    phone.tap("today")
    page.context.clear_cookies()
    phone.tap("day.resume")
    phone.note("Stated while signed out")
    expect(page.locator(".sent")).to_contain_text(said("strip.signed_out_head"))
    page.locator(".sent__words").click()
    list_says(page, "signed_out", said("unsent.why.signed_out"), said("unsent.next_signed_in"))
    assert faults_on_phone(page) == []


def test_part_of_photo(chromium: Browser, serve: Serve, tmp_path: Path) -> None:
    """Of a photo that stopped half-way, what the office holds is told in kB, and stays told after a restart."""
    server = serve()
    phone = at_a_door(chromium, server)
    page = phone.page
    phone.knock(1)
    phone.in_pocket(2 * MINUTE_MS + 1000)
    phone.knock(2)
    phone.call_resident()
    phone.in_pocket(16 * MINUTE_MS)
    phone.type_code("00000000")
    phone.save_contact()
    page.context.set_offline(True)
    phone.photograph(tmp_path, 0.3)
    phone.tap("card.use")
    phone.is_at("card-left")
    page.locator(".sent__words").click()
    expect(page.locator("main")).to_contain_text(said("unsent.photo_after"))
    parts: list[str] = []

    def second_part(route: Route) -> None:
        parts.append(route.request.method)
        if route.request.method == "PATCH" and parts.count("PATCH") > 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/photos/*", second_part)
    page.context.set_offline(False)
    phone.tap("strip.send_now")
    until(lambda: parts.count("PATCH") > 1, "the second part breaks", page)
    (size_bytes,) = [photo["size_bytes"] for photo in phone.held().photos]
    held = said("unsent.photo_part$").replace("{0}", "66").replace("{1}", str(-(-size_bytes // 1000)))
    expect(page.locator("main")).to_contain_text(held)
    page.reload()
    page.locator(".sent__words").click()
    expect(page.locator("main")).to_contain_text(like("unsent.photo_part$"))
    page.unroute("**/api/photos/*")
    phone.signal_comes()
    phone.is_sent()
    list_says(page, "none", said("unsent.none"))
