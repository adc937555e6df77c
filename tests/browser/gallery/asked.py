"""Residents who asked for something, or who need more time; and doors that cannot be recorded as missed."""

from __future__ import annotations

from doorstep.application.import_appointments import KeySafe
from tests.browser.gallery.bookings import (
    DEAF,
    EARLIER,
    NOT_ALONE,
    PM,
    SIDE_DOOR,
    SLOW,
    TEXT_FIRST,
    TOLD_LATE,
    booked,
)
from tests.browser.gallery.stage import Stage, Walk

ASKED = booked(
    1,
    "",
    contact_requests=(SIDE_DOOR, TEXT_FIRST),
    alerts=(SLOW, DEAF, NOT_ALONE),
    key_safe=KeySafe(has_consent=False),
)
LATE = booked(2, "31 Placeholder Court", window=EARLIER)
EARLY = booked(3, "88 Fiction Road", window=PM)
NOT_TOLD = booked(4, "9 Specimen Avenue", notifications=TOLD_LATE)
NOT_AGREED = booked(5, "3 Mock Lane", agreed=None)


def walk_asked(stage: Stage) -> None:
    """See it before, follow one request, and say that the other cannot be followed; then follow it after all."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    look("today with alerts", "today", "next")
    stage.open_line(ASKED)
    look("appointment with alerts", "appointment")
    phone.tap("appointment.start")
    look("arrive with alerts", "door", "arrive")
    phone.arrive()
    look("request", "door", "request")
    phone.tap("request.yes")
    phone.has_stated("contact_request_followed", 1)
    look("second request", "door", "request")
    phone.tap("request.no")
    phone.has_stated("contact_request_followed", 2)
    look("request again", "door", "request-again")
    phone.tap("request.no_again")
    look("refused request", "refused", "each_request")
    phone.tap("refused.go_back")
    phone.tap("request.yes_now")
    phone.has_stated("contact_request_followed", 3)
    look("knock after requests", "door", "knock")
    phone.tap("something_else")
    phone.tap("else.key_safe")
    look("key safe not agreed", "key-safe", "no-consent")
    phone.tap("back")
    phone.tap("else.close")


def walk_refusals(stage: Stage) -> None:
    """Come too late and too early, to somebody who was not told and to somebody who did not agree."""
    phone, look = stage.phone, stage.look
    phone.page.context.clear_permissions()
    stage.sign_in()
    stage.arrive_at(LATE)
    look("refused late", "refused", "within_window")
    phone.page.locator(".dock .button").click()
    look("closed as ours", "after")
    stage.to_today()
    stage.arrive_at(EARLY)
    look("early", "door", "early")
    stage.something_else("else.rows.wrong_address")
    phone.page.locator(".dock .button").click()
    phone.is_at("after")
    stage.to_today()
    stage.arrive_at(NOT_TOLD)
    look("not told", "door", "attest")
    phone.tap("form.save")
    look("not told nothing chosen", "door", "attest")
    phone.tap("attest.no")
    look("refused not told", "refused", "notification")
    phone.tap("refused.go_back")
    phone.choose("attest.told_by.letter_seen")
    phone.tap("form.save")
    phone.has_stated("notification_attested")
    look("no place", "door", "knock")
    stage.something_else("else.rows.wrong_address")
    phone.page.locator(".dock .button").click()
    phone.is_at("after")
    stage.to_today()
    stage.arrive_at(NOT_AGREED)
    phone.tap("attest.no")
    look("refused not agreed", "refused", "slot_agreed")
    stage.to_today()
    look("today after refusals", "today")


ASKING = Walk("asked", (ASKED,), walk_asked)
REFUSALS = Walk("refusals", (LATE, EARLY, NOT_TOLD, NOT_AGREED), walk_refusals)
