"""From the log's entries to the dossier of an appointment: the same reading for settling, showing and rebuilding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from doorstep.application.rows import Entry
from doorstep.domain.appointment import read_appointment
from doorstep.domain.chain import body_hash
from doorstep.domain.dossier import Answer, Call, Decision, Dispute, Dossier, Logged, Stated, Version
from doorstep.domain.events import KINDS, Malformed, read_event
from doorstep.domain.instants import parse_instant
from doorstep.domain.office_events import (
    AppointmentChanged,
    DecisionMade,
    DisputeAnswered,
    PlannerCallBegun,
    PlannerCallLogged,
    PlannerCallMatched,
    ResidentDisputed,
    read_office_event,
)

SETTLED_BY = frozenset(
    {
        "appointment_changed",
        "planner_call_begun",
        "planner_call_logged",
        "planner_call_matched",
        "decision_made",
        "resident_disputed",
        "dispute_answered",
    }
)
"""The office's kinds that bear on where a visit stands; the others tell what was made of it."""


def is_from_phone(entry: Entry) -> bool:
    """Whether a phone delivered this entry."""
    return entry.installation_id is not None


def stated(entry: Entry) -> Stated:
    """A phone's entry as its chain takes it."""
    event = None
    if entry.kind in KINDS:
        try:
            event = read_event(entry.body)
        except Malformed:
            event = None
    return Stated(
        entry.position, entry.sha256, entry.visit_id, entry.received_at, entry.fault, event, entry.sig is not None
    )


def gather(dossier: Dossier, entries: Iterable[Entry]) -> None:
    """Add entries of one appointment and of its visits, in log order, to its dossier."""
    for entry in entries:
        if is_from_phone(entry):
            if entry.visit_id is not None:
                dossier.visits.setdefault(entry.visit_id, []).append(stated(entry))
        elif entry.kind in SETTLED_BY:
            add_office_entry(dossier, entry)


def add_office_entry(dossier: Dossier, entry: Entry) -> None:
    """Add one thing that the office stated of this appointment."""
    event = read_office_event(entry.body)
    match event:
        case AppointmentChanged():
            dossier.versions.append(version(event, entry))
        case PlannerCallBegun():
            dossier.calls[event.call_id] = Call(
                call_id=event.call_id,
                operative_id=event.operative_id,
                planner_id=event.actor_id,
                code=event.code,
                begun_at=entry.received_at,
                expires_at=parse_instant(event.expires_at, "expires_at"),
            )
        case PlannerCallLogged():
            logged = Logged(
                entry.position, entry.received_at, event.instruction, event.summary, event.read_back or None
            )
            dossier.calls[event.call_id] = msgspec.structs.replace(dossier.calls[event.call_id], logged=logged)
        case PlannerCallMatched():
            # One call, one event: what a person said last of a call takes it from what was said before.
            for key in [key for key, call_id in dossier.matches.items() if call_id == event.call_id]:
                del dossier.matches[key]
            dossier.matches[event.visit_id, event.n] = event.call_id
        case DecisionMade():
            dossier.decisions.setdefault(event.visit_id, []).append(
                Decision(
                    entry.position,
                    entry.received_at,
                    event.actor_id,
                    event.decision,
                    event.reason,
                    event.outcome or None,
                    frozenset(event.saw),
                    event.reads_card,
                    event.first_look,
                )
            )
        case ResidentDisputed():
            dossier.disputes.setdefault(event.visit_id, []).append(
                Dispute(entry.position, entry.received_at, event.dispute_id, event.says, event.words, event.language)
            )
        case DisputeAnswered():
            answer = Answer(entry.position, entry.received_at, event.actor_id, event.reason)
            dossier.disputes[event.visit_id] = [
                msgspec.structs.replace(dispute, answer=answer) if dispute.dispute_id == event.dispute_id else dispute
                for dispute in dossier.disputes[event.visit_id]
            ]


def version(event: AppointmentChanged, entry: Entry) -> Version:
    """One snapshot of the appointment, with the office's own facts about it."""
    snapshot: dict[str, Any] = msgspec.json.decode(event.snapshot)
    return Version(
        sha256=body_hash(event.snapshot.encode()),
        snapshot=snapshot,
        appointment=read_appointment(snapshot),
        made_at=entry.received_at,
        position=entry.position,
        operative_ids=tuple(event.operative_ids),
        patch=event.patch,
        day=event.day,
        is_cancelled=event.is_cancelled,
    )
