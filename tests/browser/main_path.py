"""Every screen of the main path, one after the other, as an operative comes to see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.browser.appointments import asking_door
from tests.browser.driving import MINUTE_MS, Phone

Look = Callable[[str], None]
NEVER_SPOKEN = "00000000"


def walk(phone: Phone, person: Mapping[str, str], folder: Path, look: Look) -> None:
    """Make a visit to a resident with a request and an alert, and call `look` with the name of each screen."""
    phone.open()
    look("sign-in")
    phone.sign_in(person)
    walk_from_today(phone, folder, look)


def walk_from_today(phone: Phone, folder: Path, look: Look) -> None:
    """The same from the list of the day on, by somebody who is signed in."""
    look("today")
    door = asking_door(phone.day(), phone.now_ms())
    phone.page.locator(".line", has_text=door.name).first.click()
    phone.is_at("appointment")
    look("appointment")
    phone.tap("appointment.start")
    phone.is_at("door")
    look("arrive")
    phone.arrive()
    _requests_and_knocks(phone, len(door.snapshot["contact_requests"]), look)
    _beside_the_path(phone, look)
    _planner(phone, look)
    _card(phone, folder, look)
    look("ready")
    phone.record()
    look("after")
    phone.page.locator(".sent__words").click()
    phone.is_at("unsent")
    look("unsent")


def _requests_and_knocks(phone: Phone, requests: int, look: Look) -> None:
    look("request")
    for place in range(requests):
        phone.tap("request.yes")
        phone.has_stated("contact_request_followed", place + 1)
    look("knock")
    phone.knock(1)
    look("knock again")
    phone.page.locator("details.done summary").click()
    look("checks done")
    phone.in_pocket(2 * MINUTE_MS + 1000)
    phone.knock(2)
    look("call")
    phone.tap("call.button$")
    phone.is_at("call-result")
    look("call-result")
    phone.tap("call.results.no_answer")
    phone.has_stated("resident_called")
    look("waiting")


def _beside_the_path(phone: Phone, look: Look) -> None:
    phone.tap("something_else")
    phone.is_at("something-else")
    look("something-else")
    phone.tap("else.rows.access_refused")
    phone.is_at("refusal-words")
    look("refusal-words")
    phone.tap("back")
    phone.tap("else.note")
    phone.is_at("add-note")
    look("add-note")
    phone.tap("back")


def _planner(phone: Phone, look: Look) -> None:
    phone.tap("planner.button")
    phone.is_at("planner-code")
    look("planner-code")
    phone.tap("planner.no_answer")
    phone.is_at("planner-no-answer")
    look("planner-no-answer")
    phone.tap("back")
    phone.tap("checks")
    phone.type_code(NEVER_SPOKEN)
    look("planner-read-back")
    phone.save_contact()
    look("waiting only")
    phone.in_pocket(26 * MINUTE_MS)


def _card(phone: Phone, folder: Path, look: Look) -> None:
    phone.tap("card.open")
    phone.is_at("card-code")
    look("card-code")
    phone.tap("checks")
    phone.photograph(folder)
    look("card-check")
    phone.tap("card.use")
    phone.is_at("card-left")
    look("card-left")
    phone.choose("card.placed.letterbox")
    phone.tap("card.save")
    phone.is_at("ready")
