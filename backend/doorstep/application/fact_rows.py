"""The rows that an entry about a home makes: the alert or request as it now is, and the change that made it so."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from doorstep.application.composing import ALERT, REQUEST, FactAsStated, HomeFact
from doorstep.domain.office_events import AlertRecorded, RequestRecorded

FACT_KINDS = frozenset({"alert_recorded", "request_recorded"})
"""The log's kinds that tell of a home's facts. Of these alone the words may be erased once a fact is over."""


class FactChange(FactAsStated, frozen=True, kw_only=True):
    """One change of an alert or a request, by its place in the log: what it was from then on, who said so, and why."""

    TABLE: ClassVar[str] = "home_fact_changes"
    KEY: ClassVar[tuple[str, ...]] = ("position",)
    IS_PROJECTION: ClassVar[bool] = True

    position: int
    reason: str


def home_fact(event: AlertRecorded | RequestRecorded, received_at: int) -> HomeFact:
    """What is known of a home, as its log entry tells it."""
    return HomeFact(
        fact_id=event.fact_id,
        what=ALERT if isinstance(event, AlertRecorded) else REQUEST,
        property_ref=event.property_ref,
        code=event.code if isinstance(event, AlertRecorded) else "",
        text=event.text,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        review_on=event.review_on,
        changed_at=received_at,
        changed_by=event.actor_id,
        is_ended=event.is_ended,
    )


def fact_change(event: AlertRecorded | RequestRecorded, position: int, received_at: int) -> FactChange:
    """The change that an entry at that position of the log tells of."""
    now = msgspec.structs.asdict(home_fact(event, received_at))
    return FactChange(position=position, reason=event.reason, **now)
