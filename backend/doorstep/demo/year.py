"""The landlord's past as a plan: which appointments a day had, and how each of them went; drawn by seed and day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

import msgspec

from doorstep.application.import_appointments import Agreed, Alert, Booking, ContactRequest, Notification, PhoneNumber
from doorstep.application.import_appointments import Window as Slot
from doorstep.application.london import london_ms
from doorstep.demo.almanac import ENDED, window_hours
from doorstep.demo.bookings import SOURCE
from doorstep.demo.drawn import (
    LATEST_DAYS,
    MISSED,
    MOST_ATTEMPTS,
    NEVER,
    STARTS_EARLY,
    STARTS_LATE,
    UNTOLD,
    Drawn,
    attempts_after,
    first_attempts,
)
from doorstep.demo.endings import ended_story
from doorstep.demo.landlord import REBOOKING_NUMBER, Landlord, Member
from doorstep.demo.stories import MINUTE_MS, WAYS, Scene, Story, missed_story
from doorstep.domain.instants import MS_PER_DAY, format_instant

NOT_AGREED = "letter_sent"
"""How a slot was settled that nobody agreed to."""


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


class Year:
    """What each day of a landlord's years brings: the same for the same landlord and day, whenever it is asked for.

    Keeps the later attempts of the weeks before, so that a day after a day costs little.
    """

    def __init__(self, landlord: Landlord) -> None:
        self._landlord = landlord
        self._later: dict[date, list[Drawn]] = {}

    def plan_day(self, day: date) -> DayPlan:
        """The day's appointments and visits: new orders, and what is tried again."""
        drawn = [*first_attempts(self._landlord, day), *self._tried_again(day)]
        drawn.sort(key=lambda each: (slot_of(each)[0], each.home.property_ref, each.ref))
        crews: dict[str, list[Member]] = {}
        for member in self._landlord.of_role("operative"):
            crews.setdefault(member.patch, []).append(member)
        free_at: dict[str, int] = {}
        attendances = []
        for each in drawn:
            crew = crews[each.home.patch]
            operative = min(crew, key=lambda member: (free_at.get(member.person_id, 0), member.person_id))
            made = _attend(each, operative, free_at.get(operative.person_id, 0))
            if made.story:
                free_at[operative.person_id] = made.begins_at + made.story.lasts_ms + 6 * MINUTE_MS
            attendances.append(made)
        return DayPlan(day, tuple(sorted(attendances, key=lambda each: (each.begins_at, each.booking.source_ref))))

    def _tried_again(self, day: date) -> list[Drawn]:
        earliest = day - timedelta(days=LATEST_DAYS * (MOST_ATTEMPTS - 1))
        before = [earliest + timedelta(days=number) for number in range((day - earliest).days)]
        self._later = {
            each: self._later[each]
            if each in self._later
            else attempts_after(self._landlord, first_attempts(self._landlord, each))
            for each in before
        }
        return [drawn for later in self._later.values() for drawn in later if drawn.day == day]


def slot_of(drawn: Drawn) -> tuple[int, int]:
    """When the slot starts and ends, in ms since 1970."""
    starts, ends = window_hours(drawn.day, drawn.window)
    return at(drawn.day, starts), at(drawn.day, ends)


def _attend(drawn: Drawn, operative: Member, free_at: int) -> Attendance:
    fate = drawn.fate
    starts_at, ends_at = slot_of(drawn)
    random = drawn.chance("booked")
    booking = _booking(random, drawn, operative)
    begins_at = max(free_at, starts_at + fate.into_slot_ms)
    if fate.manner == STARTS_EARLY:
        begins_at = max(free_at, starts_at - fate.early_ms)
    elif fate.manner == STARTS_LATE:
        begins_at = max(free_at, ends_at + fate.late_ms)
    story = None if fate.ends == NEVER else _story(random, drawn, booking, is_late=begins_at > ends_at)
    return Attendance(booking, operative, begins_at, story, fate.is_cancelled, f"{operative.person_id}/{drawn.ref}")


def _story(random: Random, drawn: Drawn, booking: Booking, *, is_late: bool) -> Story:
    label = booking.phone_numbers[0].label if booking.phone_numbers else ""
    scene = Scene(
        tuple(request.request_id for request in booking.contact_requests),
        frozenset(alert.code for alert in booking.alerts),
        label,
        drawn.fate.notified == "in time",
        drawn.home.property_ref,
    )
    if drawn.fate.ends == UNTOLD:
        return ended_story(random, scene, "not_notified")
    if drawn.fate.ends == MISSED:
        return missed_story(random, scene, random.choices([*WAYS], [*WAYS.values()])[0])
    outcome = random.choices([*ENDED], [*ENDED.values()])[0]
    if is_late and outcome == "completed" and random.random() < 0.5:
        outcome = "arrived_outside_window"
    elif outcome == "arrived_outside_window" and not is_late:
        outcome = "landlord_missed"
    return ended_story(random, scene, outcome)


def _booking(random: Random, drawn: Drawn, operative: Member) -> Booking:
    home, facts, day = drawn.home, drawn.facts, drawn.day
    is_emergency = drawn.priority == "emergency"
    starts_at, ends_at = slot_of(drawn)
    lead = random.randint(2, 6) if drawn.priority == "urgent" else random.randint(5, 26)
    if drawn.attempt > 1:
        # Nobody agrees to a second slot before the first one was missed.
        lead = min(lead, 3)
    asked_at = at(day - timedelta(days=lead), time(random.randint(9, 16), random.randint(0, 59)))
    how = random.choices(("resident_chose", "resident_agreed", NOT_AGREED), (70, 28, 1))[0]
    asked_now = ("Ring me ten minutes before, please.",) if random.random() < 0.03 else ()
    return Booking(
        source=SOURCE,
        source_ref=drawn.ref,
        work_order_ref=drawn.order,
        property_ref=home.property_ref,
        address=home.address,
        window=Slot(drawn.window, format_instant(starts_at), format_instant(ends_at)),
        priority=drawn.priority,
        trade=drawn.trade,
        agreed=None if is_emergency else Agreed(how, format_instant(asked_at)),
        notifications=() if is_emergency else _notifications(random, starts_at, lead, drawn.fate.notified),
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
