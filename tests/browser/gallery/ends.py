"""Everything that ends a visit otherwise, one after the other at one door, each taken back as a slip of the thumb."""

from __future__ import annotations

from tests.browser.gallery.bookings import KEY_SAFE, PM, booked
from tests.browser.gallery.stage import Stage, Walk

DOOR = booked(1, "", key_safe=KEY_SAFE)
ENDINGS = ("access_gained", "no_responsible_adult", "welfare_concern", "resident_rebooked", "wrong_address")


def walk(stage: Stage) -> None:
    """Arrive, open every way out, take each back, and at last leave because it is not safe."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.open_line(DOOR)
    look("appointment with key safe", "appointment")
    phone.tap("appointment.start")
    phone.arrive()
    look("slip to undo", "door", "knock")
    _ways(stage)
    for kind in ENDINGS:
        stage.something_else(f"else.rows.{kind}")
        look(f"ended {kind}", "ended")
        stage.undo()
    _refused_access(stage)
    _answered(stage)
    _completed(stage)


def _ways(stage: Stage) -> None:
    phone, look = stage.phone, stage.look
    phone.tap("something_else")
    look("something else", "something-else")
    phone.tap("else.communal")
    look("communal", "communal")
    phone.tap("back")
    phone.tap("else.key_safe")
    look("key safe", "key-safe", "consent")
    phone.tap("back")
    phone.tap("else.no_letterbox")
    look("no letterbox yet", "card-left", "not-yet")
    phone.tap("checks")
    stage.something_else("else.note")
    look("add note", "add-note")
    phone.tap("note.save")
    look("add note empty", "add-note")
    phone.tap("back")


def _refused_access(stage: Stage) -> None:
    phone, look = stage.phone, stage.look
    stage.something_else("else.rows.access_refused")
    look("refusal words", "refusal-words")
    phone.tap("refusal.save")
    look("refusal words empty", "refusal-words")
    phone.page.locator("#refusal").fill("Not today. I have visitors, and the dog does not like people in the house.")
    phone.tap("refusal.save")
    look("ended access_refused", "ended")
    stage.undo()


def _answered(stage: Stage) -> None:
    phone, look = stage.phone, stage.look
    phone.knock(1)
    phone.tap("something_else")
    phone.tap("else.communal")
    look("communal not yet", "communal", "not-yet")
    phone.tap("back")
    phone.tap("else.close")
    phone.page.locator('[data-clause="called"] button').click()
    phone.tap("call.button$")
    phone.is_at("call-result")
    phone.tap("call.results.answered")
    look("ended answered", "ended")
    phone.tap("ended.by.access_gained")
    look("ended came", "ended", "access_gained")


def _completed(stage: Stage) -> None:
    phone, look = stage.phone, stage.look
    phone.tap("outcomes.completed")
    look("closed completed", "after")
    stage.to_today()
    look("today completed", "today")
    stage.arrive_at(LEFT)
    phone.tap("something_else")
    phone.tap("else.unsafe")
    look("left unsafe", "after", "unsafe")
    stage.to_today()
    look("today explain", "today", "all-done")
    stage.open_line(LEFT)
    phone.tap("tags.explain")
    phone.page.locator("#note").fill("A man with a dog stood in the hall and shouted at me.")
    phone.tap("note.save")
    look("explained", "after")


LEFT = booked(2, "3 Mock Lane", window=PM)
ENDS = Walk("ends", (DOOR, LEFT), walk)
