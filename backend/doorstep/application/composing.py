"""What a snapshot of an appointment holds: the source's own booking, what the office knows of the home, what was told.

Whatever the office adds bears its own id, so that it can be taken out again when it changes. A fact of a home stands in
the snapshots of the days on which it is in force, and in no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import msgspec

from doorstep.application.records import Record
from doorstep.domain.instants import format_instant

ALERT, REQUEST = "alert", "request"


class FactAsStated(Record, frozen=True, kw_only=True):
    """An alert or a request of a home, as somebody stated it. Days are London dates, both included; no end: open."""

    fact_id: str
    what: str
    property_ref: str
    code: str
    text: str
    starts_on: str
    ends_on: str
    review_on: str
    changed_at: int
    changed_by: str
    is_ended: bool = False


class HomeFact(FactAsStated, frozen=True, kw_only=True):
    """An alert or a request of a home, as it now is."""

    TABLE: ClassVar[str] = "home_facts"
    KEY: ClassVar[tuple[str, ...]] = ("fact_id",)
    IS_PROJECTION: ClassVar[bool] = True

    def is_in_force(self, day: str) -> bool:
        """Whether it is to be known on that day."""
        return self.starts_on <= day and (not self.ends_on or day <= self.ends_on)


class Notice(Record, frozen=True, kw_only=True):
    """One message to a resident about an appointment, and the last that is known of it; instants in ms.

    `told_by` is `text_service`, or the id of the person who told the resident by letter or by telephone. `tells_of` is
    the start of the window that it spoke of: once the appointment is at another time, it is no evidence that the
    resident knows of that one. Empty in entries from before it was kept: those speak of whatever holds.
    """

    TABLE: ClassVar[str] = "notices"
    KEY: ClassVar[tuple[str, ...]] = ("notice_id",)
    IS_PROJECTION: ClassVar[bool] = True

    notice_id: str
    appointment_id: str
    channel: str
    sent_at: int
    status: str
    status_at: int | None
    told_by: str
    note: str = ""
    tells_of: str = ""


def compose(own: Mapping[str, Any], facts: Iterable[HomeFact], notices: Iterable[Notice], day: str) -> str:
    """The exact text of a snapshot that is served and hashed. `day` is the London date of the window's start."""
    in_force = sorted(
        (fact for fact in facts if not fact.is_ended and fact.is_in_force(day)),
        key=lambda fact: (fact.starts_on, fact.fact_id),
    )
    window = own["window"]
    starts_at = window["starts_at"] if isinstance(window, Mapping) else window.starts_at
    told = sorted(
        (notice for notice in notices if notice.tells_of in ("", starts_at)),
        key=lambda notice: (notice.sent_at, notice.notice_id),
    )
    added: dict[str, list[Any]] = {
        "alerts": [_alert(fact) for fact in in_force if fact.what == ALERT],
        "contact_requests": [_request(fact) for fact in in_force if fact.what == REQUEST],
        "notifications": [_notification(notice) for notice in told],
    }
    whole = {name: [*held, *added[name]] if name in added else held for name, held in own.items()}
    return msgspec.json.encode(whole).decode()


def own_part(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """A snapshot without what the office added to the source's booking."""
    whole = dict(snapshot)
    for name in ("alerts", "contact_requests", "notifications"):
        whole[name] = [each for each in whole[name] if "fact_id" not in each and "notice_id" not in each]
    return whole


def _alert(fact: HomeFact) -> dict[str, str]:
    review = {"review_on": fact.review_on} if fact.review_on else {}
    return {"code": fact.code, "text": fact.text} | review | {"fact_id": fact.fact_id}


def _request(fact: HomeFact) -> dict[str, str]:
    return {"request_id": fact.fact_id, "text": fact.text, "fact_id": fact.fact_id}


def _notification(notice: Notice) -> dict[str, str | None]:
    return {
        "channel": notice.channel,
        "sent_at": format_instant(notice.sent_at),
        "status": notice.status,
        "status_at": None if notice.status_at is None else format_instant(notice.status_at),
        "notice_id": notice.notice_id,
    }
