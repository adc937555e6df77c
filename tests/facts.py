"""Makers for tests of what the office knows of homes: an alert said in the usual way, and days by their place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from doorstep.application.composing import ALERT, REQUEST, HomeFact
from doorstep.application.fact_faults import Said
from doorstep.application.home_facts import record_fact
from doorstep.application.rows import Person
from tests.makers import DAY, Bench, a_booking

HOME = "P-1"


def a_day(after: int) -> str:
    """The day of these tests, or so many days after it."""
    return (date.fromisoformat(DAY) + timedelta(days=after)).isoformat()


def said(**changes: Any) -> Said:
    """An alert as a planner says it: with all that is asked."""
    fields: dict[str, Any] = {
        "code": "20-40",
        "text": "Walks with a frame. Give time.",
        "review_on": a_day(180),
        "reason": "Told us on the telephone.",
    }
    return Said(**(fields | changes))


async def an_alert_of(bench: Bench, planner: Person, **changes: Any) -> HomeFact:
    """An alert of the home of these tests."""
    return await record_fact(bench.office, planner, ALERT, HOME, said(**changes))


async def a_request_of(bench: Bench, planner: Person, **changes: Any) -> HomeFact:
    """A request of the home of these tests."""
    fields = {"code": "", "text": "Use the side door.", "review_on": ""}
    return await record_fact(bench.office, planner, REQUEST, HOME, said(**(fields | changes)))


def a_booking_on(day: str, operative_id: str, reference: str, **changes: Any) -> Any:
    """An appointment of the home on a London date, in the morning."""
    window = {"window": type(a_booking(()).window)("AM", f"{day}T09:00:00.000Z", f"{day}T13:00:00.000Z")}
    return a_booking((operative_id,), reference, **(window | changes))


def at(day: str, clock: str) -> int:
    """An instant of UTC in ms."""
    return round(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC).timestamp() * 1000)
