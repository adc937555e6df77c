"""Which planner's call vouches for which contact: one call, one event, whatever came first."""

from __future__ import annotations

from itertools import permutations

import pytest

from doorstep.domain.linking import link
from doorstep.domain.matching import LATE_AFTER_MS, SAME_TIME_MS, contacts_in, is_saved_late, match
from tests.chains import Chain
from tests.dossiers import CODE, MINUTE, AnAppointment
from tests.makers import MORNING, an_id

RECEIVED = MORNING + 16 * MINUTE
CONTACTED = MORNING + 10 * MINUTE


def a_contacted(
    appointment: AnAppointment, number: int = 1, operative: int = 1, code: str | None = None, call_id: str | None = None
) -> Chain:
    """A visit with one planner contact at 10 minutes."""
    chain = appointment.chain(number, operative)
    chain.start()
    if code:
        chain.state("planner_code_typed", 590_000, code=code)
    named = {"call_id": call_id} if call_id else {}
    chain.state("planner_contacted", 600_000, how="phone", instruction="leave_card", **named)
    return appointment.arrives(chain)


def matched(appointment: AnAppointment) -> dict[tuple[str, int], str]:
    dossier = appointment.dossier
    contacts = [
        contact for visit_id, stated in dossier.visits.items() for contact in contacts_in(visit_id, link(stated))
    ]
    return match(dossier, contacts)


def key(number: int = 1, n: int = 1) -> tuple[str, int]:
    return (an_id(0xF000 + number), n)


def test_a_contact_has_the_code_typed_before_it() -> None:
    """A code belongs to the next contact only."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    chain.state("planner_code_typed", 10, code="00000000")
    chain.state("planner_code_typed", 20, code="11111111")
    chain.state("planner_contacted", 30, how="phone", instruction="keep_waiting")
    chain.state("planner_contacted", 40, how="app", instruction="leave_card", call_id=an_id(9))
    appointment.arrives(chain)
    first, second = contacts_in(chain.visit_id, link(appointment.dossier.visits[chain.visit_id]))
    assert (first.code, first.call_id, first.instruction, first.key) == ("11111111", "", "keep_waiting", key(n=3))
    assert (second.code, second.call_id, second.at_ms) == ("", an_id(9), MORNING + 40)


def test_by_the_calls_id() -> None:
    """A phone with signal was told the call's id: no clock and no code is needed."""
    appointment = AnAppointment()
    call = appointment.call(saved_at=RECEIVED + 30 * MINUTE)
    appointment.call(2, saved_at=CONTACTED)
    a_contacted(appointment, call_id=call)
    assert matched(appointment) == {key(): call}


def test_by_the_code() -> None:
    """The code says which call it was, among any number of others."""
    appointment = AnAppointment()
    call = appointment.call(1, code=CODE)
    appointment.call(2, code="00000000")
    a_contacted(appointment, code=CODE)
    assert matched(appointment) == {key(n=2): call}


@pytest.mark.parametrize(("late_by", "is_matched"), [(0, True), (1, False)])
def test_a_code_is_good_for_ten_minutes(late_by: int, is_matched: bool) -> None:
    """A call that was saved after its code expired is not matched by it, and its time then decides."""
    appointment = AnAppointment()
    begun_at = CONTACTED + 10 * MINUTE
    call = appointment.call(begun_at=begun_at, saved_at=begun_at + 10 * MINUTE + late_by)
    a_contacted(appointment, code=CODE)
    assert matched(appointment) == ({key(n=2): call} if is_matched else {})


@pytest.mark.parametrize(
    ("after", "is_matched"),
    [(SAME_TIME_MS, True), (SAME_TIME_MS + 1, False), (-SAME_TIME_MS, True), (-SAME_TIME_MS - 1, False)],
)
def test_by_the_time(after: int, is_matched: bool) -> None:
    """The planner saved within 15 minutes of the event, either way."""
    appointment = AnAppointment()
    call = appointment.call(saved_at=CONTACTED + after)
    a_contacted(appointment)
    assert matched(appointment) == ({key(): call} if is_matched else {})


def test_a_call_that_is_not_saved_vouches_for_nothing() -> None:
    """Opening the form is no log."""
    appointment = AnAppointment()
    call = appointment.call(saved_at=None)
    a_contacted(appointment, code=CODE, call_id=call)
    assert matched(appointment) == {}


def test_two_calls_for_one_contact() -> None:
    """A second candidate takes the match away: a person has to say."""
    appointment = AnAppointment()
    a_contacted(appointment)
    call = appointment.call(1)
    assert matched(appointment) == {key(): call}
    appointment.call(2)
    assert matched(appointment) == {}


def test_two_contacts_for_one_call() -> None:
    """One call, one event: with two that it may be about, it is about neither."""
    appointment = AnAppointment()
    appointment.call()
    a_contacted(appointment, 1)
    a_contacted(appointment, 2)
    assert matched(appointment) == {}
    a_contacted(appointment, 3, code=CODE)
    assert matched(appointment) == {key(3, 2): an_id(0xCA01)}


def test_two_contacts_that_type_one_code() -> None:
    """A code that two events claim vouches for neither, and no weaker rule finds another partner for them."""
    appointment = AnAppointment()
    appointment.call(1)
    appointment.call(2, code="00000000")
    a_contacted(appointment, 1, code=CODE)
    a_contacted(appointment, 2, code=CODE)
    assert matched(appointment) == {}


@pytest.mark.parametrize("by", ["id", "code", "time"])
def test_the_instructions_must_agree(by: str) -> None:
    """Who heard `leave_card` is not vouched for by a planner who said `keep_waiting`."""
    appointment = AnAppointment()
    call = appointment.call(instruction="keep_waiting")
    a_contacted(appointment, code=CODE if by == "code" else None, call_id=call if by == "id" else None)
    assert matched(appointment) == {}


@pytest.mark.parametrize("by", ["id", "code", "time"])
def test_calls_with_another_operative_are_not_candidates(by: str) -> None:
    """A call is about an appointment and an operative."""
    appointment = AnAppointment()
    call = appointment.call(operative=7)
    a_contacted(appointment, code=CODE if by == "code" else None, call_id=call if by == "id" else None)
    assert matched(appointment) == {}


def test_wait_first_then_leave_a_card() -> None:
    """Two contacts in one visit with a call each: the instructions tell them apart, in whatever order they came."""
    for order in permutations(["first", "second", "visit"]):
        appointment = AnAppointment()
        for step in order:
            if step == "first":
                appointment.call(1, MORNING + 8 * MINUTE, "keep_waiting")
            elif step == "second":
                appointment.call(2, MORNING + 15 * MINUTE, "leave_card", "00000000")
            else:
                chain = appointment.chain()
                chain.start()
                chain.state("planner_contacted", 7 * MINUTE, how="phone", instruction="keep_waiting")
                chain.state("planner_contacted", 14 * MINUTE, how="phone", instruction="leave_card")
                appointment.arrives(chain)
        assert matched(appointment) == {key(n=1): an_id(0xCA01), key(n=2): an_id(0xCA02)}


@pytest.mark.parametrize(("after", "is_late"), [(LATE_AFTER_MS, False), (LATE_AFTER_MS + 1, True)])
def test_a_call_saved_long_after(after: int, is_late: bool) -> None:
    """Saved more than 60 minutes after the event reached the server: flagged, never matched by itself."""
    appointment = AnAppointment()
    call = appointment.call(saved_at=RECEIVED + after)
    chain = a_contacted(appointment, call_id=call)
    assert matched(appointment) == ({} if is_late else {key(): call})
    [contact] = contacts_in(chain.visit_id, link(appointment.dossier.visits[chain.visit_id]))
    assert is_saved_late(appointment.dossier, contact) is is_late


def test_a_code_makes_a_late_call_known() -> None:
    """It is flagged by its code too; a call about something else is not."""
    appointment = AnAppointment()
    chain = a_contacted(appointment, code=CODE)
    [contact] = contacts_in(chain.visit_id, link(appointment.dossier.visits[chain.visit_id]))
    appointment.call(1, saved_at=RECEIVED + LATE_AFTER_MS + 1, code="00000000")
    appointment.call(2, saved_at=None)
    assert not is_saved_late(appointment.dossier, contact)
    appointment.call(3, saved_at=RECEIVED + LATE_AFTER_MS + 1)
    assert is_saved_late(appointment.dossier, contact)


def test_a_person_says_which() -> None:
    """A person's word goes before every rule, even for a late call; the others are matched among themselves."""
    appointment = AnAppointment()
    a_contacted(appointment, 1)
    a_contacted(appointment, 2)
    late = appointment.call(1, saved_at=RECEIVED + 2 * LATE_AFTER_MS)
    call = appointment.call(2, code="00000000")
    appointment.dossier.matches[key(1)] = late
    assert matched(appointment) == {key(1): late, key(2): call}


def test_a_person_cannot_match_what_does_not_agree() -> None:
    """Not with another instruction, another operative, an unsaved call, nor one that does not exist."""
    appointment = AnAppointment()
    a_contacted(appointment)
    for call in (
        appointment.call(1, instruction="keep_waiting"),
        appointment.call(2, operative=7),
        appointment.call(3, saved_at=None),
        an_id(99),
    ):
        appointment.dossier.matches[key()] = call
        assert matched(appointment) == {}


def test_a_withdrawn_contact_frees_its_call() -> None:
    """What was withdrawn is matched with nothing, and does not stand in another's way."""
    appointment = AnAppointment()
    call = appointment.call()
    chain = a_contacted(appointment)
    chain.state("event_withdrawn", 610_000, withdrawn_n=1, reason="slip")
    chain.state("planner_contacted", 620_000, how="phone", instruction="leave_card")
    appointment.arrives(chain)
    assert matched(appointment) == {key(n=3): call}
