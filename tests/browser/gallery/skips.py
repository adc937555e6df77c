"""Checks that cannot be done: no number, a planner who does not answer, who says no card, a camera that fails."""

from __future__ import annotations

from tests.browser.gallery.bookings import booked
from tests.browser.gallery.stage import Stage, Walk
from tests.browser.words import said

PLANNER_DOOR = booked(1, "")
NO_NUMBER = booked(2, "31 Placeholder Court", phone_numbers=())
DEAD_NUMBER = booked(3, "88 Fiction Road")


def walk_planner(stage: Stage) -> None:
    """The planner does not answer, hangs up, says each thing that ends the visit, and at last: no card."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.start(PLANNER_DOOR)
    stage.try_to_reach()
    phone.tap("planner.button")
    phone.tap("planner.no_answer")
    look("planner no answer", "planner-no-answer")
    phone.tap("planner.tried.results.no_answer")
    look("planner tried", "planner-no-answer", "tried")
    phone.tap("planner.tried.results.in_app_asked")
    look("planner asked to call", "planner-no-answer", "asked")
    phone.tap("planner.tried.skip")
    look("planner skipped", "door")
    stage.undo()
    call = stage.landlord.begin_call(PLANNER_DOOR.appointment_id)
    phone.type_code(call["code"])
    phone.tap("planner.hung_up")
    look("planner hung up", "planner-code", "kept")
    phone.tap("planner.next")
    for instruction in ("resident_coming", "rebooked", "welfare_check"):
        phone.is_at("planner-read-back")
        if not phone.page.locator("label.choice", has_text=said(f"planner.instructions.{instruction}")).count():
            phone.tap("planner.more_said")
        phone.choose(f"planner.instructions.{instruction}")
        phone.tap("planner.save")
        look(f"ended {instruction}", "ended", instruction)
        stage.undo()


def walk_logged(stage: Stage) -> None:
    """The planner has written the call down, and said to leave no card: no code is needed."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.start(PLANNER_DOOR)
    stage.try_to_reach()
    call = stage.landlord.begin_call(PLANNER_DOOR.appointment_id)
    stage.landlord.log_call(call["call_id"], "leave_no_card")
    footer = phone.page.locator(".dock").get_by_text(said("planner.logged"))

    def has_come() -> bool:
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        return footer.is_visible()

    stage.wait_for(has_come, "the planner's log comes")
    look("planner logged", "door", "planner-logged")
    phone.tap("planner.save")
    stage.pass_time(13)
    look("no card", "door", "no_card")
    phone.tap("no_card.button")
    phone.has_stated("clause_waived", 2)
    look("ready with no card", "ready")


def walk_skips(stage: Stage) -> None:
    """No number is held; both numbers are dead; the camera fails."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.arrive_at(NO_NUMBER)
    phone.knock(1)
    stage.pass_time(2.1)
    phone.knock(2)
    look("no number", "door", "no-number")
    phone.page.locator(".dock .button").click()
    look("waive", "waive")
    phone.tap("waive.save")
    phone.has_stated("clause_waived")
    phone.type_code("00000000")
    phone.save_contact()
    stage.pass_time(13)
    phone.tap("card.open")
    phone.is_at("card-code")
    with phone.page.expect_file_chooser():
        phone.tap("card.photograph")
    phone.tap("card.camera_failed")
    look("waive the photo", "waive")
    phone.tap("waive.save")
    phone.has_stated("clause_waived", 2)
    look("card left with no photo", "card-left")
    phone.choose("card.placed.communal")
    phone.tap("card.save")
    look("ready with skips", "ready")
    phone.record()
    phone.is_sent()
    look("waiting for a supervisor", "after")
    stage.to_today()
    look("today waiting for proof", "today")
    stage.start(DEAD_NUMBER)
    phone.arrive()
    phone.page.locator('[data-clause="called"] button').click()
    phone.tap("call.button$")
    phone.is_at("call-result")
    phone.tap("call.results.number_unobtainable")
    phone.has_stated("resident_called")
    phone.page.locator('[data-clause="called"] button').click()
    look("number does not work", "door", "numbers-dead")
    phone.tap("something_else")
    look("something else with skips", "something-else")


PLANNER = Walk("planner", (PLANNER_DOOR,), walk_planner)
LOGGED = Walk("logged", (PLANNER_DOOR,), walk_logged)
SKIPS = Walk("skips", (NO_NUMBER, DEAD_NUMBER), walk_skips)
