"""Where a visit stands: each transition, each thing awaited, each decision."""

from __future__ import annotations

from typing import Any

import pytest

from doorstep.domain.deciding import latest_decision, planners_of
from doorstep.domain.dossier import Dossier
from doorstep.domain.policy import Policy, read_policy
from doorstep.domain.visit import settle
from tests.dossiers import (
    CODE,
    MINUTE,
    PICTURE_SHA256,
    PLANNER,
    POLICIES,
    AnAppointment,
    a_missed_visit,
    a_snapshot,
    with_fields,
)
from tests.makers import MORNING, Chain, an_id

RECORDED = ("recorded", ())
PENDING = "pending_corroboration"


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


def an_attested(kind: str, snapshot: str) -> AnAppointment:
    """A visit whose operative attests what the office's record lacks."""
    appointment = AnAppointment(snapshot)
    chain = appointment.chain()
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state(kind, 6_000, told_by="resident")
    _from_the_first_knock(chain)
    return _complete(appointment, chain)


def _from_the_first_knock(chain: Chain) -> None:
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("door_knocked", 150_000, method="bell")
    chain.state("resident_called", 200_000, number_label="mobile", result="no_answer")
    chain.state("planner_contacted", 600_000, how="phone", instruction="leave_card")
    chain.card_and_record()


def _complete(appointment: AnAppointment, chain: Chain) -> AnAppointment:
    appointment.arrives(chain)
    appointment.call()
    appointment.photo()
    return appointment


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


@pytest.mark.parametrize(
    ("change", "made_at", "is_awaited"),
    [
        ({"trade": "electrician"}, MORNING, True),
        (
            {"window": {"name": "PM", "starts_at": "2026-11-23T08:00:00.000Z", "ends_at": "2026-11-23T17:00:00.000Z"}},
            MORNING,
            True,
        ),
        ({"contact_requests": [{"request_id": "R-1", "text": "Use the side door"}]}, MORNING, True),
        ({"trade": "electrician"}, MORNING + 5_000, True),
        ({"trade": "electrician"}, MORNING + 5_001, False),
        ({"notifications": []}, MORNING, False),
        ({"phone_numbers": []}, MORNING, False),
        ({"rebooking_number": "01632 960999"}, MORNING, False),
    ],
)
def test_the_appointment_changed(change: dict[str, Any], made_at: int, is_awaited: bool) -> None:
    """Changed in what matters before arrival, while the phone worked from the older snapshot."""
    appointment = AnAppointment()
    appointment.changed(with_fields(appointment.snapshot, **change), made_at)
    a_missed_visit(appointment)
    assert appointment.stands() == ((PENDING, ("appointment_changed",)) if is_awaited else RECORDED)


def test_the_appointment_was_cancelled() -> None:
    """Cancelled before arrival holds the visit; cancelled and then put back does not, nor cancelled afterwards."""
    appointment = AnAppointment()
    appointment.changed(appointment.snapshot, MORNING, is_cancelled=True)
    a_missed_visit(appointment)
    assert appointment.stands() == (PENDING, ("appointment_changed",))
    appointment.changed(appointment.snapshot, MORNING + 1)
    assert appointment.stands() == RECORDED
    appointment.changed(appointment.snapshot, MORNING + 60 * MINUTE, is_cancelled=True)
    assert appointment.stands() == RECORDED


def test_a_snapshot_adopted_at_the_door() -> None:
    """The visit is judged by the newest snapshot that the operative took up, if it was served to them."""
    for is_served in (True, False):
        appointment = AnAppointment()
        newer = with_fields(appointment.snapshot, trade="electrician")
        appointment.changed(newer, MORNING + 1_000)
        if is_served:
            appointment.served(newer)
        chain = appointment.chain()
        chain.start()
        chain.state("snapshot_adopted", 2_000, snapshot_sha256=appointment.dossier.versions[1].sha256)
        chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
        _from_the_first_knock(chain)
        _complete(appointment, chain)
        if is_served:
            assert appointment.stands() == RECORDED
        else:
            settled = appointment.settled()
            assert (settled.standing, settled.reasons[0].reason) == ("refused", "unknown_snapshot")
            assert list(settled.faults.values()) == ["unknown_snapshot"]


@pytest.mark.parametrize("how", ["never", "to another", "another policy", "another appointment", "no such policy"])
def test_a_snapshot_that_was_not_served(how: str) -> None:
    """Kept, shown, never recorded: and it is `visit_started` that bears the fault, whatever was adopted later."""
    appointment = AnAppointment()
    newer = with_fields(appointment.snapshot, trade="electrician")
    appointment.dossier.servings.clear()
    if how == "to another":
        appointment.served(appointment.snapshot, operative=2)
    elif how == "another policy":
        appointment.served(appointment.snapshot, policy_version="2025-01-01")
    elif how == "another appointment":
        appointment.served(newer)
    elif how == "no such policy":
        appointment.served(appointment.snapshot)
    chain = appointment.chain()
    chain.start()
    started_at = appointment.position + 1
    chain.state("snapshot_adopted", 2_000, snapshot_sha256=appointment.dossier.versions[0].sha256)
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    _from_the_first_knock(chain)
    _complete(appointment, chain)
    settled = appointment.settled(policies={} if how == "no such policy" else POLICIES)
    assert (settled.standing, [reason.reason for reason in settled.reasons]) == ("refused", ["unknown_snapshot"])
    assert settled.faults == ({} if how == "no such policy" else {started_at: "unknown_snapshot"})
    assert settled.verdict is None


def test_an_appointment_that_the_office_does_not_know() -> None:
    """A visit to an appointment that was never made here is unknown too, while it goes on."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    appointment.arrives(chain)
    dossier = Dossier("A-1", visits=appointment.dossier.visits)
    [settled] = settle(dossier, POLICIES).values()
    assert (settled.standing, list(settled.faults.values())) == ("in_progress", ["unknown_snapshot"])


def an_interrupted(**changes: Any) -> AnAppointment:
    """A visit whose clocks are changed from the fifth event on: `gap` in ms on the stopwatch, `boot`, `mono`."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.until_planner()
    t = 920_000 + changes.get("gap", 0)
    mono = {"mono": changes.get("mono", 1_000 + t - changes.get("gap", 0))}
    boot = {"boot": changes["boot"]} if "boot" in changes else {}
    sizes = {"size_bytes": 38, "width": 1, "height": 1, "source_sha256": "0" * 64}
    chain.state("card_photographed", t, photo_sha256=PICTURE_SHA256, **sizes, **mono, **boot)
    later = {name: value for name, value in {**mono, **boot}.items() if name == "boot"}
    chain.state("card_left", t + 10_000, placed="door", mono=mono["mono"] + 10_000, **later)
    chain.state("missed_recorded", t + 20_000, declaration="2026-11-01", mono=mono["mono"] + 20_000, **later)
    return _complete(appointment, chain)


@pytest.mark.parametrize(
    ("changes", "is_interrupted"),
    [
        ({}, False),
        ({"gap": 30 * MINUTE}, False),
        ({"gap": 30 * MINUTE + 1}, True),
        ({"gap": 60 * MINUTE, "mono": 1_000 + 920_000 + 60 * MINUTE}, False),
        ({"boot": an_id(7), "mono": 0}, False),
        ({"gap": 30 * MINUTE, "boot": an_id(7), "mono": 320_000}, False),
        ({"gap": 30 * MINUTE, "boot": an_id(7), "mono": 319_999}, True),
        ({"mono": 5}, False),
    ],
)
def test_interrupted_by_the_clocks(changes: dict[str, Any], is_interrupted: bool) -> None:
    """What the stopwatch was credited beyond what one run of the page measured: over 30 minutes is held."""
    assert an_interrupted(**changes).stands() == ((PENDING, ("interrupted",)) if is_interrupted else RECORDED)


@pytest.mark.parametrize(
    ("t", "hidden_ms", "is_interrupted"),
    [(6_000, 30 * MINUTE, False), (6_000, 30 * MINUTE + 1, True), (4_000, 90 * MINUTE, False)],
)
def test_interrupted_by_the_phones_own_word(t: int, hidden_ms: int, is_interrupted: bool) -> None:
    """The phone notes when it was hidden; before arrival it may be hidden for as long as it likes."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    gap = {"hidden_ms": hidden_ms, "wall_ms": hidden_ms, "mono_ms": 0}
    if t < 5_000:
        chain.state("clock_gap", t, **gap)
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    if t > 5_000:
        chain.state("clock_gap", t, **gap)
    _from_the_first_knock(chain)
    _complete(appointment, chain)
    assert appointment.stands() == ((PENDING, ("interrupted",)) if is_interrupted else RECORDED)


def test_interrupted_by_a_missing_event() -> None:
    """An event missing from the chain holds the visit until it comes, or a supervisor decides."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.until_planner()
    chain.state("note_added", 700_000, note="waiting")
    chain.card_and_record()
    note = chain.bodies[6]
    whole = list(chain.bodies)
    del chain.bodies[6]
    _complete(appointment, chain)
    assert appointment.stands() == (PENDING, ("interrupted",))
    chain.bodies = [*whole[:6], *whole[7:], note]
    appointment.arrives(chain)
    assert appointment.stands() == RECORDED


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
    _complete(other, chain)
    assert other.settled(policies=policies).outcome == "no_access_no_card"


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
    _complete(appointment, chain)
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
    _from_the_first_knock(chain)
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
