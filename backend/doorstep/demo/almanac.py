"""What the landlord's year is like: how much is asked for, when nobody is in, and what goes wrong, as tables."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random

import msgspec

from doorstep.demo.landlord import Home, Landlord

REPAIRS_A_HOME_A_YEAR = 0.230 * 12
"""About 230 repairs for each 1,000 homes a month, as English landlords report."""
BY_WEEKDAY = (1.45, 1.30, 1.25, 1.25, 1.15, 0.48, 0.06)
BY_MONTH = (1.18, 1.12, 1.03, 0.97, 0.92, 0.88, 0.88, 0.86, 0.95, 1.03, 1.10, 1.08)
NOBODY_WORKS = {(12, 25), (12, 26), (1, 1)}

NO_ACCESS = 0.073
VISITS_A_HOME_A_YEAR = 7.1
"""New orders; what is tried again comes on top."""
NO_ACCESS_OF_ALL_VISITS = 0.145
"""Of a vast landlord all visits are told: servicing, inspections and planned works too, for which fewer are in."""
NO_ACCESS_BY_MONTH = (1.00, 0.95, 0.92, 1.06, 0.96, 0.92, 1.12, 1.34, 0.92, 0.96, 0.98, 1.24)
NO_ACCESS_BY_WINDOW = {"AM": 1.0, "PM": 1.06, "School run": 0.72, "All day": 1.5, "Evening": 0.7, "Saturday": 0.9}
WEARY = 0.04
"""The share of homes where nobody is in far more often than elsewhere."""

WEEKDAY_WINDOWS = {"AM": 38, "PM": 33, "School run": 16, "All day": 6, "Evening": 7}
HOURS = {
    "AM": (time(8, 0), time(13, 0)),
    "PM": (time(12, 0), time(17, 0)),
    "School run": (time(9, 30), time(14, 0)),
    "All day": (time(8, 0), time(17, 0)),
    "Evening": (time(17, 0), time(20, 0)),
    "Saturday": (time(8, 30), time(12, 30)),
}
FRIDAY_PM = (time(12, 0), time(16, 0))

TRADES = {"Plumbing": 24, "Electrical": 15, "Carpentry": 17, "Damp and mould": 9, "Glazing": 7, "Roofing": 8, "Lock": 5}
HEATING_BY_MONTH = (26, 24, 18, 12, 8, 5, 4, 4, 9, 16, 23, 26)

ENDED = {
    "completed": 745,
    "follow_on_required": 62,
    "external_work_done": 26,
    "access_gained_late": 18,
    "refused_access": 13,
    "no_responsible_adult": 7,
    "work_area_not_ready": 8,
    "rebooked_by_resident": 24,
    "cancelled_by_resident": 8,
    "no_longer_required": 10,
    "welfare_concern": 4,
    "unsafe_to_wait": 5,
    "third_party_access": 5,
    "landlord_missed": 18,
    "arrived_outside_window": 11,
    "time_not_agreed": 2,
    "wrong_address": 4,
    "wrong_trade_or_parts": 13,
    "adjustment_not_met": 3,
}
"""Where it was not a missed visit: in so many of a thousand. The landlord's own misses are among them."""

ALERTS = (
    ("10", "Do not visit alone."),
    ("20-10", "Hard of hearing. Knock loudly, and ring the bell as well."),
    ("20-20", "Sees very little. Say who you are before you come in."),
    ("20-40", "Walks with a frame, and takes longer to reach the door."),
    ("20-50", "Uses a wheelchair, and takes longer to reach the door."),
    ("20-60", "Over 80. Give them time to reach the door."),
    ("20-60", "Recovering from an operation. Slow to the door."),
    ("40", "Speaks Polish. A daughter translates by phone."),
    ("40", "Siarad Cymraeg yn gyntaf. Welsh first, please."),
    ("50", "A woman to visit, please, or two people."),
    ("20-70", "Children in the home. Safeguarding: no entry without an adult."),
)
REQUESTS = (
    "Please come to the side door, not the front.",
    "Please text before you come up.",
    "I work nights. Please knock, do not ring.",
    "The bell is broken. Knock on the window on the left.",
    "Ring the intercom twice, then wait: the lift is slow.",
    "Dog inside. Wait until I have shut the kitchen door.",
)


class HomeAlert(msgspec.Struct, frozen=True):
    """A person alert of one home, from when until when it is in force, and when somebody was to look at it again."""

    code: str
    text: str
    starts_on: date
    ends_on: date | None
    review_on: date

    def words_on(self, day: date) -> str:
        """What the operative reads, with its end, or with its review where that is overdue."""
        if self.ends_on:
            return f"{self.text} Until {self.ends_on.day} {self.ends_on:%B %Y}."
        if self.review_on < day:
            return f"{self.text} (To be reviewed by {self.review_on.day} {self.review_on:%B %Y}: not done.)"
        return self.text


class HomeFacts(msgspec.Struct, frozen=True):
    """What is so of one home all year."""

    alerts: tuple[HomeAlert, ...]
    requests: tuple[str, ...]
    no_access: float
    has_phone: bool

    def alerts_on(self, day: date) -> list[HomeAlert]:
        """The alerts in force on that day."""
        return [each for each in self.alerts if each.starts_on <= day and (each.ends_on is None or day <= each.ends_on)]


def facts_of(seed: int, home: Home, epoch: date = date(2020, 1, 1)) -> HomeFacts:
    """The same home has the same facts, whichever day asks. Alerts come and go from the epoch on."""
    random = Random(f"home/{seed}/{home.property_ref}")  # noqa: S311
    alerts: list[HomeAlert] = []
    if random.random() < 0.24:
        starts_on = epoch
        for _ in range(random.randint(1, 5)):
            starts_on += timedelta(days=random.randint(60, 1100))
            code, text = random.choice(ALERTS)
            lasts = timedelta(days=random.randint(40, 500))
            review_on = starts_on + timedelta(days=random.choice((182, 365, 365, 730)))
            alerts.append(
                HomeAlert(code, text, starts_on, starts_on + lasts if random.random() < 0.5 else None, review_on)
            )
    requests = tuple(random.sample(REQUESTS, random.choice((1, 1, 1, 2)))) if random.random() < 0.13 else ()
    return HomeFacts(tuple(alerts[-2:]), requests, 3.4 if random.random() < WEARY else 0.9, random.random() > 0.04)


def visits_on(day: date, landlord: Landlord) -> float:
    """How many appointments that day has, on average."""
    if (day.month, day.day) in NOBODY_WORKS:
        return 0.0
    a_year = VISITS_A_HOME_A_YEAR if landlord.is_vast else REPAIRS_A_HOME_A_YEAR
    return len(landlord.homes) * a_year / 365.25 * BY_WEEKDAY[day.weekday()] * BY_MONTH[day.month - 1]


def no_access(landlord: Landlord) -> float:
    """The share of visits at which nobody is in."""
    return NO_ACCESS_OF_ALL_VISITS if landlord.is_vast else NO_ACCESS


def window_hours(day: date, window: str) -> tuple[time, time]:
    """A named slot's times; the afternoon is shorter on a Friday."""
    return FRIDAY_PM if window == "PM" and day.weekday() == 4 else HOURS[window]
