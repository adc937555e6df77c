"""A phone that is handed on in the middle of a visit: nobody else states anything in it, and its owner goes on."""

from __future__ import annotations

import time

from playwright.sync_api import Browser

from tests.browser.appointments import plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import MINUTE_MS, TURN, Phone
from tests.browser.stored import fault_in_chain


def test_open_visit(chromium: Browser, serve: Serve) -> None:
    """The phone states a time out of view as whoever holds it: in another's visit that would be no evidence at all."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.operative(0))
    door = plain_door(phone.day(), phone.now_ms())
    phone.go_to(door.name)
    phone.arrive()
    phone.is_sent()
    visit_id = phone.held().bodies[0]["visit_id"]

    def hand_to(person: int) -> None:
        phone.tap("today")
        phone.tap("settings.title")
        phone.tap("sign_in.out")
        phone.give_name(server.operative(person))

    hand_to(1)
    phone.is_at("today")
    page.evaluate(TURN, False)
    phone.move_clock(5 * MINUTE_MS)
    page.evaluate(TURN, True)
    page.reload()
    phone.is_at("today")
    phone.tap("settings.title")
    phone.tap("sign_in.out")
    phone.give_name(server.operative(0))
    phone.is_at("door")
    phone.note("Back at this door")
    phone.is_sent()
    held = phone.held()
    assert len({body["actor_id"] for body in held.bodies}) == 1
    assert fault_in_chain(held, visit_id, door.snapshot_sha256, door.policy_version) is None
