"""The three clocks of a visit on one scale: the phone's two, and between which of the server's times an event was.

The scale follows the stopwatch, laid from the phone's time of the first event, because nobody can move it back; so a
wall clock that was set shows as a diamond away from its ring, and outside the server's span. Every x is a percentage of
the picture's width. What lies beyond its edges is drawn as an arrow: a phone that sends the next day must not squeeze
the visit into a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from markupsafe import Markup

from doorstep.application.london import london_time
from doorstep.domain.instants import parse_instant
from doorstep.web.pages.clock_facts import clock_facts, ms_of, when
from doorstep.web.pages.evidence import counted_events, last_at_door, wait_of
from doorstep.web.pages.times import clock_seconds, duration
from doorstep.web.pages.words import say, say_code
from doorstep.web.visit_form import EventView, VisitView

NOT_DRAWN: Final = frozenset({"clock_gap", "event_withdrawn", "photo_asked", "dialler_opened", "snapshot_adopted"})
CALLS: Final = frozenset({"planner_call_begun", "planner_call_logged"})
STEPS_S: Final = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
MOST_TICKS: Final = 8
LEAST_SPAN_MS: Final = 60_000
SENT_SOON_MS: Final = 600_000
MOST_GAPS: Final = 30
"""So many are drawn, the longest: each stands behind every row, and a phone may note any number of them."""
LAST_MS: Final = parse_instant("9999-12-31T00:00:00.000Z")
"""No calendar goes on from here; a phone's clock may claim to."""


class Mark(msgspec.Struct, frozen=True):
    """A place on the scale; `beyond` is -1 or 1 where it lies before the picture's beginning or after its end."""

    x: str
    beyond: int = 0


class Tick(msgspec.Struct, frozen=True):
    """A line of the scale with London's time."""

    x: str
    words: str


class Band(msgspec.Struct, frozen=True):
    """A stretch of time: a `wait` by the stopwatch, with a line where the least that was asked for was over; what of it
    is `certain` by the server's times, whatever the phone says; or a `gap`, when the phone was out of view."""

    kind: str
    x: str
    width: str
    words: str
    least_x: str = ""


class Span(msgspec.Struct, frozen=True):
    """Not before, not after: a bar between the server's times. Without a `low` it is open to the left."""

    low: Mark | None
    high: Mark
    x: str
    width: str


class Row(msgspec.Struct, frozen=True):
    """One event: figures, and their places. Where the server's own clock is all there is, only `received` is drawn."""

    event: EventView
    what: str
    between: Markup | str
    note: str
    wall: Mark | None
    stopwatch: Mark | None
    span: Span | None
    received: Mark | None


class Timeline(msgspec.Struct, frozen=True):
    """All that the picture and its table show; `facts` are what they come to, in sentences.

    `reaches_beyond` where something lies outside the picture, as its arrows say.
    """

    rows: list[Row]
    ticks: list[Tick]
    waits: list[Band]
    certain: list[Band]
    gaps: list[Band]
    facts: list[str]
    reaches_beyond: bool


class _Scale:
    """From instants to places, from `start` to `end` in ms since 1970."""

    def __init__(self, start: int, end: int) -> None:
        margin = max((end - start) // 24, 1)
        self.start, self.end = start - margin, end + margin

    def mark(self, ms: int) -> Mark:
        if ms < self.start:
            return Mark("0%", -1)
        if ms > self.end:
            return Mark("100%", 1)
        return Mark(self.x(ms))

    def x(self, ms: int) -> str:
        share = (ms - self.start) / (self.end - self.start) * 100
        return f"{min(max(share, 0.0), 100.0):.2f}%"

    def width(self, first: int, last: int) -> str:
        first, last = max(first, self.start), min(last, self.end)
        return f"{max(last - first, 0) / (self.end - self.start) * 100:.2f}%"

    def ticks(self) -> list[Tick]:
        span_s = (self.end - self.start) / 1000
        # A stopwatch may claim decades; whatever it claims, the scale has few lines.
        longest = STEPS_S[-1] * (int(span_s / STEPS_S[-1] / MOST_TICKS) + 1)
        step = next((step for step in STEPS_S if span_s / step <= MOST_TICKS), longest) * 1000
        first = -(-self.start // step) * step
        form = "%H:%M:%S" if step < 60_000 else "%H:%M"
        last = min(self.end - (self.end - self.start) // 40, LAST_MS)
        return [Tick(self.x(at), london_time(at).strftime(form)) for at in range(first, last, step)]


def timeline(visit: VisitView) -> Timeline | None:
    """The visit's clocks; None where no event of the phone's can be read yet."""
    drawn = [event for event in visit.events if event.n is not None and event.at and event.kind not in NOT_DRAWN]
    counted = sorted(counted_events(visit).values(), key=lambda event: event.n or 0)
    last = last_at_door(visit)
    if not drawn or not counted or last is None or last.t is None:
        return None
    began = ms_of(counted[0].at) - (counted[0].t or 0)
    over = began + max(last.t, LEAST_SPAN_MS)
    calls = [event for event in visit.events if event.kind in CALLS and _is_of(event, visit)]
    soon = [ms_of(at) for event in [*drawn, *calls] for at in (event.lo, event.hi or event.received_at) if at]
    near = max(SENT_SOON_MS, (over - began) * 6 // 10)
    scale = _Scale(min([began, *(at for at in soon if at >= began - near)]), _end(soon, over, near))
    ordered = sorted([*drawn, *calls], key=lambda event: (_place(event, began), event.position))
    rows = [_row(event, began, scale) for event in ordered]
    return Timeline(
        rows,
        scale.ticks(),
        _waits(visit, began, scale),
        _certain(visit, scale),
        _gaps(counted, began, scale),
        clock_facts(visit, counted, began),
        any(mark.beyond for row in rows for mark in _marks(row)),
    )


def _end(received: Iterable[int], over: int, near: int) -> int:
    return max([over, *(at for at in received if at <= over + near)])


def _is_of(event: EventView, visit: VisitView) -> bool:
    return bool(event.own.get("operative_id", visit.operative.person_id) == visit.operative.person_id)


def _place(event: EventView, began: int) -> int:
    return ms_of(event.received_at) if event.t is None else began + event.t


def _row(event: EventView, began: int, scale: _Scale) -> Row:
    received = ms_of(event.received_at)
    note = say_code("fault", event.fault) if event.fault else ""
    if event.withdrawn is not None:
        note = say("visit.withdrawn", reason=event.withdrawn)
    what = say_code("kind", event.kind)
    if event.t is None or event.at is None:
        return Row(event, what, clock_seconds(event.received_at), note, None, None, None, scale.mark(received))
    wall, stopwatch = scale.mark(ms_of(event.at)), scale.mark(began + event.t)
    return Row(event, what, _between(event), note, wall, stopwatch, _span(event, scale), None)


def _between(event: EventView) -> Markup | str:
    """The server's times of an event in figures, with their dates where they are not the phone's."""
    high = when(event.hi or event.received_at, event.at)
    if event.lo is None:
        return say("timeline.until", hi=high)
    return say("timeline.between", lo=when(event.lo, event.at), hi=high)


def _span(event: EventView, scale: _Scale) -> Span:
    low, high = (ms_of(event.lo) if event.lo else None), ms_of(event.hi or event.received_at)
    first = scale.start if low is None else low
    return Span(None if low is None else scale.mark(low), scale.mark(high), scale.x(first), scale.width(first, high))


def _marks(row: Row) -> list[Mark]:
    ends = (row.span.low, row.span.high) if row.span else ()
    return [mark for mark in (row.wall, row.stopwatch, row.received, *ends) if mark]


def _waits(visit: VisitView, began: int, scale: _Scale) -> list[Band]:
    """The longest wait that the policy asks for: a shorter one of the same visit lies within it."""
    waits = [
        (clause.at_least_ms or 0, wait)
        for clause in visit.clauses
        if clause.status != "not_applicable" and (wait := wait_of(clause, visit))
    ]
    if not waits:
        return []
    least, (first, last) = max(waits)
    words = say("timeline.wait", waited=duration(last - first), least=duration(least))
    start = began + first
    return [Band("wait", scale.x(start), scale.width(start, began + last), words, scale.x(start + least))]


def _certain(visit: VisitView, scale: _Scale) -> list[Band]:
    """What is certain of the longest wait: it passed at the door, whatever the phone's clocks say."""
    known = [
        (clause.at_least_ms or 0, ms_of(clause.known_from), ms_of(clause.known_until))
        for clause in visit.clauses
        if clause.known_from and clause.known_until
    ]
    if not known:
        return []
    _, first, last = max(known)
    words = say("timeline.certain", least=duration(last - first))
    return [Band("certain", scale.x(first), scale.width(first, last), words)]


def _gaps(counted: Iterable[EventView], began: int, scale: _Scale) -> list[Band]:
    """A phone notes a gap once it is over, before its next event: the band ends there."""
    noted = [
        (int(event.own["hidden_ms"]), event.t) for event in counted if event.kind == "clock_gap" and event.t is not None
    ]
    bands = []
    for hidden, t in sorted(noted, reverse=True)[:MOST_GAPS]:
        over = began + t
        first = max(over - hidden, began)
        bands.append(
            Band("gap", scale.x(first), scale.width(first, over), say("visit.hidden", hidden=duration(hidden)))
        )
    return bands
