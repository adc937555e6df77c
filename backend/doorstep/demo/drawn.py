"""What is drawn of an appointment before it is known who goes and when: its home, its slot, and how it is going to end.

Each has a chance of its own, made from its reference, so that none depends on what else the day brings. So it is known
weeks later, without living through the day, which visits found nobody in and are booked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Final

import msgspec

from doorstep.demo.almanac import (
    HEATING_BY_MONTH,
    NO_ACCESS_BY_MONTH,
    NO_ACCESS_BY_WINDOW,
    NOBODY_WORKS,
    TRADES,
    WEEKDAY_WINDOWS,
    HomeFacts,
    facts_of,
    no_access,
    visits_on,
)
from doorstep.demo.landlord import Home, Landlord

FIRST_ORDER, FIRST_OF_MANY_ORDERS = 100_000, 10_000_000_000
STARTS_EARLY, STARTS_LATE = "early", "late"
MISSED, UNTOLD, OTHERWISE, NEVER = "missed", "untold", "otherwise", "never"
HAZARDOUS: Final = "Damp and mould"
"""The trade of which some orders are about a hazard to health, in the words of Awaab's Law a significant one."""
NOT_BOOKED_AGAIN: Final = 0.12
WORKING_DAYS_LATER: Final = {4: 14, 5: 18, 6: 16, 7: 14, 8: 11, 9: 9, 10: 8, 12: 6, 15: 4}
"""After how many working days the work is tried again, by how often: there is time to agree a slot and to be told."""
LATEST_DAYS: Final = 26
"""No second attempt comes more days later than this: fifteen working days, with a Christmas between them."""
MOST_ATTEMPTS: Final = 3
LIKELIER_IN: Final = 0.55
"""How much less often nobody is in where the resident has chosen the slot after a missed visit."""


class Fate(msgspec.Struct, frozen=True):
    """How it goes: told `in time` or `late`; called off or not; the manner and minutes of the start; the end's kind."""

    notified: str
    is_cancelled: bool
    manner: str
    early_ms: int
    into_slot_ms: int
    late_ms: int
    ends: str


class Drawn(msgspec.Struct, frozen=True):
    """An appointment of a day; `attempt` 1 is the order's first."""

    ref: str
    order: str
    day: date
    attempt: int
    home: Home
    facts: HomeFacts
    window: str
    priority: str
    trade: str
    fate: Fate

    def chance(self, of: str) -> Random:
        """This appointment's own chance in something."""
        return Random(f"{of}/{self.ref}/{self.home.property_ref}/{self.order}")  # noqa: S311


def first_attempts(landlord: Landlord, day: date) -> list[Drawn]:
    """The day's new orders, in the order of their references."""
    random = Random(f"year/{landlord.seed}/{len(landlord.homes)}/{day}")  # noqa: S311
    mean = visits_on(day, landlord)
    count = max(0, round(random.gauss(mean, mean**0.5))) if mean else 0
    homes = random.sample(landlord.homes, min(count, len(landlord.homes)))
    return [_first(random, landlord, day, home, f"{day}/year/{place}") for place, home in enumerate(homes, start=1)]


def attempts_after(landlord: Landlord, drawn: Iterable[Drawn]) -> list[Drawn]:
    """Every later attempt at the orders of which these are the first, on whatever day."""
    later: list[Drawn] = []
    for each in drawn:
        last = each
        while last.fate.ends == MISSED and last.attempt < MOST_ATTEMPTS and (again := _again(landlord, last)):
            later.append(again)
            last = again
    return later


def _first(random: Random, landlord: Landlord, day: date, home: Home, ref: str) -> Drawn:
    windows = {"Saturday": 1} if day.weekday() >= 5 else WEEKDAY_WINDOWS
    window = random.choices([*windows], [*windows.values()])[0]
    trades = TRADES | {"Heating": HEATING_BY_MONTH[day.month - 1]}
    priority = random.choices(("routine", "urgent", "emergency"), (70, 22, 8))[0]
    trade = random.choices([*trades], [*trades.values()])[0]
    if trade == HAZARDOUS and priority != "emergency" and Random(f"hazard/{home.property_ref}/{ref}").random() < 0.3:  # noqa: S311
        priority = "significant_hazard"
    first_order = FIRST_OF_MANY_ORDERS if landlord.is_vast else FIRST_ORDER
    order = f"WO-{random.randint(first_order, first_order * 10 - 1)}"
    facts = facts_of(landlord.seed, home)
    fate = _fate(random, no_access(landlord) * facts.no_access, day, window, priority)
    return Drawn(ref, order, day, 1, home, facts, window, priority, trade, fate)


def _again(landlord: Landlord, missed: Drawn) -> Drawn | None:
    """The next attempt after a missed one; None where nobody books it again."""
    random = missed.chance("again")
    if random.random() < NOT_BOOKED_AGAIN:
        return None
    days = random.choices([*WORKING_DAYS_LATER], [*WORKING_DAYS_LATER.values()])[0]
    day = _working_day_after(missed.day, days)
    window = random.choices([*WEEKDAY_WINDOWS], [*WEEKDAY_WINDOWS.values()])[0]
    if random.random() < 0.5 and missed.window in WEEKDAY_WINDOWS:
        window = missed.window
    priority = "urgent" if missed.priority == "emergency" else missed.priority
    likely = no_access(landlord) * missed.facts.no_access * LIKELIER_IN
    return msgspec.structs.replace(
        missed,
        ref=f"{missed.ref.partition('/again/')[0]}/again/{missed.attempt}",
        day=day,
        attempt=missed.attempt + 1,
        window=window,
        priority=priority,
        fate=_fate(random, likely, day, window, priority),
    )


def _working_day_after(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and (day.month, day.day) not in NOBODY_WORKS:
            days -= 1
    return day


def _fate(random: Random, likely: float, day: date, window: str, priority: str) -> Fate:
    is_emergency = priority == "emergency"
    notified = "in time" if is_emergency or random.random() > 0.028 else "late"
    is_cancelled = not is_emergency and random.random() < 0.03
    manner = random.choices(("", STARTS_EARLY, STARTS_LATE), (965, 12, 23))[0]
    likely *= NO_ACCESS_BY_MONTH[day.month - 1] * NO_ACCESS_BY_WINDOW[window]
    likely *= 0.5 if is_emergency else 1.0
    likely *= 1.7 if notified == "late" else 1.0
    is_nobody_sent = random.random() <= 0.008
    ends = OTHERWISE
    if random.random() < likely:
        ends = UNTOLD if notified == "late" and random.random() < 0.4 else MISSED
    return Fate(
        notified,
        is_cancelled,
        manner,
        early_ms=random.randint(6, 25) * 60_000,
        into_slot_ms=random.randint(1, 75) * 60_000 + random.randint(0, 59_999),
        late_ms=random.randint(4, 70) * 60_000,
        ends=NEVER if is_cancelled or is_nobody_sent else ends,
    )
