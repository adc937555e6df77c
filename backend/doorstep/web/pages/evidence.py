"""What each check of a visit rests on, in words, and who vouches for it: worked out from the evidence alone.

The office vouches for what its own records hold, the planner for a call in their own log, the phone for what its
clocks and its camera made, and the operative for what nobody else saw. A check is only as good as who stands behind it,
so a page names them all, and says what each of them can know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from doorstep.domain.events import CLOSING, PHOTOGRAPHS
from doorstep.domain.grades import Graded
from doorstep.domain.instants import parse_instant
from doorstep.web.pages.fact_words import Line, agreed, long_duration, notices, told, window_words
from doorstep.web.pages.graded_words import Told, names_in, told_of
from doorstep.web.pages.times import clock_seconds, duration
from doorstep.web.pages.words import say, say_code
from doorstep.web.visit_form import CallView, ClauseView, EventView, VisitView

UNDONE: Final = frozenset({"failed", "open", "waiting", "blocked"})
CLOCKED: Final = frozenset({"arrived", "door_knocked"})
"""Kinds whose worth is their time, which the phone's clocks keep."""

AT_ONCE_MS: Final = 60_000


class Voucher(msgspec.Struct, frozen=True):
    """Who stands behind a check: `who` is a voucher of a grade, such as server; `knows` is what they can know."""

    who: str
    name: str
    knows: str


class CheckRow(msgspec.Struct, frozen=True):
    """One check: where it stands, what it rests on, how sure it is, who vouches. `mark` is met, waived, off or bad."""

    clause: ClauseView
    status: str
    mark: str
    lines: list[Line]
    told: Told | None
    vouchers: list[Voucher]


def check_rows(visit: VisitView) -> list[CheckRow]:
    """The policy's checks in its order, whatever the policy."""
    titles = {clause.clause: clause.title for clause in visit.clauses}
    by_n = counted_events(visit)
    told = told_of(visit)
    graded = {each.clause: each for each in visit.grades}
    rows = []
    for clause in visit.clauses:
        rests_on = [by_n[n] for n in clause.evidence if n in by_n]
        rows.append(
            CheckRow(
                clause,
                say_code("status", clause.status),
                _mark(clause.status, visit.standing),
                [*_lines(clause, rests_on, visit), *_lacks(clause, by_n, titles)],
                told.get(clause.clause),
                _named(graded.get(clause.clause), _vouchers(clause, rests_on, visit), visit),
            )
        )
    return rows


def _named(graded: Graded | None, found: list[Voucher], visit: VisitView) -> list[Voucher]:
    """Who vouches by the grade, where there is one: each with what they can know, as far as the evidence tells."""
    if graded is None:
        return found
    knows = {voucher.who: voucher for voucher in [_operative(visit), *found]}
    return [knows.get(who) or Voucher(who, _name(who, graded, visit), "") for who in graded.vouchers]


def _name(who: str, graded: Graded, visit: VisitView) -> str:
    """A voucher's own name, where it is a person whom the page knows."""
    names = names_in(visit)
    person_id = str(graded.facts.get(f"{who}_id", ""))
    said = say_code("voucher", who)
    return names.get(person_id) or said[:1].upper() + said[1:]


def counted_events(visit: VisitView) -> dict[int, EventView]:
    """The phone's events that count, by their place in the chain; one that follows a gap counts all the same."""
    return {
        event.n: event
        for event in visit.events
        if event.n is not None and event.withdrawn is None and event.fault in (None, "gap")
    }


def last_at_door(visit: VisitView) -> EventView | None:
    """The event that closed the visit, or the newest one so far."""
    events = counted_events(visit).values()
    closing = (event for event in events if event.kind in CLOSING)
    return next(closing, None) or max(events, key=lambda event: event.n or 0, default=None)


def _mark(status: str, standing: str) -> str:
    """A check that can still be met is not bad; once the visit is recorded in spite of it, it is."""
    if status in ("met", "waived"):
        return status
    is_bad = status == "failed" or (status in UNDONE and standing == "refused")
    return "bad" if is_bad else "off"


def _lines(clause: ClauseView, rests_on: Sequence[EventView], visit: VisitView) -> list[Line]:
    if clause.status == "not_applicable":
        return []
    lines = [Line(told(event, visit), event.at) for event in rests_on]
    if clause.status == "waived":
        return lines
    snapshot = visit.appointment or {}
    if clause.check == "notification" and not rests_on:
        lines += notices(snapshot)
    elif clause.check == "slot_agreed" and not rests_on:
        lines += agreed(snapshot)
    elif clause.check == "within_window":
        lines += [Line(window_words(snapshot))]
    elif clause.check == "each_request" and not snapshot.get("contact_requests"):
        lines += [Line(say("evidence.nothing_asked"))]
    elif clause.check == "elapsed" and clause.at_least_ms:
        lines = [Line(waited) for waited in _waited(clause, visit)]
    return lines


def _lacks(clause: ClauseView, by_n: Mapping[int, EventView], titles: Mapping[str, str]) -> list[Line]:
    """What a check still needs, and what was done too early to count."""
    lines = [
        Line(say("evidence.too_soon", what=say_code("kind", by_n[n].kind)), by_n[n].at)
        for n in clause.ignored
        if n in by_n
    ]
    if clause.missing:
        lines.append(Line(say("evidence.missing", n=clause.missing), is_needed=True))
    if clause.blocked_by:
        names = ", ".join(titles.get(each, each) for each in clause.blocked_by)
        lines.append(Line(say("evidence.blocked", names=names), is_needed=True))
    return lines


def wait_of(clause: ClauseView, visit: VisitView) -> tuple[int, int] | None:
    """From when to when a wait ran, in ms on the stopwatch; None for what is no wait, or one that has not begun."""
    over = clause.t if clause.status == "met" else clause.ready_t
    last = last_at_door(visit)
    if clause.check != "elapsed" or not clause.at_least_ms or over is None or last is None or last.t is None:
        return None
    began = over - clause.at_least_ms
    return began, max(last.t, began)


def _waited(clause: ClauseView, visit: VisitView) -> list[str]:
    wait = wait_of(clause, visit)
    if wait is None or clause.at_least_ms is None:
        return []
    return [say("evidence.waited", waited=duration(wait[1] - wait[0]), least=duration(clause.at_least_ms))]


def _vouchers(clause: ClauseView, rests_on: Sequence[EventView], visit: VisitView) -> list[Voucher]:
    if clause.status == "waived":
        return [_operative(visit)]
    if clause.status == "met" and not rests_on and clause.check in ("notification", "slot_agreed", "each_request"):
        return [Voucher("office", say("vouch.office"), say(f"vouch.{clause.check}"))]
    if clause.check == "elapsed":
        return [Voucher("phone", say("vouch.phone"), _stopwatch_knows(clause, visit))] if rests_on else []
    clocked = [event for event in rests_on if event.kind in CLOCKED]
    # Of several, the one whose clock is furthest from the server's: the others are known at least as well.
    furthest = max(clocked, key=lambda event: abs(_late(event)), default=None)
    found = [_voucher(event, visit) for event in rests_on if event not in clocked or event is furthest]
    return list(dict.fromkeys(found))


def _voucher(event: EventView, visit: VisitView) -> Voucher:
    if event.kind in PHOTOGRAPHS:
        states = {photo.sha256: photo.state for photo in visit.photos}
        state = states.get(str(event.own.get("photo_sha256")), "awaited")
        return Voucher("phone", say("vouch.phone"), say_code("vouch_photo", state))
    if event.kind in CLOCKED:
        return Voucher("phone", say("vouch.phone"), _clock_knows(event))
    call = next((call for call in visit.planner_calls if call.call_id == event.matched_call_id), None)
    return _planner(call) if call else _operative(visit)


def _operative(visit: VisitView) -> Voucher:
    return Voucher("operative", visit.operative.name or say("vouch.operative"), say("vouch.alone"))


def _planner(call: CallView) -> Voucher:
    knows = say("vouch.planner_log", at=clock_seconds(call.logged_at))
    if call.read_back_agrees is not None:
        agrees = say("vouch.read_back" if call.read_back_agrees else "vouch.read_back_not")
        knows = say("vouch.both", first=knows, second=agrees)
    return Voucher("planner", call.planner.name, knows)


def _clock_knows(event: EventView) -> str:
    """How soon the server had heard of it: no clock of the phone's can be wrong by more than that in its favour."""
    late = _late(event)
    if late < -AT_ONCE_MS:
        said = say("vouch.ahead", by=duration(-late))
    elif late <= AT_ONCE_MS:
        said = say("vouch.at_once")
    else:
        said = say("vouch.later", by=long_duration(late))
    return say("vouch.both", first=said, second=say("vouch.not_place")) if event.kind == "arrived" else said


def _late(event: EventView) -> int:
    return parse_instant(event.received_at) - parse_instant(event.at or event.received_at)


def _stopwatch_knows(clause: ClauseView, visit: VisitView) -> str:
    wait = wait_of(clause, visit)
    hidden = hidden_ms(visit, *wait) if wait else 0
    return say("vouch.stopwatch_hidden", hidden=duration(hidden)) if hidden else say("vouch.stopwatch")


def hidden_ms(visit: VisitView, began: int = 0, over: int | None = None) -> int:
    """How long the phone was out of view, by the gaps that it noted between two times of its stopwatch."""
    return sum(
        int(event.own["hidden_ms"])
        for event in counted_events(visit).values()
        if event.kind == "clock_gap" and event.t is not None and event.t > began and (over is None or event.t <= over)
    )
