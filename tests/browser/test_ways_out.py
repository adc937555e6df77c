"""No screen at a door is a dead end: each exception has its way out, and each way out tells the truth."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.appointments import Door, as_ms, asking_door, doors_of, is_told_in_time, plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import MINUTE_MS, Phone
from tests.browser.words import said

EARLY_MS = 20 * MINUTE_MS


@pytest.fixture
def phone(chromium: Browser, serve: Serve) -> Phone:
    """A phone whose operative has today's visits."""
    server = serve()
    made = Phone(chromium.new_context(**phone_context()).new_page(), server.url, int(time.time() * 1000))
    made.open()
    made.sign_in(server.person("operative"))
    return made


def outcomes(phone: Phone) -> list[str]:
    """What the phone has closed visits as."""
    return [str(body["outcome"]) for body in phone.held().of_kind("visit_closed")]


def looks(page: Page, screen: str, state: str) -> None:
    """Wait for a screen in one of its states."""
    expect(page.locator(f'main[data-screen="{screen}"][data-state="{state}"]')).to_be_visible()


def test_unsafe(phone: Phone) -> None:
    """Two taps from any screen, the second records and closes; the reason is given later, and Today asks for it."""
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.tap("something_else")
    phone.tap("else.unsafe")
    looks(phone.page, "after", "unsafe")
    assert outcomes(phone) == ["unsafe_to_wait"]
    phone.tap("after.next")
    phone.page.locator(".line", has_text=said("tags.explain")).click()
    phone.tap("tags.explain")
    phone.page.locator("#note").fill("A dog was loose.")
    phone.tap("note.save")
    phone.has_stated("note_added")
    expect(phone.button("after.note")).to_be_visible()


def test_request_that_cannot_be_followed(phone: Phone) -> None:
    """It is asked again, then refused as missed with the request's own words, and recorded as the landlord's."""
    door = asking_door(phone.day(), phone.now_ms())
    phone.go_to(door.name)
    phone.arrive()
    phone.tap("request.no")
    looks(phone.page, "door", "request-again")
    phone.tap("request.no_again")
    looks(phone.page, "refused", "each_request")
    expect(phone.page.locator("main")).to_contain_text(door.snapshot["contact_requests"][0]["text"])
    expect(phone.page.locator("main")).to_contain_text(said("refused.ours"))
    phone.tap("refused.button$")
    phone.is_at("after")
    assert outcomes(phone) == ["adjustment_not_met"]


def later_door(phone: Phone) -> Door:
    """A door whose window begins today, long after midnight; the resident was told in time."""
    return next(
        door
        for door in doors_of(phone.day())
        if as_ms(door.snapshot["window"]["ends_at"]) - door.opens_ms < 8 * 60 * MINUTE_MS and is_told_in_time(door)
    )


def test_early(chromium: Browser, serve: Serve) -> None:
    """Before the window nothing counts as missed: they may wait for it to begin, or go, and then it is ours."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.person("operative"))
    door = later_door(phone)
    phone.move_clock(door.opens_ms - EARLY_MS - phone.now_ms())
    phone.go_to(door.name)
    phone.arrive()
    for place in range(len(door.snapshot["contact_requests"])):
        phone.tap("request.yes")
        phone.has_stated("contact_request_followed", place + 1)
    looks(page, "door", "early")
    expect(phone.button("knock.button")).to_have_count(0)
    phone.tap("early.go")
    looks(page, "refused", "within_window")
    phone.tap("refused.go_back")
    looks(page, "door", "early")
    phone.in_pocket(EARLY_MS)
    looks(page, "door", "knock")


def test_slip(phone: Phone) -> None:
    """The last tap is taken back by its name, and the visit stands where it stood before it."""
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.tap("arrive.no")
    looks(phone.page, "ended", "wrong_address")
    undo = phone.button("undo$")
    expect(undo).to_contain_text(said("kinds.wrong_address"))
    undo.click()
    phone.has_stated("event_withdrawn")
    looks(phone.page, "door", "arrive")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("no_responsible_adult", "no_responsible_adult"),
        ("welfare_concern", "welfare_concern"),
        ("resident_rebooked", "rebooked_by_resident"),
    ],
)
def test_what_ends_a_visit(phone: Phone, kind: str, outcome: str) -> None:
    """What happened is stated by one tap, says what to do now, with the planner's number, and closes as itself."""
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.arrive()
    phone.tap("something_else")
    phone.tap(f"else.rows.{kind}")
    looks(phone.page, "ended", kind)
    expect(phone.page.locator("main")).to_contain_text(said(f"ended.help.{kind}"))
    expect(phone.page.locator("main a[href^='tel:']")).to_be_visible()
    phone.tap("ended.close")
    phone.is_at("after")
    assert outcomes(phone) == [outcome]


def test_number_that_does_not_work(phone: Phone) -> None:
    """A dead number is not offered again; with none left the check is skipped for that reason."""
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.arrive()
    phone.page.locator('[data-clause="called"] button').click()
    phone.tap("call.button$")
    phone.is_at("call-result")
    phone.tap("call.results.number_unobtainable")
    phone.has_stated("resident_called")
    phone.page.locator('[data-clause="called"] button').click()
    looks(phone.page, "door", "numbers-dead")
    phone.tap("waive.title")
    phone.tap("waive.save")
    phone.has_stated("clause_waived")
    assert phone.held().of_kind("clause_waived")[0]["reason"] == "number_unobtainable"
