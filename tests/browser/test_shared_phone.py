"""Signing in: once with a signal, never in the way of recording, and never a look at somebody else's doors."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.appointments import plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import Phone
from tests.browser.faultless import faults_on_phone
from tests.browser.stored import heard, stated
from tests.browser.words import like, said


def test_first_sign_in_needs_signal(chromium: Browser, serve: Serve) -> None:
    """The first time, without a signal, the screen says that one is needed; the app opens all the same."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url)
    phone.open()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    phone.give_name(server.person("operative"))
    expect(page.locator(".fault")).to_contain_text(said("sign_in.unreachable"))
    assert faults_on_phone(page) == []
    page.context.set_offline(False)
    phone.sign_in(server.person("operative"))


def test_again_without_signal(chromium: Browser, serve: Serve) -> None:
    """A session that ended, and no signal to sign in again: that is said, and the visit is recorded on."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url)
    phone.open()
    phone.sign_in(server.person("operative"))
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.arrive()
    phone.is_sent()
    page.context.clear_cookies()
    phone.knock(1)
    expect(page.locator(".sent")).to_contain_text(said("strip.signed_out_head"))
    page.context.set_offline(True)
    phone.tap("strip.sign_in")
    phone.give_name(server.person("operative"))
    expect(page.locator(".fault")).to_contain_text(said("sign_in.unreachable"))
    phone.tap("sign_in.not_now")
    phone.is_at("today")
    phone.tap("day.resume")
    phone.note("Stated without a session")
    page.context.set_offline(False)
    phone.tap("strip.sign_in")
    phone.give_name(server.person("operative"))
    phone.is_sent()


def test_another_person(chromium: Browser, serve: Serve) -> None:
    """Who signs in after another sees no door of theirs, only that something goes; it arrives as the first one's."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url)
    phone.open()
    phone.sign_in(server.operative(0))
    door = plain_door(phone.day(), phone.now_ms())
    phone.go_to(door.name)
    phone.arrive()
    phone.is_sent()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.route("**/api/sync", lambda route: route.abort())
    phone.knock(1)
    held = phone.held()
    phone.tap("today")
    phone.tap("settings.title")
    phone.is_at("settings")
    expect(page.locator("main")).to_contain_text(like("settings.out_help$"))
    phone.tap("sign_in.out")
    phone.give_name(server.operative(1))
    phone.is_at("today")
    expect(page.locator(".top .who")).to_have_text(server.operative(1)["name"])
    expect(page.locator("main")).not_to_contain_text(door.name)
    page.locator(".sent__words").click()
    phone.is_at("unsent")
    expect(page.locator("main")).to_contain_text(like("unsent.theirs$"))
    expect(page.locator("main")).not_to_contain_text(door.name)
    page.reload()
    phone.is_at("today")
    expect(page.locator("body")).not_to_contain_text(door.name)
    page.unroute("**/api/sync")
    phone.signal_comes()
    phone.is_sent()
    with server.client(server.person("supervisor")) as supervisor:
        visit = supervisor.get(f"/api/visits/{held.bodies[0]['visit_id']}").json()
    assert heard(visit) == stated(held.bodies)
