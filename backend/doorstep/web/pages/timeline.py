"""The clocks of a visit on one scale: what the phone's two clocks say of each event, and when the server had it.

The scale follows the stopwatch, laid from the phone's time of the first event, because nobody can move it back; so a
wall clock that was set shows as a diamond away from its ring. Every x is a percentage of the picture's width. What lies
beyond its edges is drawn as an arrow: a phone that sends the next day must not squeeze the visit into a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from markupsafe import Markup

from doorstep.application.london import london_date, london_time
from doorstep.domain.instants import parse_instant
from doorstep.web.pages.evidence import counted_events, hidden_ms, last_at_door, wait_of
from doorstep.web.pages.fact_words import long_duration
from doorstep.web.pages.times import clock_seconds, day_and_clock, duration
from doorstep.web.pages.words import say, say_code
from doorstep.web.visit_form import EventView, VisitView

NOT_DRAWN: Final = frozenset({"clock_gap", "event_withdrawn", "photo_asked", "dialler_opened", "snapshot_adopted"})
CALLS: Final = frozenset({"planner_call_begun", "planner_call_logged"})
STEPS_S: Final = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
MOST_TICKS: Final = 8
LEAST_SPAN_MS: Final = 60_000
LATE_MS: Final = 120_000
AHEAD_MS: Final = 2_000
APART_MS: Final = 2_000
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
    """A stretch of time: a `wait`, with the least that it had to last, or a `gap`, when the phone was out of view."""

    kind: str
    x: str
    width: str
    words: str
    least_x: str = ""


class Row(msgspec.Struct, frozen=True):
    """One event: figures, and their places. Where the server's own clock is all there is, only `received` is drawn."""

    event: EventView
    what: str
    late: str
    note: str
    wall: Mark | None
    stopwatch: Mark | None
    received: Mark
    line: tuple[str, str] | None


class Timeline(msgspec.Struct, frozen=True):
    """All that the picture and its table show; `facts` are what they come to, in sentences.

    `reaches_beyond` where something lies outside the picture, as its arrows say.
    """

    rows: list[Row]
    ticks: list[Tick]
    waits: list[Band]
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
    began = _ms(counted[0].at) - (counted[0].t or 0)
    over = began + max(last.t, LEAST_SPAN_MS)
    calls = [event for event in visit.events if event.kind in CALLS and _is_of(event, visit)]
    soon = [_ms(event.received_at) for event in [*drawn, *calls]]
    near = max(SENT_SOON_MS, (over - began) * 6 // 10)
    scale = _Scale(min([began, *(at for at in soon if at >= began - near)]), _end(soon, over, near))
    ordered = sorted([*drawn, *calls], key=lambda event: (_place(event, began), event.position))
    rows = [_row(event, began, scale) for event in ordered]
    return Timeline(
        rows,
        scale.ticks(),
        _waits(visit, began, scale),
        _gaps(counted, began, scale),
        _facts(visit, counted, began),
        any(mark.beyond for row in rows for mark in (row.wall, row.stopwatch, row.received) if mark),
    )


def _end(received: Iterable[int], over: int, near: int) -> int:
    return max([over, *(at for at in received if at <= over + near)])


def _ms(at: str | None) -> int:
    return parse_instant(at) if at else 0


def _is_of(event: EventView, visit: VisitView) -> bool:
    return bool(event.own.get("operative_id", visit.operative.person_id) == visit.operative.person_id)


def _place(event: EventView, began: int) -> int:
    return _ms(event.received_at) if event.t is None else began + event.t


def _row(event: EventView, began: int, scale: _Scale) -> Row:
    received = _ms(event.received_at)
    note = say_code("fault", event.fault) if event.fault else ""
    if event.withdrawn is not None:
        note = say("visit.withdrawn", reason=event.withdrawn)
    if event.t is None or event.at is None:
        return Row(event, say_code("kind", event.kind), "", note, None, None, scale.mark(received), None)
    at = _ms(event.at)
    wall, arrived = scale.mark(at), scale.mark(received)
    return Row(
        event,
        say_code("kind", event.kind),
        long_duration(received - at) if received - at >= 0 else say("timeline.ahead", by=duration(at - received)),
        note,
        wall,
        scale.mark(began + event.t),
        arrived,
        (wall.x, arrived.x),
    )


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


def _facts(visit: VisitView, counted: list[EventView], began: int) -> list[str]:
    facts = _unsent(counted)
    ahead = max((_ms(event.at) - _ms(event.received_at) for event in counted), default=0)
    if ahead > AHEAD_MS:
        facts.append(say("timeline.clock_ahead", by=long_duration(ahead)))
    apart = max((abs(_ms(event.at) - began - (event.t or 0)) for event in counted), default=0)
    facts.append(
        say("timeline.apart", by=long_duration(apart))
        if apart > APART_MS
        else say("timeline.agree", by=duration(APART_MS))
    )
    hidden = hidden_ms(visit)
    facts.append(say("timeline.hidden", hidden=duration(hidden)) if hidden else say("timeline.never_hidden"))
    facts += [
        say(
            "timeline.call",
            name=call.planner.name,
            begun=clock_seconds(call.begun_at),
            saved=clock_seconds(call.logged_at),
        )
        for call in visit.planner_calls
        if call.logged_at and call.operative.person_id == visit.operative.person_id
    ]
    return facts


def _when(at: str, beside: str | None) -> Markup | str:
    """A time with its date, where that is another than the one it is read beside."""
    is_same_day = london_date(_ms(at)) == london_date(_ms(beside))
    return clock_seconds(at) if is_same_day else day_and_clock(at)


def _unsent(counted: list[EventView]) -> list[str]:
    """From when to when nothing came of what the phone says that it did."""
    batches: list[list[EventView]] = []
    for event in counted:
        if _ms(event.received_at) - _ms(event.at) <= LATE_MS:
            continue
        if batches and batches[-1][-1].received_at == event.received_at:
            batches[-1].append(event)
        else:
            batches.append([event])
    if not batches:
        return [say("timeline.all_soon", within=duration(LATE_MS))]
    return [
        say(
            "timeline.offline",
            first=clock_seconds(batch[0].at),
            last=clock_seconds(batch[-1].at),
            came=_when(batch[0].received_at, batch[0].at),
        )
        if len(batch) > 1
        else say("timeline.one_late", at=clock_seconds(batch[0].at), came=_when(batch[0].received_at, batch[0].at))
        for batch in batches
    ]
