"""A photo on a bad signal: it goes after its events, in pieces that grow, and a cut sends at most one piece again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench.phone_rules import with_quick_policy
from tests.browser.appointments import plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.counting_link import CountingLink, Sent
from tests.browser.driving import Phone
from tests.browser.serving import Server

KNOCKS = 2
PATIENCE_S = 180
NEVER_SPOKEN = "00000000"
KB = 1024
LARGE_BYTES = 2000 * KB
SHARE = 0.8
"""How much of the photo the server has when it is cut."""
# Whether all is acknowledged, and how many bytes of the photo the phone has: the bytes themselves would take long.
STANDING = """async () => {
  const db = await new Promise((resolve) => {
    const asked = indexedDB.open("doorstep");
    asked.onsuccess = () => resolve(asked.result);
  });
  const read = (name, key) => new Promise((resolve) => {
    const shelf = db.transaction(name).objectStore(name);
    const asked = key ? shelf.get(key) : shelf.getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  const [queue, [photo]] = [await read("meta", "queue"), await read("photos")];
  db.close();
  return [photo.is_sent && queue.acked === queue.next_seq - 1, photo.bytes?.byteLength ?? 0];
}"""
PIECES = [64 * KB, 128 * KB, 256 * KB, 512 * KB, 1024 * KB]


def a_visit_with_a_large_photo(phone: Phone, server: Server, lose_signal: Callable[[], None], folder: Path) -> bytes:
    """A visit without a signal; its photo is of a kind that this phone cannot make smaller, so that it stays large."""
    phone.open()
    phone.sign_in(server.person("operative"))
    phone.go_to(plain_door(phone.day(), int(time.time() * 1000)).name)
    phone.is_sent()
    lose_signal()
    phone.arrive()
    for count in range(1, KNOCKS + 1):
        phone.knock(count)
    phone.call_resident()
    phone.type_code(NEVER_SPOKEN)
    phone.save_contact()
    picture = b"\0\0\0\x18ftypheic" + hashlib.shake_256(b"a card").digest(LARGE_BYTES - 12)
    (folder / "card.heic").write_bytes(picture)
    phone.tap("card.open")
    phone.is_at("card-code")
    with phone.page.expect_file_chooser() as chooser:
        phone.tap("card.photograph")
    chooser.value.set_files(folder / "card.heic")
    phone.is_at("card-check")
    phone.leave_card()
    phone.record()
    return picture


@pytest.mark.parametrize("is_killed", [False, True], ids=["link cut", "server killed"])
def test_cut_at_80_percent(chromium: Browser, serve: Serve, tmp_path: Path, is_killed: bool) -> None:
    """Cut when 80% has arrived, a photo goes on at the true offset: what is sent twice is less than one piece."""
    server = serve(with_quick_policy(tmp_path / "rules", KNOCKS))
    link = CountingLink(server.port)
    phone = Phone(chromium.new_context(**phone_context()).new_page(), link.url)
    picture = a_visit_with_a_large_photo(phone, server, link.go_down, tmp_path)
    (sha256,) = phone.held().photo_bytes()
    assert sha256 == hashlib.sha256(picture).hexdigest(), "the photo was made smaller: it cannot be cut in its middle"

    def cut() -> None:
        """Neither end knows of the other any more."""
        if is_killed:
            server.kill()
            server.start()

    link.cut_after_photo_bytes(int(LARGE_BYTES * SHARE), cut)
    link.come_up()

    give_up = time.monotonic() + PATIENCE_S
    while True:
        is_all_sent, left = phone.page.evaluate(STANDING)
        assert left or link.is_acknowledged, "the phone let go before the office had all of it"
        if is_all_sent:
            break
        assert time.monotonic() < give_up, f"it is never sent: {link.sent[-8:]}"
        # As a phone does that finds a network: its own next try may be minutes away.
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        phone.page.wait_for_timeout(1000)
    assert phone.held().photo_bytes() == {}
    assert_sent_sparingly(link.sent)
    with server.client(server.person("auditor")) as auditor:
        assert auditor.get(f"/api/photos/{sha256}?size=original").content == picture
    link.close()


def assert_sent_sparingly(sent: list[Sent]) -> None:
    """Events first, pieces that double, one cut, and after it the true offset."""
    photos = [one for one in sent if one.is_photo]
    assert sent.index(photos[0]) > max(place for place, one in enumerate(sent) if one.has_events)
    cut = next(place for place, one in enumerate(photos) if one.is_cut)
    before, broken, after = photos[:cut], photos[cut], photos[cut + 1 :]
    assert [one.length for one in [*before, broken]][: len(PIECES)] == PIECES[: cut + 1]
    assert after[0].offset >= broken.offset, "what had been acknowledged was sent again"
    passed = sum(one.passed for one in photos)
    assert passed - LARGE_BYTES <= broken.length, "more than one piece was sent twice"
    assert after[-1].offset + after[-1].length == LARGE_BYTES
