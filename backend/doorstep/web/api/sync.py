"""Sync: take in what a phone sends, and give it what the office has stated since."""

from __future__ import annotations

from typing import Any

from litestar import post
from litestar.params import JSONBody

from doorstep.application.accept_events import accept_events
from doorstep.application.arrivals import Sent
from doorstep.application.rows import DeviceRow, FeedItem
from doorstep.application.writer import Refused
from doorstep.domain.instants import format_instant
from doorstep.domain.office_events import (
    AppointmentChanged,
    AppointmentWithdrawn,
    PhotoUnreadable,
    PlannerCallLogged,
    StandingChanged,
    read_office_event,
)
from doorstep.web.api.forms import Device, FeedEntry, RefusedSeq, Sync, SyncAnswer
from doorstep.web.guards import OPERATIVES
from doorstep.web.problems import may_answer
from doorstep.web.requests import WebRequest

MAX_SYNC_BYTES = 1_000_000


@post(
    "/api/sync",
    guards=[OPERATIVES],
    status_code=200,
    request_max_body_size=MAX_SYNC_BYTES,
    responses=may_answer(401, 403, 409, 413, 415, 422, 507),
)
async def sync(request: WebRequest, data: JSONBody[Sync]) -> SyncAnswer:
    """Everything up to `ack` is durable when this answers. Sending again changes nothing."""
    if data.installation_id != request.user.installation_id:
        raise Refused(
            "other-installation", "This session belongs to another phone. Sign in again with this installation_id."
        )
    office = request.web.office
    sent = [Sent(event.seq, event.body, event.sig) for event in data.events]
    accepted, feed = await accept_events(office, request.user, sent, data.after)
    device = told_device(accepted.device)
    return SyncAnswer(
        accepted.ack,
        [RefusedSeq(refused.seq, refused.reason) for refused in accepted.refused],
        format_instant(office.clock.now_ms()),
        office.anchors.current(),
        device,
        device is not None and device.is_revoked and accepted.ack >= max((event.seq for event in sent), default=0),
        [FeedEntry(item.position, item.kind, format_instant(item.received_at), told(item)) for item in feed],
        feed[-1].position if feed else data.after,
    )


def told_device(row: DeviceRow | None) -> Device | None:
    """An enrolled phone as it is told of itself."""
    return Device(row.device_id, row.revoked_at is not None) if row else None


def told(item: FeedItem) -> dict[str, Any]:
    """What an operative is told of an office event: their own matter, without the envelope."""
    match read_office_event(item.body):
        case StandingChanged() as moved:
            return _moved(moved)
        case PlannerCallLogged() as logged:
            return {
                "call_id": logged.call_id,
                "appointment_id": logged.appointment_id,
                "operative_id": logged.operative_id,
                "instruction": logged.instruction,
                "summary": logged.summary,
            }
        case AppointmentChanged() as changed:
            return {
                "appointment_id": changed.appointment_id,
                "snapshot": changed.snapshot,
                "policy_version": changed.policy_version,
                "is_cancelled": changed.is_cancelled,
            }
        case AppointmentWithdrawn() as withdrawn:
            return {"appointment_id": withdrawn.appointment_id}
        case PhotoUnreadable() as photo:
            return {"sha256": photo.sha256, "why": photo.why}
    return {}


def _moved(moved: StandingChanged) -> dict[str, Any]:
    body: dict[str, Any] = {
        "visit_id": moved.visit_id,
        "appointment_id": moved.appointment_id,
        "standing": moved.standing,
        "outcome": moved.outcome or None,
        "awaiting": moved.awaiting,
        "reasons": [{"reason": why.reason, "clause": why.clause or None, "words": why.words} for why in moved.reasons],
    }
    if moved.otherwise:
        body["otherwise"] = moved.otherwise
    if moved.decision:
        body |= {"decision": moved.decision, "decided_n": moved.decided_n}
    if moved.decision_reason:
        body["decision_reason"] = moved.decision_reason
    return body


ROUTES = [sync]
