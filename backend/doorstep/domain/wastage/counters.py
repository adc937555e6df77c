"""What is counted of a fact: each counter a whole number that adds up over appointments, days and patches.

Whatever was cancelled before its window is in none but `appointments` and `cancelled_before`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from doorstep.domain.wastage.attendance import REBOOKED
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.sides import MISSED, side_of

NEAR_THE_LEAST_MS: Final = 30_000
DISPUTED_WITHIN_MS: Final = 28 * MS_PER_DAY
LATE_MS: Final = MS_PER_HOUR
"""A record that came to the server later than this came late; after a day it was withheld, whatever the reason."""
ANSWERED: Final = ("in_time", "late")


def is_missed(fact: Fact) -> bool:
    """Whether it was recorded as missed, whatever a supervisor made of it."""
    return fact.recorded_as in MISSED


def _is_near_the_least(fact: Fact) -> bool:
    if fact.wait_ms is None or fact.least_wait_ms is None:
        return False
    return fact.wait_ms - fact.least_wait_ms <= NEAR_THE_LEAST_MS


def _is_disputed_in_time(fact: Fact) -> bool:
    since = fact.ends_at if fact.closed_at is None else fact.closed_at
    return is_missed(fact) and fact.disputed_at is not None and fact.disputed_at - since <= DISPUTED_WITHIN_MS


def _is_saved(fact: Fact) -> bool:
    was_reached = side_of(fact.recorded_as) == "attended" or fact.recorded_as == REBOOKED
    return fact.planner in ANSWERED and was_reached


_OF_POPULATION: Final[Mapping[str, Callable[[Fact], int]]] = {
    "population": lambda _: 1,
    "cancelled_later": lambda fact: fact.is_cancelled,
    "no_visit": lambda fact: not fact.visit_ids,
    "open": lambda fact: bool(fact.visit_ids) and not fact.recorded_as,
    "unknown_outcome": lambda fact: side_of(fact.recorded_as) == "unknown",
    "undecided": lambda fact: is_missed(fact) and not fact.stands_as,
    "missed": is_missed,
    "missed_upheld": lambda fact: fact.standing == "upheld" and fact.stands_as in MISSED,
    "landlord": lambda fact: side_of(fact.recorded_as) == "landlord",
    "landlord_stands": lambda fact: side_of(fact.stands_as) == "landlord",
    "attended": lambda fact: side_of(fact.recorded_as) == "attended",
    "kept": lambda fact: fact.arrival == "in_window",
    "arrived": lambda fact: fact.arrived_at is not None,
    "arrived_early": lambda fact: fact.arrival == "early",
    "arrived_late": lambda fact: fact.arrival == "late",
    "timed": lambda fact: fact.on_site_ms is not None,
    "on_site_ms": lambda fact: fact.on_site_ms or 0,
    "put_to_audit": lambda fact: fact.is_put_to_audit,
    "decided": lambda fact: fact.decision != "",
    "upheld_or_overturned": lambda fact: fact.decision in ("upheld", "overturned"),
    "overturned": lambda fact: fact.decision == "overturned",
    "missed_overturned": lambda fact: is_missed(fact) and fact.decision == "overturned",
    "returned": lambda fact: fact.decision == "returned",
    "complete_first_time": lambda fact: fact.is_complete_first_time,
    "waived": lambda fact: fact.clauses_waived != "",
    "waits": lambda fact: fact.wait_ms is not None,
    "near_the_least": _is_near_the_least,
    "planner_asked": lambda fact: fact.planner != "none",
    "planner_answered": lambda fact: fact.planner in ANSWERED,
    "planner_in_time": lambda fact: fact.planner == "in_time",
    "planner_saved": _is_saved,
    "failed_numbers": lambda fact: fact.has_failed_number,
    "missed_with_pack": lambda fact: is_missed(fact) and fact.has_complete_pack,
    "disputed": _is_disputed_in_time,
    "disputed_with_pack": lambda fact: _is_disputed_in_time(fact) and fact.has_complete_pack,
    "graded": lambda fact: fact.grade != "",
    "proven": lambda fact: fact.grade == "proven",
    "consistent": lambda fact: fact.grade == "consistent",
    "unsupported": lambda fact: fact.grade == "unsupported",
    "contradicted": lambda fact: fact.grade == "contradicted",
    "with_photo": lambda fact: fact.has_photo,
    "photo_unreadable": lambda fact: fact.is_photo_unreadable,
    "calls_named": lambda fact: fact.has_named_call,
    "calls_unmatched": lambda fact: fact.is_call_unmatched,
    "sent": lambda fact: fact.came_after_ms is not None,
    "sent_late": lambda fact: fact.came_after_ms is not None and fact.came_after_ms > LATE_MS,
    "sent_next_day": lambda fact: fact.came_after_ms is not None and fact.came_after_ms > MS_PER_DAY,
    "had_requests": lambda fact: fact.had_requests,
    "requests_ignored": lambda fact: fact.is_request_ignored,
    "sent_back": lambda fact: fact.was_returned,
}

COUNTERS: Final = ("appointments", "cancelled_before", "cancelled_but_visited", *_OF_POPULATION)
"""Their names, in the order of `counts_of`. Whoever adds one adds a column by a migration."""


def counts_of(fact: Fact) -> tuple[int, ...]:
    """What the fact adds to each counter."""
    if fact.is_cancelled_before:
        return (1, 1, int(fact.arrived_at is not None), *([0] * len(_OF_POPULATION)))
    return (1, 0, 0, *(int(count(fact)) for count in _OF_POPULATION.values()))
