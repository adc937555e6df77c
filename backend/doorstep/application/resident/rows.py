"""The rows of what residents said: their disputes, for lists and figures, and when somebody is in, to be forgotten."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from doorstep.application.records import Record
from doorstep.application.rows import Entry
from doorstep.domain.office_events import ResidentDisputed, ResidentGaveTimes

FORGOTTEN_KINDS = frozenset({"resident_gave_times"})
"""When somebody is at home is nobody's business for long: the bodies of these are erased."""


class DisputeRow(Record, frozen=True, kw_only=True):
    """A dispute, by the receipt that the resident has; instants in ms. `answered_at` is nothing while it is open."""

    TABLE: ClassVar[str] = "disputes"
    KEY: ClassVar[tuple[str, ...]] = ("dispute_id",)
    IS_PROJECTION: ClassVar[bool] = True

    dispute_id: str
    visit_id: str
    appointment_id: str
    says: str
    disputed_at: int
    answered_at: int | None = None


class GivenTimes(Record, frozen=True, kw_only=True):
    """An entry in which a resident says when somebody is in, by its place in the log, until its words are erased."""

    TABLE: ClassVar[str] = "resident_times"
    KEY: ClassVar[tuple[str, ...]] = ("position",)
    IS_PROJECTION: ClassVar[bool] = True

    position: int
    visit_id: str
    given_at: int
    text_id: str
    """The planner's task that was made of it."""


def dispute_row(event: ResidentDisputed, entry: Entry) -> DisputeRow:
    """A dispute as its log entry tells it."""
    return DisputeRow(
        dispute_id=event.dispute_id,
        visit_id=event.visit_id,
        appointment_id=event.appointment_id,
        says=event.says,
        disputed_at=entry.received_at,
    )


def answered_row(row: DisputeRow, entry: Entry) -> DisputeRow:
    """The same once it is answered."""
    return msgspec.structs.replace(row, answered_at=entry.received_at)


def given_times(event: ResidentGaveTimes, entry: Entry) -> GivenTimes:
    """The entry of what a resident said, to be forgotten in time."""
    return GivenTimes(
        position=entry.position, visit_id=event.visit_id, given_at=entry.received_at, text_id=event.request_id
    )
