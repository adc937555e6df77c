"""From an appointment's dossier and its settled visits to its fact: pure, so that the log makes it again.

Of several visits to one appointment the one that counts is the first in which somebody got in; else the one that was
closed last; else the one that was begun. So two operatives, or one who comes back, make one outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from doorstep.domain.dossier import Dossier, Version
from doorstep.domain.instants import MS_PER_DAY, parse_instant
from doorstep.domain.policy import Policy
from doorstep.domain.standing import Settled
from doorstep.domain.wastage.attendance import Attendance, attendance, is_attended
from doorstep.domain.wastage.bands import LEAD, NOTICE, WIDTH, band
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.record_quality import RecordQuality

FAILED: Final = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})
BEST_FIRST: Final = ("delivered_day_before", "delivered_late", "no_receipt", "failed", "none")
"""Receipts of messages, as they stood when the window began; a receipt that came after it tells nobody in time."""


def fact_of(dossier: Dossier, settled: Mapping[str, Settled], policies: Mapping[str, Policy]) -> Fact | None:
    """The appointment's fact; None where the office holds no snapshot of it (a visit to nobody knows what)."""
    if not dossier.versions:
        return None
    now = dossier.versions[-1]
    visits = [attendance(dossier, each, policies) for _, each in sorted(settled.items())]
    counts = _that_counts(visits)
    quality = counts.quality if counts else RecordQuality()
    window, snapshot = now.appointment.window, now.snapshot
    receipt, channel, lead_ms = best_receipt(snapshot, window.starts_at)
    cancelled_at = _cancelled_at(dossier.versions)
    arrived = min((visit.arrived_at for visit in visits if visit.arrived_at is not None), default=None)
    timed = [visit.on_site_ms for visit in visits if visit.on_site_ms is not None]
    channels = {str(each.get("channel", "")) for each in snapshot.get("notifications") or ()}
    return Fact(
        appointment_id=dossier.appointment_id,
        day=now.day,
        patch=now.patch,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        window=window.name,
        width=band(WIDTH, window.ends_at - window.starts_at),
        trade=now.appointment.trade,
        sor=str(next(iter(snapshot.get("sor_codes") or ()), "")),
        priority=now.appointment.priority,
        contractor=str(snapshot.get("contractor") or ""),
        operative_id=counts.operative_id if counts else next(iter(now.operative_ids), ""),
        property_ref=str(snapshot.get("property_ref") or ""),
        work_order_ref=str(snapshot.get("work_order_ref") or ""),
        alerts="with" if now.appointment.alert_codes else "without",
        is_cancelled=now.is_cancelled,
        is_cancelled_before=cancelled_at is not None and cancelled_at < window.starts_at,
        visit_ids=" ".join(visit.visit_id for visit in visits),
        visit_id=counts.visit_id if counts else "",
        standing=counts.standing if counts else "",
        recorded_as=counts.recorded_as if counts else "",
        stands_as=counts.stands_as if counts else "",
        attempts=sum(visit.arrived_at is not None for visit in visits),
        methods=" ".join(sorted(channels.union(*(visit.methods for visit in visits)) - {""})),
        arrived_at=arrived,
        arrival=_arrival(visits, window.starts_at, window.ends_at),
        on_site_ms=sum(timed) if timed else None,
        is_put_to_audit=bool(counts and counts.is_put_to_audit),
        is_complete_first_time=bool(counts and counts.is_complete_first_time),
        has_complete_pack=bool(counts and counts.has_complete_pack),
        clauses_failed=" ".join(counts.clauses_failed) if counts else "",
        clauses_waived=" ".join(counts.clauses_waived) if counts else "",
        wait_ms=counts.wait_ms if counts else None,
        least_wait_ms=counts.least_wait_ms if counts else None,
        receipt=receipt,
        channel=channel,
        lead=band(LEAD, lead_ms),
        has_failed_number=any(each.get("status") == "permanent-failure" for each in snapshot["notifications"]),
        notice=band(NOTICE, _notice_ms(dossier.versions, window.starts_at)),
        planner=counts.planner if counts else "none",
        decision=counts.decision if counts else "",
        decided_after_ms=counts.decided_after_ms if counts else None,
        disputed_at=min(filter(None, (dossier.disputed_at(visit.visit_id) for visit in visits)), default=None),
        closed_at=counts.closed_at if counts else None,
        grades=" ".join(quality.grades),
        grade=quality.grade,
        has_photo=quality.has_photo,
        is_photo_unreadable=quality.is_photo_unreadable,
        has_named_call=quality.has_named_call,
        is_call_unmatched=quality.is_call_unmatched,
        had_requests=quality.had_requests,
        is_request_ignored=quality.is_request_ignored,
        was_returned=quality.was_returned,
        came_after_ms=quality.came_after_ms,
    )


def _that_counts(visits: Sequence[Attendance]) -> Attendance | None:
    if not visits:
        return None

    def rank(visit: Attendance) -> tuple[int, int, str]:
        if is_attended(visit):
            return 0, visit.closed_at or 0, visit.visit_id
        if visit.closed_at is not None:
            return 1, -visit.closed_at, visit.visit_id
        return 2, 0, visit.visit_id

    return min(visits, key=rank)


def best_receipt(snapshot: Mapping[str, Any], starts_at: int) -> tuple[str, str, int | None]:
    """The best that is known before the window: its receipt, channel, and how long before, in ms, it was delivered."""
    found: list[tuple[int, int, str, int | None]] = []
    for each in snapshot.get("notifications") or ():
        if parse_instant(each["sent_at"]) >= starts_at:
            continue
        known_at = parse_instant(each["status_at"]) if each.get("status_at") else None
        lead_ms = starts_at - known_at if known_at is not None and known_at <= starts_at else None
        receipt = "no_receipt"
        if lead_ms is not None and each["status"] == "delivered":
            receipt = "delivered_day_before" if lead_ms >= MS_PER_DAY else "delivered_late"
        elif lead_ms is not None and each["status"] in FAILED:
            receipt, lead_ms = "failed", None
        else:
            lead_ms = None
        found.append((BEST_FIRST.index(receipt), -(lead_ms or 0), str(each["channel"]), lead_ms))
    if not found:
        return "none", "none", None
    place, _, channel, lead_ms = min(found, key=lambda each: each[:3])
    return BEST_FIRST[place], channel, lead_ms


def _cancelled_at(versions: Sequence[Version]) -> int | None:
    """When the office was told that it is off, where it still is."""
    at = None
    for version in reversed(versions):
        if not version.is_cancelled:
            break
        at = version.made_at
    return at


def _arrival(visits: Sequence[Attendance], starts_at: int, ends_at: int) -> str:
    """`in_window` where anybody came within it; else how the first came, and `none` where nobody did."""
    came = sorted(visit.arrived_at for visit in visits if visit.arrived_at is not None)
    if not came:
        return "none"
    if any(starts_at <= at <= ends_at for at in came):
        return "in_window"
    return "early" if came[0] < starts_at else "late"


def _notice_ms(versions: Sequence[Version], starts_at: int) -> int:
    """From when the resident agreed the time, else from when the office first held the appointment."""
    agreed = versions[-1].snapshot.get("agreed")
    return starts_at - (parse_instant(agreed["at"]) if agreed else versions[0].made_at)
