"""Grades: what each check of a missed visit earns by its evidence, why, and who vouches."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from doorstep.domain.grades import Graded
from doorstep.domain.grading import grade_visit
from doorstep.domain.linking import link
from tests.dossiers import MINUTE, POLICIES, AnAppointment, a_snapshot, with_fields
from tests.graded_visits import (
    NOTIFIED,
    VISIT,
    Door,
    a_policy,
    a_recorded,
    a_whole_door,
    events_clause,
    graded,
    shown,
    signed,
)
from tests.makers import DAY, MORNING, an_id


def test_a_whole_visit_clause_by_clause() -> None:
    """The council's policy on an honest visit without a connection, and its weakest clause is the visit's grade."""
    door = a_whole_door()
    assert {clause: (each.grade, each.why) for clause, each in door.grades().items()} == {
        "notified": ("proven", "notified_receipt"),
        "suitable_time": ("consistent", "slot_record"),
        "in_window": ("consistent", "time_stated"),
        "window_open": ("consistent", "opening_long_as_measured"),
        "requests": ("consistent", "no_requests"),
        "knocked": ("consistent", "apart_long_as_measured"),
        "called": ("unsupported", "call_word"),
        "waited": ("consistent", "wait_long_as_measured"),
        "planner": ("proven", "contact_logged"),
        "card": ("consistent", "photo_whole"),
        "card_photo": ("consistent", "photo_whole"),
    }
    settled = door.appointment.settled()
    assert settled.grade == "unsupported"
    assert settled.place == Graded("place", "unsupported", "place_off", {}, ("operative",))


def test_without_a_signature_the_phones_clocks_vouch_for_nothing() -> None:
    """What the office and the planner vouch for stands all the same."""
    grades = a_whole_door().grades(is_signed=False)
    assert {clause: each.why for clause, each in grades.items() if each.why.endswith("unsigned")} == {
        "in_window": "time_unsigned",
        "window_open": "opening_unsigned",
        "knocked": "apart_unsigned",
        "waited": "wait_unsigned",
    }
    assert {each.grade for each in grades.values() if each.why.endswith("unsigned")} == {"unsupported"}
    assert grades["planner"].grade == "proven"


def test_a_signature_vouches_for_all_that_it_commits_to() -> None:
    """One signed record is enough for its chain; a fault on it, or a gap before it, and it is not."""
    door = a_whole_door()
    held = signed(door.appointment, is_signed=False).dossier.visits[VISIT]
    held[-1] = msgspec.structs.replace(held[-1], is_signed=True)
    assert {each.why for each in door.appointment.settled().grades if each.why.endswith("unsigned")} == set()
    after = a_whole_door()
    after.states("note_added", 16 * MINUTE, note="late", received_at=61 * MINUTE)
    bodies = signed(after.appointment, is_signed=False).dossier.visits[VISIT]
    bodies[-1] = msgspec.structs.replace(bodies[-1], is_signed=True, fault="revoked")
    assert "wait_unsigned" in {each.why for each in after.appointment.settled().grades}
    gap = a_whole_door()
    bodies = signed(gap.appointment, is_signed=False).dossier.visits[VISIT]
    bodies[-1] = msgspec.structs.replace(bodies[-1], is_signed=True)
    del bodies[5]
    assert "wait_unsigned" in {each.why for each in gap.appointment.settled().grades}


def test_a_colleagues_signature_vouches_for_nobody_elses_visit() -> None:
    """What their enrolled phone adds commits to the visit, and yet no key of who stated it does."""
    door = a_whole_door()
    door.states("note_added", 16 * MINUTE, note="mine", actor_id=an_id(0xC0), received_at=61 * MINUTE)
    bodies = signed(door.appointment, is_signed=False).dossier.visits[VISIT]
    bodies[-1] = msgspec.structs.replace(bodies[-1], is_signed=True)
    settled = door.appointment.settled()
    assert settled.faults[bodies[-1].position] == "not_assigned"
    assert "wait_unsigned" in {each.why for each in settled.grades}


def test_only_a_visit_recorded_as_missed_and_judged_is_graded() -> None:
    """There is nothing to be sure of in another."""
    door = Door()
    door.arrived(received_at=MINUTE)
    settled = door.appointment.settled()
    assert (settled.grades, settled.place, settled.grade) == ((), None, "")
    chain, version = link(door.appointment.dossier.visits[VISIT]), door.appointment.dossier.versions[0]
    assert settled.verdict is not None
    assert grade_visit(door.appointment.dossier, chain, settled, POLICIES["2026-11-01"], version) == ()
    door.states("visit_closed", MINUTE, outcome="wrong_address", received_at=MINUTE)
    assert door.appointment.settled().grades == ()
    unknown = a_whole_door()
    unknown.appointment.dossier.servings.clear()
    assert (unknown.appointment.settled().standing, unknown.appointment.settled().grades) == ("refused", ())


def told(**changes: Any) -> dict[str, Any]:
    """One notification, in time."""
    return {
        "channel": "sms",
        "sent_at": "2026-11-20T06:00:00.000Z",
        "status": "delivered",
        "status_at": "2026-11-20T06:00:09.000Z",
        **changes,
    }


@pytest.mark.parametrize(
    ("notifications", "expected"),
    [
        ([told()], ("proven", "notified_receipt", ("text_service", "office"))),
        ([told(channel="email")], ("proven", "notified_receipt", ("text_service", "office"))),
        ([told(channel="letter")], ("consistent", "notified_record", ("office",))),
        ([told(status="sent")], ("consistent", "notified_record", ("office",))),
        ([told(channel="letter"), told()], ("proven", "notified_receipt", ("text_service", "office"))),
        ([told(status_at=f"{DAY}T07:00:00.000Z")], ("unsupported", "notified_word", ("operative",))),
        ([told(status_at=None)], ("unsupported", "notified_word", ("operative",))),
        ([], ("unsupported", "notified_word", ("operative",))),
    ],
)
def test_notified(notifications: list[dict[str, Any]], expected: tuple[str, str, tuple[str, ...]]) -> None:
    """The text service's receipt proves it, another record agrees with it, the operative's word does neither."""
    appointment = AnAppointment(with_fields(a_snapshot(), notifications=notifications))
    door = a_recorded(appointment, ("notification_attested", 5_000, {"told_by": "resident"}))
    assert shown(door, NOTIFIED) == expected
    by_letter = shown(door, {**NOTIFIED, "channels": ["letter"]})
    assert (by_letter[0] == "consistent") == any(each["channel"] == "letter" for each in notifications)


def test_notified_and_agreed_by_what_the_office_recorded_since() -> None:
    """An attestation is corroborated by the office's later record, which standing takes into account too."""
    bare = with_fields(a_snapshot(), notifications=[], agreed=None)
    attested = (
        ("notification_attested", 5_000, {"told_by": "resident"}),
        ("slot_attested", 6_000, {"told_by": "resident"}),
    )
    slot = {"clause": "slot", "check": "slot_agreed", "how": ["resident_chose"], "attested_by": "slot_attested"}
    door = a_recorded(AnAppointment(bare), *attested)
    assert shown(door, NOTIFIED, slot) == ("unsupported", "slot_word", ("operative",))
    door.appointment.changed(a_snapshot(), MORNING)
    assert shown(door, slot, NOTIFIED) == ("proven", "notified_receipt", ("text_service", "office"))
    assert shown(door, NOTIFIED, slot) == ("consistent", "slot_record", ("office",))


def test_no_record_and_nobody_to_attest() -> None:
    """What failed for want of a record contradicts nothing: nobody vouches for it."""
    door = a_recorded(AnAppointment(with_fields(a_snapshot(), notifications=[], agreed=None)))
    bare = {"clause": "told", "check": "notification", "hours_before": 24, "statuses": ["delivered"]}
    assert shown(door, bare) == ("unsupported", "no_notice", ("office",))
    slot = {"clause": "slot", "check": "slot_agreed", "how": ["resident_agreed"]}
    assert shown(door, slot) == ("unsupported", "no_agreement", ("office",))


def test_requests() -> None:
    """Followed by the operative's word; none to follow by the booking; not followed by their own word."""
    check = {"clause": "asked", "check": "each_request", "event": "contact_request_followed"}
    asked = with_fields(a_snapshot(), contact_requests=[{"request_id": "r1", "text": "Use the side door"}])
    did, did_not = ({"request_id": "r1", "followed": followed} for followed in (True, False))
    followed = a_recorded(AnAppointment(asked), ("contact_request_followed", 5_000, did))
    assert shown(followed, check) == ("unsupported", "requests_word", ("operative",))
    assert shown(a_recorded(), check) == ("consistent", "no_requests", ("office",))
    not_followed = a_recorded(AnAppointment(asked), ("contact_request_followed", 5_000, did_not))
    assert shown(not_followed, check) == ("contradicted", "request_not_followed", ("operative",))


def test_a_waiver_is_the_operatives_word() -> None:
    """With its reason as a fact."""
    waiver = {"clause": "done", "reason": "no_signal"}
    door = a_recorded(None, ("clause_waived", 5_000, waiver))
    clause = events_clause("planner_contacted", waivable=["no_signal"])
    assert graded(door, clause)["done"] == Graded(
        "done", "unsupported", "waived", {"reason": "no_signal"}, ("operative",)
    )


def branches(at_least: int) -> list[dict[str, Any]]:
    """A knock, a call or a card: any of them."""
    own = [
        events_clause("door_knocked", "knock", optional=True),
        events_clause("resident_called", "call", optional=True),
        events_clause("card_left", "card", optional=True),
    ]
    return [*own, {"clause": "any", "check": "any_of", "of": ["knock", "call", "card"], "at_least": at_least}]


def test_any_of_rests_on_its_best_branches() -> None:
    """One of two, the better; two of them, the weaker of the two best; a branch that is optional weakens no visit."""
    door = a_recorded(
        None,
        ("resident_called", 5_000, {"number_label": "mobile", "result": "no_answer"}),
        ("door_knocked", 6_000, {"method": "knock"}),
    )
    assert shown(door, *branches(1)) == ("consistent", "rests_on", ("phone",))
    assert graded(door, *branches(1))["any"].facts == {"rests_on": "knock"}
    assert door.appointment.settled(policies=a_policy(*branches(1))).grade == "consistent"
    assert shown(door, *branches(2)) == ("unsupported", "rests_on", ("operative",))
    assert door.appointment.settled(policies=a_policy(*branches(2))).grade == "unsupported"
    assert "card" not in graded(door, *branches(1))
