"""A phone with no room: ticks and times are kept, and a photo that is not is told at once, at the door."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, Playwright, expect

from doorstep.demo.card_picture import card_picture
from tests.browser.appointments import Door, plain_door
from tests.browser.chromium import pocketed
from tests.browser.conftest import Serve
from tests.browser.driving import Phone, grainy, until
from tests.browser.faultless import faults_on_phone
from tests.browser.serving import Server
from tests.browser.stored import fault_in_chain
from tests.browser.words import said

HAS_RESERVE = """() => new Promise((resolve) => {
  const asked = indexedDB.open("doorstep");
  asked.onsuccess = () => {
    const key = asked.result.transaction("meta").objectStore("meta").getKey("reserve");
    key.onsuccess = () => {
      asked.result.close();
      resolve(key.result !== undefined);
    };
  };
})"""
SETTLED_BYTES = 2_000_000
"""The app's files, what it keeps and its reserve."""
Again = Callable[[int], tuple[Phone, CDPSession]]


def has_reserve(page: Page) -> bool:
    """Whether the phone keeps room for taps."""
    return bool(page.evaluate(HAS_RESERVE))


def allow(cdp: CDPSession, url: str, size_bytes: int | None) -> None:
    """Let the browser give this site so much room in all; with None as much as it likes."""
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": url, **({"quotaSize": size_bytes} if size_bytes else {})})


def used_bytes(page: Page) -> int:
    """What the site takes now, as the browser counts it."""
    return int(page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)"))


@pytest.fixture
def prepared(engine: Playwright, serve: Serve, tmp_path: Path) -> tuple[Server, Door, Again]:
    """A phone that was signed in where there was room. Started again, it has so much more room, and no signal."""
    server = serve()
    profile = tmp_path / "profile"
    context, page = pocketed(engine, profile, is_offline=False)
    phone = Phone(page, server.url)
    phone.open()
    phone.sign_in(server.person("operative"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(lambda: has_reserve(page), "room is kept for taps", page)
    door = plain_door(phone.day(), phone.now_ms())
    # Not while the phone tries whether a day's photos would fit.
    until(lambda: used_bytes(page) < SETTLED_BYTES, "only the reserve is left", page)
    used = used_bytes(page)
    context.close()

    def again(room_bytes: int) -> tuple[Phone, CDPSession]:
        # Before the page opens its store: the browser asks for the quota then, and rarely after.
        _, page = pocketed(engine, profile, is_offline=True)
        cdp = page.context.new_cdp_session(page)
        allow(cdp, server.url, used + room_bytes)
        phone = Phone(page, server.url)
        phone.open()
        return phone, cdp

    return server, door, again


def photographed(phone: Phone, folder: Path) -> None:
    """A photo with much in it, of the card whose code is on the screen."""
    phone.tap("card.open")
    phone.is_at("card-code")
    code = phone.page.locator(".code[data-code]").get_attribute("data-code") or ""
    file = folder / "card.jpg"
    file.write_bytes(grainy(card_picture(code, (), "browser"), 0.3))
    with phone.page.expect_file_chooser() as chooser:
        phone.tap("card.photograph")
    chooser.value.set_files(file)


def to_the_card(phone: Phone, door: Door) -> None:
    """A visit up to where the card is photographed."""
    phone.go_to(door.name)
    phone.try_to_reach()
    phone.in_pocket(16 * 60_000)
    phone.type_code("00000000")
    phone.save_contact()


def test_no_room_for_photo(prepared: tuple[Server, Door, Again], tmp_path: Path) -> None:
    """The photo's write is refused: the screen says so, all ticks are there, and room that is made is used."""
    server, door, again = prepared
    phone, cdp = again(1_000)
    page = phone.page
    to_the_card(phone, door)
    photographed(phone, tmp_path)
    phone.is_at("card-full")
    expect(page.locator("main")).to_contain_text(said("full.head"))
    expect(page.locator("main")).to_contain_text(said("full.kept"))
    assert faults_on_phone(page) == []
    before = phone.held()
    assert [
        kind for kind in ("arrived", "resident_called", "planner_contacted", "photo_asked") if not before.of_kind(kind)
    ] == []
    assert before.photos == []
    phone.tap("full.smaller")
    expect(page.locator("main")).to_contain_text(said("full.help_small"))
    assert phone.held().photos == []
    allow(cdp, server.url, None)
    phone.tap("full.again")
    phone.is_at("card-check")
    phone.leave_card()
    phone.record()
    held = phone.held()
    assert held.events[: len(before.events)] == before.events
    assert [(photo["is_kept"], max(photo["width"], photo["height"])) for photo in held.photos] == [(True, 1600)]
    assert fault_in_chain(held, held.bodies[0]["visit_id"], door.snapshot_sha256, door.policy_version) is None
    page.context.set_offline(False)
    phone.is_sent()
    page.context.close()


def test_no_room_at_all(prepared: tuple[Server, Door, Again], tmp_path: Path) -> None:
    """With no room for anything the visit is recorded from the room kept for taps, and told before it is begun."""
    _, door, again = prepared
    phone, _ = again(-700_000)
    page = phone.page
    to_the_card(phone, door)
    assert not has_reserve(page)
    photographed(phone, tmp_path)
    phone.is_at("card-full")
    phone.tap("full.waive")
    phone.is_at("waive")
    phone.choose("else.reasons.camera_failed")
    phone.tap("waive.save")
    phone.has_stated("clause_waived")
    phone.tap("checks")
    phone.is_at("door")
    phone.tap("today")
    phone.is_at("today")
    expect(page.locator('[data-notice="space-full"]')).to_be_visible()
    assert faults_on_phone(page) == []
    held = phone.held()
    assert fault_in_chain(held, held.bodies[0]["visit_id"], door.snapshot_sha256, door.policy_version) is None
    page.context.close()


def test_told_before_the_day(prepared: tuple[Server, Door, Again]) -> None:
    """Room for taps and not for a day's photos: Today and the visit's own screen say so before anybody goes."""
    server, _, again = prepared
    phone, cdp = again(1_000_000)
    page = phone.page
    expect(page.locator('[data-notice="space-low"]')).to_be_visible()
    assert faults_on_phone(page) == []
    phone.tap("day.go")
    phone.is_at("appointment")
    expect(page.locator('[data-notice="space-low"]')).to_be_visible()
    allow(cdp, server.url, None)
    phone.tap("space.look")
    expect(page.locator("[data-notice]")).to_have_count(0)
    page.context.close()
