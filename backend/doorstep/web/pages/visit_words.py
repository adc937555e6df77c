"""What a visit's page says of each check and each event, in plain words."""

from __future__ import annotations

from typing import Any

import msgspec

from doorstep.web.pages.words import find_words, say, say_code
from doorstep.web.visit_form import ClauseView, EventView, VisitView

UNTOLD = frozenset(
    {"photo_sha256", "source_sha256", "appointment_id", "snapshot_sha256", "call_id", "visit_id", "operative_id"}
    | {"size_bytes", "saw", "expires_at", "operative_ids", "source", "lat_e7", "lon_e7", "salt"}
)
"""Fields that a timeline leaves out: hashes and ids, which are for machines; places, which satisfy no check."""

UNDONE = frozenset({"failed", "open", "waiting", "blocked"})


class Evidence(msgspec.Struct, frozen=True):
    """One event that a check rests on."""

    n: int
    what: str
    at: str | None


class CheckRow(msgspec.Struct, frozen=True):
    """One check with where it stands and what it rests on; `mark` is met, waived, off or bad."""

    clause: ClauseView
    status: str
    mark: str
    evidence: list[Evidence]


class EventRow(msgspec.Struct, frozen=True):
    """One line of the timeline. `fault` is in words; empty where there is none."""

    event: EventView
    what: str
    details: str
    fault: str
    by: str


def check_rows(visit: VisitView) -> list[CheckRow]:
    """The policy's checks in its order."""
    by_n = {event.n: event for event in visit.events if event.n is not None and not event.withdrawn}
    return [
        CheckRow(
            clause,
            say_code("status", clause.status),
            _mark(clause.status, visit.standing),
            [
                Evidence(n, say_code("kind", by_n[n].kind), by_n[n].at) if n in by_n else Evidence(n, "", None)
                for n in clause.evidence
            ],
        )
        for clause in visit.clauses
    ]


def _mark(status: str, standing: str) -> str:
    """A check that can still be met is not bad; once the visit is recorded in spite of it, it is."""
    if status in ("met", "waived"):
        return status
    is_bad = status == "failed" or (status in UNDONE and standing == "refused")
    return "bad" if is_bad else "off"


def event_rows(visit: VisitView) -> list[EventRow]:
    """Everything that was stated, in the order of the log."""
    return [
        EventRow(
            event,
            say_code("kind", event.kind),
            _details(event.own),
            say_code("fault", event.fault) if event.fault else "",
            event.actor.name if event.actor else "",
        )
        for event in visit.events
    ]


def _details(own: dict[str, Any]) -> str:
    told = [_told(name, value) for name, value in own.items() if name not in UNTOLD and value not in ("", [], None)]
    return "; ".join(detail for detail in told if detail)


def _told(name: str, value: Any) -> str:
    if isinstance(value, bool):
        value = say("visit.yes") if value else say("visit.no")
    elif isinstance(value, list):
        value = ", ".join(_item(each) for each in value)
    elif isinstance(value, str) and (words := find_words(f"{name}.{value}")):
        value = words
    elif isinstance(value, str) and name in ("awaiting", "method", "result", "placed", "how", "place_missing"):
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
