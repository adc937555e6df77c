"""An operative at a door of today with a phone of somebody else's make, and a planner's keyboard with its presses."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from doorstep.domain.chain import read_back
from tests.browser.appointments import Door, doors_of, told_apart
from tests.browser.chromium import office_context
from tests.browser.desk import Desk
from tests.browser.outside_client import OutsidePhone, a_chain_at
from tests.browser.serving import Server
from tests.chains import Chain, sha256_hex


@dataclass
class AtDoor:
    """An operative at a door of today, with a phone that sends when it is told to."""

    name: str
    door: Door
    phone: OutsidePhone
    chain: Chain
    sent: int = 0
    last_t: int = 0

    def send(self) -> None:
        """Send what was stated since."""
        new, self.sent = self.chain.bodies[self.sent :], len(self.chain.bodies)
        assert self.phone.send(new) == []

    def state(self, kind: str, **own: str | int | bool) -> None:
        """State something now; no two events of a visit have the same time on its stopwatch."""
        self.last_t = max(int(time.time() * 1000) - self.chain.began_ms, self.last_t + 1)
        self.chain.state(kind, self.last_t, **own)

    def arrive(self) -> None:
        """Start, arrive and knock."""
        self.chain.start()
        self.state("arrived", address_confirmed=True, place_missing="off")
        self.state("door_knocked", method="knock")

    @property
    def read_back(self) -> str:
        """The characters that the phone shows for the code typed last."""
        typed = next(body for body in reversed(self.chain.bodies) if "planner_code_typed" in body)
        return read_back(sha256_hex(typed))


@contextmanager
def at_door(server: Server, place: int, door: int = -1) -> Iterator[AtDoor]:
    """The operative of that place, at one of their doors of today."""
    person, installation_id = server.operative(place), str(uuid.uuid4())
    with server.client(person, installation_id) as http:
        me = http.get("/api/me").json()
        found = told_apart(doors_of(http.get("/api/day").json()))[door]
        began_ms = int(time.time() * 1000) - 5000
        chain = a_chain_at(found, me["person_id"], installation_id, began_ms)
        yield AtDoor(me["name"], found, OutsidePhone(http, installation_id), chain)


def a_board(chromium: Browser, server: Server, role_place: int = 0, **context: object) -> Page:
    """A planner signed in, at the board; the first of them, or the one of another place."""
    page = chromium.new_context(**{**office_context(), **context}).new_page()
    planners = [one for one in server.told["people"] if one["role"] == "planner"]
    Desk(page, server.url, planners[role_place]).sign_in()
    page.goto(f"{server.url}/office/board")
    return page


class Keys:
    """A keyboard, with its presses counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        """Press one key after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1
