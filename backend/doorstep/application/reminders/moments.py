"""When a reminder of an appointment is due, and until when it is of use: in London's time, over both clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from doorstep.application.london import LONDON, london_time
from doorstep.application.reminders.rules import ReminderRules, Rule
from doorstep.domain.instants import MS_PER_HOUR

MS_PER_MINUTE = 60_000
MOST_STEPS = 120
"""So many days and quiet hours are passed over in search of an allowed moment: four months of closed days."""


class Moment(NamedTuple):
    """From when to when one reminder of an appointment may be sent; ms. `last_at` itself still counts."""

    rule: Rule
    due_at: int
    last_at: int


def moments(
    rules: ReminderRules, priority: str, trade: str, window: str, starts_at: int, known_at: int
) -> Iterator[Moment]:
    """The reminders that an appointment has, in the order of the rules; without those that have no allowed moment.

    `known_at` is when the office first knew that the appointment is at this time.
    """
    for rule in rules.reminders:
        if rule.is_for(priority, trade, window):
            # One whose moment was before anybody knew of the appointment goes at once: with late bookings all there is.
            first = max(_first(rules, rule, starts_at, known_at), known_at)
            due_at = next_allowed(rules, first)
            if due_at is not None:
                late = due_at + rule.late_hours * MS_PER_HOUR
                last_at = min(starts_at - 1, starts_at - rule.latest_minutes_before * MS_PER_MINUTE, late)
                if due_at <= last_at:
                    yield Moment(rule, due_at, last_at)


def next_allowed(rules: ReminderRules, at: int) -> int | None:
    """The first moment from `at` on that is neither quiet nor on a closed day; None where months are closed."""
    for _ in range(MOST_STEPS):
        local = london_time(at)
        day, minute = local.date(), local.hour * 60 + local.minute
        if not rules.is_open(day):
            at = at_london(day + timedelta(days=1), 0, after=at)
        elif rules.quiet and rules.quiet.covers(minute):
            ends = rules.quiet.ends
            at = at_london(day if minute < ends else day + timedelta(days=1), ends, after=at)
        else:
            return at
    return None


def at_london(day: date, minute: int, after: int = 0) -> int:
    """The instant of a minute of London's day; the first one later than `after` where the hour comes twice.

    A minute that the change to summer time skips counts from the hour before it: 01:30 is then 02:30.
    """
    wall = datetime.combine(day, time(minute // 60, minute % 60), LONDON)
    first, second = (round(wall.replace(fold=fold).timestamp() * 1000) for fold in (0, 1))
    return first if first > after else second


def _first(rules: ReminderRules, rule: Rule, starts_at: int, known_at: int) -> int:
    if rule.days_before is not None:
        day = london_time(starts_at).date() - timedelta(days=rule.days_before)
        steps = MOST_STEPS if rules.closed_days == "before" else 0
        while steps and not rules.is_open(day):
            day, steps = day - timedelta(days=1), steps - 1
        return at_london(day, rule.at)
    if rule.hours_before is not None:
        return starts_at - rule.hours_before * MS_PER_HOUR
    return known_at
