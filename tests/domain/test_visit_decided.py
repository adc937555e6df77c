"""What a supervisor's decision does to a visit: upheld, overturned, returned, and what opens it again."""

from __future__ import annotations

import pytest

from doorstep.domain.deciding import latest_decision, planners_of
from tests.dossiers import (
    CODE,
    MINUTE,
    PENDING,
    PLANNER,
    RECORDED,
    AnAppointment,
    a_missed_visit,
    a_snapshot,
    completed,
    from_the_first_knock,
    with_fields,
)
from tests.makers import MORNING, an_id


def test_upheld_holds_for_what_was_seen() -> None:
    """A decision clears what the supervisor saw; what was awaited may still come; a contradiction reopens it."""
    appointment = a_missed_visit(code=None)
    appointment.dossier.photos.clear()
    appointment.decide("upheld", ("photo",))
    assert appointment.settled().standing == "upheld"
    appointment.photo()
    assert appointment.settled().standing == "upheld"
    appointment.call(2)
    assert appointment.stands() == (PENDING, ("planner_call",))


def test_overturned() -> None:
    """The outcome is put right, and stays so."""
    appointment = a_missed_visit()
    appointment.decide("overturned", outcome="landlord_missed")
    settled = appointment.settled()
    assert (settled.standing, settled.outcome) == ("overturned", "landlord_missed")
    appointment.call(2)
    assert appointment.settled().standing == "overturned"


def test_a_refused_visit_is_decided() -> None:
    """A refusal can be upheld or overturned; if what it was refused for comes to light later, it is open again."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.whole(CODE)
    whole = list(chain.bodies)
    chain.bodies = whole[:2] + whole[3:]
    completed(appointment, chain)
    assert appointment.settled().standing == "refused"
    appointment.decide("upheld", ("refused",))
    assert appointment.settled().standing == "upheld"
    chain.bodies = [*chain.bodies, whole[2]]
    appointment.arrives(chain)
    assert appointment.stands() == RECORDED


@pytest.mark.parametrize("what", ["photo", "event", "call", "match", "record"])
def test_returned_until_new_evidence(what: str) -> None:
    """Whatever new evidence comes settles a returned visit again: also a person's match, or the office's record."""
    snapshot = a_snapshot(agreed=None)
    appointment = AnAppointment(snapshot)
    chain = appointment.chain()
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("slot_attested", 6_000, told_by="resident")
    from_the_first_knock(chain)
    appointment.arrives(chain)
    late = appointment.call(2, saved_at=MORNING + 90 * MINUTE)
    appointment.decide("returned", ("attestation", "photo", "planner_call"))
    assert appointment.settled().standing == "returned"
    if what == "photo":
        appointment.photo()
    elif what == "event":
        chain.state("note_added", 1_000_000, note="the photo is on the other phone")
        appointment.arrives(chain)
    elif what == "call":
        appointment.call()
    elif what == "match":
        appointment.dossier.matches[chain.visit_id, 6] = late
    else:
        agreed = {"how": "resident_agreed", "at": "2026-11-17T08:00:00.000Z"}
        appointment.changed(with_fields(snapshot, agreed=agreed), MORNING + 60 * MINUTE)
    assert appointment.settled().standing == PENDING
    appointment.decide("returned", appointment.settled().awaiting)
    assert appointment.settled().standing == "returned"


def test_nobody_upholds_their_own_call() -> None:
    """An `upheld` by who took the call does not hold, even where the call was saved after it."""
    appointment = a_missed_visit(code=None)
    appointment.dossier.calls.clear()
    appointment.decide("upheld", ("planner_call",), by=PLANNER)
    assert appointment.settled().standing == "upheld"
    appointment.call()
    assert appointment.stands() == RECORDED
    assert planners_of(appointment.dossier, an_id(1)) == {an_id(PLANNER)}
    assert planners_of(appointment.dossier, an_id(9)) == set()
    appointment.decide("overturned", by=PLANNER, outcome="completed")
    assert appointment.settled().standing == "overturned"


def test_a_decision_on_a_visit_that_is_not_closed() -> None:
    """A decision lies over a closed visit only; the latest one counts."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    appointment.arrives(chain)
    assert latest_decision(appointment.dossier, chain.visit_id) is None
    appointment.decide("upheld")
    appointment.decide("returned")
    assert appointment.settled().standing == "in_progress"
    latest = latest_decision(appointment.dossier, chain.visit_id)
    assert latest is not None
    assert latest.decision == "returned"
