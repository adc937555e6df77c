"""The rows that an entry about a home makes: the alert or request as it now is, and the change that made it so."""

from __future__ import annotations

from typing import ClassVar

from doorstep.application.composing import ALERT, REQUEST, HomeFact
from doorstep.application.records import Record
from doorstep.domain.office_events import AlertRecorded, RequestRecorded

FACT_KINDS = frozenset({"alert_recorded", "request_recorded"})
"""The log's kinds that tell of a home's facts. Of these alone the words may be erased once a fact is over."""


class FactChange(Record, frozen=True, kw_only=True):
    """One change of an alert or a request, by its place in the log: what it was from then on, who said so, and why."""

    TABLE: ClassVar[str] = "home_fact_changes"
    KEY: ClassVar[tuple[str, ...]] = ("position",)
    IS_PROJECTION: ClassVar[bool] = True

    position: int
    fact_id: str
    what: str
    property_ref: str
    code: str
    text: str
    starts_on: str
    ends_on: str
    review_on: str
    is_ended: bool
    reason: str
    changed_at: int
    changed_by: str


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
    now = home_fact(event, received_at)
    return FactChange(
        position=position,
        fact_id=now.fact_id,
        what=now.what,
        property_ref=now.property_ref,
        code=now.code,
        text=now.text,
        starts_on=now.starts_on,
        ends_on=now.ends_on,
        review_on=now.review_on,
        is_ended=now.is_ended,
        reason=event.reason,
        changed_at=now.changed_at,
        changed_by=now.changed_by,
    )
