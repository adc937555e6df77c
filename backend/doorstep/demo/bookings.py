"""The landlord's appointments: for any day the same ones by seed, chosen so that each case at a door is among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

import msgspec

from doorstep.application.import_appointments import (
    Agreed,
    Alert,
    Booking,
    ContactRequest,
    Notification,
    PhoneNumber,
    Window,
)
from doorstep.application.london import london_ms
from doorstep.demo.landlord import REBOOKING_NUMBER, Home, Landlord, Member
from doorstep.domain.instants import MS_PER_HOUR, format_instant

SOURCE = "demo"
TIME_LEFT_MS = 3 * MS_PER_HOUR
"""How long, at the least, one window of each operative still lasts when the demonstration starts."""

WINDOWS = {
    "All day": (time(0, 0), time(23, 59)),
    "AM": (time(8, 0), time(13, 0)),
    "PM": (time(12, 0), time(17, 0)),
    "School run": (time(9, 30), time(14, 0)),
    "Evening": (time(17, 0), time(20, 0)),
    "Night": (time(18, 0), time(6, 0)),
}
"""Named slots in London time; one that ends before it starts ends on the next day."""
SHORTER = ("AM", "School run", "PM", "Evening")
TRADES = ("Plumbing", "Electrical", "Carpentry", "Damp and mould", "Glazing", "Roofing", "Heating")


class Case(msgspec.Struct, frozen=True):
    """What is special about an appointment."""

    requests: tuple[str, ...] = ()
    alerts: tuple[tuple[str, str], ...] = ()
    priority: str = "routine"
    is_notified_late: bool = False
    has_phone: bool = True


HEARING = ("20-10", "Hard of hearing. Knock loudly, and ring the bell as well.")
WHEELCHAIR = ("20-50", "Uses a wheelchair, and takes longer to reach the door.")
NOT_ALONE = ("10", "Do not visit alone.")
SIDE_DOOR = "Please come to the side door, not the front."
TEXT_FIRST = "Please text before you come up."
NIGHT_WORKER = "I work nights. Please knock, do not ring."

PLAIN = Case()
CASES = (
    Case(requests=(SIDE_DOOR,)),
    Case(alerts=(WHEELCHAIR,)),
    Case(priority="emergency"),
    Case(has_phone=False),
    Case(is_notified_late=True),
    Case(requests=(TEXT_FIRST, NIGHT_WORKER), alerts=(HEARING,)),
    Case(alerts=(NOT_ALONE,), priority="urgent"),
    PLAIN,
)
ASKED_AND_SLOW = Case(requests=(SIDE_DOOR,), alerts=(WHEELCHAIR,))
GOOD_DAY = (
    Case(requests=(TEXT_FIRST, NIGHT_WORKER), alerts=(HEARING,)),
    PLAIN,
    Case(has_phone=False),
    Case(alerts=(WHEELCHAIR,)),
    Case(is_notified_late=True),
    Case(alerts=(NOT_ALONE,), priority="emergency"),
)
"""What the operative meets whose sign-in is printed first, where the landlord is large."""
MOST_ALL_DAY = 3


def day_of_bookings(landlord: Landlord, day: date) -> list[Booking]:
    """Four to six appointments for each operative, one of them all day long.

    The first operative's first one asks for nothing; a large landlord's has an alert and two requests, and is followed
    by one of each interesting kind.
    """
    random = Random(f"day/{landlord.seed}/{day}")  # noqa: S311
    homes = {patch: random.sample(on, len(on)) for patch in landlord.patches if (on := landlord.homes_on(patch))}
    bookings: list[Booking] = []
    for place, operative in enumerate(landlord.of_role("operative")):
        cases = [PLAIN if place == 0 else CASES[(place - 1) % len(CASES)]]
        cases += [CASES[(place * 3 + turn) % len(CASES)] for turn in range(random.randint(3, 5))]
        if place == 0 and landlord.is_large:
            cases = [*GOOD_DAY]
        for turn, case in enumerate(cases):
            name = "All day" if turn == 0 else SHORTER[(turn - 1) % len(SHORTER)]
            if place == 0 and landlord.is_large and turn < MOST_ALL_DAY:
                name = "All day"
            elif place == 0 and turn == 1:
                name, case = "All day", ASKED_AND_SLOW  # noqa: PLW2901
            home = homes[operative.patch].pop()
            bookings.append(booking(random, f"{day}/{place + 1}/{turn + 1}", home, operative, day, name, case))
    return bookings


def night_bookings(landlord: Landlord, day: date, covered: Sequence[str]) -> list[Booking]:
    """Late in the evening: a window over midnight for each operative (by id) whose other windows soon end."""
    random = Random(f"night/{landlord.seed}/{day}")  # noqa: S311
    return [
        booking(random, f"{day}/{place}/night", random.choice(landlord.homes_on(member.patch)), member, day, "Night")
        for place, member in enumerate(landlord.of_role("operative"), start=1)
        if member.person_id not in covered
    ]


def booking(
    random: Random, source_ref: str, home: Home, operative: Member, day: date, window: str, case: Case = PLAIN
) -> Booking:
    """One appointment as the landlord's scheduler would hand it over."""
    starts_at, ends_at = window_on(day, window)
    is_emergency = case.priority == "emergency"
    asked_at = _local(day - timedelta(days=random.randint(5, 9)), time(random.randint(9, 16), random.randint(0, 59)))
    return Booking(
        source=SOURCE,
        source_ref=source_ref,
        work_order_ref=f"WO-{random.randint(100000, 999999)}",
        property_ref=home.property_ref,
        address=home.address,
        window=Window(window, format_instant(starts_at), format_instant(ends_at)),
        priority=case.priority,
        trade=random.choice(TRADES),
        agreed=None if is_emergency else Agreed("resident_chose", format_instant(asked_at)),
        notifications=() if is_emergency else (_text_message(day, case),),
        contact_requests=tuple(ContactRequest(f"r{at}", text) for at, text in enumerate(case.requests, start=1)),
        alerts=tuple(Alert(code, text) for code, text in case.alerts),
        phone_numbers=(PhoneNumber(home.number_label, home.number),) if case.has_phone else (),
        operative_ids=(operative.person_id,),
        patch=home.patch,
        rebooking_number=REBOOKING_NUMBER,
        contractor=operative.contractor,
    )


def window_on(day: date, window: str) -> tuple[int, int]:
    """A named slot's start and end on a London date, in ms since 1970."""
    starts, ends = WINDOWS[window]
    last_day = day if ends > starts else day + timedelta(days=1)
    return _local(day, starts), _local(last_day, ends)


def _text_message(day: date, case: Case) -> Notification:
    """In the morning three days before, which is in time, or in the afternoon of the day before, which is not."""
    days, at = (1, time(17, 30)) if case.is_notified_late else (3, time(9, 30))
    sent_at = _local(day - timedelta(days=days), at)
    return Notification("sms", format_instant(sent_at), "delivered", format_instant(sent_at + 4_000))


def _local(day: date, clock: time) -> int:
    return london_ms(datetime.combine(day, clock))
