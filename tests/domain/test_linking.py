"""From bodies in any order to one chain, and the fault of each that does not link."""

from __future__ import annotations

import json
from itertools import permutations
from random import Random
from typing import Any

import msgspec
import pytest

from doorstep.domain.chain import body_hash
from doorstep.domain.linking import Chain as Linked
from doorstep.domain.linking import link
from tests.chains import Chain
from tests.makers import a_bare_chain, an_id, arrived_bodies


def a_started(number: int = 1, operative: int = 1) -> Chain:
    """A chain with its `visit_started`."""
    chain = a_bare_chain(number, operative)
    chain.start()
    return chain


def branch(chain: Chain, length: int) -> Chain:
    """Another chain with the same first bodies: two children of one event, if both go on."""
    return Chain(
        chain.actor_id,
        chain.installation_id,
        chain.appointment_id,
        chain.snapshot,
        chain.policy_version,
        chain.visit_id,
        chain.began_ms,
        chain.bodies[:length],
    )


def kinds(chain: Linked) -> list[str]:
    return [event.kind for _, event in chain.links]


def faults_of(chain: Linked, bodies: list[str]) -> dict[int, str]:
    """Faults by place in a list of bodies that arrived in that order."""
    return {position - 1: fault for position, fault in chain.faults.items()}


def altered(text: str, **changes: Any) -> str:
    return json.dumps({**json.loads(text), **changes}, separators=(",", ":"))


def test_nothing_links_to_nothing() -> None:
    """A visit of which only a malformed body came has no events."""
    linked = link(arrived_bodies(["{}"]))
    assert (linked.links, linked.faults, linked.started, linked.closing) == ([], {1: "malformed"}, None, None)
    assert link([]).links == []


def test_a_whole_visit_links() -> None:
    """From the root, each following the one before it."""
    chain = a_bare_chain()
    chain.whole("12345678")
    linked = link(arrived_bodies(chain.bodies))
    assert linked.faults == {}
    assert [event.n for _, event in linked.links] == list(range(10))
    assert linked.started is not None
    assert linked.closing is not None
    assert linked.closing.kind == "missed_recorded"
    assert linked.first("door_knocked") == linked.links[2]
    assert linked.first("access_gained") is None


def test_order_of_arrival_does_not_matter() -> None:
    """The same bodies in any order are the same chain."""
    chain = a_bare_chain()
    chain.whole()
    for seed in range(30):
        shuffled = Random(seed).sample(chain.bodies, len(chain.bodies))
        linked = link(arrived_bodies(shuffled))
        assert (linked.faults, [event.n for _, event in linked.links]) == ({}, list(range(9)))


@pytest.mark.parametrize("missing", [0, 1, 3, 7])
def test_an_event_that_is_missing(missing: int) -> None:
    """The event after it is a `gap`, which blocks nothing; when the missing one comes, the gap is gone."""
    chain = a_bare_chain()
    chain.whole()
    rest = chain.bodies[:missing] + chain.bodies[missing + 1 :]
    linked = link(arrived_bodies(rest))
    assert faults_of(linked, rest) == {missing: "gap"}
    assert len(linked.links) == 8
    assert link(arrived_bodies([*rest, chain.bodies[missing]])).faults == {}


def test_a_gap_hides_no_fork() -> None:
    """Beyond a gap the chain is followed again."""
    chain = a_started()
    chain.state("arrived", 10, address_confirmed=True, place_missing="off")
    chain.state("note_added", 20, note="one")
    chain.state("note_added", 30, note="two")
    bodies = [chain.bodies[0], chain.bodies[2], altered(chain.bodies[3], prev="c" * 64)]
    assert faults_of(link(arrived_bodies(bodies)), bodies) == {1: "gap", 2: "fork"}


def test_two_children_of_one_event() -> None:
    """Both are kept; the longer line counts, in whatever order they came, and all of the other is `fork`."""
    chain = a_started()
    chain.state("arrived", 10, address_confirmed=True, place_missing="off")
    other = branch(chain, 2)
    other.state("note_added", 15, note="another story")
    other.state("note_added", 16, note="and more of it")
    for t in (20, 30, 40):
        chain.state("note_added", t, note=f"at {t}")
    bodies = chain.bodies + other.bodies[2:]
    for order in ([0, 1, 2, 3, 4, 5, 6], [0, 1, 5, 6, 2, 3, 4], [6, 5, 4, 3, 2, 1, 0], [4, 5, 0, 2, 6, 1, 3]):
        arrived = [bodies[place] for place in order]
        linked = link(arrived_bodies(arrived))
        assert {order[place] for place, fault in faults_of(linked, arrived).items() if fault == "fork"} == {5, 6}
        assert [event.text("note") for _, event in linked.links[2:]] == ["at 20", "at 30", "at 40"]


def test_two_lines_of_one_length() -> None:
    """Where neither line is longer the choice is arbitrary, and always the same."""
    chain = a_started()
    other = branch(chain, 1)
    chain.state("note_added", 10, note="one")
    other.state("note_added", 10, note="two")
    bodies = [*chain.bodies, other.bodies[1]]
    chosen = {link(arrived_bodies(order)).links[1][1].text("note") for order in permutations(bodies)}
    assert len(chosen) == 1


def test_a_first_event_that_follows_another_root() -> None:
    """A visit that is not bound to the snapshot and policy that it names has no chain at all."""
    chain = a_started()
    body = altered(chain.bodies[0], prev="d" * 64)
    chain.bodies[0] = body
    chain.state("note_added", 10, note="one")
    linked = link(arrived_bodies(chain.bodies))
    assert (linked.faults, linked.links) == ({1: "fork", 2: "fork"}, [])


def test_nothing_but_a_start_is_first() -> None:
    """Another kind at n = 0 follows nothing."""
    chain = a_bare_chain()
    chain.state("note_added", 10, note="one")
    assert link(arrived_bodies(chain.bodies)).faults == {1: "fork"}


def test_a_line_does_not_skip_or_go_back() -> None:
    """An event that names its parent but not the next number counts for no line's length, and is a gap or a fork."""
    chain = a_started()
    chain.state("note_added", 10, note="one")
    ahead = altered(chain.bodies[1], n=5, prev=body_hash(chain.bodies[1].encode()), t=20)
    linked = link(arrived_bodies([*chain.bodies, ahead]))
    assert linked.faults == {3: "gap"}


def test_anothers_event_on_a_visit() -> None:
    """The visit is of who started it, whichever of its events came first."""
    chain = a_started()
    chain.state("note_added", 10, note="one")
    stranger = altered(chain.bodies[1], actor_id=an_id(2), t=11)
    for bodies in ([*chain.bodies, stranger], [stranger, *chain.bodies]):
        linked = link(arrived_bodies(bodies))
        assert faults_of(linked, bodies) == {bodies.index(stranger): "not_assigned"}
        assert kinds(linked) == ["visit_started", "note_added"]


def test_before_the_start_has_come() -> None:
    """Until `visit_started` comes the visit is of whoever stated first, and a gap says that something is missing."""
    chain = a_started()
    chain.state("note_added", 10, note="one")
    stranger = altered(chain.bodies[1], actor_id=an_id(2))
    linked = link(arrived_bodies([chain.bodies[1], stranger]))
    assert (linked.faults, linked.started) == ({1: "gap", 2: "not_assigned"}, None)


def test_a_fault_found_on_arrival_stays() -> None:
    """What was refused when it arrived does not count, and the next event shows that something is missing there."""
    chain = a_started()
    chain.state("note_added", 10, note="one")
    chain.state("note_added", 20, note="two")
    stated = arrived_bodies(chain.bodies)
    stated[1] = msgspec.structs.replace(stated[1], fault="wrong_actor")
    linked = link(stated)
    assert linked.faults == {2: "wrong_actor", 3: "gap"}


@pytest.mark.parametrize("t", [9, 10])
def test_the_stopwatch_rises(t: int) -> None:
    """No two events have the same time, and none goes back; those after it are judged by the last that rose."""
    chain = a_started()
    chain.state("note_added", 10, note="one")
    chain.state("note_added", t, note="two")
    chain.state("note_added", 11, note="three")
    linked = link(arrived_bodies(chain.bodies))
    assert linked.faults == {3: "malformed"}
    assert [event.n for _, event in linked.links] == [0, 1, 3]


@pytest.mark.parametrize("closing", ["missed_recorded", "visit_closed"])
def test_after_the_close(closing: str) -> None:
    """Only late access and notes are taken after the visit was closed; the rest is kept with its fault."""
    chain = a_started()
    own = {"declaration": "2026-11-01"} if closing == "missed_recorded" else {"outcome": "completed"}
    chain.state(closing, 10, **own)
    chain.state("note_added", 20, note="forgot to say")
    chain.state("door_knocked", 30, method="knock")
    chain.state("access_gained", 40)
    chain.state("event_withdrawn", 50, withdrawn_n=2, reason="slip")
    chain.state(closing, 60, **own)
    chain.state("clock_gap", 70, hidden_ms=1, wall_ms=1, mono_ms=1)
    linked = link(arrived_bodies(chain.bodies))
    assert linked.faults == {4: "after_close", 6: "after_close", 7: "after_close", 8: "after_close"}
    assert kinds(linked) == ["visit_started", closing, "note_added", "access_gained"]
    assert linked.closing is not None
    assert linked.closing.n == 1


def test_a_slip_is_withdrawn() -> None:
    """Within 60 s on the stopwatch, and both are taken out; the numbers then have a gap, which is no fault."""
    chain = a_started()
    chain.state("door_knocked", 10_000, method="knock")
    chain.state("event_withdrawn", 70_000, withdrawn_n=1, reason="slip")
    chain.state("note_added", 80_000, note="one")
    linked = link(arrived_bodies(chain.bodies))
    assert (linked.faults, linked.withdrawn) == ({}, {1: "slip"})
    assert [event.n for _, event in linked.links] == [0, 3]


def test_a_slip_is_withdrawn_too_late() -> None:
    """One millisecond more and it stands; what tried to withdraw it is malformed."""
    chain = a_started()
    chain.state("door_knocked", 10_000, method="knock")
    chain.state("event_withdrawn", 70_001, withdrawn_n=1, reason="slip")
    linked = link(arrived_bodies(chain.bodies))
    assert (linked.faults, linked.withdrawn) == ({3: "malformed"}, {})
    assert kinds(linked) == ["visit_started", "door_knocked"]


def test_a_slip_is_withdrawn_once() -> None:
    """The second withdrawal of one event takes nothing."""
    chain = a_started()
    chain.state("door_knocked", 10_000, method="knock")
    chain.state("event_withdrawn", 11_000, withdrawn_n=1, reason="slip")
    chain.state("event_withdrawn", 12_000, withdrawn_n=1, reason="again")
    linked = link(arrived_bodies(chain.bodies))
    assert (linked.faults, linked.withdrawn, kinds(linked)) == ({4: "malformed"}, {1: "slip"}, ["visit_started"])


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("event_withdrawn", {"withdrawn_n": 1, "reason": "slip"}),
        ("clock_gap", {"hidden_ms": 1, "wall_ms": 1, "mono_ms": 1}),
    ],
)
def test_what_cannot_be_withdrawn(kind: str, own: dict[str, Any]) -> None:
    """Not a withdrawal, and not what the phone itself stated."""
    chain = a_started()
    chain.state("door_knocked", 10_000, method="knock")
    chain.state(kind, 11_000, **own)
    chain.state("event_withdrawn", 12_000, withdrawn_n=2, reason="undo")
    assert link(arrived_bodies(chain.bodies)).faults == {4: "malformed"}


@pytest.mark.parametrize("withdrawn_n", [0, 1, 2, 3, 9])
def test_what_is_not_there_to_withdraw(withdrawn_n: int) -> None:
    """Not the visit's start, not itself, not what comes later or never came."""
    chain = a_started()
    chain.state("event_withdrawn", 10_000, withdrawn_n=withdrawn_n, reason="undo")
    chain.state("note_added", 20_000, note="one")
    assert link(arrived_bodies(chain.bodies)).faults == {2: "malformed"}


def test_a_recorded_visit_is_not_withdrawn() -> None:
    """`missed_recorded` stands: what follows it to take it back is after the close."""
    chain = a_bare_chain()
    chain.whole()
    chain.state("event_withdrawn", 945_000, withdrawn_n=8, reason="undo")
    linked = link(arrived_bodies(chain.bodies))
    assert linked.faults == {10: "after_close"}
    assert linked.closing is not None
