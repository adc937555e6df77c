"""How many keys and seconds a planner needs for a usual call, at the speed of a person: `python -m tests.bench.desk`.

Nothing but the keyboard is used. What the planner knows (a street) is typed at 5 keys a second, what they hear (the 8
characters) at 2, the code is said at 2 digits a second before anything is read back, and a choice takes 0.6 s of
thought. The rest is the machine: the search, the form, the saving. A figure is of the slowest of several calls.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.at_door import AtDoor, a_board, at_door
from tests.browser.chromium import launching
from tests.browser.serving import ROOT, Server

GATE_S = 15.0
KNOWN_S = 1 / 5
HEARD_S = 1 / 2
SAID_S = 1 / 2
THOUGHT_S = 0.6
LETTERS = 8
"""Of an address so many are typed before the first one found is opened."""


@dataclass
class Hands:
    """Somebody at a keyboard: presses are counted, and the seconds that went to the person and not to the machine."""

    page: Page
    presses: int = 0
    person_s: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def type(self, keys: str | list[str], each_s: float) -> None:
        """Press keys one after another, each after the time that a person takes."""
        for key in keys:
            self.pause(each_s)
            self.page.keyboard.press(key)
            self.presses += 1

    def pause(self, seconds: float) -> None:
        """Speak, listen, or think."""
        self.page.wait_for_timeout(seconds * 1000)
        self.person_s += seconds

    @property
    def took_s(self) -> float:
        """Since the first key."""
        return time.monotonic() - self.began


@dataclass(frozen=True)
class Call:
    """What one call took."""

    presses: int
    person_s: float
    took_s: float


def by_voice(page: Page, there: AtDoor) -> Call:
    """A phone with no signal rings: find the home, say the code, type what is read back, say what to do, save."""
    there.arrive()
    hands = Hands(page)
    hands.type("/", KNOWN_S)
    hands.type(there.door.name[:LETTERS].lower(), KNOWN_S)
    hands.type(["Enter"], KNOWN_S)
    expect(page.locator("#read_back")).to_be_focused()
    code = "".join(page.locator(".ds-say").inner_text().split())
    hands.pause(len(code) * SAID_S)
    there.state("planner_code_typed", code=code)
    hands.type(there.read_back.lower(), HEARD_S)
    return _told_and_saved(hands, there)


def asked_for(page: Page, there: AtDoor) -> Call:
    """Somebody asked in the app to be called: open the oldest of them, say what to do, save; no code is needed."""
    there.arrive()
    there.state("planner_call_tried", result="in_app_asked")
    there.send()
    expect(page.locator("[data-asked]", has_text=there.name)).to_have_count(1)
    hands = Hands(page)
    hands.type(["/", "Enter"], KNOWN_S)
    expect(page.locator("[name=instruction]").first).to_be_focused()
    return _told_and_saved(hands, there)


def _told_and_saved(hands: Hands, there: AtDoor) -> Call:
    expect(hands.page.locator("[name=instruction]").first).to_be_focused()
    hands.pause(THOUGHT_S)
    hands.type("1", KNOWN_S)
    hands.type(["Enter"], KNOWN_S)
    expect(hands.page.locator("[data-said]")).to_contain_text(f"Call with {there.name} saved")
    return Call(hands.presses, hands.person_s, hands.took_s)


def several(server: Server, page: Page, make: Callable[[Page, AtDoor], Call], operatives: range) -> list[Call]:
    """The same with each of these operatives."""
    made = []
    for place in operatives:
        with ExitStack() as stack:
            page.reload()
            expect(page.locator("[data-live]")).to_contain_text("Live")
            made.append(make(page, stack.enter_context(at_door(server, place))))
    return made


def row(what: str, calls: list[Call]) -> str:
    """The slowest, beside the gate."""
    slowest = max(calls, key=lambda call: call.took_s)
    verdict = "met" if slowest.took_s < GATE_S else "MISSED"
    machine_s = slowest.took_s - slowest.person_s
    return (
        f"{what:<34} {max(call.presses for call in calls):3} keys {slowest.took_s:6.1f} s "
        f"(person {slowest.person_s:.1f} s, machine {machine_s:.1f} s), gate {GATE_S:g} s: {verdict}"
    )


def main() -> None:
    """Print keys and seconds of both sorts of call."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=int, default=3, help="calls of each sort, 6 at most")
    given: Any = asked.parse_args()
    built = Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist"))
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        server = Server(Path(temporary) / "landlord", built)
        server.start()
        browser = playwright.chromium.launch(**launching())
        try:
            page = a_board(browser, server)
            rows = [row("no signal: code and read-back", several(server, page, by_voice, range(given.calls)))]
            rows.append(row("asked for in the app: no code", several(server, page, asked_for, range(given.calls))))
        finally:
            browser.close()
            server.stop()
    for each in rows:
        print(each)


if __name__ == "__main__":
    main()
