"""What a webhook says: an exact contract, in ids and codes, with no resident's name, address or number in it.

    {"type": "visit.standing_changed",             or "visit.decided", or "webhook.trial"
     "timestamp": "2026-11-22T10:15:00.000Z",      when it happened, by the server's clock
     "data": {
       "position": 81234,                          of the log: of two messages the higher one is the later
       "visit_id": "...", "appointment_id": "...",
       "source": "scheduler", "source_ref": "B-77",  the appointment as the system that sent it knows it
       "work_order_ref": "WO-1234",
       "standing": "recorded",                     in_progress, ended, refused, pending_corroboration, recorded,
                                                   upheld, overturned or returned
       "is_settled": true,                         whether that is an outcome to act on
       "outcome": "no_access_carded",              empty while there is none; DOMAIN's list, rules/outcomes.toml
       "side": "resident",                         whose side the outcome counts on; empty where there is none
       "awaiting": [],                             what a pending visit waits for: photo, planner_call, dispute
       "decision": "upheld", "decided_by": "..."}} of visit.decided only: which decision, and the person's id

Every change of a standing is told, one back from a settled one too, so that nobody is left with what no longer holds.
A message may come twice, with the same webhook-id; those about one visit come in order, but for one that was given up
and sent again by hand: go by `position`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from doorstep.application.ports import Outcome
from doorstep.application.rows import AppointmentRow, Entry
from doorstep.domain.instants import format_instant
from doorstep.domain.office_events import DecisionMade, StandingChanged, read_office_event

TOLD_KINDS: Final = ("standing_changed", "decision_made")
SETTLED: Final = frozenset({"ended", "recorded", "upheld", "overturned"})
STANDING_CHANGED: Final = "visit.standing_changed"
DECIDED: Final = "visit.decided"
TRIAL: Final = "webhook.trial"


class VisitData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a message says of a visit."""

    position: int
    visit_id: str
    appointment_id: str
    source: str
    source_ref: str
    work_order_ref: str
    standing: str
    is_settled: bool
    outcome: str
    side: str
    awaiting: list[str]
    decision: str = ""
    decided_by: str = ""


class TrialData(msgspec.Struct, frozen=True):
    """What a trial says: that it is one."""

    endpoint_id: str


class Message(msgspec.Struct, frozen=True):
    """A whole message."""

    type: str
    timestamp: str
    data: VisitData | TrialData


def message_of(entry: Entry, appointment: AppointmentRow | None, outcomes: Mapping[str, Outcome]) -> Message | None:
    """What is told of an entry of the log; nothing where it is of another kind, or was erased."""
    if entry.kind not in TOLD_KINDS or not entry.body:
        return None
    event = read_office_event(entry.body)
    if not isinstance(event, StandingChanged | DecisionMade):
        return None
    is_decision = isinstance(event, DecisionMade)
    standing = event.decision if isinstance(event, DecisionMade) else event.standing
    side = outcomes[event.outcome].side if event.outcome in outcomes else ""
    return Message(
        DECIDED if is_decision else STANDING_CHANGED,
        event.at,
        VisitData(
            position=entry.position,
            visit_id=event.visit_id,
            appointment_id=event.appointment_id,
            source=appointment.source if appointment else "",
            source_ref=appointment.source_ref if appointment else "",
            work_order_ref=appointment.work_order_ref if appointment else "",
            standing=standing,
            is_settled=standing in SETTLED,
            outcome=event.outcome,
            side=side,
            awaiting=event.awaiting if isinstance(event, StandingChanged) else [],
            decision=event.decision if isinstance(event, DecisionMade) else "",
            decided_by=event.actor_id if is_decision else "",
        ),
    )


def trial_message(endpoint_id: str, now_ms: int) -> Message:
    """A message that tells nothing of any visit."""
    return Message(TRIAL, format_instant(now_ms), TrialData(endpoint_id))


def body_of(message: Message) -> str:
    """The exact text that is sent and signed."""
    return msgspec.json.encode(message).decode()
