"""From the log to all that a visit's page shows: one pure reading, for the API and for the office's page."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import msgspec

from doorstep.application.gather import is_from_phone
from doorstep.application.log_planner_call import read_back_agrees
from doorstep.application.rows import Entry
from doorstep.domain.bounds import Bounds
from doorstep.domain.chain import card_code
from doorstep.domain.dossier import Call, Decision, Dispute, Dossier, Stated
from doorstep.domain.events import PHOTOGRAPHS, Event
from doorstep.domain.instants import format_instant
from doorstep.domain.laid_out import vouched_for
from doorstep.domain.linking import link
from doorstep.domain.office_events import RESIDENT, SYSTEM
from doorstep.domain.policy import (
    AnyOfCheck,
    Check,
    EachRequestCheck,
    ElapsedCheck,
    EventsCheck,
    NotificationCheck,
    Policy,
    SlotAgreedCheck,
    WithinWindowCheck,
)
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle
from doorstep.web.known_times import known_bounds, known_waits
from doorstep.web.visit_form import (
    AnswerView,
    CallView,
    ClauseView,
    DecisionView,
    DisputeView,
    EventView,
    PersonView,
    PhotoView,
    PolicyView,
    ReasonView,
    VisitView,
)

ENVELOPE = frozenset(
    {"v", "visit_id", "n", "prev", "kind", "at", "t", "mono", "boot", "device_id", "actor_id", "salt"}
    | {"code", "snapshot", "dhash", "resembles"}
)
"""What a timeline does not repeat: the envelope; codes that were spoken; and the snapshot, which has its own place."""

NOT_KNOWN = (None, None)
NOBODYS_NAMES = {SYSTEM: "Doorstep", RESIDENT: "Resident"}

CHECKS = {
    NotificationCheck: "notification",
    SlotAgreedCheck: "slot_agreed",
    WithinWindowCheck: "within_window",
    EachRequestCheck: "each_request",
    EventsCheck: "events",
    ElapsedCheck: "elapsed",
    AnyOfCheck: "any_of",
}


def visit_view(
    visit_id: str,
    dossier: Dossier,
    entries: Sequence[Entry],
    policies: Mapping[str, Policy],
    names: Mapping[str, str],
) -> VisitView:
    """One visit of a dossier. `entries` are its log entries in order, `names` the names of people by id."""
    settled = settle(dossier, policies)
    now = settled[visit_id]
    version = dossier.version(now.snapshot_sha256) or (dossier.versions[-1] if dossier.versions else None)
    policy = policies.get(now.policy_version)
    chain = link(dossier.visits[visit_id])
    arrived = chain.first("arrived")
    latest = dossier.versions[-1] if dossier.versions else None
    return VisitView(
        visit_id=visit_id,
        appointment_id=dossier.appointment_id or None,
        standing=now.standing,
        outcome=now.outcome,
        otherwise=now.otherwise,
        awaiting=list(now.awaiting),
        reasons=[ReasonView(why.reason, why.clause, why.words) for why in now.reasons],
        flags=list(now.flags),
        operative=_person(now.operative_id, names),
        patch=latest.patch if latest else "",
        day=latest.day if latest else "",
        is_cancelled=latest.is_cancelled if latest else False,
        started_at=instant(now.started_at),
        arrived_at=instant(now.arrived_at),
        closed_at=instant(now.closed_at),
        snapshot_sha256=now.snapshot_sha256,
        appointment=version.snapshot if version else None,
        policy=PolicyView(policy.policy, policy.version, policy.title, policy.source) if policy else None,
        verdict=now.verdict,
        clauses=_clauses(now, policy, known_waits(dossier, chain, now, policy, version)),
        events=_events(entries, dossier.visits[visit_id], now, names, known_bounds(dossier, chain, visit_id)),
        photos=_photos(dossier, now),
        planner_calls=[_call(call, dossier, settled, names) for call in dossier.calls.values()],
        decisions=[_decision(decision, names) for decision in dossier.decisions.get(visit_id, [])],
        card_code=card_code(arrived[0].sha256) if arrived else None,
        disputes=[_dispute(dispute, names) for dispute in dossier.disputes.get(visit_id, [])],
        grades=list(now.grades),
        place=now.place,
        grade=now.grade or None,
    )


def instant(ms: int | None) -> str | None:
    """The written form of an instant that may not be known."""
    return None if ms is None else format_instant(ms)


def _person(person_id: str, names: Mapping[str, str]) -> PersonView:
    return PersonView(person_id, names.get(person_id, NOBODYS_NAMES.get(person_id, "")))


def _clauses(now: Settled, policy: Policy | None, waits: Mapping[str, tuple[int, int]]) -> list[ClauseView]:
    if now.verdict is None or policy is None:
        return []
    words = {clause.clause: clause for clause in policy.clauses}
    return [
        ClauseView(
            clause=ruled.clause,
            title=words[ruled.clause].title,
            ask=words[ruled.clause].ask,
            why=words[ruled.clause].why,
            check=CHECKS[type(words[ruled.clause].check)],
            at_least_ms=_wait_ms(words[ruled.clause].check),
            status=ruled.status,
            is_optional=words[ruled.clause].optional,
            t=ruled.t,
            ready_t=ruled.ready_t,
            missing=ruled.missing,
            final=ruled.final,
            evidence=list(ruled.evidence),
            ignored=list(ruled.ignored),
            blocked_by=list(ruled.blocked_by),
            known_from=instant(waits.get(ruled.clause, NOT_KNOWN)[0]),
            known_until=instant(waits.get(ruled.clause, NOT_KNOWN)[1]),
        )
        for ruled in now.verdict.clauses
    ]


def _dispute(dispute: Dispute, names: Mapping[str, str]) -> DisputeView:
    answer = dispute.answer
    return DisputeView(
        dispute.dispute_id,
        format_instant(dispute.at),
        dispute.says,
        dispute.words,
        dispute.language,
        AnswerView(format_instant(answer.at), _person(answer.by_id, names), answer.words) if answer else None,
    )


def _wait_ms(check: Check) -> int | None:
    return check.at_least_ms if isinstance(check, ElapsedCheck) else None


def _events(
    entries: Sequence[Entry],
    stated: Sequence[Stated],
    now: Settled,
    names: Mapping[str, str],
    known: Mapping[int, Bounds],
) -> list[EventView]:
    by_position = {body.position: body for body in stated}
    signed = vouched_for(stated)
    return [_event(entry, by_position.get(entry.position), now, names, known, signed) for entry in entries]


def _event(
    entry: Entry,
    stated: Stated | None,
    now: Settled,
    names: Mapping[str, str],
    known: Mapping[int, Bounds],
    signed: Container[str],
) -> EventView:
    event = stated.event if stated else None
    # A fork's event has the `n` of another, which is the one that is known.
    fits = event is not None and now.faults.get(entry.position) in (None, "gap")
    between = known.get(event.n) if event and fits else None
    return EventView(
        position=entry.position,
        source="phone" if is_from_phone(entry) else "office",
        kind=entry.kind,
        n=event.n if event else None,
        at=event.at if event else None,
        t=event.t if event else None,
        received_at=format_instant(entry.received_at),
        actor=_person(entry.actor_id, names) if entry.actor_id else None,
        own={name: value for name, value in event.own.items() if name != "code"} if event else _office_fields(entry),
        fault=now.faults.get(entry.position, entry.fault),
        withdrawn=now.withdrawn.get(event.n) if event and entry.position not in now.faults else None,
        matched_call_id=now.matched.get(event.n) if event and event.kind == "planner_contacted" else None,
        is_erased=not entry.body,
        lo=instant(between.lo) if between else None,
        hi=instant(between.hi) if between else None,
        lo_by=(between.lo_by or None) if between else None,
        hi_by=between.hi_by if between else None,
        is_signed=entry.sha256 in signed,
    )


def _office_fields(entry: Entry) -> dict[str, Any]:
    """What an office entry says. A malformed body is kept, and not repeated: nobody vouches for its form."""
    if is_from_phone(entry) or not entry.body:
        return {}
    fields: dict[str, Any] = msgspec.json.decode(entry.body)
    return {name: value for name, value in fields.items() if name not in ENVELOPE}


def _photos(dossier: Dossier, now: Settled) -> list[PhotoView]:
    views: list[PhotoView] = []
    seen: set[str] = set()
    wanted = set(now.photos)
    for body in sorted(dossier.visits[now.visit_id], key=lambda body: body.position):
        event = body.event
        if event is None or body.fault or event.kind not in PHOTOGRAPHS or event.text("photo_sha256") not in wanted:
            continue
        sha256 = event.text("photo_sha256")
        state = dossier.photos.get(sha256)
        views.append(
            PhotoView(
                sha256=sha256,
                kind=event.kind,
                n=event.n,
                at=event.at,
                size_bytes=int(event.own["size_bytes"]),
                state=state.state if state else "awaited",
                why=(state.why or None) if state else None,
                is_first=sha256 not in seen,
                urls={size: f"/api/photos/{sha256}?size={size}" for size in ("400", "1600", "original")},
                reused_in=_reused_in(dossier, event, now.visit_id),
                resembles=list(state.resembles) if state else [],
            )
        )
        seen.add(sha256)
    return views


def _reused_in(dossier: Dossier, event: Event, visit_id: str) -> list[str]:
    """The other visits that name this photo, or one that was made from the same picture."""
    used = {event.text("photo_sha256"), event.text("source_sha256")}
    return sorted({other for sha256 in used for other in dossier.reused.get(sha256, ())} - {visit_id})


def _call(call: Call, dossier: Dossier, settled: Mapping[str, Settled], names: Mapping[str, str]) -> CallView:
    logged = call.logged
    matched = next(
        ((of, n) for of, now in settled.items() for n, call_id in now.matched.items() if call_id == call.call_id), None
    )
    return CallView(
        call_id=call.call_id,
        planner=_person(call.planner_id, names),
        operative=_person(call.operative_id, names),
        begun_at=format_instant(call.begun_at),
        logged_at=format_instant(logged.at) if logged else None,
        instruction=logged.instruction if logged else None,
        summary=logged.summary if logged else None,
        read_back=logged.read_back if logged else None,
        read_back_agrees=read_back_agrees(dossier, call.call_id, *matched) if matched else None,
        matched_visit_id=matched[0] if matched else None,
        matched_n=matched[1] if matched else None,
    )


def _decision(decision: Decision, names: Mapping[str, str]) -> DecisionView:
    return DecisionView(
        format_instant(decision.at),
        _person(decision.by_id, names),
        decision.decision,
        decision.reason,
        decision.outcome,
        sorted(decision.saw),
        decision.reads_card,
        decision.first_look,
    )
