"""A visit that a supervisor sends back comes home, is answered with or without signal, and its answer is looked at."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.appointments import plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import MINUTE_MS, PATIENCE_S, Phone
from tests.browser.serving import Server
from tests.browser.words import said

ASKED = "Which door was it? The photo is too dark to tell."
ANSWER = "The blue one, on the left."


def recorded(chromium: Browser, server: Server, folder: Path) -> Phone:
    """A phone whose visit is recorded and sent."""
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url, int(time.time() * 1000) - 20 * MINUTE_MS)
    phone.open()
    phone.sign_in(server.person("operative"))
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    phone.try_to_reach()
    phone.type_code("00000000")
    phone.save_contact()
    phone.in_pocket(15 * MINUTE_MS)
    phone.photograph(folder)
    phone.leave_card()
    phone.record()
    phone.is_sent()
    return phone


def decide(server: Server, visit_id: str, decision: str, reason: str, outcome: str = "") -> None:
    """What a supervisor makes of it."""
    said_of_it = {"decision": decision, "reason": reason} | ({"outcome": outcome} if outcome else {})
    with server.client(server.person("supervisor")) as http:
        answer = http.post(f"/api/visits/{visit_id}/decisions", json=said_of_it)
        answer.raise_for_status()


def test_answered(chromium: Browser, serve: Serve, tmp_path: Path) -> None:
    """It stands on top of Today with the reason; the answer is saved, then sent, then looked at, and each is said."""
    server = serve()
    phone = recorded(chromium, server, tmp_path)
    page, visit_id = phone.page, str(phone.held().bodies[0]["visit_id"])
    decide(server, visit_id, "returned", ASKED)
    phone.tap("after.next")
    page.reload()
    first = page.locator("main .line").first
    expect(first).to_contain_text(said("tags.returned"), timeout=PATIENCE_S * 1000)
    expect(first).to_contain_text(ASKED)
    first.click()
    expect(page.locator('main[data-state="returned-asked"] .quote')).to_have_text(ASKED)
    expect(page.locator("main")).to_contain_text(said("after.cannot"))

    page.context.set_offline(True)
    phone.tap("after.answer")
    page.locator("#note").fill(ANSWER)
    phone.tap("note.save")
    expect(page.locator('main[data-state="returned-saved"]')).to_contain_text(said("after.not_sent"))
    page.context.set_offline(False)
    expect(page.locator('main[data-state="pending_corroboration-sent"]')).to_contain_text(
        said("after.looked_at"), timeout=PATIENCE_S * 1000
    )
    expect(page.locator("main .quote")).to_have_text(ASKED)

    decide(server, visit_id, "upheld", "Seen, and clear now.")
    page.reload()
    phone.is_at("today")
    expect(page.locator("main .tag--back")).to_have_count(0)
    page.locator(".line", has_text=said("tags.recorded")).first.click()
    expect(page.locator('main[data-state="upheld"]')).to_contain_text(said("after.heads.upheld"))
