"""When a reminder is due, in London, over both clock changes, quiet hours, Sundays and bank holidays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.application.london import london_time
from doorstep.application.reminders.moments import Moment, at_london, moments, next_allowed
from doorstep.application.reminders.rules import Quiet, ReminderRules
from tests.reminded import london, some_rules

HOUR = 3_600_000


def moments_of(starts: str, known: str = "2026-01-01 12:00", rules: ReminderRules | None = None) -> dict[str, Moment]:
    """The moments of a plumber's routine appointment, by reminder."""
    found = moments(rules or some_rules(), "routine", "plumber", "AM", london(starts), london(known))
    return {moment.rule.reminder: moment for moment in found}


def wall(ms: int) -> str:
    """London's wall clock."""
    return f"{london_time(ms):%Y-%m-%d %H:%M %Z}"


@pytest.mark.parametrize(
    ("starts", "day_before", "two_hours"),
    [
        # The last Sunday of March 2026 is the 29th, at 01:00; that of October the 25th, at 02:00.
        ("2026-03-28 12:00", "2026-03-27 17:00 GMT", "2026-03-28 10:00 GMT"),
        ("2026-03-30 12:00", "2026-03-28 17:00 GMT", "2026-03-30 10:00 BST"),
        ("2026-03-31 12:00", "2026-03-30 17:00 BST", "2026-03-31 10:00 BST"),
        ("2026-10-24 12:00", "2026-10-23 17:00 BST", "2026-10-24 10:00 BST"),
        ("2026-10-26 12:00", "2026-10-24 17:00 BST", "2026-10-26 10:00 GMT"),
        ("2026-10-27 12:00", "2026-10-26 17:00 GMT", "2026-10-27 10:00 GMT"),
        # Tuesday after Christmas: Christmas Day is a Friday, Boxing Day's holiday the Monday, between them a Sunday.
        ("2026-12-29 12:00", "2026-12-26 17:00 GMT", "2026-12-29 10:00 GMT"),
        ("2026-12-26 12:00", "2026-12-24 17:00 GMT", "2026-12-26 10:00 GMT"),
    ],
)
def test_the_day_before_is_london_s(starts: str, day_before: str, two_hours: str) -> None:
    """Five in the afternoon by the resident's clock, on the last day on which anything is sent."""
    found = moments_of(starts)
    assert wall(found["day_before"].due_at) == day_before
    assert wall(found["two_hours_before"].due_at) == two_hours


def test_with_sundays_the_day_before_a_monday_is_a_sunday() -> None:
    """On the day of the change itself, by the new time."""
    rules = some_rules(sundays=True)
    assert wall(moments_of("2026-03-30 12:00", rules=rules)["day_before"].due_at) == "2026-03-29 17:00 BST"
    assert wall(moments_of("2026-10-26 12:00", rules=rules)["day_before"].due_at) == "2026-10-25 17:00 GMT"


def test_two_hours_are_two_hours_of_a_night_of_three_and_of_one() -> None:
    """A window at 03:00 of a changing night: hours that pass, not hours of the wall clock."""
    rules = some_rules(sundays=True, quiet=None)
    for starts in ("2026-03-29 03:00", "2026-10-25 03:00"):
        assert london(starts) - moments_of(starts, rules=rules)["two_hours_before"].due_at == 2 * HOUR


def test_closed_days_may_pass_a_reminder_on_to_the_next_day() -> None:
    """Where the landlord would rather be late than early: Monday's window at noon is told of at eight."""
    found = moments_of("2026-11-23 12:00", rules=some_rules(closed_days="after"))
    assert wall(found["day_before"].due_at) == "2026-11-23 08:00 GMT"


def test_what_cannot_be_in_time_is_not_due_at_all() -> None:
    """Two hours before 08:00 is quiet, and 08:00 is too late."""
    assert set(moments_of("2026-11-25 08:00")) == {"booked", "day_before"}
    assert set(moments_of("2026-11-25 08:00", known="2026-11-25 07:00")) == set()


def test_the_window_s_start_itself_is_too_late() -> None:
    """Where a rule allows as late as there is: one moment before."""
    last = some_rules().reminders[-1]
    rules = some_rules(reminders=(msgspec.structs.replace(last, latest_minutes_before=0, late_hours=5),))
    assert moments_of("2026-11-25 12:00", rules=rules)["two_hours_before"].last_at == london("2026-11-25 12:00") - 1


def test_a_late_booking_has_what_is_still_of_use() -> None:
    """Booked at six the evening before: five o'clock's reminder may go at once, and as late as its rule allows."""
    found = moments_of("2026-11-25 12:00", known="2026-11-24 18:00")
    assert wall(found["booked"].due_at) == "2026-11-24 18:00 GMT"
    assert wall(found["day_before"].due_at) == "2026-11-24 18:00 GMT"
    assert wall(found["day_before"].last_at) == "2026-11-25 08:00 GMT"


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("2026-11-24 19:59", "2026-11-24 19:59 GMT"),
        ("2026-11-24 20:00", "2026-11-25 08:00 GMT"),
        ("2026-11-25 00:30", "2026-11-25 08:00 GMT"),
        ("2026-11-21 20:00", "2026-11-23 08:00 GMT"),
        ("2026-12-24 21:00", "2026-12-26 08:00 GMT"),
        ("2026-12-26 21:00", "2026-12-29 08:00 GMT"),
        ("2026-03-28 23:00", "2026-03-30 08:00 BST"),
    ],
)
def test_the_next_allowed_moment(at: str, allowed: str) -> None:
    """After the night, the Sunday and the holidays, in one step or several."""
    found = next_allowed(some_rules(), london(at))
    assert found is not None
    assert wall(found) == allowed


def test_quiet_hours_within_a_day() -> None:
    """Those of a siesta begin and end on one day."""
    rules = some_rules(quiet=Quiet(13 * 60, 15 * 60))
    assert next_allowed(rules, london("2026-11-24 14:00")) == london("2026-11-24 15:00")
    assert next_allowed(rules, london("2026-11-24 02:00")) == london("2026-11-24 02:00")


def test_where_every_day_is_closed_there_is_no_moment() -> None:
    """A faulty list of holidays sends nothing, and ends."""
    first = london_time(london("2026-11-01 12:00")).date()
    closed = frozenset((first + timedelta(days=after)).isoformat() for after in range(-200, 400))
    rules = some_rules(holidays=closed)
    assert next_allowed(rules, london("2026-11-24 14:00")) is None
    assert moments_of("2026-11-25 12:00", known="2026-11-20 12:00", rules=rules) == {}


def test_hours_that_come_twice_and_never() -> None:
    """The end of quiet hours in the hour of the change: the first one that lies ahead."""
    rules = some_rules(sundays=True, quiet=Quiet(0, 90))
    twice = london_time(london("2026-10-25 12:00")).date()
    first = at_london(twice, 90)
    assert wall(first) == "2026-10-25 01:30 BST"
    assert wall(at_london(twice, 90, after=first)) == "2026-10-25 01:30 GMT"
    assert next_allowed(rules, first + 45 * 60_000) == first + HOUR
    never = london_time(london("2026-03-29 12:00")).date()
    assert wall(at_london(never, 90)) == "2026-03-29 02:30 BST"
    assert next_allowed(rules, london("2026-03-29 00:10")) == at_london(never, 90)


def test_which_appointments_a_rule_is_for() -> None:
    """Each list names what it is for; an empty one is for all, and what is not for it stands above."""
    [rule, *_] = some_rules().reminders
    assert rule.is_for("routine", "plumber", "AM")
    assert not rule.is_for("emergency", "plumber", "AM")
    for key, value in (("priorities", "urgent"), ("trades", "electrician"), ("windows", "PM")):
        changed = msgspec.structs.replace(rule, **{key: (value,)})
        assert not changed.is_for("routine", "plumber", "AM")
        assert changed.is_for("urgent", "electrician", "PM")


clock_changes = st.sampled_from(["2026-03-29 01:00", "2026-10-25 02:00", "2026-12-25 00:00", "2027-05-03 12:00"])
quiets = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1])


@st.composite
def some_rule_sets(draw: st.DrawFn) -> ReminderRules:
    """Rules with other quiet hours and days, over the same reminders."""
    changes: dict[str, Any] = {
        "quiet": draw(st.none() | quiets.map(lambda pair: Quiet(*pair))),
        "sundays": draw(st.booleans()),
        "closed_days": draw(st.sampled_from(["before", "after"])),
    }
    return some_rules(**changes)


@given(some_rule_sets(), clock_changes, st.integers(-60 * 80, 60 * 80), st.integers(0, 60 * 24 * 14))
def test_never_in_quiet_hours_never_after_the_window_began(
    rules: ReminderRules, change: str, beside: int, earlier: int
) -> None:
    """Whatever the rules: each moment is allowed, and lies before the window."""
    starts_at = london(change) + beside * 60_000
    known_at = starts_at - earlier * 60_000
    for moment in moments(rules, "routine", "plumber", "AM", starts_at, known_at):
        local = london_time(moment.due_at)
        assert rules.is_open(local.date())
        assert rules.quiet is None or not rules.quiet.covers(local.hour * 60 + local.minute)
        assert moment.due_at <= moment.last_at < starts_at
