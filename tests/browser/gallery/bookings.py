"""Appointments of the gallery's one day, each a plain one with what its picture is about."""

from __future__ import annotations

from typing import Any

import msgspec

from doorstep.application.import_appointments import (
    Agreed,
    Alert,
    Booking,
    ContactRequest,
    KeySafe,
    Notification,
    PhoneNumber,
    Window,
)
from tests.browser.gallery.landlord import PATCH, REBOOKING_NUMBER

DAY = "2026-11-17"
AM = Window("AM", f"{DAY}T08:00:00.000Z", f"{DAY}T13:00:00.000Z")
SCHOOL_RUN = Window("School run", f"{DAY}T09:30:00.000Z", f"{DAY}T14:00:00.000Z")
PM = Window("PM", f"{DAY}T12:00:00.000Z", f"{DAY}T17:00:00.000Z")
EARLIER = Window("Early", f"{DAY}T07:00:00.000Z", f"{DAY}T09:00:00.000Z")
TOLD = (Notification("sms", "2026-11-14T09:30:00.000Z", "delivered", "2026-11-14T09:30:04.000Z"),)
TOLD_LATE = (Notification("sms", "2026-11-16T17:30:00.000Z", "delivered", "2026-11-16T17:30:04.000Z"),)
SLOW = Alert("20-50", "Uses a wheelchair. They need more time to get to the door.")
DEAF = Alert("20-10", "Hard of hearing. Knock loudly and ring the bell.")
NOT_ALONE = Alert("10", "Do not visit alone. Call the planner before you go.")
SIDE_DOOR = ContactRequest("r1", "Please come to the side door, not the front. The dog is in the front garden.")
TEXT_FIRST = ContactRequest("r2", "Please text before you come up.")
KEY_SAFE = KeySafe(has_consent=True)
MOBILE = PhoneNumber("mobile", "07700 900123")
LANDLINE = PhoneNumber("home", "01632 960123")

PLAIN = Booking(
    source="gallery",
    source_ref="1",
    work_order_ref="WO-104233",
    property_ref="BH10001",
    address=("Flat 4", "12 Sample Street", "Nowhere-on-Sea", "ZZ1 2AB"),
    window=AM,
    priority="routine",
    trade="Plumbing",
    agreed=Agreed("resident_chose", "2026-11-10T10:00:00.000Z"),
    notifications=TOLD,
    contact_requests=(),
    alerts=(),
    phone_numbers=(MOBILE,),
    operative_ids=(),
    patch=PATCH,
    rebooking_number=REBOOKING_NUMBER,
)


def booked(place: int, street: str, **changes: Any) -> Booking:
    """The plain appointment at another home, with changes."""
    own = {"source_ref": str(place), "work_order_ref": f"WO-1042{place:02}", "property_ref": f"BH1{place:04}"}
    address = (street, "Nowhere-on-Sea", f"ZZ1 {place}AB") if place > 1 else PLAIN.address
    return msgspec.structs.replace(PLAIN, **{"address": address, **own, **changes})
