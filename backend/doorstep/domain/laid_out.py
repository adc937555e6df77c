"""One missed visit laid out for grading: its events by `n`, their bounds, who signed them, how the clocks ran."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from doorstep.domain.bounds import Bounds, bounds
from doorstep.domain.dossier import Dossier, Stated, Version
from doorstep.domain.events import Event
from doorstep.domain.judge import ClauseVerdict, Verdict
from doorstep.domain.linking import Chain
from doorstep.domain.policy import Clause, ElapsedCheck, Policy
from doorstep.domain.standing import Settled
from doorstep.domain.timing import CLOCKS_AGREE_MS, Moment, Stretch

UNTOLD_MS: Final = 2_000
"""The phone states no time out of view shorter than this, though its stopwatch counts it: nobody is accused for it."""


class LaidOut:
    """What the graders look at. `verdict` is the judge's on this very chain, as of its `missed_recorded`."""

    def __init__(
        self, dossier: Dossier, chain: Chain, settled: Settled, policy: Policy, version: Version, verdict: Verdict
    ) -> None:
        stated = dossier.visits[settled.visit_id]
        self.dossier, self.settled, self.policy, self.version = dossier, settled, policy, version
        self.missed = next(event for _, event in chain.links if event.kind == "missed_recorded")
        self.events = [event for _, event in chain.links if event.n <= self.missed.n]
        self.by_n = {event.n: event for event in self.events}
        self.gaps = [event.n for event in self.events if event.kind == "clock_gap"]
        self.bounds: dict[int, Bounds] = bounds(chain.links, dossier.calls.values(), stated)
        vouched = vouched_for(stated)
        self.signed = frozenset(event.n for body, event in chain.links if body.sha256 in vouched)
        self.rulings = dict(zip((clause.clause for clause in policy.clauses), verdict.clauses, strict=True))

    def of_kind(self, kind: str) -> list[Event]:
        """The events of a kind that count towards the record, first to last."""
        return [event for event in self.events if event.kind == kind]

    def are_signed(self, *places: int) -> bool:
        """Whether an enrolled phone vouches for each of the events with these `n`."""
        return self.signed.issuperset(places)

    def wait(self, clause: Clause, check: ElapsedCheck, ruling: ClauseVerdict) -> Stretch:
        """The stretch that an `elapsed` clause asks for: from what it runs from to what had to come after it."""
        over_t = ruling.t or 0
        own = self.of_kind(check.since or "visit_started")[0]
        opens_at = self.version.appointment.window.starts_at if check.from_window_start else None
        until_open = max(opens_at - own.at_ms, 0) if opens_at is not None else 0
        # Beyond its own wait it may have had to come after something: then it runs from the event that settled that,
        # or, where that was a wait too, so much longer.
        start_t = over_t - check.at_least_ms
        longer_ms = start_t - (own.t + until_open)
        settled = self._settled(clause, start_t) if longer_ms > 0 else None
        began, needed_ms = (settled, check.at_least_ms) if settled else (own, check.at_least_ms + longer_ms)
        ended = self._ended(clause, over_t)
        say_over = (self.bounds[event.n] for event in self.events if event.t >= over_t)
        over_hi, over_hi_by = min((known.hi, known.hi_by) for known in say_over)
        return Stretch(
            began=self._moment(began),
            ended=self._moment(ended),
            over_hi=over_hi,
            over_hi_by=over_hi_by,
            needed_ms=needed_ms,
            needed_on_phone_ms=max(over_t - began.t - UNTOLD_MS, 0),
            opens_at=opens_at,
            was_hidden=self._was_hidden(began, ended),
        )

    def apart(self, earlier: Event, later: Event, apart_ms: int) -> Stretch:
        """The stretch between two events that had to be apart."""
        return Stretch(
            began=self._moment(earlier),
            ended=self._moment(later),
            over_hi=self.bounds[later.n].hi,
            over_hi_by=self.bounds[later.n].hi_by,
            needed_ms=apart_ms,
            needed_on_phone_ms=max(apart_ms - UNTOLD_MS, 0),
            was_hidden=self._was_hidden(earlier, later),
        )

    def clocks_fault(self, event: Event) -> str:
        """Why the phone's wall clock cannot be believed at this event: `unsigned`, `clock_wrong`, `clock_moved`."""
        if not self.are_signed(event.n):
            return "unsigned"
        known = self.bounds[event.n]
        is_ahead = event.at_ms > known.hi + CLOCKS_AGREE_MS
        is_behind = known.lo is not None and event.at_ms < known.lo - CLOCKS_AGREE_MS
        if is_ahead or is_behind:
            return "clock_wrong"
        return "clock_moved" if _was_wall_moved(self.events) else ""

    def _settled(self, clause: Clause, start_t: int) -> Event | None:
        """The event that settled what had to come before a clause, where it was one that did at that moment."""
        named = (self.by_n[n] for above in clause.after for n in self._evidence(above))
        return next((event for event in named if event.t == start_t), None)

    def _ended(self, clause: Clause, over_t: int) -> Event:
        """The first event of what may only come `after` this clause, or else the record itself.

        A later wait runs from an event too, which came before: that one ends nothing.
        """
        place = self.policy.clauses.index(clause)
        later = [
            n
            for position, other in enumerate(self.policy.clauses)
            if place in other.after and self.rulings[other.clause].status == "met"
            for n in self._evidence(position)
            if self.by_n[n].t >= over_t
        ]
        return self.by_n[min(later, default=self.missed.n)]

    def _evidence(self, position: int) -> Sequence[int]:
        return self.rulings[self.policy.clauses[position].clause].evidence

    def _was_hidden(self, began: Event, ended: Event) -> bool:
        return any(began.n < n <= ended.n for n in self.gaps)

    def _moment(self, event: Event) -> Moment:
        known = self.bounds[event.n]
        return Moment(event.at_ms, event.mono, event.boot, known.lo, known.hi, event.n, known.lo_by, known.hi_by)


def vouched_for(stated: Iterable[Stated]) -> set[str]:
    """The hashes of the bodies that an enrolled phone signed, and of all that those commit to by `prev`.

    Of one operative only: what a colleague's phone adds to a visit says nothing of who stated what stands before it.
    """
    held = {body.sha256: body for body in stated}
    vouched: set[str] = set()
    for body in held.values():
        found = body.event if body.is_signed and body.fault is None else None
        sha256, actor_id = body.sha256, body.event.actor_id if body.event else ""
        while found is not None and found.actor_id == actor_id and sha256 not in vouched:
            vouched.add(sha256)
            sha256 = found.prev
            found = held[sha256].event if sha256 in held else None
    return vouched


def _was_wall_moved(events: Sequence[Event]) -> bool:
    """Whether the wall clock was seen to be moved: while the page was in view, or back while it was not."""
    for earlier, later in pairwise(events):
        if later.kind == "clock_gap":
            if int(later.own["wall_ms"]) < int(later.own["mono_ms"]) - CLOCKS_AGREE_MS:
                return True
        elif earlier.boot == later.boot:
            parted_ms = (later.at_ms - earlier.at_ms) - (later.mono - earlier.mono)
            if abs(parted_ms) > CLOCKS_AGREE_MS:
                return True
    return False
