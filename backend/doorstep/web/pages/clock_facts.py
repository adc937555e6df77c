"""What the clocks of a visit come to, in sentences: when nothing was heard, where they part, what fixes the time."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from doorstep.application.london import london_date
from doorstep.domain.instants import parse_instant
from doorstep.web.pages.evidence import hidden_ms
from doorstep.web.pages.fact_words import long_duration
from doorstep.web.pages.times import clock_seconds, day_and_clock, duration
from doorstep.web.pages.words import say
from doorstep.web.visit_form import EventView, VisitView

LATE_MS: Final = 120_000
AHEAD_MS: Final = 2_000
APART_MS: Final = 2_000


def ms_of(at: str | None) -> int:
    """An instant in ms; 0 where it is not known."""
    return parse_instant(at) if at else 0


def clock_facts(visit: VisitView, counted: list[EventView], began: int) -> list[str]:
    """Everything that the picture shows, in the order in which it matters."""
    facts = _unsent(counted)
    ahead = max((ms_of(event.at) - ms_of(event.received_at) for event in counted), default=0)
    if ahead > AHEAD_MS:
        facts.append(say("timeline.clock_ahead", by=long_duration(ahead)))
    apart = max((abs(ms_of(event.at) - began - (event.t or 0)) for event in counted), default=0)
    facts.append(
        say("timeline.apart", by=long_duration(apart))
        if apart > APART_MS
        else say("timeline.agree", by=duration(APART_MS))
    )
    hidden = hidden_ms(visit)
    facts.append(say("timeline.hidden", hidden=duration(hidden)) if hidden else say("timeline.never_hidden"))
    facts += _fixed(visit, counted)
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


def _fixed(visit: VisitView, counted: list[EventView]) -> list[str]:
    """What fixes the time without the phone's clocks: codes of a call, and the server's own statements of its time."""
    facts = []
    typed = next((event for event in counted if event.kind == "planner_code_typed"), None)
    if typed and typed.lo and typed.lo_by == "code":
        facts.append(say("timeline.code_spoken", at=when(typed.lo, typed.at)))
    if typed and typed.hi and typed.hi_by == "read_back":
        facts.append(say("timeline.code_read_back", at=when(typed.hi, typed.at)))
    if any(event.lo_by == "anchor" for event in counted):
        facts.append(say("timeline.anchored"))
    if counted and not any(event.is_signed for event in counted) and visit.grades:
        facts.append(say("timeline.unsigned"))
    return facts


def when(at: str, beside: str | None) -> Markup | str:
    """A time with its date, where that is another than the one it is read beside."""
    is_same_day = london_date(ms_of(at)) == london_date(ms_of(beside))
    return clock_seconds(at) if is_same_day else day_and_clock(at)


def _unsent(counted: list[EventView]) -> list[str]:
    """From when to when nothing came of what the phone says that it did."""
    batches: list[list[EventView]] = []
    for event in counted:
        if ms_of(event.received_at) - ms_of(event.at) <= LATE_MS:
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
            came=when(batch[0].received_at, batch[0].at),
        )
        if len(batch) > 1
        else say("timeline.one_late", at=clock_seconds(batch[0].at), came=when(batch[0].received_at, batch[0].at))
        for batch in batches
    ]
