"""What is seldom seen: a check that has no control of its own, a phone that was cleared, a record not accepted."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Error, Page, Route, expect

from tests.browser.driving import TURN
from tests.browser.gallery.bookings import PM, booked
from tests.browser.gallery.stage import Stage, Walk
from tests.browser.serving import ROOT

DOOR = booked(1, "")
NEXT = booked(2, "31 Placeholder Court", window=PM)
VERSION = "2026-11-16"
CLAUSE = """[[clauses]]
clause = "looked_round"
title = "Looked for other ways in"
ask = "Is there a side gate or a back door? Write what you see."
why = "A rule of this landlord's own."
check = "events"
match = { event = "note_added" }
at_least = 1

"""
ALMOST_FULL = "navigator.storage.estimate = () => Promise.resolve({ quota: 20_000_000, usage: 1_000_000 })"
CLEAR = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.deleteDatabase("doorstep");
  asked.onsuccess = () => resolve();
  asked.onerror = () => reject(asked.error);
})"""


def with_own_clause(to: Path) -> Path:
    """The rules with a newer version, whose first check asks for an event that no screen of the phone is made for."""
    shutil.copytree(ROOT / "rules", to)
    newest = max((to / "no_access").glob("*.toml"))
    text = newest.read_text(encoding="utf-8").replace(f'"{newest.stem}"', f'"{VERSION}"')
    first, rest = text.split("[[clauses]]", 1)
    (to / "no_access" / f"{VERSION}.toml").write_text(f"{first}{CLAUSE}[[clauses]]{rest}", encoding="utf-8")
    return to


def walk_own_check(stage: Stage) -> None:
    """The check is asked as the vocabulary has its fields, and says when one is left empty."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.arrive_at(DOOR)
    look("form", "door", "form")
    phone.tap("form.save")
    expect(phone.page.get_by_role("alert")).to_be_visible()
    look("form empty", "door", "form")
    phone.page.locator(".dock input").fill("A side gate, locked. No back door.")
    phone.tap("form.save")
    phone.has_stated("note_added")
    look("form done", "door", "knock")


def walk_cleared(stage: Stage) -> None:
    """Little room is left; then the browser clears what was kept, with a knock that was not sent."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    page = phone.page
    page.evaluate(ALMOST_FULL)
    page.evaluate(TURN, False)
    page.evaluate(TURN, True)
    is_told(page, "space-low")
    look("little room", "today")
    stage.arrive_at(DOOR)
    phone.is_sent()
    stage.offline()
    phone.knock(1)
    stage.offline(False)
    page.route("**/api/sync", lambda route: route.abort())
    page.goto(f"{phone.url}/api/me")
    page.evaluate(CLEAR)
    phone.open()
    page.unroute("**/api/sync")
    is_told(page, "lost")
    look("lost before signing in", "sign-in")
    phone.give_name(stage.landlord.person("operative"))
    is_told(page, "elsewhere")
    look("lost and elsewhere", "today", "next")
    phone.tap("lost.read")
    expect(page.locator('[data-notice="lost"]')).to_have_count(0)
    look("elsewhere", "today", "next")


def is_told(page: Page, notice: str) -> None:
    """Wait for what the phone has to say of itself."""
    expect(page.locator(f'[data-notice="{notice}"]')).to_be_visible()


def walk_not_accepted(stage: Stage) -> None:
    """The office does not take a record that this phone allowed, and it is answered."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.leave_card_at(DOOR)
    phone.page.route("**/api/sync", _refusing)
    phone.record()
    look("not accepted", "after", "refused-asked")
    stage.to_today()
    look("today not accepted", "today")


def _refusing(route: Route) -> None:
    """The office's answer, but for its verdict: a phone whose judge is right never hears this of a real office."""
    try:
        answer = route.fetch()
    except Error:
        # A connection that broke: the phone hears of it, and tries again by itself.
        route.abort()
        return
    said = answer.json()
    for item in said.get("feed", []):
        if item["kind"] == "standing_changed":
            reasons = [{"code": "not_met", "clause": "waited", "words": "Waited 15 minutes"}]
            item["body"] |= {"standing": "refused", "reasons": reasons, "otherwise": "landlord_missed", "awaiting": []}
    route.fulfill(response=answer, json=said)


OWN_CHECK = Walk("own check", (DOOR,), walk_own_check, rules=with_own_clause)
CLEARED = Walk("cleared", (DOOR, NEXT), walk_cleared, ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED"))
NOT_ACCEPTED = Walk("not accepted", (DOOR,), walk_not_accepted)
