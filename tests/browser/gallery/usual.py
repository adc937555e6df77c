"""The usual way: nobody comes, every check is done, the visit is recorded, sent, and counts."""

from __future__ import annotations

from tests.browser.gallery.bookings import AM, NOT_ALONE, PLAIN, PM, SCHOOL_RUN, booked
from tests.browser.gallery.stage import Stage, Walk
from tests.browser.words import said

ALONE = booked(2, "31 Placeholder Court", window=SCHOOL_RUN, alerts=(NOT_ALONE,))
LATER = booked(3, "88 Fiction Road", window=PM)


def walk(stage: Stage) -> None:
    """Sign in, knock, call, wait, call the planner, leave a card, record, and hear that it counts."""
    phone, look = stage.phone, stage.look
    phone.open()
    look("sign-in", "sign-in")
    stage.sign_in()
    look("today", "today", "next")
    stage.open_line(LATER)
    look("appointment", "appointment")
    stage.to_today()
    stage.start(PLAIN)
    look("arrive", "door", "arrive")
    phone.arrive()
    look("knock", "door", "knock")
    phone.knock(1)
    look("knock again soon", "door", "knock-too-soon")
    phone.page.locator("details.done summary").click()
    look("checks done", "door")
    phone.page.locator("details.done summary").click()
    stage.pass_time(2.1)
    look("knock again", "door", "knock-again")
    phone.knock(2)
    look("call", "door", "call")
    phone.tap("call.button$")
    look("call result", "call-result")
    phone.tap("call.results.no_answer")
    phone.has_stated("resident_called")
    look("waiting", "door", "planner")
    _planner(stage)
    look("only waiting", "door", "wait")
    stage.to_today()
    look("today at a door", "today")
    phone.tap("day.resume")
    stage.pass_time(13)
    _card(stage)
    _record(stage)


def _planner(stage: Stage) -> None:
    phone, look = stage.phone, stage.look
    phone.tap("planner.button")
    look("planner code", "planner-code")
    phone.page.locator(".boxes__input").fill("12345678")
    look("planner code wrong", "planner-code", "mistyped")
    phone.page.locator(".boxes__input").fill("")
    appointment_id = str(phone.held().bodies[0]["appointment_id"])
    call = stage.landlord.begin_call(appointment_id)
    for digit in call["code"]:
        phone.page.locator(".pad").get_by_role("button", name=digit, exact=True).click()
    look("planner code right", "planner-code")
    phone.tap("planner.next")
    look("planner read back", "planner-read-back")
    phone.tap("planner.save")
    look("planner read back nothing chosen", "planner-read-back")
    phone.tap("planner.more_said")
    look("planner read back more", "planner-read-back")
    read_back = phone.read_back()
    phone.save_contact()
    stage.landlord.log_call(call["call_id"], "leave_card", read_back)


def _card(stage: Stage) -> None:
    phone, look = stage.phone, stage.look
    phone.is_at("door")
    look("card", "door", "card")
    phone.tap("card.open")
    look("card code", "card-code")
    phone.tap("checks")
    with phone.page.expect_file_chooser():
        phone.tap("card.open")
        phone.tap("card.photograph")
    look("card photo asked", "card-photo")
    phone.page.locator(".back").click()
    phone.tap("checks")
    phone.photograph(stage.folder)
    phone.page.locator("img.photo").wait_for()
    look("card check", "card-check")
    phone.tap("card.use")
    look("card left", "card-left")
    phone.tap("card.save")
    look("card left nothing chosen", "card-left")
    phone.choose("card.placed.other")
    look("card left elsewhere", "card-left")
    phone.choose("card.placed.letterbox")
    phone.tap("card.save")


def _record(stage: Stage) -> None:
    phone, look = stage.phone, stage.look
    look("ready", "ready")
    phone.tap("ready.button")
    look("ready not ticked", "ready", "not-ticked")
    phone.is_sent()
    stage.offline()
    phone.record()
    look("recorded not sent", "after")
    phone.page.locator(".sent__words").click()
    look("unsent no signal", "unsent", "no_signal")
    stage.offline(False)
    phone.is_sent()
    look("unsent all sent", "unsent", "none")
    stage.to_today()
    stage.hear(said("tags.recorded"))
    look("today recorded", "today")
    stage.open_line(PLAIN)
    look("recorded", "after", "recorded")


USUAL = Walk("usual", (PLAIN, ALONE, LATER, booked(4, "3 Mock Lane", window=AM)), walk, ("ERR_INTERNET_DISCONNECTED",))
