"""A resident's dispute and where the visit stands: it opens what was decided without it, and nothing else."""

from __future__ import annotations

import pytest

from doorstep.domain.chain import body_hash, card_code
from doorstep.domain.dossier import Answer, Dispute
from tests.dossiers import MINUTE, PENDING, RECORDED, AnAppointment
from tests.makers import MORNING, an_id


def a_dispute(held: AnAppointment, visit_id: str, *, is_answered: bool = False) -> None:
    """A resident says that they were in, and is answered or not."""
    position = held.next()
    answer = Answer(held.next(), MORNING + 90 * MINUTE, an_id(3), "No.") if is_answered else None
    made = Dispute(position, MORNING + 60 * MINUTE + position, f"D{position}", "was_in", "", "en", answer)
    held.dossier.disputes.setdefault(visit_id, []).append(made)


def recorded(chain_has_card: bool = True) -> tuple[AnAppointment, str]:
    """A visit for which everything is there."""
    held = AnAppointment()
    held.call()
    chain = held.chain()
    chain.until_planner("12345678")
    if chain_has_card:
        chain.card_and_record()
    held.arrives(chain)
    held.photo()
    return held, chain.visit_id


def test_an_open_dispute_is_awaited_and_an_answered_one_is_not() -> None:
    """It is the reason that a supervisor sees; the flag stays."""
    held, visit_id = recorded()
    assert (held.settled().standing, held.settled().awaiting) == RECORDED
    a_dispute(held, visit_id)
    assert (held.settled().standing, held.settled().awaiting) == (PENDING, ("dispute",))
    assert "dispute_open" in held.settled().flags
    held.dossier.disputes.clear()
    a_dispute(held, visit_id, is_answered=True)
    assert (held.settled().standing, held.settled().awaiting) == RECORDED
    assert "dispute_answered" in held.settled().flags


@pytest.mark.parametrize(
    ("decision", "saw", "stands"),
    [
        ("upheld", (), PENDING),
        ("upheld", ("dispute",), "upheld"),
        ("returned", (), PENDING),
        ("returned", ("dispute",), "returned"),
        ("overturned", (), "overturned"),
    ],
)
def test_a_decision_holds_for_what_it_saw(decision: str, saw: tuple[str, ...], stands: str) -> None:
    """One that did not know of the dispute is open again, but for one that was in the resident's favour."""
    held, visit_id = recorded()
    held.decide(decision, saw)
    a_dispute(held, visit_id)
    assert held.settled().standing == stands


def test_a_refused_record_that_was_upheld_opens_too() -> None:
    """The judge refused it, a supervisor let it stand, and the resident disputes it: they are asked again."""
    held = AnAppointment()
    chain = held.chain()
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("missed_recorded", 20_000, declaration="2026-11-01")
    held.arrives(chain)
    held.decide("upheld", ("refused",))
    assert held.settled().standing == "upheld"
    a_dispute(held, chain.visit_id)
    assert (held.settled().standing, held.settled().awaiting) == ("refused", ("dispute",))


def test_a_dispute_changes_no_grade_and_no_verdict() -> None:
    """It is somebody's word: what the evidence is worth stays what it was."""
    held, visit_id = recorded()
    before = held.settled()
    a_dispute(held, visit_id)
    after = held.settled()
    assert (before.verdict, before.grades, before.grade) == (after.verdict, after.grades, after.grade)


def test_the_first_of_them_is_when_it_was_disputed() -> None:
    """For the measure of disputes within so many days."""
    held, visit_id = recorded()
    assert held.dossier.disputed_at(visit_id) is None
    a_dispute(held, visit_id, is_answered=True)
    first = held.dossier.disputed_at(visit_id)
    a_dispute(held, visit_id)
    assert held.dossier.disputed_at(visit_id) == first
    assert held.dossier.is_under_dispute(visit_id)


def test_a_card_has_its_code_once_it_is_left_and_the_visit_closed() -> None:
    """The code that the resident types is the one that the operative wrote."""
    held, visit_id = recorded()
    arrived = next(body for body in held.dossier.visits[visit_id] if body.event and body.event.kind == "arrived")
    assert held.settled().card_code == card_code(arrived.sha256)
    assert body_hash(b"") != arrived.sha256
    bare, _ = recorded(chain_has_card=False)
    assert bare.settled().card_code == ""
