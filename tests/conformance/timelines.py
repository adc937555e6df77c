"""Grades waits whose truth is known: python -m tests.conformance.timelines --cases 100000 --seed 1.

Each generated visit is linked, judged, bounded and graded as the office does it, and held against what truly happened,
and against a slow second implementation. Then every wrong rule must be noticed by the same measures.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from doorstep.domain.bounds import Bounds
from doorstep.domain.dossier import Stated
from doorstep.domain.events import Event
from doorstep.domain.grades import GRADES
from doorstep.domain.judge import ClauseVerdict
from doorstep.domain.laid_out import LaidOut
from doorstep.domain.linking import link
from doorstep.domain.policy import ElapsedCheck, Policy
from doorstep.domain.timing import CLOCKS_AGREE_MS, RULES, Rule, Stretch, grade_wait
from doorstep.domain.visit import settle
from tests.conformance.slow_timing import slow_grade
from tests.conformance.timeline_cases import VERSION, VISIT, Timeline, a_timeline
from tests.conformance.wrong_rules import WRONG_BOUNDS, WRONG_RULES

FALSELY_PROVEN = "false proven"
FALSELY_CONTRADICTED = "false contradicted by rule 1"
ACCUSED = "honest accused by the phone's own clocks"
DOUBTED = "honest in view below consistent"
BELIEVED = "clock moved in view, yet consistent"
DISAGREES = "disagrees with the slow implementation"
RULES_BY_MISTAKE = {wrong.mistake: wrong.rules for wrong in WRONG_RULES}
BOUNDS_BY_MISTAKE = {wrong.mistake: wrong.found for wrong in WRONG_BOUNDS}
MISTAKES = (*RULES_BY_MISTAKE, *BOUNDS_BY_MISTAKE)
FAILURES = (FALSELY_PROVEN, FALSELY_CONTRADICTED, ACCUSED, DOUBTED, BELIEVED, DISAGREES)


class Waited(NamedTuple):
    """A timeline whose wait was graded: as a stretch for the rules, and as the office settled it."""

    timeline: Timeline
    laid: LaidOut
    stretch: Stretch
    counted: Sequence[tuple[Stated, Event]]
    over_t: int
    settled_grade: str
    is_signed: bool


def waited(timeline: Timeline) -> Waited | None:
    """The wait of a timeline as the office settles it; None where the judge does not find it over."""
    settled = settle(timeline.dossier, timeline.policies)[VISIT]
    graded = next((each for each in settled.grades if each.clause == "waited"), None)
    if graded is None or settled.verdict is None:
        return None
    chain, policy = link(timeline.bodies), timeline.policies[VERSION]
    laid = LaidOut(timeline.dossier, chain, settled, policy, timeline.dossier.versions[0], settled.verdict)
    ruling = settled.verdict.clauses[0]
    stretch = stretch_of(laid, policy, ruling)
    is_signed = laid.are_signed(stretch.began.n, stretch.ended.n)
    return Waited(timeline, laid, stretch, chain.links, ruling.t or 0, graded.grade, is_signed)


def stretch_of(laid: LaidOut, policy: Policy, ruling: ClauseVerdict) -> Stretch:
    """The wait of the one policy of these timelines."""
    check = policy.clauses[0].check
    assert isinstance(check, ElapsedCheck)
    return laid.wait(policy.clauses[0], check, ruling)


def with_bounds(case: Waited, found: Mapping[int, Bounds]) -> Waited:
    """The same wait under other bounds."""
    assert case.laid.settled.verdict is not None
    right, case.laid.bounds = case.laid.bounds, dict(found)
    stretch = stretch_of(case.laid, case.timeline.policies[VERSION], case.laid.settled.verdict.clauses[0])
    case.laid.bounds = right
    return case._replace(stretch=stretch)


def failures(case: Waited, rules: Sequence[Rule] = RULES, slow: str | None = None) -> Iterator[str]:
    """In what these rules go wrong on a wait: against the truth, and where it is given against the slow grade."""
    grade, rule = grade_wait(case.stretch, rules)
    made, stretch = case.timeline, case.stretch
    by_n = {event.n: body for body, event in case.counted}
    began = by_n[stretch.began.n]
    if grade == "proven" and made.lasted_ms(began, by_n[stretch.ended.n]) < made.needed_ms:
        yield FALSELY_PROVEN
    if grade == "contradicted" and rule == "short_by_bounds":
        say_over = [body for body, event in case.counted if event.t >= case.over_t]
        if min(made.lasted_ms(began, body) for body in say_over) >= made.needed_ms:
            yield FALSELY_CONTRADICTED
    is_honest = made.style in ("in view", "disturbed")
    if is_honest and grade == "contradicted" and rule != "short_by_bounds":
        yield ACCUSED
    if made.style == "in view" and GRADES.index(grade) < GRADES.index("consistent"):
        yield DOUBTED
    is_moved = abs(made.moved_in_view_ms) > CLOCKS_AGREE_MS and not made.was_out_of_view
    if is_moved and grade == "consistent":
        yield BELIEVED
    if slow is not None and grade != slow:
        yield DISAGREES


def slow_grade_of(case: Waited) -> str:
    """The second opinion."""
    made = case.timeline
    opens_at = made.opens_at if made.from_window_start else None
    calls = list(made.dossier.calls.values())
    return slow_grade(case.counted, made.bodies, calls, made.needed_ms // 1_000, opens_at)


@dataclass
class Tally:
    """What a run saw: how often each style had each grade, and each failure with the seeds that show it."""

    cases: int = 0
    not_over: int = 0
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in FAILURES})
    unlike_settled: int = 0
    caught: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The tally, as a person reads it."""
        yield f"{self.cases} timelines, {self.not_over} of them not over by the phone's own stopwatch"
        for style in sorted({style for style, _ in self.grades}):
            of = ", ".join(f"{grade} {self.grades[style, grade]}" for grade in reversed(GRADES))
            yield f"  {style:10} {of}"
        for name, seeds in self.failed.items():
            yield f"{len(seeds)} {name}" + (f" (seeds {seeds[:5]})" if seeds else "")
        yield f"{self.unlike_settled} settled otherwise than by the rules"
        for mistake in MISTAKES:
            yield f"  {mistake:52} {self.caught.get(mistake, 'NOT CAUGHT')}"
        yield f"wrong variants caught: {len(self.caught)} of {len(MISTAKES)}"

    @property
    def is_clean(self) -> bool:
        """Nothing failed, and every wrong rule was caught."""
        return not any(self.failed.values()) and not self.unlike_settled and len(self.caught) == len(MISTAKES)


def run(first_seed: int, count: int, slow_every: int = 1) -> Tally:
    """Grade `count` timelines; every `slow_every`-th also slowly. A wrong rule is tried until it is caught."""
    tally = Tally()
    for seed in range(first_seed * 10**9, first_seed * 10**9 + count):
        tally.cases += 1
        case = waited(a_timeline(seed))
        if case is None:
            tally.not_over += 1
            continue
        slow = slow_grade_of(case) if seed % slow_every == 0 else None
        grade, _ = grade_wait(case.stretch)
        tally.grades[case.timeline.style, grade] += 1
        for failure in failures(case, RULES, slow):
            tally.failed[failure].append(seed)
        at_most = "unsupported" if grade == "consistent" and not case.is_signed else grade
        tally.unlike_settled += case.settled_grade != at_most
        catch(tally, case, slow)
    return tally


def catch(tally: Tally, case: Waited, slow: str | None) -> None:
    """Try what is not caught yet; what was caught only by comparison may still be caught by the truth."""
    open_still = [mistake for mistake in MISTAKES if tally.caught.get(mistake, DISAGREES) == DISAGREES]
    made = case.timeline
    for mistake in open_still:
        if mistake in RULES_BY_MISTAKE:
            found = next(failures(case, RULES_BY_MISTAKE[mistake], slow), None)
        else:
            wrong = BOUNDS_BY_MISTAKE[mistake](case.counted, list(made.dossier.calls.values()), made.bodies)
            found = next(failures(with_bounds(case, wrong), RULES, slow), None) if wrong != case.laid.bounds else None
        if found is not None:
            tally.caught[mistake] = found


def main() -> int:
    """Run and print the tally."""
    parser = argparse.ArgumentParser(description="Grade generated waits whose truth is known.")
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    tally = run(wanted.seed, wanted.cases)
    print("\n".join(tally.lines()))
    return 0 if tally.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
