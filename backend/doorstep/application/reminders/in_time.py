"""Whether reminders can ever count as told in time: the policy asks how long before, and the rules say when they go.

A text that arrives too late for the `notified` clause is still of use to the resident. But where no rule is in time, no
resident is ever shown to have been told, and every missed visit is the landlord's: somebody should know it beforehand.
"""

from __future__ import annotations

from typing import Final

import msgspec
import structlog

from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.reminders.rules import MINUTES_A_DAY, ReminderRules, Rule
from doorstep.domain.instants import MS_PER_HOUR
from doorstep.domain.policy import NotificationCheck, Policy

NEVER, BOOKING_ONLY, NO_TEXTS = "never", "booking_only", "no_texts"
TEXT: Final = "sms"
EARLIEST_MINUTE: Final = 8 * 60
"""The windows of a day begin at eight: a reminder counts if it is in time for those too."""
MINUTES_AN_HOUR: Final = 60
_log = structlog.get_logger()


class TooLate(msgspec.Struct, frozen=True):
    """That reminders do not go `hours` before, as the policy asks: `what` is never, booking_only or no_texts."""

    what: str
    hours: int

    def say(self) -> str:
        """For a log and a shell; pages have words of their own."""
        if self.what == NO_TEXTS:
            return "The policy takes no text for having been notified: reminders are a courtesy only."
        late = f"No reminder is sent {self.hours} hours or more before a window that starts at 08:00"
        if self.what == BOOKING_ONLY:
            return f"{late}: only the one at booking can count as notified."
        return f"{late}: nobody can count as notified by a text."


def too_late(rules: ReminderRules, policy: Policy) -> TooLate | None:
    """What is to be said of the rules under this policy; None where a reminder with a set time is in time.

    One that is for some trades, windows or priorities only does not count: the others would have none.
    """
    asked = [clause.check for clause in policy.clauses if isinstance(clause.check, NotificationCheck)]
    if not asked:
        return None
    hours = max(check.before_ms for check in asked) // MS_PER_HOUR
    if any(check.channels is not None and TEXT not in check.channels for check in asked):
        return TooLate(NO_TEXTS, hours)
    usual = [rule for rule in rules.reminders if _is_usual(rule)]
    if any(_lead_minutes(rule) >= hours * MINUTES_AN_HOUR for rule in usual):
        return None
    return TooLate(BOOKING_ONLY if any(rule.on_booking for rule in usual) else NEVER, hours)


def too_late_now(office: Office) -> TooLate | None:
    """The same of the rules and the policy in force today."""
    if office.reminders is None:
        return None
    try:
        policy = office.rules.in_force(london_date(office.clock.now_ms()))
    except LookupError:
        return None
    return too_late(office.reminders, policy)


def warn_if_too_late(office: Office) -> None:
    """Say so in the log, where rules are loaded."""
    if late := too_late_now(office):
        _log.warning("reminders_too_late", detail=late.say())


def _is_usual(rule: Rule) -> bool:
    return not (rule.priorities or rule.trades or rule.windows)


def _lead_minutes(rule: Rule) -> int:
    """How long before a window that starts at eight it goes at the latest; on closed days it goes earlier or later."""
    if rule.days_before is not None:
        return rule.days_before * MINUTES_A_DAY + EARLIEST_MINUTE - rule.at
    return 0 if rule.hours_before is None else rule.hours_before * MINUTES_AN_HOUR
