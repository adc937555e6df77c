"""Visits for the office to look at: one in each standing, and doors where somebody stands now. Made through the API."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import httpx

from doorstep.application.import_appointments import Booking
from doorstep.demo.card_picture import card_picture
from doorstep.demo.phone import SimulatedPhone, SimulatedVisit
from tests.browser.gallery.bookings import NOT_ALONE, PM, SIDE_DOOR, SLOW, booked
from tests.browser.gallery.landlord import OPENS_MS, Landlord

MINUTE_MS = 60_000
MORNING_MS = OPENS_MS - 100 * MINUTE_MS
INSTALLATION = "7b0f7ad1-3f7e-4f0e-9a55-51a6e1f0c014"

RECORDED, UPHELD, RETURNED, OVERTURNED, PENDING, REFUSED, ENDED, LOST, WAITING, ASKING, LATER, DOUBTED = (
    booked(1, ""),
    booked(2, "31 Placeholder Court"),
    booked(3, "88 Fiction Road"),
    booked(4, "9 Specimen Avenue"),
    booked(5, "3 Mock Lane", alerts=(SLOW,)),
    booked(6, "17 Notional Terrace"),
    booked(7, "60 Imaginary Way"),
    booked(8, "5 Pretend Hill"),
    booked(9, "Flat 2, 44 Invented Close", alerts=(SLOW, NOT_ALONE), contact_requests=(SIDE_DOOR,)),
    booked(10, "12 Makebelieve House"),
    booked(11, "70 Sample Street", window=PM),
    booked(12, "40 Fabled Row"),
)


@dataclass
class Carried:
    """One operative's phone, which sends what it states at once."""

    landlord: Landlord
    http: httpx.Client
    day: dict[str, dict[str, str]]
    phone: SimulatedPhone
    visits: dict[str, SimulatedVisit] = field(default_factory=dict)
    photos: dict[str, bytes] = field(default_factory=dict)

    def begin(self, booking: Booking, at_ms: int) -> SimulatedVisit:
        """Start a visit, and arrive."""
        served = self.day[booking.appointment_id]
        visit = self.phone.visit(served["snapshot"], served["policy_version"], at_ms)
        visit.arrive()
        self.visits[booking.source_ref] = visit
        return visit

    def send(self) -> None:
        """Send all of it."""
        while events := self.phone.unsent():
            wanted = {"installation_id": self.phone.installation_id, "after": 0}
            sent = [{"seq": one.seq, "body": one.body} for one in events]
            answer = self.http.post("/api/sync", json={**wanted, "events": sent})
            assert answer.status_code < 300, answer.text
            self.phone.acknowledged(answer.json()["ack"])

    def miss(
        self,
        booking: Booking,
        at_ms: int,
        *,
        has_call: bool = True,
        wait_ms: int | None = None,
        photo_of: str | None = None,
    ) -> str:
        """Nobody comes; the visit's id. The planner's call is saved, or is not; the photo may be another visit's."""
        visit = self.begin(booking, at_ms)
        arrived_t = visit.t
        visit.try_to_reach()
        self.landlord.clock.set(visit.now_ms)
        call = self.landlord.begin_call(booking.appointment_id)
        visit.ask_planner(call["code"])
        self.landlord.clock.set(visit.now_ms)
        if has_call:
            self.landlord.log_call(call["call_id"], "leave_card", visit.read_back)
        lines = ("Tuesday 17 November", f"Job {booking.work_order_ref}", "To rebook: 01632 960002")
        photo = self.photos[photo_of] if photo_of else card_picture(visit.card_code, lines, visit.visit_id)
        self.photos[visit.visit_id] = photo
        sha256 = hashlib.sha256(photo).hexdigest()
        visit.leave_card(sha256, len(photo), visit.wait_out(arrived_t, wait_ms))
        visit.record_missed()
        self.landlord.clock.set(visit.now_ms)
        self.send()
        if photo_of:
            return visit.visit_id
        headers = {"upload-offset": "0", "upload-length": str(len(photo)), "content-type": "application/partial-upload"}
        answer = self.http.patch(f"/api/photos/{sha256}", content=photo, headers=headers)
        assert answer.status_code < 300, answer.text
        return visit.visit_id


def make_visits(landlord: Landlord) -> dict[str, str]:
    """Make them all, and give the ids of those that were closed, by the name of their standing. It is 10:42 then."""
    landlord.clock.set(MORNING_MS - 30 * MINUTE_MS)
    landlord.book(
        RECORDED, UPHELD, RETURNED, OVERTURNED, PENDING, REFUSED, ENDED, LOST, WAITING, ASKING, LATER, DOUBTED
    )
    with landlord.phone_client("operative", INSTALLATION) as http:
        served = {one["appointment_id"]: one for one in http.get("/api/day").json()["appointments"]}
        person_id = landlord.person("operative")["person_id"]
        carried = Carried(landlord, http, served, SimulatedPhone(person_id, INSTALLATION))
        ids = _closed(carried)
        _at_doors(carried)
    landlord.clock.set(OPENS_MS)
    landlord.settle_photos()
    landlord.decide(ids["upheld"], "upheld", "All checks are met, and the code on the card is this visit's.")
    landlord.decide(ids["returned"], "returned", "The photo does not show the door. Which door was it?")
    landlord.decide(ids["overturned"], "overturned", "The card was put through the door next door.", "wrong_address")
    return ids


def _closed(carried: Carried) -> dict[str, str]:
    doubted = carried.miss(DOUBTED, MORNING_MS - 17 * MINUTE_MS)
    ids = {
        "recorded": carried.miss(RECORDED, MORNING_MS),
        "upheld": carried.miss(UPHELD, MORNING_MS + 17 * MINUTE_MS),
        "returned": carried.miss(RETURNED, MORNING_MS + 34 * MINUTE_MS, photo_of=doubted),
        "overturned": carried.miss(OVERTURNED, MORNING_MS + 51 * MINUTE_MS),
        "refused": carried.miss(REFUSED, MORNING_MS + 68 * MINUTE_MS, wait_ms=6 * MINUTE_MS),
    }
    ended = carried.begin(ENDED, MORNING_MS + 78 * MINUTE_MS)
    ended.state("door_knocked", 20_000, method="bell")
    ended.state("access_refused", 30_000, words="Not today, I have visitors.")
    ended.state("visit_closed", 20_000, outcome="refused_access")
    carried.send()
    return ids | {"ended": ended.visit_id, "doubted": doubted}


def _at_doors(carried: Carried) -> None:
    lost = carried.begin(LOST, OPENS_MS - 19 * MINUTE_MS)
    lost.state("door_knocked", 20_000, method="knock")
    carried.landlord.clock.set(lost.now_ms)
    carried.send()
    waiting = carried.begin(WAITING, OPENS_MS - 9 * MINUTE_MS)
    waiting.state("contact_request_followed", 9_000, request_id="r1", followed=True)
    waiting.state("door_knocked", 20_000, method="knock")
    asking = carried.begin(ASKING, OPENS_MS - 8 * MINUTE_MS)
    asking.try_to_reach()
    asking.state("planner_call_tried", 20_000, result="in_app_asked")
    carried.landlord.clock.set(asking.now_ms)
    carried.send()
