"""What the office has to say: decisions that come back, appointments that change, a day with nothing in it."""

from __future__ import annotations

import msgspec

from tests.browser.gallery.bookings import NOT_ALONE, PM, SIDE_DOOR, booked
from tests.browser.gallery.stage import Stage, Walk
from tests.browser.words import said

MISSED = booked(1, "")
CHANGED = booked(2, "31 Placeholder Court", window=PM)
GIVEN_AWAY = booked(3, "88 Fiction Road", window=PM)
CANCELLED = booked(4, "9 Specimen Avenue", window=PM)
NEW = booked(5, "3 Mock Lane", window=PM)


def walk_decisions(stage: Stage) -> None:
    """Record a miss; it waits for proof, is sent back, answered, upheld, and at last overturned."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.leave_card_at(MISSED)
    phone.record()
    phone.is_sent()
    stage.hear(said("after.awaiting"))
    look("waiting for proof", "after", "pending_corroboration")
    visit_id = str(phone.held().bodies[0]["visit_id"])
    reason = "The photo is too dark to read the code. Please say which door it was."
    stage.landlord.decide(visit_id, "returned", reason)
    stage.hear(reason)
    look("sent back", "after", "returned-asked")
    stage.to_today()
    look("today sent back", "today")
    phone.page.locator(".line", has_text=reason).click()
    stage.offline()
    phone.tap("after.answer")
    look("answer", "add-note")
    phone.page.locator("#note").fill("It was the blue door on the left, by the stairs.")
    phone.tap("note.save")
    look("answered not sent", "after", "returned-saved")
    stage.to_today()
    look("today answered not sent", "today")
    stage.offline(False)
    phone.is_sent()
    stage.open_line(MISSED)
    look("answered", "after")
    stage.landlord.decide(visit_id, "overturned", "The card was put through another door.", "wrong_address")
    stage.hear("The card was put through another door.")
    look("overturned", "after", "overturned-asked")


def walk_upheld(stage: Stage) -> None:
    """Record a miss without a photo's proof; a supervisor lets it stand. Then they come after all."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.leave_card_at(MISSED)
    phone.record()
    phone.is_sent()
    visit_id = str(phone.held().bodies[0]["visit_id"])
    stage.landlord.decide(visit_id, "upheld", "All checks are met.")
    stage.hear("All checks are met.")
    look("upheld", "after", "upheld")
    phone.tap("after.came")
    phone.has_stated("access_gained")
    look("came after all", "after", "came")


def walk_changes(stage: Stage) -> None:
    """The office changes the day while it goes on, and one appointment while the operative is at its door."""
    phone, look, landlord = stage.phone, stage.look, stage.landlord
    stage.sign_in()
    changed = msgspec.structs.replace(CHANGED, contact_requests=(SIDE_DOOR,), alerts=(NOT_ALONE,))
    colleague = (landlord.person("operative", 1)["person_id"],)
    landlord.book(
        changed,
        msgspec.structs.replace(GIVEN_AWAY, operative_ids=colleague),
        msgspec.structs.replace(CANCELLED, is_cancelled=True),
        NEW,
    )
    stage.hear(said("day.gone"))
    look("today with news", "today")
    stage.open_line(CHANGED)
    look("appointment changed", "appointment", "changed")
    stage.to_today()
    stage.open_line(CANCELLED)
    look("appointment cancelled", "appointment", "cancelled")
    stage.to_today()
    stage.arrive_at(MISSED)
    asked = msgspec.structs.replace(MISSED, contact_requests=(SIDE_DOOR,))
    landlord.book(asked)
    stage.hear(said("changed.title"))
    look("changed at the door", "changed")
    phone.tap("changed.seen")
    phone.has_stated("snapshot_adopted")
    landlord.book(msgspec.structs.replace(asked, is_cancelled=True))
    stage.hear(said("changed.cancelled"))
    look("cancelled at the door", "door", "cancelled")


DECISIONS = Walk("decisions", (MISSED,), walk_decisions, ("ERR_INTERNET_DISCONNECTED",))
UPHELD = Walk("upheld", (MISSED,), walk_upheld)
CHANGES = Walk("changes", (MISSED, CHANGED, GIVEN_AWAY, CANCELLED), walk_changes)
