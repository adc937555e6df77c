"""The planners' desk of the demonstration: days ahead, homes to know about, rows to mend, residents' answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid5

from doorstep.application.composing import ALERT, REQUEST
from doorstep.application.fact_faults import Said
from doorstep.application.home_facts import record_fact
from doorstep.application.import_appointments import Booking, import_bookings
from doorstep.application.intake.runs import begin, brought_by, carry_out
from doorstep.application.london import london_ms
from doorstep.application.office import Office
from doorstep.application.reminders.replies import take_text
from doorstep.application.reminders.text_service import InboundText
from doorstep.application.rows import Person
from doorstep.demo.bookings import day_of_bookings
from doorstep.demo.diary import DiaryClock
from doorstep.demo.landlord import IDS, Landlord
from doorstep.domain.office_events import SYSTEM

DAYS_AHEAD = 2
FACTS = (
    (ALERT, "20-60", "Over 80 and slow to the door. Please wait.", None, 90),
    (ALERT, "20-40", "Broken ankle, on crutches for some weeks.", 20, 10),
    (REQUEST, "", "Please ring my daughter before you come. Her number is with the office.", None, 30),
    (ALERT, "20-10", "Hard of hearing. Ring and knock.", None, 2),
    (REQUEST, "", "The dog is friendly. Please shut the gate.", None, 0),
)
"""What is known of a home: what, code, words, ends and is reviewed in so many days."""
ANSWERS = ("CHANGE please, I am at the hospital that morning", "Yes I will be in", "STOP")
"""What residents of the first homes of the days ahead answer."""


async def lay_out(office: Office, landlord: Landlord, people: dict[str, Person], today: date) -> None:
    """Fill the desk as it would be this morning."""
    planner = people[landlord.of_role("planner")[0].person_id]
    evening = replace(office, clock=DiaryClock(_at(today - timedelta(days=1), time(21, 0))))
    ahead: list[Booking] = []
    for days in range(1, DAYS_AHEAD + 1):
        ahead += day_of_bookings(landlord, today + timedelta(days=days))
    await import_bookings(evening, SYSTEM, ahead)
    await _know(evening, planner, _homes(ahead, planner), today, landlord.seed)
    await _hold(evening, planner, ahead, today)
    await _answer(evening, ahead)


def _homes(ahead: Sequence[Booking], planner: Person) -> list[str]:
    return list(dict.fromkeys(booking.property_ref for booking in ahead if planner.patch in ("", booking.patch)))


async def _know(office: Office, planner: Person, homes: Sequence[str], today: date, seed: int) -> None:
    for home, (what, code, text, ends, review) in zip(homes[1:], FACTS, strict=False):
        said = Said(
            text=text,
            reason="The resident told us on the telephone.",
            code=code,
            ends_on=(today + timedelta(days=ends)).isoformat() if ends else "",
            review_on=(today + timedelta(days=review)).isoformat(),
        )
        await record_fact(office, planner, what, home, said, str(uuid5(IDS, f"{seed} {home} {text}")))


async def _hold(office: Office, planner: Person, ahead: Sequence[Booking], today: date) -> None:
    """A spreadsheet of four appointments, of which one can be taken in."""
    if office.intake is None:
        return
    day = (today + timedelta(days=DAYS_AHEAD)).isoformat()
    home = ahead[0]
    right = {
        "appointment_ref": "S-1",
        "work_order_ref": home.work_order_ref,
        "property_ref": home.property_ref,
        "address": " | ".join(home.address),
        "window": "PM",
        "date": day,
        "starts": "12:00",
        "ends": "17:00",
        "priority": "routine",
        "trade": home.trade,
        "patch": home.patch,
    }
    rows = [
        right,
        right | {"appointment_ref": "S-2", "starts": "5pm"},
        right | {"appointment_ref": "S-3", "date": "31/11/2026", "trade": ""},
        right | {"appointment_ref": "S-4", "ends": "11:00"},
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(right))
    writer.writeheader()
    writer.writerows(rows)
    file = io.BytesIO(text.getvalue().encode())
    run = await begin(office, office.intake, brought_by(planner, "spreadsheet", "saturday.csv"), file)
    await carry_out(office, office.intake, run, file, planner.person_id, is_dry=False)


async def _answer(office: Office, ahead: Sequence[Booking]) -> None:
    numbers = list(dict.fromkeys(number.number for booking in ahead for number in booking.phone_numbers))
    for place, (number, message) in enumerate(zip(numbers, ANSWERS, strict=False)):
        at = office.clock.now_ms() + place * 60_000
        await take_text(office, InboundText(str(uuid5(IDS, f"answer {place} {number}")), number, message, at))


def _at(day: date, clock: time) -> int:
    return london_ms(datetime.combine(day, clock))
