"""What a recorded visit waits for: its photo, the planner's own log, a waiver's decision, the office's own record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dossiers import (
    MINUTE,
    PENDING,
    RECORDED,
    AnAppointment,
    a_missed_visit,
    a_snapshot,
    completed,
    from_the_first_knock,
    with_fields,
)
from tests.makers import MORNING, an_id


def an_attested(kind: str, snapshot: str) -> AnAppointment:
    """A visit whose operative attests what the office's record lacks."""
    appointment = AnAppointment(snapshot)
    chain = appointment.chain()
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state(kind, 6_000, told_by="resident")
    from_the_first_knock(chain)
    return completed(appointment, chain)


@pytest.mark.parametrize("state", [None, "unreadable"])
def test_awaiting_the_photo(state: str | None) -> None:
    """Only bytes that are complete, hash-true and decodable clear it; an unreadable photo is flagged."""
    appointment = a_missed_visit()
    appointment.dossier.photos.clear()
    if state:
        appointment.photo(state)
    assert appointment.stands() == (PENDING, ("photo",))
    assert appointment.settled().flags == (("photo_unreadable",) if state else ())
    appointment.photo()
    assert appointment.stands() == RECORDED


def test_awaiting_the_planner() -> None:
    """Until a planner's own log matches the contact that the verdict rests on; a second call reopens it."""
    appointment = a_missed_visit(code=None)
    appointment.dossier.calls.clear()
    assert appointment.stands() == (PENDING, ("planner_call",))
    appointment.call()
    assert appointment.stands() == RECORDED
    appointment.call(2)
    assert appointment.stands() == (PENDING, ("planner_call",))


def test_a_contact_that_nothing_rests_on() -> None:
    """An earlier `keep_waiting` is not what the record rests on: no log is awaited for it."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.until_planner(instruction="keep_waiting")
    chain.state("planner_contacted", 800_000, how="phone", instruction="leave_card")
    chain.card_and_record()
    appointment.arrives(chain)
    appointment.photo()
    appointment.call(saved_at=MORNING + 14 * MINUTE)
    assert appointment.stands() == RECORDED


def test_a_late_call_is_flagged() -> None:
    """Saved an hour after the event came: it is shown, and a person has to match it."""
    appointment = a_missed_visit()
    appointment.dossier.calls.clear()
    call = appointment.call(saved_at=MORNING + 77 * MINUTE)
    assert appointment.stands() == (PENDING, ("planner_call",))
    assert appointment.settled().flags == ("call_late",)
    appointment.dossier.matches[an_id(0xF001), 6] = call
    assert appointment.stands() == RECORDED


@pytest.mark.parametrize(
    ("clauses", "outcome"),
    [
        ([("planner", "no_signal")], "no_access_carded"),
        ([("card", "planner_said_no_card"), ("card_photo", "planner_said_no_card")], "no_access_no_card"),
    ],
)
def test_awaiting_a_waiver(clauses: list[tuple[str, str]], outcome: str) -> None:
    """Whatever was waived, a supervisor decides."""
    appointment = AnAppointment()
    chain = appointment.chain()
    waived = [clause for clause, _ in clauses]
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("door_knocked", 150_000, method="bell")
    chain.state("resident_called", 200_000, number_label="mobile", result="no_answer")
    if "planner" not in waived:
        chain.state("planner_contacted", 600_000, how="phone", instruction="leave_no_card")
        appointment.call(instruction="leave_no_card")
    for number, (clause, reason) in enumerate(clauses):
        chain.state("clause_waived", 910_000 + number, clause=clause, reason=reason)
    if "card" in waived:
        chain.state("missed_recorded", 920_000, declaration="2026-11-01")
    else:
        chain.card_and_record()
        appointment.photo()
    appointment.arrives(chain)
    assert appointment.stands() == (PENDING, ("waiver",))
    assert appointment.settled().outcome == outcome
    appointment.decide("upheld", ("waiver",))
    assert (appointment.settled().standing, appointment.settled().outcome) == ("upheld", outcome)


@pytest.mark.parametrize(
    ("kind", "lacking", "held"),
    [
        (
            "notification_attested",
            {"notifications": []},
            {
                "notifications": [
                    {
                        "channel": "letter",
                        "sent_at": "2026-11-19T06:00:00.000Z",
                        "status": "delivered",
                        "status_at": "2026-11-20T06:00:00.000Z",
                    }
                ]
            },
        ),
        ("slot_attested", {"agreed": None}, {"agreed": {"how": "resident_agreed", "at": "2026-11-17T08:00:00.000Z"}}),
    ],
)
def test_awaiting_the_offices_own_record(kind: str, lacking: dict[str, Any], held: dict[str, Any]) -> None:
    """The operative's word on what the office did counts once the office's own record says so too."""
    snapshot = a_snapshot(**lacking)
    appointment = an_attested(kind, snapshot)
    assert appointment.stands() == (PENDING, ("attestation",))
    appointment.changed(with_fields(snapshot, **held), MORNING + 60 * MINUTE)
    assert appointment.stands() == RECORDED


def test_an_attestation_that_was_not_needed() -> None:
    """Where the office's record was there all along, the operative's word changes nothing."""
    assert an_attested("notification_attested", a_snapshot()).stands() == RECORDED
