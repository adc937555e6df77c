"""Grades of time: arrivals by the server's bounds, knocks that must be apart, waits and what they run from."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from doorstep.domain.chain import body_hash, read_back
from doorstep.domain.dossier import Logged
from doorstep.domain.grades import Graded
from doorstep.domain.instants import format_instant
from tests.dossiers import MINUTE, AnAppointment, a_snapshot, with_fields
from tests.graded_visits import (
    WINDOW,
    Door,
    a_recorded,
    events_clause,
    graded,
    shown,
)
from tests.makers import DAY, MORNING, an_id

QUARTER = 15 * MINUTE


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
