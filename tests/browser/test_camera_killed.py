"""A camera that kills the page, or gives it nothing: the visit goes on where it was, and there is another way."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.appointments import Door, plain_door
from tests.browser.chromium import kill_browser, phone_context, pocketed
from tests.browser.conftest import Serve
from tests.browser.driving import MINUTE_MS, TURN, Phone, until
from tests.browser.faultless import Complaints, faults_on_phone
from tests.browser.serving import Server
from tests.browser.stored import fault_in_chain

# Counts the camera's streams that are on: the light beside the lens.
WATCH_CAMERA = """
window.streams = [];
window.granted = 0;
const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await get(wanted);
  window.streams.push(stream);
  window.granted += 1;
  return stream;
};
"""
LIT = "window.streams.flatMap((one) => one.getTracks()).filter((track) => track.readyState === 'live').length"
SEEN = "(document.querySelector('video')?.videoWidth ?? 0) > 0"
# Bytes that no browser takes for a picture: a format of the phone's own.
UNREADABLE = b"\x00\x00\x00\x18ftypheic" + bytes(range(256)) * 40


def to_the_card(page: Page, server: Server) -> tuple[Phone, Door]:
    """A visit up to the camera."""
    phone = Phone(page, server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.person("operative"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    door = plain_door(phone.day(), phone.now_ms())
    page.context.set_offline(True)
    phone.go_to(door.name)
    phone.try_to_reach()
    phone.in_pocket(16 * MINUTE_MS)
    phone.type_code("00000000")
    phone.save_contact()
    phone.tap("card.open")
    phone.is_at("card-code")
    return phone, door


def test_killed_behind_camera(engine: Playwright, serve: Serve, tmp_path: Path) -> None:
    """Killed while the camera is open, the phone comes back to the camera's screen, and takes the photo then."""
    server = serve()
    profile = tmp_path / "profile"
    context, page = pocketed(engine, profile, is_offline=False)
    phone, door = to_the_card(page, server)
    with page.expect_file_chooser():
        phone.tap("card.photograph")
    phone.has_stated("photo_asked")
    killed, died_ms = phone.held(), phone.now_ms()
    kill_browser(context, profile)

    context, page = pocketed(engine, profile, is_offline=True)
    phone = Phone(page, server.url, died_ms + 5000)
    phone.open()
    phone.is_at("card-photo")
    assert phone.held().events[: len(killed.events)] == killed.events
    with page.expect_file_chooser() as chooser:
        phone.tap("card.camera")
    chooser.value.set_files({"name": "card.heic", "mimeType": "image/heic", "buffer": UNREADABLE})
    phone.is_at("card-check")
    assert list(phone.held().photo_bytes().values()) == [UNREADABLE]
    assert faults_on_phone(page) == []
    phone.leave_card()
    phone.record()
    held = phone.held()
    assert fault_in_chain(held, held.bodies[0]["visit_id"], door.snapshot_sha256, door.policy_version) is None
    context.close()


def test_viewfinder(chromium: Browser, serve: Serve) -> None:
    """Where the camera app gives nothing back, the photo is taken in the page; the camera is out whenever it may be."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    page.add_init_script(WATCH_CAMERA)
    complaints = Complaints(page)
    phone, _ = to_the_card(page, server)
    with page.expect_file_chooser():
        phone.tap("card.photograph")
    phone.is_at("card-photo")
    phone.tap("card.here")
    phone.is_at("viewfinder")
    until(lambda: page.evaluate(f"{LIT} === 1 && {SEEN}"), "the camera is on", page)
    assert faults_on_phone(page) == []
    phone.tap("back")
    phone.is_at("card-photo")
    until(lambda: page.evaluate(f"{LIT} === 0"), "the camera is out", page)
    phone.tap("card.here")
    until(lambda: page.evaluate(f"{LIT} === 1 && {SEEN}"), "the camera is on", page)
    # Put away again before the camera has come back: it must not come on in a pocket, nor twice.
    page.evaluate(f"[false, true, false].forEach({TURN})")
    until(lambda: page.evaluate(f"window.granted === 3 && {LIT} === 0"), "the camera is out", page)
    page.evaluate(TURN, True)
    until(lambda: page.evaluate(f"{LIT} === 1 && {SEEN}"), "the camera is on", page)
    phone.tap("card.shoot")
    phone.is_at("card-check")
    until(lambda: page.evaluate(f"{LIT} === 0"), "the camera is out", page)
    expect(page.locator("img.photo")).to_be_visible()
    assert page.locator("img.photo").evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0
    phone.leave_card()
    assert [words for words in complaints.heard if "ERR_INTERNET_DISCONNECTED" not in words] == []
