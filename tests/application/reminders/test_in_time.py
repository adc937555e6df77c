"""Whether any reminder goes early enough for the policy: said where rules are loaded, and on the page."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
import structlog

from doorstep.adapters.policies import load_rules
from doorstep.application.reminders.in_time import TooLate, too_late, warn_if_too_late
from doorstep.application.reminders.rules import Rule
from doorstep.domain.instants import MS_PER_HOUR
from doorstep.domain.policy import NotificationCheck, Policy
from tests.makers import RULES, Bench
from tests.reminded import reminding, some_rules


def rules_with(*rules: Rule) -> Any:
    """The rules that come with this version, with these reminders only."""
    return some_rules(reminders=rules)


def a_policy(**changes: Any) -> Policy:
    """The policy that comes with this version, with what a test changes of the notified clause."""
    policy = load_rules(RULES).in_force(date(2026, 11, 23))
    clauses = tuple(
        msgspec.structs.replace(clause, check=msgspec.structs.replace(clause.check, **changes))
        if isinstance(clause.check, NotificationCheck)
        else clause
        for clause in policy.clauses
    )
    return msgspec.structs.replace(policy, clauses=clauses)


BOOKED = Rule(reminder="booked", template="t", words={}, on_booking=True)


def before(days: int, at: int = 17 * 60, **more: Any) -> Rule:
    """A reminder so many days before, at a minute of the day."""
    return Rule(reminder=f"d{days}", template="t", words={}, days_before=days, at=at, **more)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((before(1),), TooLate("never", 24)),
        ((BOOKED, before(1)), TooLate("booking_only", 24)),
        ((BOOKED, before(2)), None),
        ((before(1, at=8 * 60),), None),
        ((before(1, at=8 * 60 + 1),), TooLate("never", 24)),
        ((before(2, trades=("gas",)),), TooLate("never", 24)),
        ((before(2, not_priorities=("emergency",)),), None),
        ((Rule(reminder="h", template="t", words={}, hours_before=24),), None),
        ((Rule(reminder="h", template="t", words={}, hours_before=2),), TooLate("never", 24)),
        ((), TooLate("never", 24)),
    ],
)
def test_which_rules_are_in_time(rules: tuple[Rule, ...], expected: TooLate | None) -> None:
    """For a window that starts at eight, under a policy that asks for 24 hours; a rule for some only does not count."""
    assert too_late(rules_with(*rules), a_policy()) == expected


def test_it_follows_the_policy() -> None:
    """One that asks for twelve hours is met on the day before; one that takes letters only by no text."""
    assert too_late(rules_with(before(1)), a_policy(before_ms=12 * MS_PER_HOUR)) is None
    assert too_late(rules_with(before(2)), a_policy(channels=frozenset({"letter"}))) == TooLate("no_texts", 24)
    assert too_late(rules_with(before(1)), msgspec.structs.replace(a_policy(), clauses=())) is None


def test_the_rules_that_come_with_it_have_one_that_can_count() -> None:
    """The one at booking."""
    assert too_late(some_rules(), a_policy()) == TooLate("booking_only", 24)


async def test_it_is_said_in_the_log(any_bench: Bench) -> None:
    """In plain words, wherever rules are loaded."""
    await reminding(any_bench)
    with structlog.testing.capture_logs() as logged:
        warn_if_too_late(any_bench.office)
    [line] = logged
    assert line["log_level"] == "warning"
    assert line["detail"].startswith("No reminder is sent 24 hours or more before")
    assert line["detail"].endswith("only the one at booking can count as notified.")
    any_bench.office.reminders = None
    with structlog.testing.capture_logs() as logged:
        warn_if_too_late(any_bench.office)
    assert logged == []
