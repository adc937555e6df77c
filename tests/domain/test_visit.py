"""Where a visit stands by what its operative stated: in progress, ended, refused, recorded; by any policy."""

from __future__ import annotations

from typing import Any

from doorstep.domain.policy import Policy, read_policy
from tests.dossiers import CODE, MINUTE, PICTURE_SHA256, POLICIES, AnAppointment, a_missed_visit, completed, with_fields
from tests.makers import MORNING, an_id


def a_policy(**changes: Any) -> dict[str, Policy]:
    """The council's policy with some of its clauses left out or changed, under the same version."""
    table: dict[str, Any] = dict(POLICIES["2026-11-01"].table)
    clauses = []
    for held in table["clauses"]:
        change = changes.get(held["clause"], {})
        if change is not None:
            left = {**held, **change}
            left["after"] = [above for above in held.get("after", []) if changes.get(above, {}) is not None]
            clauses.append(left)
    return {"2026-11-01": read_policy({**table, "clauses": clauses}, "test")}


def test_in_progress() -> None:
    """Until it is closed a visit is in progress, with a verdict as of its latest event."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    appointment.arrives(chain)
    settled = appointment.settled()
    assert (settled.standing, settled.outcome, settled.started_at, settled.arrived_at) == (
        "in_progress",
        None,
        MORNING,
        None,
    )
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    appointment.arrives(chain)
    settled = appointment.settled()
    assert (settled.arrived_at, settled.closed_at, settled.operative_id) == (MORNING + 5_000, None, an_id(1))
    assert settled.verdict is not None
    assert not settled.verdict.may_record_missed
    assert (settled.snapshot_sha256 != "", settled.policy_version) == (True, "2026-11-01")


def test_nothing_but_what_cannot_be_read() -> None:
    """A visit of which only malformed bodies came is nobody's, and in progress."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.bodies = [f'{{"visit_id":"{chain.visit_id}"}}']
    appointment.arrives(chain)
    settled = appointment.settled()
    assert (settled.standing, settled.operative_id, settled.verdict) == ("in_progress", "", None)
    assert list(settled.faults.values()) == ["malformed"]


def test_ended() -> None:
    """Any other outcome ends the visit, with the verdict as it stood."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    chain.state("visit_closed", 10_000, outcome="wrong_address")
    appointment.arrives(chain)
    settled = appointment.settled()
    assert (settled.standing, settled.outcome, settled.closed_at) == ("ended", "wrong_address", MORNING + 10_000)
    assert settled.verdict is not None


def test_refused() -> None:
    """What the server's judge does not allow is refused, with each reason in words, and never recorded."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    chain.state("arrived", 6 * 60 * MINUTE, address_confirmed=True, place_missing="off")
    chain.state("resident_called", 6 * 60 * MINUTE + 1, number_label="mobile", result="answered")
    chain.state("missed_recorded", 6 * 60 * MINUTE + 2, declaration="2026-11-01")
    appointment.arrives(chain)
    appointment.photo()
    settled = appointment.settled()
    assert (settled.standing, settled.outcome, settled.awaiting) == ("refused", None, ())
    assert settled.otherwise == "arrived_outside_window"
    assert settled.reasons[0].reason == "ended"
    assert {reason.clause for reason in settled.reasons} >= {"in_window", "knocked", "card"} - {"in_window"}
    assert all(reason.words for reason in settled.reasons)


def test_recorded() -> None:
    """The judge allows it and nothing is awaited."""
    settled = a_missed_visit().settled()
    assert (settled.standing, settled.outcome, settled.awaiting, settled.flags) == (
        "recorded",
        "no_access_carded",
        (),
        (),
    )
    assert settled.matched == {6: an_id(0xCA01)}
    assert settled.photos == (PICTURE_SHA256,)


def test_a_policy_without_arrival() -> None:
    """Where nobody has to arrive there is no arrival to count an interruption, or a change, from."""
    appointment = AnAppointment()
    appointment.changed(with_fields(appointment.snapshot, trade="electrician"), MORNING)
    chain = appointment.chain()
    chain.start()
    chain.state("missed_recorded", 90 * MINUTE, declaration="2026-11-01", mono=0)
    appointment.arrives(chain)
    policies = a_policy(
        **{clause.clause: None for clause in POLICIES["2026-11-01"].clauses if clause.clause != "notified"}
    )
    settled = appointment.settled(policies=policies)
    assert (settled.standing, settled.awaiting, settled.outcome) == ("recorded", (), "no_access_no_card")


def test_a_policy_without_a_card_clause() -> None:
    """Where the policy asks for no card, what was left says which outcome it is."""
    policies = a_policy(card=None, card_photo=None)
    appointment = a_missed_visit()
    assert appointment.settled(policies=policies).outcome == "no_access_carded"
    other = AnAppointment()
    chain = other.chain()
    chain.until_planner()
    chain.state("missed_recorded", 920_000, declaration="2026-11-01")
    completed(other, chain)
    assert other.settled(policies=policies).outcome == "no_access_no_card"


def test_access_gained_late() -> None:
    """Access after the visit was recorded ends it as such, whatever was awaited or decided; evidence is kept."""
    for decision in (None, "upheld"):
        appointment = a_missed_visit()
        if decision:
            appointment.decide(decision)
        chain = appointment.chain()
        chain.whole(CODE)
        chain.state("access_gained", 1_000_000, note="they came running")
        appointment.arrives(chain)
        settled = appointment.settled()
        assert (settled.standing, settled.outcome, settled.awaiting) == ("ended", "access_gained_late", ())
        assert settled.photos == (PICTURE_SHA256,)
        assert settled.verdict is not None
        assert settled.verdict.may_record_missed


def test_reassigned() -> None:
    """A served snapshot suffices when the appointment had been given to another; it is flagged."""
    appointment = AnAppointment()
    appointment.changed(appointment.snapshot, MORNING, operatives=(2,))
    a_missed_visit(appointment)
    settled = appointment.settled()
    assert (settled.standing, settled.flags) == ("recorded", ("reassigned",))
