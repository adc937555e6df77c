"""The landlord's past as a plan: which appointments a day had, and how each of them went; drawn by seed and day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

import msgspec

from doorstep.application.import_appointments import Agreed, Alert, Booking, ContactRequest, Notification, PhoneNumber
from doorstep.application.import_appointments import Window as Slot
from doorstep.application.london import london_ms
from doorstep.demo.almanac import (
    ENDED,
    HEATING_BY_MONTH,
    NO_ACCESS_BY_MONTH,
    NO_ACCESS_BY_WINDOW,
    TRADES,
    WEEKDAY_WINDOWS,
    HomeFacts,
    facts_of,
    no_access,
    visits_on,
    window_hours,
)
from doorstep.demo.bookings import SOURCE
from doorstep.demo.endings import ended_story
from doorstep.demo.landlord import REBOOKING_NUMBER, Home, Landlord, Member
from doorstep.demo.stories import MINUTE_MS, WAYS, Scene, Story, missed_story
from doorstep.domain.instants import MS_PER_DAY, format_instant

NOT_AGREED = "letter_sent"
"""How a slot was settled that nobody agreed to."""
FIRST_ORDER, FIRST_OF_MANY_ORDERS = 100_000, 10_000_000_000
STARTS_EARLY, STARTS_LATE = "early", "late"


class Attendance(msgspec.Struct, frozen=True):
    """One appointment, who went, when, and how it went. `story` None: cancelled before, or nobody ever came."""

    booking: Booking
    operative: Member
    begins_at: int
    story: Story | None
    is_cancelled: bool
    fate_seed: str


class DayPlan(msgspec.Struct, frozen=True):
    """A day's attendances in the order in which they began."""

    day: date
    attendances: tuple[Attendance, ...]


class _Drawn(msgspec.Struct):
    """An appointment before its hour at the door is known."""

    random: Random
    home: Home
    facts: HomeFacts
    window: str
    priority: str
    trade: str
    starts_at: int
    ends_at: int
    no_access: float
    first_order: int


def plan_day(landlord: Landlord, day: date) -> DayPlan:
    """The day's appointments and visits: the same for the same landlord and day, whenever it is asked for."""
    random = Random(f"year/{landlord.seed}/{len(landlord.homes)}/{day}")  # noqa: S311
    mean = visits_on(day, landlord)
    count = max(0, round(random.gauss(mean, mean**0.5))) if mean else 0
    drawn = [
        _draw(random, landlord, day, home) for home in random.sample(landlord.homes, min(count, len(landlord.homes)))
    ]
    drawn.sort(key=lambda each: (each.starts_at, each.home.property_ref))
    crews: dict[str, list[Member]] = {}
    for member in landlord.of_role("operative"):
        crews.setdefault(member.patch, []).append(member)
    free_at: dict[str, int] = {}
    attendances = []
    for place, each in enumerate(drawn, start=1):
        operative = min(crews[each.home.patch], key=lambda member: (free_at.get(member.person_id, 0), member.person_id))
        made = _attend(each, operative, f"{day}/year/{place}", day, free_at.get(operative.person_id, 0))
        if made.story:
            free_at[operative.person_id] = made.begins_at + made.story.lasts_ms + 6 * MINUTE_MS
        attendances.append(made)
    return DayPlan(day, tuple(sorted(attendances, key=lambda each: (each.begins_at, each.booking.source_ref))))


def _draw(random: Random, landlord: Landlord, day: date, home: Home) -> _Drawn:
    windows = {"Saturday": 1} if day.weekday() >= 5 else WEEKDAY_WINDOWS
    window = random.choices([*windows], [*windows.values()])[0]
    trades = TRADES | {"Heating": HEATING_BY_MONTH[day.month - 1]}
    starts, ends = window_hours(day, window)
    return _Drawn(
        random=random,
        home=home,
        facts=facts_of(landlord.seed, home),
        window=window,
        priority=random.choices(("routine", "urgent", "emergency"), (70, 22, 8))[0],
        trade=random.choices([*trades], [*trades.values()])[0],
        starts_at=at(day, starts),
        ends_at=at(day, ends),
        no_access=no_access(landlord),
        first_order=FIRST_OF_MANY_ORDERS if landlord.is_vast else FIRST_ORDER,
    )


def _attend(drawn: _Drawn, operative: Member, ref: str, day: date, free_at: int) -> Attendance:
    random = drawn.random
    is_emergency = drawn.priority == "emergency"
    notified = "in time" if is_emergency or random.random() > 0.028 else "late"
    booking = _booking(drawn, operative, ref, day, notified)
    is_cancelled = not is_emergency and random.random() < 0.03
    begins_at = max(free_at, drawn.starts_at + random.randint(1, 75) * MINUTE_MS + random.randint(0, 59_999))
    manner = random.choices(("", STARTS_EARLY, STARTS_LATE), (965, 12, 23))[0]
    if manner == STARTS_EARLY:
        begins_at = max(free_at, drawn.starts_at - random.randint(6, 25) * MINUTE_MS)
    elif manner == STARTS_LATE:
        begins_at = max(free_at, drawn.ends_at + random.randint(4, 70) * MINUTE_MS)
    story: Story | None = None
    if not is_cancelled and random.random() > 0.008:
        story = _story(drawn, booking, begins_at, notified)
    return Attendance(booking, operative, begins_at, story, is_cancelled, f"{operative.person_id}/{ref}")


def _story(drawn: _Drawn, booking: Booking, begins_at: int, notified: str) -> Story:
    random = drawn.random
    label = booking.phone_numbers[0].label if booking.phone_numbers else ""
    scene = Scene(
        tuple(request.request_id for request in booking.contact_requests),
        frozenset(alert.code for alert in booking.alerts),
        label,
        notified == "in time",
        drawn.home.property_ref,
    )
    likely = drawn.no_access * drawn.facts.no_access
    likely *= NO_ACCESS_BY_MONTH[_month(booking) - 1] * NO_ACCESS_BY_WINDOW[drawn.window]
    likely *= 0.5 if drawn.priority == "emergency" else 1.0
    likely *= 1.7 if notified == "late" else 1.0
    if random.random() < likely:
        if notified == "late" and random.random() < 0.4:
            return ended_story(random, scene, "not_notified")
        return missed_story(random, scene, random.choices([*WAYS], [*WAYS.values()])[0])
    outcome = random.choices([*ENDED], [*ENDED.values()])[0]
    is_late = begins_at > drawn.ends_at
    if is_late and outcome == "completed" and random.random() < 0.5:
        outcome = "arrived_outside_window"
    elif outcome == "arrived_outside_window" and not is_late:
        outcome = "landlord_missed"
    return ended_story(random, scene, outcome)


def _month(booking: Booking) -> int:
    return int(booking.window.starts_at[5:7])


def _booking(drawn: _Drawn, operative: Member, ref: str, day: date, notified: str) -> Booking:
    random, home, facts = drawn.random, drawn.home, drawn.facts
    is_emergency = drawn.priority == "emergency"
    lead = random.randint(2, 6) if drawn.priority == "urgent" else random.randint(5, 26)
    asked_at = at(day - timedelta(days=lead), time(random.randint(9, 16), random.randint(0, 59)))
    how = random.choices(("resident_chose", "resident_agreed", NOT_AGREED), (70, 28, 1))[0]
    asked_now = ("Ring me ten minutes before, please.",) if random.random() < 0.03 else ()
    return Booking(
        source=SOURCE,
        source_ref=ref,
        work_order_ref=f"WO-{random.randint(drawn.first_order, drawn.first_order * 10 - 1)}",
        property_ref=home.property_ref,
        address=home.address,
        window=Slot(drawn.window, format_instant(drawn.starts_at), format_instant(drawn.ends_at)),
        priority=drawn.priority,
        trade=drawn.trade,
        agreed=None if is_emergency else Agreed(how, format_instant(asked_at)),
        notifications=() if is_emergency else _notifications(random, drawn.starts_at, lead, notified),
        contact_requests=tuple(
            ContactRequest(f"r{place}", text) for place, text in enumerate(facts.requests + asked_now, start=1)
        ),
        alerts=tuple(Alert(each.code, each.words_on(day)) for each in facts.alerts_on(day)),
        phone_numbers=(PhoneNumber(home.number_label, home.number),) if facts.has_phone else (),
        operative_ids=(operative.person_id,),
        patch=home.patch,
        rebooking_number=REBOOKING_NUMBER,
        contractor=operative.contractor,
    )


def _notifications(random: Random, starts_at: int, lead: int, notified: str) -> tuple[Notification, ...]:
    """Text messages mostly; some fail and a letter follows; the late ones come hours before the visit."""
    if notified == "late":
        sent_at = starts_at - random.randint(3, 20) * 60 * MINUTE_MS
        return (Notification("sms", format_instant(sent_at), "delivered", format_instant(sent_at + 4_000)),)
    sent_at = starts_at - min(lead, 3) * MS_PER_DAY + random.randint(20, 100) * MINUTE_MS
    if min(lead, 3) == 2 or random.random() < 0.06:
        sent_at = starts_at - 2 * MS_PER_DAY
    told = Notification(
        "sms", format_instant(sent_at), "delivered", format_instant(sent_at + random.randint(2, 40) * 1000)
    )
    if random.random() < 0.05:
        failed = Notification("sms", format_instant(sent_at), "permanent-failure", format_instant(sent_at + 9_000))
        letter_at = starts_at - 30 * 60 * MINUTE_MS
        letter = Notification("letter", format_instant(letter_at), "delivered", format_instant(letter_at + 3_600_000))
        return (failed, letter)
    return (told,)


def at(day: date, clock: time) -> int:
    """An instant of a London day, in ms since 1970."""
    return london_ms(datetime.combine(day, clock))
