"""Grades: what each check of a missed visit earns by its evidence, why, and who vouches."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.domain.chain import body_hash, read_back
from doorstep.domain.dossier import Logged
from doorstep.domain.fixes import Fix, fixes_to_review
from doorstep.domain.grade_words import sentence, vouched_by
from doorstep.domain.grades import Graded
from doorstep.domain.grading import grade_visit
from doorstep.domain.instants import format_instant
from doorstep.domain.linking import link
from doorstep.domain.placing import distance_m
from doorstep.domain.policy import Policy, read_policy
from tests.dossiers import MINUTE, PICTURE_SHA256, PLANNER, POLICIES, AnAppointment, a_snapshot, with_fields
from tests.graded_visits import CARD, VISIT, Door, a_whole_door, reads_card, signed
from tests.makers import DAY, MORNING, an_id

OPENS = MORNING - 60 * MINUTE
"""When the window of these tests opens; it is open for five hours."""
QUARTER = 15 * MINUTE


def a_policy(*clauses: dict[str, Any]) -> dict[str, Policy]:
    """A policy of these clauses alone, under the version that is served."""
    table = {"policy": "no_access", "version": "2026-11-01", "in_force_from": "2026-11-01", "title": "T", "source": "S"}
    rows = [{"title": "A title", **clause} for clause in clauses]
    return {"2026-11-01": read_policy({**table, "ends": [], "clauses": rows}, "test")}


def events_clause(kind: str, clause: str = "done", **more: Any) -> dict[str, Any]:
    """A clause for enough events of a kind."""
    return {"clause": clause, "check": "events", "match": {"event": kind}, "at_least": 1, **more}


def graded(door: Door, *clauses: dict[str, Any], is_signed: bool = True) -> dict[str, Graded]:
    """The grades of a visit under a policy of its own."""
    signed(door.appointment, is_signed)
    grades = door.appointment.settled(policies=a_policy(*clauses)).grades
    for each in grades:
        assert sentence(each)
        assert vouched_by(each)
    return {each.clause: each for each in grades}


def shown(door: Door, *clauses: dict[str, Any], is_signed: bool = True) -> tuple[str, str, tuple[str, ...]]:
    """The last clause's grade, why, and who vouches."""
    last = graded(door, *clauses, is_signed=is_signed)[clauses[-1]["clause"]]
    return last.grade, last.why, last.vouchers


def a_recorded(appointment: AnAppointment | None = None, *events: tuple[str, int, dict[str, Any]]) -> Door:
    """A visit of these events, recorded at the end and sent an hour later."""
    door = Door(appointment)
    for kind, t, own in events:
        door.states(kind, t, **own)
    door.states("missed_recorded", 20 * MINUTE, declaration="2026-11-01")
    door.arrives(60 * MINUTE)
    return door


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


NOTIFIED: dict[str, Any] = {
    "clause": "told",
    "check": "notification",
    "hours_before": 24,
    "statuses": ["delivered", "sent"],
    "attested_by": "notification_attested",
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


WINDOW: dict[str, Any] = {"clause": "came", "check": "within_window", "event": "arrived"}


def an_arrival(at_ms: int, lo: int | None, hi: int) -> Door:
    """An arrival at `at_ms` by the phone, between `lo` and `hi` by the server; all in ms from 09:00."""
    door = Door(began_at=at_ms - 5_000)
    door.arrived(5_000, anchor_at=lo, received_at=hi)
    door.states("missed_recorded", 6_000, declaration="2026-11-01", received_at=hi)
    return door


END = 4 * 60 * MINUTE
START = -60 * MINUTE


@pytest.mark.parametrize(
    ("at_ms", "lo", "hi", "more", "expected"),
    [
        (0, START, END, {}, ("proven", "time_bounded", ("server",))),
        (0, START - 1, END, {}, ("consistent", "time_stated", ("phone",))),
        (0, START, END + 1, {}, ("consistent", "time_stated", ("phone",))),
        (0, START, END + 1, {"late_seconds": 1}, ("proven", "time_bounded", ("server",))),
        (0, START - 1, END, {"early_seconds": 1}, ("proven", "time_bounded", ("server",))),
        (0, None, END, {}, ("consistent", "time_stated", ("phone",))),
        (END, END + 1, END + 2, {}, ("contradicted", "time_after", ("server",))),
        (START, START - 9, START - 1, {"early_seconds": 0}, ("contradicted", "time_before", ("server",))),
        (START, None, START - 1, {}, ("consistent", "time_stated", ("phone",))),
        (0, None, -30_001, {}, ("unsupported", "time_clock_wrong", ("operative",))),
        (0, None, -30_000, {}, ("consistent", "time_stated", ("phone",))),
        (START, START + 30_001, END + 1, {}, ("unsupported", "time_clock_wrong", ("operative",))),
        (START, START + 30_000, END + 1, {}, ("consistent", "time_stated", ("phone",))),
        (END + 1, None, END + 9, {}, ("contradicted", "time_missed", ("phone",))),
        (END + 1, START, END, {}, ("unsupported", "time_clock_wrong", ("operative",))),
    ],
)
def test_arrival(
    at_ms: int, lo: int | None, hi: int, more: dict[str, Any], expected: tuple[str, str, tuple[str, ...]]
) -> None:
    """Graded by the server's bounds first, since the phone's own time can be forged."""
    assert shown(an_arrival(at_ms, lo, hi), {**WINDOW, **more}) == expected


@pytest.mark.parametrize(
    ("moved", "is_moved"),
    [
        ({"mono_ms": 0, "wall_ms": 60_000}, False),
        ({"mono_ms": 60_000, "wall_ms": 29_999}, True),
        ({"mono_ms": 60_000, "wall_ms": 30_000}, False),
    ],
)
def test_a_clock_put_back_while_hidden_is_seen(moved: dict[str, int], is_moved: bool) -> None:
    """A wall clock cannot go on for less than the monotonic one, but by being moved."""
    door = Door()
    door.arrived()
    door.states("clock_gap", 65_000, hidden_ms=60_000, **moved)
    door.states("missed_recorded", 66_000, declaration="2026-11-01", boot=an_id(9))
    door.arrives(60 * MINUTE)
    assert shown(door, WINDOW)[1] == ("time_clock_moved" if is_moved else "time_stated")


def test_a_clock_moved_in_view_is_seen() -> None:
    """The two clocks parted between two events of one run."""
    door = Door()
    door.arrived()
    door.states("missed_recorded", 66_000, declaration="2026-11-01", mono=1_000 + 97_000)
    door.arrives(60 * MINUTE)
    assert shown(door, WINDOW) == ("unsupported", "time_clock_moved", ("operative",))


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


KNOCKS = events_clause("door_knocked", at_least=2, apart_seconds=120)


def knocks(later_t: int = 130_000, **later: Any) -> Door:
    """Two knocks."""
    door = Door()
    door.states("door_knocked", 5_000, method="knock", anchor_at=4_000, received_at=6_000)
    received_at = later.pop("received_at", 60 * MINUTE)
    door.states("door_knocked", later_t, method="bell", received_at=received_at, **later)
    door.states("missed_recorded", later_t + 10_000, declaration="2026-11-01", received_at=60 * MINUTE)
    return door


def test_knocks_that_had_to_be_apart() -> None:
    """No better than consistent, since taps are no knocks; but what the server saw can refute them."""
    assert shown(knocks(), KNOCKS) == ("consistent", "apart_long_as_measured", ("phone",))
    assert shown(knocks(anchor_at=126_000), KNOCKS) == (
        "consistent",
        "apart_long_by_bounds",
        ("operative", "server"),
    )
    assert shown(knocks(received_at=123_999), KNOCKS) == ("contradicted", "apart_short_by_bounds", ("server",))
    assert shown(knocks(mono=7_000), KNOCKS) == ("contradicted", "apart_short_as_measured", ("phone",))
    assert shown(knocks(boot=an_id(9)), KNOCKS) == ("unsupported", "apart_restarted", ("operative",))
    assert shown(knocks(), events_clause("door_knocked")) == ("consistent", "time_stated", ("phone",))
    unsigned = shown(knocks(), events_clause("door_knocked"), is_signed=False)
    assert unsigned == ("unsupported", "time_unsigned", ("operative",))


def test_a_spell_between_knocks_in_which_the_phone_slept() -> None:
    """Innocent; and a clock moved in between is told apart from sleep."""
    slept = {"hidden_ms": 120_000, "wall_ms": 120_000, "mono_ms": 100}
    door = Door()
    door.states("door_knocked", 5_000, method="knock")
    door.states("clock_gap", 126_000, mono=6_000, **slept)
    door.states("door_knocked", 127_000, method="bell", mono=7_000)
    door.states("missed_recorded", 130_000, declaration="2026-11-01", mono=9_000)
    door.arrives(60 * MINUTE)
    assert shown(door, KNOCKS) == ("unsupported", "apart_slept", ("operative",))
    assert shown(knocks(at=format_instant(MORNING + 240_000)), KNOCKS)[1] == "apart_clock_moved"


def test_other_events_that_had_to_be_apart() -> None:
    """The weaker of what their kind can have and what the clocks tell."""
    calls = events_clause("resident_called", at_least=2, apart_seconds=120)
    own: dict[str, Any] = {"number_label": "mobile", "result": "no_answer"}
    door = a_recorded(None, ("resident_called", 5_000, own), ("resident_called", 130_000, own))
    assert shown(door, calls) == ("unsupported", "call_word", ("operative",))
    quick = a_recorded(None, ("resident_called", 5_000, own), ("resident_called", 130_000, {**own, "mono": 7_000}))
    assert shown(quick, calls) == ("contradicted", "apart_short_as_measured", ("phone",))
    once = a_recorded(None, ("resident_called", 5_000, own))
    assert shown(once, {**calls, "at_least": 1}) == ("unsupported", "call_word", ("operative",))


def test_what_only_the_operative_states() -> None:
    """A kind that nothing else can speak for."""
    door = a_recorded(None, ("planner_call_tried", 5_000, {"result": "no_answer"}))
    assert shown(door, events_clause("planner_call_tried")) == ("unsupported", "operative_word", ("operative",))


def test_the_planner() -> None:
    """Proven by the planner's own matched log."""
    contact: tuple[str, int, dict[str, Any]] = (
        "planner_contacted",
        10 * MINUTE,
        {"how": "phone", "instruction": "leave_card"},
    )
    door = a_recorded(None, contact)
    assert shown(door, events_clause("planner_contacted")) == ("unsupported", "contact_not_logged", ("operative",))
    door.appointment.call()
    assert shown(door, events_clause("planner_contacted")) == ("proven", "contact_logged", ("planner",))
    assert graded(door, events_clause("planner_contacted"))["done"].facts == {
        "planner_id": an_id(PLANNER),
        "logged_at": MORNING + 11 * MINUTE,
    }


CARD_CLAUSE, PHOTO_CLAUSE = events_clause("card_left"), events_clause("card_photographed")


def a_card(is_photographed: bool = True) -> Door:
    """A card left, and perhaps photographed."""
    photo = [("card_photographed", 5_000, CARD)] if is_photographed else []
    return a_recorded(None, *photo, ("card_left", 6_000, {"placed": "door"}))


@pytest.mark.parametrize("clause", [CARD_CLAUSE, PHOTO_CLAUSE])
def test_a_card_is_as_sure_as_its_photo(clause: dict[str, Any]) -> None:
    """Awaited, unreadable, whole; and proven where a supervisor read the code on it."""
    door = a_card()
    assert shown(door, clause) == ("unsupported", "photo_awaited", ("operative",))
    door.appointment.photo("unreadable")
    assert shown(door, clause) == ("unsupported", "photo_unreadable", ("operative",))
    door.appointment.dossier.photos.clear()
    reads_card(door.appointment)
    door.appointment.photo()
    assert shown(door, clause) == ("consistent", "photo_whole", ("phone", "server"))
    reads_card(door.appointment, is_read=False)
    assert shown(door, clause)[0] == "consistent"
    reads_card(door.appointment)
    assert shown(door, clause) == ("proven", "card_read", ("supervisor", "phone"))
    door.appointment.call()
    reads_card(door.appointment, by=PLANNER)
    assert shown(door, clause) == ("consistent", "photo_whole", ("phone", "server"))


def test_a_card_without_a_photo_and_a_door_with_one() -> None:
    """A card that nobody photographed is the operative's word; a door shows no code that could be read."""
    assert shown(a_card(is_photographed=False), CARD_CLAUSE) == ("unsupported", "card_word", ("operative",))
    door = a_recorded(None, ("door_photographed", 5_000, CARD))
    door.appointment.photo()
    reads_card(door.appointment)
    assert shown(door, events_clause("door_photographed")) == ("consistent", "photo_whole", ("phone", "server"))


def test_two_photos_that_are_one_are_not_two() -> None:
    """As many different pictures as the policy asks for."""
    door = a_recorded(None, ("card_photographed", 5_000, CARD), ("card_photographed", 6_000, CARD))
    door.appointment.photo()
    assert shown(door, {**PHOTO_CLAUSE, "at_least": 2}) == ("unsupported", "photo_awaited", ("operative",))


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


def test_a_contradiction_counts_even_where_it_was_not_asked_for() -> None:
    """Another visit's photo, in a clause that is optional, is no small thing."""
    door = a_card()
    door.appointment.photo()
    clauses = a_policy({**PHOTO_CLAUSE, "optional": True})
    assert door.appointment.settled(policies=clauses).grade == ""
    door.appointment.dossier.reused[PICTURE_SHA256] = frozenset({an_id(0xF002)})
    assert door.appointment.settled(policies=clauses).grade == "contradicted"


WAIT: dict[str, Any] = {"clause": "waited", "check": "elapsed", "since": "arrived", "at_least_seconds": 900}


def a_wait(
    *, arrives: dict[str, Any] | None = None, ends: dict[str, Any] | None = None, t: int = QUARTER + 6_000
) -> Door:
    """An arrival at 5 seconds and a record."""
    door = Door()
    door.arrived(5_000, **(arrives or {}))
    door.states("missed_recorded", t, declaration="2026-11-01", **(ends or {}))
    door.arrives(60 * MINUTE)
    return door


def test_each_rule_of_a_wait_has_its_words() -> None:
    """The rules themselves are tested in test_timing; this is who vouches, and what is told."""
    proven = a_wait(arrives={"received_at": 6_000}, ends={"anchor_at": QUARTER + 6_000})
    assert graded(proven, WAIT)["waited"] == Graded(
        "waited", "proven", "wait_long_by_bounds", {"needed_ms": QUARTER, "least_ms": QUARTER}, ("server",)
    )
    assert shown(a_wait(), WAIT) == ("consistent", "wait_long_as_measured", ("phone",))
    assert shown(a_wait(ends={"mono": 50_000}), WAIT) == ("contradicted", "wait_short_as_measured", ("phone",))
    assert shown(a_wait(ends={"boot": an_id(9)}), WAIT) == ("unsupported", "wait_restarted", ("operative",))
    moved = {"at": format_instant(MORNING + 60 * MINUTE)}
    assert shown(a_wait(ends=moved), WAIT) == ("unsupported", "wait_clock_moved", ("operative",))
    restarted = a_wait(ends={"boot": an_id(9)})
    assert shown(restarted, WAIT, is_signed=False) == ("unsupported", "wait_unsigned", ("operative",))


def test_what_the_phone_does_not_state_is_not_held_against_it() -> None:
    """A page hidden for less than two seconds is not noted, so the stopwatch may be that much ahead."""
    assert shown(a_wait(ends={"mono": 1_000 + 5_000 + QUARTER - 2_000}), WAIT)[0] == "consistent"
    assert shown(a_wait(ends={"mono": 1_000 + 5_000 + QUARTER - 2_001}), WAIT)[0] == "contradicted"


def test_a_planners_call_at_each_end_proves_a_wait() -> None:
    """With no data at all: read back at the first call, a code typed in at the second; the planner vouches."""
    door = Door()
    door.arrived(5_000)
    typed = door.chain.state("planner_code_typed", 60_000, code="11111111")
    door.states("planner_code_typed", 20 * MINUTE, code="22222222")
    door.states("missed_recorded", 21 * MINUTE, declaration="2026-11-01")
    door.arrives(60 * MINUTE)
    first = door.appointment.call(1, MORNING + 90_000, code="11111111", begun_at=MORNING + 30_000)
    door.appointment.call(2, MORNING + 20 * MINUTE, code="22222222", begun_at=MORNING + 19 * MINUTE)
    saved = Logged(900, MORNING + 90_000, "leave_card", "", read_back(body_hash(typed.encode())))
    calls = door.appointment.dossier.calls
    calls[first] = msgspec.structs.replace(calls[first], logged=saved)
    assert graded(door, WAIT)["waited"] == Graded(
        "waited",
        "proven",
        "wait_long_by_bounds",
        {"needed_ms": QUARTER, "least_ms": 19 * MINUTE - 90_000},
        ("planner",),
    )


def test_a_wait_ends_at_what_had_to_come_after_it() -> None:
    """The first card or photo that may only follow it: what the record proves later helps nothing."""
    door = Door()
    door.arrived(5_000, received_at=6_000)
    door.states("card_left", QUARTER + 6_000, placed="door")
    door.states("missed_recorded", 30 * MINUTE, declaration="2026-11-01", anchor_at=30 * MINUTE)
    door.arrives(60 * MINUTE)
    assert shown(door, WAIT)[0] == "proven"
    after = events_clause("card_left", "card", after=["waited"])
    assert graded(door, WAIT, after)["waited"].why == "wait_long_as_measured"
    never = events_clause("card_photographed", "photo", after=["waited"], optional=True)
    assert graded(door, WAIT, never)["waited"].grade == "proven"


def test_a_wait_from_the_windows_opening() -> None:
    """What comes before the window counts for nothing, by the server's clock and by the phone's."""
    opening = {**WAIT, "from_window_start": True}
    early = with_fields(
        a_snapshot(), window={"name": "AM", "starts_at": f"{DAY}T09:10:00.000Z", "ends_at": f"{DAY}T13:00:00.000Z"}
    )

    def arrives_early(anchor_at: int, received_at: int = 60 * MINUTE) -> Door:
        door = Door(AnAppointment(early))
        door.arrived(5_000, received_at=6_000)
        door.states("missed_recorded", 25 * MINUTE, declaration="2026-11-01", anchor_at=anchor_at)
        door.arrives(received_at)
        return door

    assert graded(arrives_early(25 * MINUTE), opening)["waited"].facts == {"needed_ms": QUARTER, "least_ms": QUARTER}
    assert shown(arrives_early(25 * MINUTE - 1), opening)[:2] == ("consistent", "wait_long_as_measured")
    assert shown(arrives_early(6_000, 24 * MINUTE), opening)[:2] == ("contradicted", "wait_short_by_bounds")
    open_now = {**opening, "at_least_seconds": 0}
    assert shown(arrives_early(25 * MINUTE), open_now)[:2] == ("proven", "opening_long_by_bounds")
    assert graded(arrives_early(6_000, 9 * MINUTE), open_now)["waited"].facts == {"needed_ms": 0, "most_ms": 0}
    assert shown(arrives_early(6_000, 9 * MINUTE), open_now)[:2] == ("contradicted", "opening_short_by_bounds")


def test_a_wait_after_something_else() -> None:
    """It runs from the event that settled what it had to follow; after another wait it is so much longer."""
    door = Door()
    door.arrived(5_000)
    door.states("door_knocked", 60_000, method="knock", received_at=70_000)
    door.states("missed_recorded", 40 * MINUTE, declaration="2026-11-01", anchor_at=60_000 + QUARTER + 10_000)
    door.arrives(60 * MINUTE)
    knocked, waited = events_clause("door_knocked", "knock"), {**WAIT, "after": ["knock"]}
    assert graded(door, knocked, waited)["waited"].facts == {"needed_ms": QUARTER, "least_ms": QUARTER}
    again = {**WAIT, "clause": "again", "after": ["waited"]}
    grades = graded(door, knocked, WAIT, again)
    assert (grades["waited"].grade, grades["again"].why) == ("proven", "wait_long_as_measured")
    assert grades["again"].facts["needed_ms"] == 2 * QUARTER
    from_start = {"clause": "any", "check": "elapsed", "at_least_seconds": 900}
    assert shown(door, from_start)[:2] == ("proven", "wait_long_by_bounds")


HOME = {"lat_e7": 515_000_000, "lon_e7": -1_000_000}
METRE_E7 = 89.932


@pytest.mark.parametrize(
    ("kind", "away_m", "accuracy_m", "expected"),
    [
        ("house", 30, 0, ("consistent", "place_near")),
        ("house", 31, 0, ("unsupported", "place_unclear")),
        ("house", 130, 100, ("consistent", "place_near")),
        ("house", 131, 100, ("unsupported", "place_unclear")),
        ("house", 10, 101, ("unsupported", "place_coarse")),
        ("block", 75, 0, ("consistent", "place_near")),
        ("block", 76, 0, ("unsupported", "place_unclear")),
        ("block", 300, 50, ("unsupported", "place_unclear")),
        ("block", 301, 50, ("contradicted", "place_far")),
        ("house", 2_000, 1_700, ("contradicted", "place_far")),
    ],
)
def test_place(kind: str, away_m: int, accuracy_m: int, expected: tuple[str, str]) -> None:
    """It may agree or contradict, it never proves; and its own error is on the operative's side."""
    fix = {"lat_e7": HOME["lat_e7"] + round(away_m * METRE_E7), "lon_e7": HOME["lon_e7"], "accuracy_m": accuracy_m}
    snapshot = with_fields(a_snapshot(), place={**HOME, "kind": kind})
    door = a_recorded(AnAppointment(snapshot), ("arrived", 5_000, {"address_confirmed": True, **fix}))
    place = signed(door.appointment).settled(policies=a_policy(WINDOW)).place
    assert place is not None
    assert (place.grade, place.why) == expected
    assert place.facts["away_m"] == away_m
    assert sentence(place)
    if expected[0] == "consistent":
        unsigned = signed(door.appointment, is_signed=False).settled(policies=a_policy(WINDOW)).place
        assert unsigned is not None
        assert (unsigned.grade, unsigned.why) == ("unsupported", "place_unsigned")


@pytest.mark.parametrize(
    "place",
    [
        None,
        {},
        {**HOME},
        {**HOME, "kind": "barn"},
        {"lat_e7": 1.5, "lon_e7": 2, "kind": "house"},
        {"kind": "house"},
        {**HOME, "kind": ["house"]},
        {**HOME, "lat_e7": 900_000_001, "kind": "house"},
        {**HOME, "lon_e7": -(10**400), "kind": "house"},
        "x",
    ],
)
def test_a_property_whose_place_is_not_held(place: object) -> None:
    """Nothing to compare with; a place in no agreed form is none."""
    fix = {**HOME, "accuracy_m": 5, "address_confirmed": True}
    door = a_recorded(AnAppointment(with_fields(a_snapshot(), place=place)), ("arrived", 5_000, fix))
    found = door.appointment.settled(policies=a_policy(WINDOW)).place
    assert found is not None
    assert (found.grade, found.why) == ("unsupported", "place_not_held")


@pytest.mark.parametrize("missing", ["refused", "unavailable", "off"])
def test_a_phone_that_tells_no_place(missing: str) -> None:
    """Denied is no lie."""
    door = a_recorded(None, ("arrived", 5_000, {"address_confirmed": True, "place_missing": missing}))
    found = door.appointment.settled(policies=a_policy(WINDOW)).place
    assert found is not None
    assert (found.grade, found.why) == ("unsupported", f"place_{missing}")


def test_nobody_arrived() -> None:
    """There is no place to grade."""
    assert a_recorded().appointment.settled(policies=a_policy(NOTIFIED)).place is None


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((515_000_000, -1_000_000), (515_000_000, -1_000_000), 0),
        ((0, 0), (0, 10_000_000), 111_195),
        ((600_000_000, 0), (600_000_000, 10_000_000), 55_597),
        ((0, 1_799_999_999), (0, -1_799_999_999), 0),
        ((900_000_000, 0), (-900_000_000, 0), 20_015_087),
    ],
)
def test_distance(one: tuple[int, int], other: tuple[int, int], metres: int) -> None:
    """Along a great circle, across the date line, from pole to pole."""
    assert distance_m(*one, *other) == metres


@given(st.tuples(*[st.integers(-(2**53) + 1, 2**53 - 1)] * 4))
def test_no_place_that_a_phone_can_state_stops_the_office(places: tuple[int, int, int, int]) -> None:
    """A fix far beyond the poles is nonsense, and yet some distance."""
    assert 0 <= distance_m(*places) <= 20_015_087


def test_fixes_take_their_own_error_off_the_way() -> None:
    """160 km/h exactly, or within what both fixes may be wrong by, is nobody's fault."""
    here = Fix("V-1", 0, 0, 0, 0)
    there = Fix("V-2", 2_501_888, 0, 10_000_000, 0)
    assert fixes_to_review([there, here]) == {}
    assert fixes_to_review([here, there._replace(at=2_501_887)]) == {
        "V-1": ("place_too_fast",),
        "V-2": ("place_too_fast",),
    }
    assert fixes_to_review([here, there._replace(at=2_501_887, accuracy_m=1)]) == {}
    assert fixes_to_review([here._replace(accuracy_m=5), here._replace(visit_id="V-3")]) == {}
