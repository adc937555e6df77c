"""An enrolled phone: added by a code, it signs what it states, keeps its key when killed, is emptied when revoked."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, Route, expect

from tests.browser.appointments import plain_door
from tests.browser.chromium import kill_browser, phone_context, pocketed
from tests.browser.conftest import Serve
from tests.browser.driving import MINUTE_MS, Phone, until
from tests.browser.gallery.eyes import Measurer
from tests.browser.gallery.stage import Walk
from tests.browser.gallery.walking import stage_for
from tests.browser.serving import Server
from tests.browser.stored import device_of, stated
from tests.browser.words import said

HOUR_MS = 60 * MINUTE_MS
NO_KEYS = "crypto.subtle.generateKey = () => Promise.reject(new DOMException('', 'NotSupportedError'));"
"""As a browser does that is locked down."""


def phone_at(page: Page, server: Server) -> Phone:
    """A phone whose operative has signed in, and which has all its files."""
    phone = Phone(page, server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.person("operative"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return phone


def a_code(phone: Phone, server: Server) -> str:
    """A code that the office makes for whoever is signed in on the phone."""
    person_id = phone.page.request.get(f"{server.url}/api/me").json()["person_id"]
    with server.client(server.person("planner")) as planner:
        made = planner.post("/api/enrolment-codes", json={"person_id": person_id})
        assert made.status_code == 201, made.text
        code: str = made.json()["code"]
        return code


def known(phone: Phone, server: Server) -> list[str]:
    """What the office has enrolled of this very phone."""
    with server.client(server.person("planner")) as planner:
        found: list[dict[str, Any]] = planner.get("/api/devices").raise_for_status().json()["devices"]
    mine = phone.held().queue["installation_id"]
    return [one["device_id"] for one in found if one["installation_id"] == mine]


def enrol(phone: Phone, code: str) -> None:
    """Open the settings, type the code, and send it."""
    if phone.page.locator('main[data-screen="enrol"]').count() == 0:
        phone.tap("settings.title")
        phone.tap("enrol.title")
    phone.page.locator("#code").fill(code)
    phone.page.locator(".dock .button").click()


def is_enrolled(page: Page) -> None:
    """Wait until the screen says so."""
    expect(page.locator('main[data-screen="enrol"][data-state="done"]')).to_be_visible(timeout=20_000)


def test_from_code_to_wiped(engine: Playwright, serve: Serve, tmp_path: Path) -> None:
    """By the address of its code; a visit offline, killed in between, all signed; revoked, it sends and is empty."""
    server = serve()
    profile = tmp_path / "profile"
    context, page = pocketed(engine, profile, is_offline=False)
    phone = phone_at(page, server)
    operative = server.person("operative")
    page.goto(f"{server.url}/door/#enrol={a_code(phone, server)}")
    phone.is_at("enrol")
    assert page.url == f"{server.url}/door/"
    page.locator(".dock .button").click()
    is_enrolled(page)
    expect(page.locator("main")).to_contain_text(operative["name"])
    device = device_of(page)
    assert known(phone, server) == [device["device_id"]]
    phone.tap("after.next")

    door = plain_door(phone.day(), phone.now_ms())
    context.set_offline(True)
    phone.go_to(door.name)
    phone.arrive()
    phone.knock(1)
    died_ms = phone.now_ms()
    kill_browser(context, profile)
    context, page = pocketed(engine, profile, is_offline=True)
    phone = Phone(page, server.url, died_ms + 5000)
    phone.open()
    phone.is_at("door")
    phone.in_pocket(3 * MINUTE_MS)
    phone.knock(2)
    assert device_of(page) == device
    context.set_offline(False)
    # A browser that is killed may not have written its cookies yet: so it never has here.
    context.clear_cookies()
    phone.signal_comes()
    phone.tap("strip.sign_in")
    phone.give_name(operative)
    phone.is_sent()
    held = phone.held()
    assert all(len(event["sig"]) == 86 for event in held.events)
    assert {body["device_id"] for body in held.bodies} == {device["device_id"]}
    anchors = [body["anchor"] for body in held.bodies if "anchor" in body]
    assert len(anchors) == 1, "an anchor is embedded once, from before the signal was lost"
    assert [event for event in held.events if event.get("refused")] == []
    with server.client(server.person("supervisor")) as supervisor:
        visit = supervisor.get(f"/api/visits/{held.bodies[0]['visit_id']}").json()
        heard = [event for event in visit["events"] if event["n"] is not None]
        assert [event["fault"] for event in heard] == [None for _ in held.bodies]
        assert [event["own"] for event in heard] == [one["own"] for one in stated(held.bodies)]
        context.set_offline(True)
        phone.note("Still nobody.")
        gone = supervisor.request("DELETE", f"/api/devices/{device['device_id']}", json={"reason": "Lost on a train."})
        assert gone.status_code == 204, gone.text
        context.set_offline(False)
        phone.signal_comes()
        phone.tap("strip.sign_in")
        phone.give_name(operative)
        expect(page.locator('[data-notice="wiped"]')).to_be_visible(timeout=20_000)
        phone.is_at("sign-in")
        events = supervisor.get(f"/api/visits/{held.bodies[0]['visit_id']}").json()["events"]
        noted = next(event for event in events if event["kind"] == "note_added")
        assert noted["fault"] == "revoked"
    assert (phone.held().events, phone.held().photos, device_of(page)) == ([], [], None)
    page.reload()
    expect(page.locator('[data-notice="wiped"]')).to_be_visible()
    expect(page.locator('[data-notice="lost"]')).to_have_count(0)
    context.close()


def test_what_goes_wrong(chromium: Browser, serve: Serve) -> None:
    """A wrong code, no signal, something that waits: each is said; an answer that was lost makes no second phone."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    phone = phone_at(page, server)
    fault = page.get_by_role("alert")
    enrol(phone, "3467-9ACDE-F")
    expect(fault).to_contain_text(said("enrol.wrong"))
    code = a_code(phone, server)

    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/enrolments", lost)
    enrol(phone, code)
    expect(fault).to_contain_text(said("sign_in.unreachable"))
    page.unroute("**/api/enrolments")
    enrol(phone, f" {code[:5].lower()} {code[5:].lower()} ")
    is_enrolled(page)
    assert known(phone, server) == [device_of(page)["device_id"]]

    second = chromium.new_context(**phone_context())
    phone = phone_at(second.new_page(), server)
    door = plain_door(phone.day(), phone.now_ms())
    second.set_offline(True)
    phone.go_to(door.name)
    phone.page.locator(".back").click()
    enrol(phone, "34679ACDEF")
    expect(phone.page.get_by_role("alert")).to_contain_text(said("enrol.unsent"))


def test_lost_answer_is_heard_of_later(chromium: Browser, serve: Serve) -> None:
    """Whoever gives up after a lost answer is enrolled all the same: nothing they state after it goes unsigned."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    phone = phone_at(page, server)

    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/enrolments", lost)
    enrol(phone, a_code(phone, server))
    expect(page.get_by_role("alert")).to_be_visible()
    phone.signal_comes()
    is_enrolled(page)
    assert known(phone, server) == [device_of(page)["device_id"]]


def test_browser_without_keys(chromium: Browser, serve: Serve) -> None:
    """A browser that cannot keep a key says so at once, uses up no code, and goes on as before."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    page.add_init_script(NO_KEYS)
    phone = phone_at(page, server)
    enrol(phone, a_code(phone, server))
    expect(page.get_by_role("alert")).to_contain_text(said("enrol.no_key"))
    assert known(phone, server) == []
    phone.page.locator(".back").click()
    phone.page.locator(".back").click()
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.arrive()
    phone.is_sent()
    assert [event for event in phone.held().events if event.get("sig") or event.get("refused")] == []


def test_other_tab(chromium: Browser, serve: Serve) -> None:
    """A tab that was open before the enrolment signs its next tap."""
    server = serve()
    context = chromium.new_context(**phone_context())
    phone = phone_at(context.new_page(), server)
    door = plain_door(phone.day(), phone.now_ms())
    phone.go_to(door.name)
    phone.is_sent()
    other = Phone(context.new_page(), server.url, phone.now_ms())
    other.open()
    other.page.locator(".back").click()
    enrol(other, a_code(phone, server))
    is_enrolled(other.page)
    phone.arrive()
    until(lambda: phone.held().is_all_sent, "everything is sent", phone.page)
    events = sorted(phone.held().events, key=lambda event: event["n"])
    assert ["sig" in event for event in events] == [False, *(True for _ in events[1:])]
    assert [event for event in events if event.get("refused")] == []


def test_session_goes_on(chromium: Browser, built_phone: Path, tmp_path: Path) -> None:
    """With half of its session over, an enrolled phone asks for a longer one by itself; any other does not."""
    with stage_for(chromium, Walk("renewing", (), lambda _: None), built_phone, tmp_path, Measurer) as stage:
        phone, landlord = stage.phone, stage.landlord

        def ends_at() -> str:
            found: str = phone.page.request.get(f"{phone.url}/api/me").json()["expires_at"]
            return found

        stage.sign_in()
        first = ends_at()
        landlord.clock.move(8 * HOUR_MS)
        with phone.page.expect_response("**/api/sync"):
            phone.signal_comes()
        with landlord.client("planner") as planner:
            wanted = {"person_id": landlord.person("operative")["person_id"]}
            code = planner.post("/api/enrolment-codes", json=wanted).raise_for_status().json()["code"]
        assert ends_at() == first
        enrol(phone, code)
        is_enrolled(phone.page)
        phone.signal_comes()
        until(lambda: ends_at() > first, "the session is longer", phone.page)
        renewed = ends_at()
        with phone.page.expect_response("**/api/sync"):
            phone.signal_comes()
        phone.page.wait_for_timeout(500)
        assert ends_at() == renewed
