"""What a visit's page says of each event, of the faults in the phone's record, and of what is new since a return."""

from __future__ import annotations

from typing import Any

import msgspec

from doorstep.domain.deciding import REPLIED
from doorstep.web.pages.times import duration
from doorstep.web.pages.words import find_words, say, say_code
from doorstep.web.visit_form import DecisionView, EventView, VisitView

UNTOLD = frozenset(
    {"photo_sha256", "source_sha256", "appointment_id", "snapshot_sha256", "call_id", "visit_id", "operative_id"}
    | {"size_bytes", "saw", "expires_at", "operative_ids", "source", "lat_e7", "lon_e7", "salt", "photo_id"}
    | {"derivatives", "request_id", "sha256", "boot", "decided_n", "width", "height"}
    | {"dhash", "resembles", "manifest_sha256", "redacted_of", "dispute_id"}
)
"""Fields that a timeline leaves out: hashes and ids, which are for machines; places, which satisfy no check."""

CODED = frozenset({"says", "awaiting", "method", "result", "placed", "how", "place_missing", "outcome", "otherwise"})
"""Fields whose values are codes: read as words where nobody wrote any."""

ANSWERS = frozenset({"planner_call_logged", "planner_call_matched", "appointment_changed"})
"""What the office itself can add to a visit that was sent back."""


class EventRow(msgspec.Struct, frozen=True):
    """One line of everything that was stated. `fault` is in words; empty where there is none."""

    event: EventView
    what: str
    details: str
    fault: str
    by: str


class Fault(msgspec.Struct, frozen=True):
    """One kind of fault in the phone's record: what it is, means and does not mean, and which events have it."""

    what: str
    means: str
    means_not: str
    events: list[EventRow]


class SentBack(msgspec.Struct, frozen=True):
    """A return for evidence, with what has come since: the operative's words first."""

    decision: DecisionView
    notes: list[EventRow]
    others: list[EventRow]


def event_rows(visit: VisitView) -> list[EventRow]:
    """Everything that was stated, in the order of the log."""
    return [_event_row(event) for event in visit.events]


def _event_row(event: EventView) -> EventRow:
    return EventRow(
        event,
        say_code("kind", event.kind),
        _details(event.own),
        say_code("fault", event.fault) if event.fault else "",
        event.actor.name if event.actor else "",
    )


def faults(visit: VisitView) -> list[Fault]:
    """The faults of the phone's record, one entry for each kind, in the order in which they first came."""
    by_fault: dict[str, list[EventRow]] = {}
    for event in visit.events:
        if event.fault:
            by_fault.setdefault(event.fault, []).append(_event_row(event))
    return [
        Fault(
            say_code("fault", fault),
            find_words(f"fault_means.{fault}") or say("fault_means.other"),
            find_words(f"fault_not.{fault}") or say("fault_not.other"),
            rows,
        )
        for fault, rows in by_fault.items()
    ]


def withdrawn(visit: VisitView) -> list[EventRow]:
    """What the operative took back as a slip of the thumb."""
    return [_event_row(event) for event in visit.events if event.withdrawn is not None]


def sent_back(visit: VisitView) -> SentBack | None:
    """The latest decision, if it sent the visit back or was replied to, and what has come since."""
    if not visit.decisions or not (visit.decisions[-1].decision == "returned" or REPLIED in visit.flags):
        return None
    position = max((event.position for event in visit.events if event.kind == "decision_made"), default=0)
    new = [
        _event_row(event)
        for event in visit.events
        if event.position > position and (event.source == "phone" or event.kind in ANSWERS)
    ]
    notes = [row for row in new if row.event.kind == "note_added" and not row.fault]
    return SentBack(visit.decisions[-1], notes, [row for row in new if row not in notes])


def _details(own: dict[str, Any]) -> str:
    told = [_told(name, value) for name, value in own.items() if name not in UNTOLD and value not in ("", [], None)]
    return "; ".join(detail for detail in told if detail)


def _told(name: str, value: Any) -> str:
    if name in ("hidden_ms", "wall_ms", "mono_ms") and isinstance(value, int):
        value = duration(value)
    elif isinstance(value, bool):
        value = say("visit.yes") if value else say("visit.no")
    elif isinstance(value, list):
        value = ", ".join(_item(each) for each in value)
    elif isinstance(value, str) and (words := find_words(f"{name}.{value}") or find_words(f"waiver.{value}")):
        value = words
    elif isinstance(value, str) and name in CODED:
        value = value.replace("_", " ")
    return f"{say_code('field', name)}: {value}"


def _item(each: Any) -> str:
    if isinstance(each, dict):
        return str(each.get("words", ""))
    return find_words(f"awaiting_short.{each}") or str(each)


def matchable(visit: VisitView) -> dict[str, list[EventView]]:
    """For each saved call that matches nothing: the contacts that a person may say it belongs to."""
    contacts = [
        event
        for event in visit.events
        if event.kind == "planner_contacted" and event.n is not None and not event.matched_call_id and not event.fault
    ]
    open_calls = [call for call in visit.planner_calls if call.logged_at and call.matched_n is None]
    pairs = {
        call.call_id: [
            contact
            for contact in contacts
            if contact.own.get("instruction") == call.instruction
            and contact.actor
            and contact.actor.person_id == call.operative.person_id
        ]
        for call in open_calls
    }
    return {call_id: contacts for call_id, contacts in pairs.items() if contacts}
