"""A phone in somebody's hand: what they tap at a door, and the clock that the test moves for them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from doorstep.demo.card_picture import card_picture
from tests.browser.stored import Held, held_by
from tests.browser.words import like, said

MINUTE_MS = 60_000
PATIENCE_S = 30

# Whether the page is in view is the test's to say; there is no dialler; refusals by the content policy are errors.
PREPARE = """
window.isInView = true;
const given = (name, value) => Object.defineProperty(Document.prototype, name, { get: value, configurable: true });
given("visibilityState", () => (window.isInView ? "visible" : "hidden"));
given("hidden", () => !window.isInView);
window.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest('a[href^="tel:"]')) event.preventDefault();
});
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`content policy: ${event.violatedDirective} refuses ${event.blockedURI}`);
});
"""
TURN = "(isInView) => { window.isInView = isInView; document.dispatchEvent(new Event('visibilitychange')); }"


def until(is_so: Callable[[], object], what: str, page: Page) -> None:
    """Wait for a condition that no selector can say."""
    give_up = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < give_up, f"it never came about that {what}"
        page.wait_for_timeout(50)


def grainy(picture: bytes, grain: float) -> bytes:
    """A photo with noise in it."""
    with Image.open(BytesIO(picture)) as opened:
        noise = Image.effect_noise(opened.size, 60).convert("RGB")
        written = BytesIO()
        Image.blend(opened.convert("RGB"), noise, grain).save(written, "JPEG", quality=90)
    return written.getvalue()


class Phone:
    """The phone's page. Its clock starts at `now_ms` and goes on by itself; the test may move it further."""

    def __init__(self, page: Page, url: str, now_ms: int | None = None) -> None:
        self.page = page
        self.url = url
        page.add_init_script(PREPARE)
        if now_ms is not None:
            page.clock.install(time=now_ms / 1000)

    def open(self) -> None:
        """Open the app and wait for its first screen."""
        self.page.goto(f"{self.url}/door/")
        expect(self.page.locator("main[data-screen]")).to_be_visible()

    def is_at(self, screen: str) -> None:
        """Wait for a screen by its name."""
        expect(self.page.locator(f'main[data-screen="{screen}"]')).to_be_visible(timeout=PATIENCE_S * 1000)

    def sign_in(self, person: Mapping[str, str]) -> None:
        """Sign in, and wait for the day."""
        self.give_name(person)
        self.is_at("today")
        expect(self.page.locator(".next")).to_be_visible(timeout=PATIENCE_S * 1000)

    def give_name(self, person: Mapping[str, str]) -> None:
        """Fill in the sign-in screen, and send it."""
        self.is_at("sign-in")
        self.page.locator("#username").fill(person["username"])
        self.page.locator("#password").fill(person["password"])
        self.page.locator(".dock").get_by_role("button", name=said("sign_in.title")).click()

    def button(self, name: str) -> Locator:
        """A button or link by the name of its words."""
        words = like(name) if name.endswith("$") else re.compile(f"^{re.escape(said(name))}")
        return self.page.get_by_role("button", name=words).or_(self.page.get_by_role("link", name=words)).first

    def tap(self, name: str) -> None:
        """Tap it."""
        self.button(name).click()

    def held(self) -> Held:
        """What the phone holds."""
        return held_by(self.page)

    def has_stated(self, kind: str, count: int = 1) -> None:
        """Wait until so many events of a kind are durable."""
        until(lambda: len(self.held().of_kind(kind)) >= count, f"the phone holds {count} {kind}", self.page)

    def now_ms(self) -> int:
        """The time on the phone's wall clock."""
        return int(self.page.evaluate("Date.now()"))

    def move_clock(self, ms: int) -> None:
        """Set the wall clock on, as a person can in the phone's settings: time itself does not pass."""
        self.page.clock.set_system_time((self.now_ms() + ms) / 1000)

    def in_pocket(self, ms: int) -> None:
        """Put the phone away for so long; it notes the gap as soon as it is looked at again."""
        gaps = len(self.held().of_kind("clock_gap"))
        self.page.evaluate(TURN, False)
        self.move_clock(ms)
        self.page.evaluate(TURN, True)
        self.has_stated("clock_gap", gaps + 1)

    def choose(self, name: str) -> None:
        """Choose one of several by its words."""
        self.page.locator("label.choice", has_text=said(name)).first.click()

    def day(self) -> dict[str, Any]:
        """The day as the server serves it to this phone."""
        answer = self.page.request.get(f"{self.url}/api/day")
        found: dict[str, Any] = answer.json()
        return found

    def go_to(self, address: str) -> None:
        """Open an appointment from the day by the first line of its address, and start its visit."""
        line = self.page.locator(".line", has_text=address)
        if line.count():
            line.first.click()
        else:
            expect(self.page.locator(".next")).to_contain_text(address)
            self.tap("day.go")
        self.is_at("appointment")
        self.tap("appointment.start")
        self.is_at("door")

    def arrive(self) -> None:
        """Say that this is the address."""
        self.tap("arrive.yes")
        self.has_stated("arrived")

    def knock(self, count: int = 1) -> None:
        """Knock: so many knocks are then stated."""
        expect(self.button("knock.button")).to_be_visible(timeout=PATIENCE_S * 1000)
        self.tap("knock.button")
        self.has_stated("door_knocked", count)

    def call_resident(self) -> None:
        """Ring them, and nobody answers."""
        self.tap("call.button$")
        self.is_at("call-result")
        self.tap("call.results.no_answer")
        self.has_stated("resident_called")

    def note(self, words: str) -> None:
        """Add a note."""
        notes = len(self.held().of_kind("note_added"))
        self.tap("something_else")
        self.tap("else.note")
        self.is_at("add-note")
        self.page.locator("#note").fill(words)
        self.tap("note.save")
        self.has_stated("note_added", notes + 1)

    def try_to_reach(self) -> None:
        """Arrive, knock twice, ring."""
        self.arrive()
        self.knock(1)
        self.in_pocket(2 * MINUTE_MS + 1000)
        self.knock(2)
        self.call_resident()

    def type_code(self, code: str) -> str:
        """Type what the planner speaks on the phone's own keys, and give what it says to read back."""
        self.tap("planner.button")
        self.is_at("planner-code")
        for digit in code:
            self.page.locator(".pad").get_by_role("button", name=digit, exact=True).click()
        self.tap("planner.next")
        self.is_at("planner-read-back")
        return self.read_back()

    def read_back(self) -> str:
        """The 8 characters on the screen."""
        return self.page.locator(".said[data-code]").get_attribute("data-code") or ""

    def save_contact(self, instruction: str = "leave_card") -> None:
        """Choose what the planner said, and save it."""
        self.choose(f"planner.instructions.{instruction}")
        self.tap("planner.save")
        self.has_stated("planner_contacted")

    def photograph(self, folder: Path, grain: float = 0.0) -> None:
        """Photograph the card with the code that is on the screen, up to the question whether it can be read.

        With grain (up to 1), as in the dark: the photo then takes more bytes.
        """
        self.tap("card.open")
        self.is_at("card-code")
        code = self.page.locator(".code[data-code]").get_attribute("data-code") or ""
        shows = self.page.locator(".shows > div").all_inner_texts()
        lines = tuple(": ".join(row.split("\n")) for row in shows)
        file = folder / f"card-{code}.jpg"
        file.write_bytes(grainy(card_picture(code, lines, "browser"), grain))
        with self.page.expect_file_chooser() as chooser:
            self.tap("card.photograph")
        chooser.value.set_files(file)
        self.is_at("card-check")

    def leave_card(self) -> None:
        """Use the photo, push the card through, and say so."""
        self.tap("card.use")
        self.is_at("card-left")
        self.choose("card.placed.letterbox")
        self.tap("card.save")
        self.is_at("ready")

    def record(self) -> None:
        """Declare, and record the visit as missed."""
        self.page.locator("label.declare").click()
        self.tap("ready.button")
        self.is_at("after")
        self.has_stated("missed_recorded")

    def signal_comes(self) -> None:
        """The phone is told that it has a signal again; what it had not sent may have gone before anybody taps."""
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def is_sent(self) -> None:
        """Wait until the phone, by itself, has sent everything."""
        until(lambda: self.held().is_all_sent, "everything is sent", self.page)
