"""A server that dies and a link that breaks while a phone sends: nothing is lost and nothing doubled."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.appointments import plain_door
from tests.browser.breaking_link import Break
from tests.browser.chromium import phone_context
from tests.browser.conftest import Join, Serve
from tests.browser.driving import MINUTE_MS, Phone, until
from tests.browser.serving import Server
from tests.browser.stored import heard, stated

WAIT_MS = 15 * MINUTE_MS
ASKS_AGAIN_MS = 31_000
NOTES = 4
GRAIN = 0.3
FIRST_PIECE = 64 * 1024
NEVER_SPOKEN = "00000000"
"""Eight digits that fit together, which no planner has said."""
SYNC, PHOTO = b"POST /api/sync", b"PATCH /api/photos/"


def test_breaking_server(chromium: Browser, serve: Serve, join: Join, tmp_path: Path) -> None:
    """SIGKILLs and cut connections, among events and in the middle of the photo, leave one whole visit."""
    server = serve()
    link = join(server)
    context = chromium.new_context(**phone_context())
    phone = Phone(context.new_page(), link.url, int(time.time() * 1000))
    visit_id = a_visit_without_signal(phone, server, link.go_down, tmp_path)
    kept = phone.held()
    ((sha256, photo),) = kept.photo_bytes().items()
    assert len(photo) > FIRST_PIECE + 60_000, "the photo goes in one piece: it cannot be broken in its middle"

    def die() -> None:
        server.kill()
        server.start()

    link.breaks.extend(
        [
            Break(SYNC, 900),  # in the middle of an event
            Break(SYNC, 3000, die),
            Break(SYNC, None, die),  # the events are in the log, the phone is not told
            Break(SYNC, None),
            Break(PHOTO, 20_000),  # in the middle of the first piece
            Break(PHOTO, None),  # a piece is there, the phone is not told
            Break(PHOTO, 30_000, die),
        ]
    )
    link.come_up()

    def is_over() -> bool:
        phone.page.clock.fast_forward(ASKS_AGAIN_MS)
        return not link.breaks and phone.held().is_all_sent

    until(is_over, "everything is sent", phone.page)
    assert phone.held().events == kept.events

    with server.client(server.person("supervisor")) as supervisor:
        assert [visit["visit_id"] for visit in supervisor.get("/api/visits").json()["visits"]].count(visit_id) == 1
        until(lambda: "photo" not in awaited(supervisor.get(f"/api/visits/{visit_id}").json()), "seen", phone.page)
        visit = supervisor.get(f"/api/visits/{visit_id}").json()
    with server.client(server.person("auditor")) as auditor:
        stored = auditor.get(f"/api/photos/{sha256}?size=original").content
    assert (hashlib.sha256(stored).hexdigest(), stored) == (sha256, photo)
    assert heard(visit) == stated(kept.bodies)
    assert (visit["standing"], visit["awaiting"]) == ("pending_corroboration", ["planner_call"])
    server.stop()
    audited = server.audit()
    assert (audited.returncode, audited.stderr) == (0, ""), audited.stdout


def awaited(visit: dict[str, list[str]]) -> list[str]:
    """What a visit still waits for."""
    return visit["awaiting"]


def a_visit_without_signal(phone: Phone, server: Server, lose_signal: Callable[[], None], folder: Path) -> str:
    """A whole visit with some notes, of which the office has heard nothing."""
    phone.open()
    phone.sign_in(server.person("operative"))
    door = plain_door(phone.day(), phone.now_ms())
    lose_signal()
    phone.go_to(door.name)
    phone.try_to_reach()
    for count in range(NOTES):
        phone.note(f"Note {count}: " + "no sound from inside. " * 8)
    phone.in_pocket(WAIT_MS)
    phone.type_code(NEVER_SPOKEN)
    phone.save_contact()
    phone.photograph(folder, GRAIN)
    phone.leave_card()
    phone.record()
    held = phone.held()
    assert held.queue["acked"] == 0
    return str(held.bodies[0]["visit_id"])
