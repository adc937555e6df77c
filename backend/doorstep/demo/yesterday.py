"""Yesterday's visits, one for each way in which a visit can stand, and what each is meant to come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import msgspec

from doorstep.demo.at_the_door import MINUTE_MS, Door, Missed, broken_off, decided, ended, missed
from doorstep.demo.bookings import ASKED_AND_SLOW, CASES, PLAIN, WHEELCHAIR, Case
from doorstep.demo.diary import Script
from doorstep.demo.said_since import Given, Told, disputed, replied


class Past(msgspec.Struct, frozen=True):
    """One visit: which operative (0 to 5) came when, in which window, how it went, and where it then stands."""

    name: str
    operative: int
    window: str
    arrives: time
    script: Callable[[Door], Script]
    standing: str
    outcome: str = ""
    awaiting: tuple[str, ...] = ()
    case: Case = PLAIN


NO_PHONE = Case(has_phone=False)
NEXT_DOOR = "The resident has shown that the card was put through the door of the house next door."
SEEN = Given(
    "landlord_missed",
    "The resident's doorbell camera shows nobody at the door in that hour.",
    "We have seen the pictures from your doorbell camera. You are right: we missed this visit, and we are sorry.",
)

YESTERDAY: tuple[Past, ...] = (
    Past("recorded", 0, "AM", time(8, 40), missed, "recorded", "no_access_carded"),
    Past(
        "completed",
        0,
        "PM",
        time(12, 30),
        lambda door: ended(door, "completed", ("door_knocked", {"method": "bell"}), ("access_gained", {})),
        "ended",
        "completed",
    ),
    Past(
        "upheld",
        1,
        "AM",
        time(9, 10),
        lambda door: decided(door, "upheld", "All checks are met, and the code on the card is this visit's."),
        "upheld",
        "no_access_carded",
        case=CASES[0],
    ),
    Past(
        "refused access",
        1,
        "PM",
        time(13, 20),
        lambda door: ended(
            door,
            "refused_access",
            ("door_knocked", {"method": "knock"}),
            ("access_refused", {"words": "Not today, I have visitors."}),
        ),
        "ended",
        "refused_access",
    ),
    Past(
        "planner's call not saved",
        2,
        "AM",
        time(9, 30),
        lambda door: missed(door, Missed(planner_says=None)),
        "pending_corroboration",
        "no_access_carded",
        ("planner_call",),
    ),
    Past(
        "rebooked",
        2,
        "School run",
        time(12, 45),
        lambda door: ended(door, "rebooked_by_resident", ("resident_rebooked", {"note": "Asked for next Thursday."})),
        "ended",
        "rebooked_by_resident",
    ),
    Past(
        "returned",
        3,
        "AM",
        time(10, 5),
        lambda door: decided(door, "returned", "The photo does not show the door. Please say which door it was."),
        "returned",
        "no_access_carded",
        case=ASKED_AND_SLOW,
    ),
    Past(
        "refused",
        3,
        "PM",
        time(13, 40),
        lambda door: missed(door, Missed(wait_ms=16 * MINUTE_MS)),
        "refused",
        case=Case(alerts=(WHEELCHAIR,)),
    ),
    Past(
        "overturned",
        4,
        "AM",
        time(11, 0),
        lambda door: decided(door, "overturned", NEXT_DOOR, "wrong_address"),
        "overturned",
        "wrong_address",
    ),
    Past(
        "no number to call",
        4,
        "PM",
        time(14, 30),
        missed,
        "pending_corroboration",
        "no_access_carded",
        ("waiver",),
        NO_PHONE,
    ),
    Past(
        "photo not sent yet",
        5,
        "AM",
        time(11, 20),
        lambda door: missed(door, Missed(sends_photo=False)),
        "pending_corroboration",
        "no_access_carded",
        ("photo",),
    ),
    Past("phone died", 5, "PM", time(15, 10), broken_off, "in_progress"),
)


SAID_SINCE: tuple[Past, ...] = (
    Past(
        "sent back",
        0,
        "PM",
        time(15, 5),
        lambda door: decided(door, "returned", "The card is too dark to read here. Which letterbox did you put it in?"),
        "returned",
        "no_access_carded",
    ),
    Past(
        "replied to",
        2,
        "PM",
        time(15, 20),
        lambda door: replied(
            door,
            "The resident's neighbour says that nobody came up the stairs.",
            "landlord_missed",
            "I took the lift. The planner was on the phone with me when I knocked the second time.",
        ),
        "overturned",
        "landlord_missed",
    ),
    Past(
        "disputed",
        1,
        "PM",
        time(15, 30),
        lambda door: disputed(door, Told("was_in", "I was in all afternoon, in the kitchen at the back.")),
        "pending_corroboration",
        "no_access_carded",
        ("dispute",),
    ),
    Past(
        "dispute answered",
        3,
        "PM",
        time(15, 40),
        lambda door: disputed(door, Told("nobody_knocked", "My doorbell camera shows nobody. I have kept it."), SEEN),
        "overturned",
        "landlord_missed",
    ),
    Past("waited as before", 4, "PM", time(15, 50), missed, "recorded", "no_access_carded"),
)
"""Where the landlord is large: for the operative whose sign-in is printed first a visit to answer for; what operatives
and residents have said since of others; and a third wait of one operative's that is the same to the millisecond."""
