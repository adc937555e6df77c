"""A phone is added by the office's code, is stopped by the office, and is emptied."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.browser.gallery.bookings import booked
from tests.browser.gallery.stage import Stage, Walk
from tests.browser.words import said

DOOR = booked(1, "")


def walk_enrolling(stage: Stage) -> None:
    """Get the code wrong, then right; be stopped with something still to send, and then with nothing."""
    phone, look, page = stage.phone, stage.look, stage.phone.page
    stage.sign_in()
    phone.tap("settings.title")
    phone.tap("enrol.title")
    look("adding this phone", "enrol")
    page.locator("#code").fill("34679ACDEF")
    page.locator(".dock .button").click()
    expect(page.get_by_role("alert")).to_contain_text(said("enrol.wrong"))
    look("adding this phone refused", "enrol")
    with stage.landlord.client("planner") as planner:
        wanted = {"person_id": stage.landlord.person("operative")["person_id"]}
        made = planner.post("/api/enrolment-codes", json=wanted).raise_for_status().json()
        page.locator("#code").fill(made["code"])
        page.locator(".dock .button").click()
        look("this phone is added", "enrol", "done")
        page.locator(".back").click()
        look("settings of an added phone", "settings", said("language"))
        stage.to_today()
        (device,) = planner.get("/api/devices").raise_for_status().json()["devices"]
        stop = planner.request("DELETE", f"/api/devices/{device['device_id']}", json={"reason": "Lost on a train."})
        stop.raise_for_status()

    def not_yet(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        route.fulfill(response=answer, json={**told, "wipe": False} if "wipe" in told else told)

    page.route("**/api/sync", not_yet)
    stage.hear(said("day.signed_out"))
    phone.tap("strip.sign_in")
    phone.give_name(stage.landlord.person("operative"))
    phone.is_at("today")
    stage.hear(said("enrol.revoked"))
    look("today of a stopped phone", "today")
    page.unroute("**/api/sync", not_yet)
    phone.signal_comes()
    expect(page.locator('[data-notice="wiped"]')).to_be_visible(timeout=20_000)
    look("sign-in of an emptied phone", "sign-in")


ENROLLING = Walk("enrolling", (DOOR,), walk_enrolling, ("status of 401", "status of 403"))
