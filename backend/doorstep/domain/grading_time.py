"""The grades of what had to happen at a time, or after a time: arrivals, waits, knocks that must be apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from doorstep.domain.events import Event
from doorstep.domain.grades import GRADES, Graded
from doorstep.domain.judge import ClauseVerdict
from doorstep.domain.laid_out import LaidOut
from doorstep.domain.policy import Clause, ElapsedCheck, WithinWindowCheck
from doorstep.domain.timing import Stretch, grade_wait

VOUCHED_BY: Final = {"anchor": "server", "receipt": "server", "code": "planner", "read_back": "planner"}
"""Who vouches for a bound: the server that signed or received, or the planner who spoke or typed."""


def grade_elapsed(laid: LaidOut, clause: Clause, check: ElapsedCheck, ruling: ClauseVerdict) -> Graded:
    """A wait by the five rules; one of no length is the wait for the time slot to open, and is worded so."""
    subject = "opening" if check.at_least_ms == 0 and check.from_window_start else "wait"
    return _grade_stretch(laid, clause.clause, subject, laid.wait(clause, check, ruling))


def grade_spacing(laid: LaidOut, clause: str, events: Sequence[Event], apart_ms: int) -> Graded:
    """Events that had to be apart: the weakest of their pairs."""
    pairs = [laid.apart(earlier, later, apart_ms) for earlier, later in pairwise(events)]
    graded = [_grade_stretch(laid, clause, "apart", pair) for pair in pairs]
    return min(graded, key=lambda each: GRADES.index(each.grade))


def grade_instant(laid: LaidOut, clause: str, check: WithinWindowCheck, event: Event, is_met: bool) -> Graded:
    """An arrival against the window: by the server's bounds first, since the phone's own time can be forged."""
    window = laid.version.appointment.window
    known = laid.bounds[event.n]
    latest = window.ends_at + check.late_ms
    earliest = window.starts_at - (check.early_ms or 0)
    if known.lo is not None and known.lo > latest:
        facts: dict[str, int | str] = {"lo_at": known.lo, "until_at": latest}
        return Graded(clause, "contradicted", "time_after", facts, (VOUCHED_BY[known.lo_by],))
    if check.early_ms is not None and known.hi < earliest:
        facts = {"hi_at": known.hi, "from_at": earliest}
        return Graded(clause, "contradicted", "time_before", facts, (VOUCHED_BY[known.hi_by],))
    is_inside = known.lo is not None and known.lo >= earliest and known.hi <= latest
    if is_met and is_inside:
        facts = {"lo_at": known.lo or 0, "hi_at": known.hi}
        return Graded(clause, "proven", "time_bounded", facts, _vouchers(known.lo_by, known.hi_by))
    if is_met:
        return grade_stated_time(laid, clause, event)
    if is_inside:
        return Graded(clause, "unsupported", "time_clock_wrong", {"stated_at": event.at_ms}, ("operative",))
    return Graded(clause, "contradicted", "time_missed", {"stated_at": event.at_ms}, ("phone",))


def grade_stated_time(laid: LaidOut, clause: str, event: Event) -> Graded:
    """A moment that the phone's wall clock tells: believed where nothing else that is known speaks against it."""
    fault = laid.clocks_fault(event)
    facts: dict[str, int | str] = {"stated_at": event.at_ms}
    if fault:
        return Graded(clause, "unsupported", f"time_{fault}", facts, ("operative",))
    return Graded(clause, "consistent", "time_stated", facts, ("phone",))


def _grade_stretch(laid: LaidOut, clause: str, subject: str, stretch: Stretch) -> Graded:
    grade, rule = grade_wait(stretch)
    needed: dict[str, int | str] = {"needed_ms": stretch.needed_ms}
    measured = needed | {"mono_ms": stretch.mono_ms, "wall_ms": stretch.wall_ms}
    began, ended = stretch.began, stretch.ended
    if rule == "short_by_bounds":
        facts = needed | {"most_ms": max(stretch.most_ms or 0, 0)}
        return Graded(clause, grade, f"{subject}_{rule}", facts, _vouchers(began.lo_by, stretch.over_hi_by))
    if rule == "long_by_bounds":
        facts = needed | {"least_ms": stretch.least_ms or 0}
        return Graded(clause, grade, f"{subject}_{rule}", facts, _vouchers(ended.lo_by, began.hi_by))
    if rule == "short_as_measured":
        return Graded(clause, grade, f"{subject}_{rule}", measured, ("phone",))
    innocent = "unsigned" if not laid.are_signed(began.n, ended.n) else _why_unmeasured(stretch)
    if rule == "unmeasured" or innocent == "unsigned":
        return Graded(clause, "unsupported", f"{subject}_{innocent}", measured, ("operative",))
    return Graded(clause, grade, f"{subject}_{rule}", measured, ("phone",))


def _why_unmeasured(stretch: Stretch) -> str:
    """What kept the phone from measuring, so that the note it wants can be asked for by name."""
    if not stretch.is_one_run:
        return "restarted"
    return "slept" if stretch.was_hidden and stretch.mono_ms <= stretch.wall_ms else "clock_moved"


def _vouchers(*bounded_by: str) -> tuple[str, ...]:
    """Each once, the server first."""
    named = {VOUCHED_BY[by] for by in bounded_by if by}
    return tuple(sorted(named, key=("server", "planner").index))
