"""Where one path of the gallery is walked: a landlord, a phone at 10:42, and whoever looks at each screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import expect

from doorstep.application.import_appointments import Booking
from tests.browser.driving import MINUTE_MS, Phone, until
from tests.browser.gallery.landlord import Landlord
from tests.browser.words import said


class Look(Protocol):
    """Looks at the screen that is shown: `screen` is its `data-screen`, `state` its `data-state` where it has one."""

    def __call__(self, name: str, screen: str, state: str = "") -> None: ...


@dataclass
class Stage:
    """One path's world. Whatever passes time here passes it for the phone and for the office."""

    landlord: Landlord
    phone: Phone
    folder: Path
    look: Look

    def pass_time(self, minutes: float) -> None:
        """Put the phone away for so long."""
        ms = int(minutes * MINUTE_MS)
        self.landlord.clock.move(ms)
        self.phone.in_pocket(ms)

    def sign_in(self) -> None:
        """The first operative signs in, and sees the day."""
        self.phone.open()
        self.phone.give_name(self.landlord.person("operative"))
        self.phone.is_at("today")
        until(lambda: "not_loaded" not in self._words(), "the day has come", self.phone.page)

    def _words(self) -> str:
        shown = self.phone.page.locator("main").inner_text()
        return "not_loaded" if said("day.not_loaded") in shown else ""

    def open_line(self, booking: Booking) -> None:
        """Tap an appointment on Today."""
        name = door_name(booking)
        line = self.phone.page.locator(".line", has_text=name)
        if line.count():
            line.first.click()
        else:
            expect(self.phone.page.locator(".next")).to_contain_text(name)
            self.phone.page.locator(".dock .button").click()

    def start(self, booking: Booking) -> None:
        """Go to its door."""
        self.open_line(booking)
        self.phone.is_at("appointment")
        self.phone.tap("appointment.start")
        self.phone.is_at("door")

    def arrive_at(self, booking: Booking) -> None:
        """Go to its door, and say that this is it."""
        self.start(booking)
        self.phone.arrive()

    def try_to_reach(self) -> None:
        """Arrive, knock twice, ring: two minutes of it pass for the office too."""
        self.phone.try_to_reach()
        self.landlord.clock.move(2 * MINUTE_MS)

    def leave_card_at(self, booking: Booking) -> None:
        """Go to its door, do every check, and leave the card: it can then be recorded as missed."""
        self.start(booking)
        self.try_to_reach()
        self.phone.type_code("00000000")
        self.phone.save_contact()
        self.pass_time(13)
        self.phone.photograph(self.folder)
        self.phone.leave_card()

    def to_today(self) -> None:
        """Back to the day, from wherever `Today` is written on the way back."""
        self.phone.page.locator(".back").first.click()
        self.phone.is_at("today")

    def hear(self, words: str) -> None:
        """Look at the phone again and again until the office's news has come: those words are then on the screen."""
        shown = self.phone.page.locator("main").get_by_text(words).first

        def has_come() -> bool:
            self.phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            self.phone.page.evaluate("dispatchEvent(new Event('online'))")
            self.phone.page.wait_for_timeout(150)
            return shown.is_visible()

        until(has_come, f"the phone hears {words!r}", self.phone.page)

    def wait_for(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until it is so."""
        until(is_so, what, self.phone.page)

    def undo(self) -> None:
        """Take the last tap back."""
        taken = len(self.phone.held().of_kind("event_withdrawn"))
        self.phone.page.locator(".undo").click()
        self.phone.has_stated("event_withdrawn", taken + 1)

    def something_else(self, name: str) -> None:
        """Open the sheet, and tap what happened."""
        self.phone.tap("something_else")
        self.phone.is_at("something-else")
        self.phone.tap(name)

    def offline(self, is_offline: bool = True) -> None:
        """Lose the signal, or find it."""
        self.phone.page.context.set_offline(is_offline)


@dataclass(frozen=True)
class Walk:
    """A walk: its bookings are there before it begins."""

    name: str
    bookings: tuple[Booking, ...]
    walk: Callable[[Stage], None]
    complaints: tuple[str, ...] = ()
    """Words of complaints in the console that this walk provokes, such as a lost signal's."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """How its phone differs from the usual one, as Playwright takes it."""
    rules: Callable[[Path], Path] | None = None
    """Makes a rules folder of its own at that path; without, they are the ones that come with Doorstep."""


def door_name(booking: Booking) -> str:
    """How the phone names a home."""
    lines = booking.address
    return f"{lines[0]}, {lines[1]}" if lines[0].startswith("Flat ") else lines[0]
