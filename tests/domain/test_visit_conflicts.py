"""A visit that is contradicted: by a second operative who got in, or by a second story of one moment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dossiers import PENDING, RECORDED, a_missed_visit


@pytest.mark.parametrize(
    ("kind", "own", "is_conflict"),
    [
        ("access_gained", {}, True),
        ("visit_closed", {"outcome": "completed"}, True),
        ("visit_closed", {"outcome": "follow_on_required"}, True),
        ("visit_closed", {"outcome": "wrong_address"}, False),
        ("note_added", {"note": "nobody here"}, False),
    ],
)
def test_conflict_with_a_second_operative(kind: str, own: dict[str, Any], is_conflict: bool) -> None:
    """Access in either visit is a conflict on the other; the one who got in has none."""
    appointment = a_missed_visit()
    other = appointment.chain(2, operative=2)
    other.start()
    other.state(kind, 10_000, **own)
    appointment.arrives(other)
    assert appointment.stands(1) == ((PENDING, ("conflict",)) if is_conflict else RECORDED)
    assert appointment.settled(2).standing == ("ended" if kind == "visit_closed" else "in_progress")
    appointment.decide("upheld", ("conflict",))
    assert appointment.settled(1).standing == "upheld"


def test_the_same_operative_comes_back() -> None:
    """Their own later access is another visit, and no conflict with the first."""
    appointment = a_missed_visit()
    again = appointment.chain(2)
    again.start()
    again.state("access_gained", 10_000)
    appointment.arrives(again)
    assert appointment.stands(1) == RECORDED


def test_a_fork_is_a_conflict() -> None:
    """Two stories of one moment are for a supervisor, also after the visit was upheld."""
    appointment = a_missed_visit()
    appointment.decide("upheld")
    assert appointment.settled().standing == "upheld"
    chain = appointment.chain()
    chain.bodies = [None] * len(appointment.dossier.visits[chain.visit_id])  # type: ignore[list-item]
    fork = appointment.chain()
    fork.start()
    fork.state("note_added", 6_000, note="another story")
    chain.bodies.append(fork.bodies[1])
    appointment.arrives(chain)
    assert appointment.stands() == (PENDING, ("conflict",))
