"""Bounds and the five rules once more, slow and obvious, from the words of the design: to be compared, never used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from doorstep.domain.chain import read_back
from doorstep.domain.dossier import Call, Stated
from doorstep.domain.events import Event

SECOND = 1_000


def ancestors(of: Stated, bodies: Sequence[Stated]) -> list[Stated]:
    """A body and all that it commits to, one `prev` after another."""
    found = [of]
    while True:
        event = found[-1].event
        before = [body for body in bodies if event is not None and body.sha256 == event.prev and body.event is not None]
        if not before:
            return found
        found.append(before[0])


def slow_lo(of: Stated, bodies: Sequence[Stated], calls: Iterable[Call]) -> int | None:
    """The newest of the server's own times that stand in it or in anything it commits to."""
    times = []
    for body in ancestors(of, bodies):
        event = body.event
        assert event is not None
        if event.anchor_ms is not None and body.fault is None:
            times.append(event.anchor_ms)
        if event.kind == "planner_code_typed":
            same = [call for call in calls if (call.code, call.operative_id) == (event.own["code"], event.actor_id)]
            times += [min(call.begun_at for call in same)] if same else []
    return max(times) if times else None


def slow_hi(of: Stated, bodies: Sequence[Stated], calls: Iterable[Call]) -> int:
    """The earliest moment at which anybody else had it, or anything that commits to it."""
    times = []
    for body in bodies:
        if body.event is not None and of in ancestors(body, bodies):
            times.append(body.received_at)
            if body.event.kind == "planner_code_typed":
                for call in calls:
                    is_theirs = call.operative_id == body.event.actor_id
                    if call.logged and is_theirs and call.logged.read_back == read_back(body.sha256):
                        times.append(call.logged.at)
    return min(times)


def slow_grade(
    counted: Sequence[tuple[Stated, Event]],
    bodies: Sequence[Stated],
    calls: Sequence[Call],
    needed_seconds: int,
    opens_at: int | None,
) -> str:
    """The grade of a wait from the arrival until the card was left, or until the record where none was."""
    missed = next(link for link in counted if link[1].kind == "missed_recorded")
    before = [link for link in counted if link[1].n <= missed[1].n]
    a = next(link for link in before if link[1].kind == "arrived")
    early = Fraction(max(0, opens_at - a[1].at_ms), SECOND) if opens_at is not None else Fraction(0)
    over = Fraction(a[1].t, SECOND) + early + needed_seconds
    cards = [link for link in before if link[1].kind == "card_left" and Fraction(link[1].t, SECOND) >= over]
    b = cards[0] if cards else missed

    lo_a, hi_a = slow_lo(a[0], bodies, calls), slow_hi(a[0], bodies, calls)
    for link in before:
        if Fraction(link[1].t, SECOND) >= over:
            starts = [lo_a] if lo_a is not None else []
            starts += [opens_at - 30 * SECOND] if opens_at is not None else []
            if starts and Fraction(slow_hi(link[0], bodies, calls) - max(starts), SECOND) < needed_seconds:
                return "contradicted"
    lo_b = slow_lo(b[0], bodies, calls)
    latest_start = hi_a if opens_at is None else max(hi_a, opens_at)
    if lo_b is not None and Fraction(lo_b - latest_start, SECOND) >= needed_seconds:
        return "proven"

    same_run = a[1].boot == b[1].boot
    hidden = [link for link in before if link[1].kind == "clock_gap" and a[1].n < link[1].n <= b[1].n]
    measured = Fraction(b[1].mono - a[1].mono, SECOND)
    # The phone states no time out of view under two seconds.
    must_measure = max(early + needed_seconds - 2, Fraction(0))
    if same_run and not hidden and measured < must_measure:
        return "contradicted"
    by_wall = Fraction(b[1].at_ms - a[1].at_ms, SECOND)
    if same_run and measured >= must_measure and -30 <= by_wall - measured <= 30:
        return "consistent"
    return "unsupported"
