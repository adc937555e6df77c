"""Keeps a picture of each main screen of the whole demonstration: `python -m tests.browser.pictures FOLDER`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.appointments import Door, plain_door
from tests.browser.chromium import OFFICE_SIZE, launching, office_context, phone_context
from tests.browser.desk import Desk
from tests.browser.driving import MINUTE_MS, Phone
from tests.browser.serving import ROOT, Server

WAIT_MS = 15 * MINUTE_MS
SUMMARY = "Knocked twice, rang, no sound from inside"
README_PICTURES = {"phone.png": "waiting", "planner.png": "call", "supervisor.png": "visit"}
"""The pictures of the README, each with the screen that it shows."""
Keep = Callable[[Page, str], None]


def keeper(folder: Path) -> Keep:
    """Keeps pictures in a folder, under the name of what they show."""
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")
        print(folder / f"{name}.png")

    return keep


def tall(page: Page, height: int) -> None:
    """Show so much of a page, from its top."""
    page.set_viewport_size({"width": OFFICE_SIZE[0], "height": height})
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")


def at_a_door(chromium: Browser, server: Server, keep: Keep) -> tuple[Phone, Door]:
    """A phone whose visit began so long ago that its call to the planner falls on now: arrived, knocked, rung."""
    page = chromium.new_context(**phone_context(), device_scale_factor=2).new_page()
    phone = Phone(page, server.url, int(time.time() * 1000) - 9 * MINUTE_MS)
    phone.open()
    phone.sign_in(server.person("operative"))
    enrol(phone, server)
    keep(page, "today")
    door = plain_door(phone.day(), phone.now_ms())
    phone.go_to(door.name)
    phone.arrive()
    phone.knock(1)
    phone.in_pocket(2 * MINUTE_MS + 1000)
    phone.knock(2)
    phone.call_resident()
    phone.in_pocket(7 * MINUTE_MS + 13_000)
    phone.is_sent()
    expect(page.locator(".sent .go")).to_have_count(0)
    keep(page, "waiting")
    return phone, door


def enrol(phone: Phone, server: Server) -> None:
    """Add the phone by a code of the office, as its owner does on the first day."""
    person_id = phone.page.request.get(f"{server.url}/api/me").json()["person_id"]
    with server.client(server.person("planner")) as planner:
        code = planner.post("/api/enrolment-codes", json={"person_id": person_id}).raise_for_status().json()["code"]
    phone.page.goto(f"{server.url}/door/#enrol={code}")
    phone.is_at("enrol")
    phone.page.locator(".dock .button").click()
    expect(phone.page.locator('main[data-screen="enrol"][data-state="done"]')).to_be_visible(timeout=20_000)
    phone.tap("after.next")


def with_planner(phone: Phone, door: Door, planner: Desk, operative: str, keep: Keep) -> None:
    """The call, on both sides."""
    planner.page.goto(f"{planner.url}/office/board")
    keep(planner.page, "board")
    code = planner.open_call(door.name, operative)
    phone.tap("planner.button")
    keep(phone.page, "planner-code")
    phone.tap("checks")
    read_back = phone.type_code(code)
    keep(phone.page, "planner-read-back")
    planner.fill_call(read_back, SUMMARY)
    tall(planner.page, 1060)
    keep(planner.page, "call")
    planner.save_call()
    phone.save_contact()


def to_the_record(phone: Phone, keep: Keep) -> None:
    """The rest of the wait, the card and the record."""
    arrived = phone.held().of_kind("arrived")[0]["t"]
    phone.in_pocket(WAIT_MS - int(phone.held().bodies[-1]["t"]) + int(arrived) + 5000)
    phone.tap("card.open")
    phone.is_at("card-code")
    keep(phone.page, "card-code")
    phone.tap("checks")
    with tempfile.TemporaryDirectory() as folder:
        phone.photograph(Path(folder))
    phone.page.locator("img.photo").wait_for()
    keep(phone.page, "card-check")
    phone.leave_card()
    keep(phone.page, "ready")
    phone.record()
    phone.is_sent()
    keep(phone.page, "after")


def by_supervisor(supervisor: Desk, visit_id: str, keep: Keep) -> None:
    """The list and the visit with its photo."""
    supervisor.page.goto(f"{supervisor.url}/office/visits")
    keep(supervisor.page, "visits")
    supervisor.page.goto(f"{supervisor.url}/office/visits/{visit_id}")
    supervisor.photo()
    tall(supervisor.page, 1500)
    keep(supervisor.page, "visit")


def take_all(chromium: Browser, server: Server, keep: Keep) -> None:
    """Live through one visit and keep its screens."""
    phone, door = at_a_door(chromium, server, keep)
    planner, supervisor = (
        Desk(chromium.new_context(**office_context()).new_page(), server.url, server.person(role))
        for role in ("planner", "supervisor")
    )
    planner.sign_in()
    with_planner(phone, door, planner, server.person("operative")["name"], keep)
    to_the_record(phone, keep)
    supervisor.sign_in()
    with server.client(server.person("supervisor")) as office:
        # One of the past: here the wait was over in seconds, whatever the page's clock was made to say.
        found = office.get("/api/visits", params={"standing": "upheld", "grade": "unsupported"}).json()["visits"]
        whole = (office.get(f"/api/visits/{each['visit_id']}").json() for each in found)
        visit_id = next(visit["visit_id"] for visit in whole if visit["photos"])
    by_supervisor(supervisor, visit_id, keep)


def main() -> int:
    """Take them, and with --readme put the README's own where it shows them."""
    parser = argparse.ArgumentParser(description="Keep a picture of each main screen of the demonstration.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", type=Path, metavar="FOLDER", help="copy the README's three pictures there")
    arguments = parser.parse_args()
    static = Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist"))
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server = Server(Path(data) / "landlord", static, homes=2_000, days=366)
        chromium = playwright.chromium.launch(**launching())
        try:
            server.start()
            take_all(chromium, server, keeper(arguments.folder))
        finally:
            chromium.close()
            server.stop()
    if arguments.readme:
        arguments.readme.mkdir(parents=True, exist_ok=True)
        for name, screen in README_PICTURES.items():
            shrunk(arguments.folder / f"{screen}.png", arguments.readme / name)
    return 0


def shrunk(picture: Path, to: Path) -> None:
    """The picture in few enough bytes for a README: 128 colours are enough for a page with one photo."""
    from PIL import Image

    with Image.open(picture) as opened:
        opened.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(to, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
