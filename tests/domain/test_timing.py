"""Waits: each rule at its edge, bounds that no phone can argue with, and truth told of hostile and honest timelines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.domain.bounds import Bounds, bounds
from doorstep.domain.chain import read_back
from doorstep.domain.dossier import Call, Logged, Stated
from doorstep.domain.events import Event
from doorstep.domain.timing import CLOCKS_AGREE_MS, Moment, Stretch, grade_wait
from tests.conformance import timelines
from tests.conformance.slow_timing import slow_hi, slow_lo
from tests.makers import an_id

MINUTE = 60_000
NEEDED = 15 * MINUTE
BEGAN, LATER = an_id(0xB007), an_id(0xB008)
ME, ANOTHER = an_id(1), an_id(2)


def a_stretch(
    lo: int | None = None,
    hi: int = 60 * MINUTE,
    ended_lo: int | None = None,
    ended_hi: int = 60 * MINUTE,
    mono: int = NEEDED,
    wall: int = NEEDED,
    boot: str = BEGAN,
    opens_at: int | None = None,
    was_hidden: bool = False,
) -> Stretch:
    """A wait from instant 0 on the phone's wall clock; where nothing else is said, the phone alone speaks of it."""
    began = Moment(0, 5_000, BEGAN, lo, hi)
    ended = Moment(wall, 5_000 + mono, boot, ended_lo, ended_hi)
    return Stretch(began, ended, ended_hi, NEEDED, NEEDED, opens_at, was_hidden)


@pytest.mark.parametrize(
    ("stretch", "grade", "rule"),
    [
        (a_stretch(lo=0, ended_hi=NEEDED - 1), "contradicted", "short_by_bounds"),
        (a_stretch(lo=0, ended_hi=NEEDED), "consistent", "long_as_measured"),
        (a_stretch(opens_at=CLOCKS_AGREE_MS, ended_hi=NEEDED - 1), "contradicted", "short_by_bounds"),
        (a_stretch(opens_at=CLOCKS_AGREE_MS, ended_hi=NEEDED), "consistent", "long_as_measured"),
        (a_stretch(lo=5, opens_at=0, ended_hi=NEEDED + 4), "contradicted", "short_by_bounds"),
        (a_stretch(hi=7, ended_lo=NEEDED + 7), "proven", "long_by_bounds"),
        (a_stretch(hi=7, ended_lo=NEEDED + 6), "consistent", "long_as_measured"),
        (a_stretch(hi=7, ended_lo=NEEDED + 7, opens_at=8), "consistent", "long_as_measured"),
        (a_stretch(hi=7, ended_lo=NEEDED + 8, opens_at=8), "proven", "long_by_bounds"),
        (a_stretch(hi=7, ended_lo=NEEDED + 7, mono=1, boot=LATER), "proven", "long_by_bounds"),
        (a_stretch(mono=NEEDED - 1), "contradicted", "short_as_measured"),
        (a_stretch(mono=NEEDED - 1, wall=-MINUTE), "contradicted", "short_as_measured"),
        (a_stretch(mono=NEEDED - 1, was_hidden=True), "unsupported", "unmeasured"),
        (a_stretch(mono=NEEDED - 1, boot=LATER), "unsupported", "unmeasured"),
        (a_stretch(was_hidden=True), "consistent", "long_as_measured"),
        (a_stretch(boot=LATER), "unsupported", "unmeasured"),
        (a_stretch(wall=NEEDED + CLOCKS_AGREE_MS), "consistent", "long_as_measured"),
        (a_stretch(wall=NEEDED + CLOCKS_AGREE_MS + 1), "unsupported", "unmeasured"),
        (a_stretch(wall=NEEDED - CLOCKS_AGREE_MS), "consistent", "long_as_measured"),
        (a_stretch(wall=NEEDED - CLOCKS_AGREE_MS - 1), "unsupported", "unmeasured"),
    ],
)
def test_each_rule_at_its_edge(stretch: Stretch, grade: str, rule: str) -> None:
    """One millisecond more or less, and each rule in its turn."""
    assert grade_wait(stretch) == (grade, rule)


@settings(deadline=None, max_examples=300)
@given(
    truly=st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)).map(sorted),
    slack=st.tuples(*[st.integers(0, 2 * MINUTE)] * 4),
    known=st.tuples(st.booleans(), st.booleans()),
    phone=st.tuples(st.integers(-(10**7), 10**7), st.integers(-(10**7), 10**7), st.booleans(), st.booleans()),
    opens_at=st.none() | st.integers(0, 10**7),
)
def test_no_phone_argues_with_true_bounds(
    truly: list[int],
    slack: tuple[int, int, int, int],
    known: tuple[bool, bool],
    phone: tuple[int, int, bool, bool],
    opens_at: int | None,
) -> None:
    """Whatever its clocks say: as long as the bounds are true, nothing too short is proven, nothing long is refuted."""
    mono, wall, is_hidden, is_restarted = phone
    began = Moment(0, 0, BEGAN, truly[0] - slack[0] if known[0] else None, truly[0] + slack[1])
    lo = truly[1] - slack[2] if known[1] else None
    ended = Moment(wall, mono, LATER if is_restarted else BEGAN, lo, truly[1] + slack[3])
    grade, rule = grade_wait(Stretch(began, ended, ended.hi, NEEDED, NEEDED, opens_at, is_hidden))
    lasted = truly[1] - (truly[0] if opens_at is None else max(truly[0], opens_at))
    assert not (grade == "proven" and lasted < NEEDED)
    assert not (rule == "short_by_bounds" and lasted >= NEEDED)


def a_body(n: int, prev: str, kind: str = "note_added", fault: str | None = None, **known: int | str) -> Stated:
    """One stored body: `received_at`, and perhaps `anchor_ms`, `code` and whose it is."""
    code = known.get("code")
    own: dict[str, int | str | bool] = {} if code is None else {"code": str(code)}
    anchor_ms = known.get("anchor_ms")
    actor_id = str(known.get("actor_id", ME))
    event = Event(
        visit_id=an_id(7),
        n=n,
        prev=prev,
        kind=kind,
        at="",
        at_ms=0,
        t=n,
        mono=0,
        boot=BEGAN,
        device_id=ME,
        actor_id=actor_id,
        own=own,
        anchor_ms=None if anchor_ms is None else int(anchor_ms),
    )
    return Stated(n, f"{n:064x}", an_id(7), int(known.get("received_at", 10**6)), fault, event)


def a_call(code: str = "12345678", operative: str = ME, begun_at: int = 100, saved: Logged | None = None) -> Call:
    """A planner's call."""
    return Call(an_id(0xCA), operative, an_id(3), code, begun_at, begun_at + 600_000, saved)


def links(*bodies: Stated) -> list[tuple[Stated, Event]]:
    """Bodies as a chain holds them."""
    return [(body, body.event) for body in bodies if body.event is not None]


def name(n: int) -> str:
    """The hash of the n-th body."""
    return f"{n:064x}"


def test_bounds_pass_along_the_chain() -> None:
    """The newest anchor goes on to what comes after, the earliest receipt back to what came before."""
    chain = links(
        a_body(0, "root", received_at=900),
        a_body(1, name(0), anchor_ms=300, received_at=700),
        a_body(2, name(1), anchor_ms=200, received_at=800),
    )
    assert bounds(chain, ()) == {
        0: Bounds(None, 700),
        1: Bounds(300, 700, "anchor"),
        2: Bounds(300, 800, "anchor"),
    }


def test_nothing_passes_over_a_gap() -> None:
    """An event that names a body which never came could have been made at any time."""
    chain = links(a_body(0, "root", anchor_ms=300, received_at=900), a_body(2, name(1), received_at=500))
    assert bounds(chain, ()) == {0: Bounds(300, 900, "anchor"), 2: Bounds(None, 500)}


def test_what_does_not_count_still_hands_bounds_on() -> None:
    """A withdrawn event, and one with a fault, are links of the chain of hashes all the same; malformed is not."""
    first, withdrawn = a_body(0, "root", received_at=900), a_body(1, name(0), anchor_ms=300, received_at=400)
    last = a_body(2, name(1), received_at=800)
    unreadable = Stated(9, name(9), an_id(7), 1, "malformed", None)
    assert bounds(links(first, last), (), [first, withdrawn, unreadable, last]) == {
        0: Bounds(None, 400),
        2: Bounds(300, 800, "anchor"),
    }


def test_an_anchor_that_is_not_the_servers_says_nothing() -> None:
    """Forged, another origin's, or of the future: kept, and not believed."""
    forged = a_body(0, "root", fault="bad_anchor", anchor_ms=10**6, received_at=500)
    assert bounds(links(forged), ()) == {0: Bounds(None, 500)}


def test_a_planners_code_is_no_older_than_its_making() -> None:
    """Typed in, it is a lower bound for what comes after; another operative's, or a wrong one, is none."""
    typed = a_body(0, "root", "planner_code_typed", code="12345678")
    assert bounds(links(typed), [a_call(begun_at=120), a_call(begun_at=100)])[0] == Bounds(100, 10**6, "code")
    assert bounds(links(typed), [a_call(operative=ANOTHER)])[0].lo is None
    assert bounds(links(typed), [a_call(code="87654321")])[0].lo is None
    anchored = a_body(0, "root", "planner_code_typed", code="12345678", anchor_ms=110)
    assert bounds(links(anchored), [a_call(begun_at=100)])[0] == Bounds(110, 10**6, "anchor")


def test_what_was_read_back_is_no_younger_than_the_call() -> None:
    """Eight characters commit to the chain: when the planner saved them is an upper bound for all before."""
    chain = links(a_body(0, "root"), a_body(1, name(0), "planner_code_typed", code="12345678"))

    def saved(characters: str | None, at: int = 5_000) -> list[Call]:
        return [a_call(saved=Logged(1, at, "leave_card", "", characters))]

    assert bounds(chain, saved(read_back(name(1))))[0] == Bounds(None, 5_000, "", "read_back")
    assert bounds(chain, [*saved(read_back(name(1))), *saved(read_back(name(1)), 4_000)])[1].hi == 4_000
    assert bounds(chain, saved("AAAAAAAA"))[1] == Bounds(100, 10**6, "code")
    assert bounds(chain, saved(None))[1].hi == 10**6
    another = [a_call(operative=ANOTHER, saved=Logged(1, 5_000, "leave_card", "", read_back(name(1))))]
    assert bounds(chain, another)[1].hi == 10**6


@st.composite
def some_bodies(draw: st.DrawFn) -> list[Stated]:
    """Bodies that hang on one another anyhow: chains, forks, gaps, anchors, codes, faults."""
    bodies = []
    for n in range(draw(st.integers(1, 8))):
        prev = draw(st.sampled_from(["root", name(99), *(name(before) for before in range(n))]))
        kind = draw(st.sampled_from(["note_added", "planner_code_typed"]))
        known: dict[str, int | str] = {"received_at": draw(st.integers(500, 999)), "code": "12345678"}
        if draw(st.booleans()):
            known["anchor_ms"] = draw(st.integers(0, 499))
        fault = draw(st.sampled_from([None, None, "bad_anchor"]))
        bodies.append(a_body(n, prev, kind, fault, **known))
    return bodies


@settings(deadline=None, max_examples=200)
@given(bodies=some_bodies(), begun_at=st.integers(0, 499), saved_at=st.integers(400, 999), which=st.integers(0, 7))
def test_bounds_are_those_of_a_slow_and_obvious_search(
    bodies: list[Stated], begun_at: int, saved_at: int, which: int
) -> None:
    """Walking every `prev` of every body finds the same."""
    calls = [a_call(begun_at=begun_at, saved=Logged(1, saved_at, "leave_card", "", read_back(name(which))))]
    found = bounds(links(*bodies), calls)
    assert {n: (known.lo, known.hi) for n, known in found.items()} == {
        body.position: (slow_lo(body, bodies, calls), slow_hi(body, bodies, calls)) for body in bodies
    }


def test_generated_timelines_are_graded_truly_and_every_wrong_rule_is_noticed() -> None:
    """A short form of the command in tests/conformance/timelines.py, which runs a hundred thousand."""
    tally = timelines.run(first_seed=3, count=3_000)
    assert tally.failed == {failure: [] for failure in timelines.FAILURES}
    assert tally.unlike_settled == 0
    assert [mistake for mistake in timelines.MISTAKES if mistake not in tally.caught] == []
    assert tally.is_clean
    assert tally.not_over < 300
