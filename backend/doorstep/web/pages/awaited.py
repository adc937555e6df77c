"""What a visit waits for, and why: the very photo, call or waiver, so that nobody has to look for it."""

from __future__ import annotations

import msgspec

from doorstep.domain.events import PHOTOGRAPHS
from doorstep.domain.visit import ATTESTATIONS, MAX_GAP_MS
from doorstep.web.pages.evidence import counted_events
from doorstep.web.pages.fact_words import told
from doorstep.web.pages.times import clock_seconds, duration
from doorstep.web.pages.words import say, say_code
from doorstep.web.visit_form import EventView, VisitView


class Awaited(msgspec.Struct, frozen=True):
    """One thing that is awaited, in words, with what it is about."""

    what: str
    about: list[str]


def awaited(visit: VisitView) -> list[Awaited]:
    """Everything that stands between this visit and its record."""
    return [Awaited(say_code("awaiting", each), _about(each, visit)) for each in visit.awaiting]


def _about(awaiting: str, visit: VisitView) -> list[str]:
    counted = counted_events(visit).values()
    match awaiting:
        case "photo":
            return [_at(event, _photo(event, visit)) for event in counted if event.kind in PHOTOGRAPHS]
        case "planner_call":
            contacts = [event for event in counted if event.kind == "planner_contacted" and not event.matched_call_id]
            return [_at(event, told(event, visit)) for event in contacts]
        case "waiver":
            return _waivers(visit)
        case "attestation":
            return [_at(event, told(event, visit)) for event in counted if event.kind in ATTESTATIONS]
        case "interrupted":
            return _interruptions(visit)
        case _:
            return []


def _at(event: EventView, words: str) -> str:
    return say("visit.at", at=clock_seconds(event.at), words=words)


def _photo(event: EventView, visit: VisitView) -> str:
    photo = next((each for each in visit.photos if each.n == event.n), None)
    kind = say_code("kind", event.kind)
    if photo is None or photo.state == "awaited":
        return f"{kind}: {say('visit.photo_awaited')}"
    if photo.state == "unreadable":
        return f"{kind}: {say('visit.photo_unreadable', why=photo.why or '')}"
    return f"{kind}: {say('visit.photo_came')}"


def _waivers(visit: VisitView) -> list[str]:
    by_n = counted_events(visit)
    return [
        say("visit.titled", title=clause.title, words=_at(by_n[n], told(by_n[n], visit)))
        for clause in visit.clauses
        if clause.status == "waived"
        for n in clause.evidence
        if n in by_n
    ]


def _interruptions(visit: VisitView) -> list[str]:
    events = [event for event in visit.events if event.source == "phone"]
    found = [
        _at(event, say("visit.hidden", hidden=duration(int(event.own["hidden_ms"]))))
        for event in events
        if event.kind == "clock_gap" and not event.fault and int(event.own["hidden_ms"]) > MAX_GAP_MS
    ]
    return found + [_at(event, say("fault.gap")) for event in events if event.fault == "gap"]
