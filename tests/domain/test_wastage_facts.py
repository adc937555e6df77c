"""What an appointment comes to, case by case: which visit counts, whose miss it is, and what is left out."""

from __future__ import annotations

import tomllib
from typing import Any

import msgspec
import pytest

from doorstep.domain.dossier import Decision
from doorstep.domain.instants import format_instant
from doorstep.domain.visit import settle
from doorstep.domain.wastage.counters import COUNTERS, counts_of
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.facts import fact_of
from doorstep.domain.wastage.sides import ATTENDED, LANDLORD, MISSED, NEUTRAL, RESIDENT, side_of
from tests.chains import Chain
from tests.dossiers import MINUTE, POLICIES, AnAppointment, a_snapshot
from tests.makers import DAY, MORNING, RULES, a_bare_chain, an_id, arrived_bodies

HOUR = 60 * MINUTE


def the_fact(held: AnAppointment, *chains: Chain) -> Fact:
    """The appointment's fact with these visits to it."""
    for place, chain in enumerate(chains):
        held.dossier.visits[chain.visit_id] = arrived_bodies(chain.bodies, 100 * (place + 1))
    made = fact_of(held.dossier, settle(held.dossier, POLICIES), POLICIES)
    assert made is not None
    return made


def count(fact: Fact, counter: str) -> int:
    """What it adds to a counter."""
    return counts_of(fact)[COUNTERS.index(counter)]


def counted(fact: Fact) -> set[str]:
    """The counters that it adds anything to."""
    return {name for name, each in zip(COUNTERS, counts_of(fact), strict=True) if each}


def a_closed(outcome: str, number: int = 1, operative: int = 1, at_ms: int = 20 * MINUTE) -> Chain:
    """A visit that ended in an outcome."""
    chain = a_chain(number, operative)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("visit_closed", at_ms, outcome=outcome)
    return chain


def a_chain(number: int = 1, operative: int = 1) -> Chain:
    return a_bare_chain(number, operative, snapshot=a_snapshot())


def a_missed(number: int = 1) -> Chain:
    """A whole visit that is recorded as missed."""
    chain = a_chain(number)
    chain.whole()
    return chain


def test_the_sides_are_those_of_the_rules() -> None:
    """The measures' own vocabulary and rules/outcomes.toml, which people read, may not part."""
    rows = tomllib.loads((RULES / "outcomes.toml").read_text(encoding="utf-8"))["outcome"]
    stated = {row["outcome"]: row["side"] for row in rows}
    ours = {"missed": "resident"}
    assert {code: ours.get(side_of(code), side_of(code)) for code in stated} == stated
    assert set(stated) == MISSED | RESIDENT | ATTENDED | NEUTRAL | LANDLORD
    assert {code for code in stated if code.startswith("no_access_")} == MISSED


def test_an_appointment_that_nobody_went_to() -> None:
    """It is in the population, and nobody knows how it would have ended."""
    assert counted(the_fact(AnAppointment())) == {"appointments", "population", "no_visit"}


def test_cancelled_before_is_left_out_and_cancelled_later_is_not() -> None:
    """What counts is whether the office knew before the window began."""
    held = AnAppointment()
    held.changed(held.snapshot, MORNING - 2 * HOUR, is_cancelled=True)
    assert counted(the_fact(held)) == {"appointments", "cancelled_before"}
    late = AnAppointment()
    late.changed(late.snapshot, MORNING + HOUR, is_cancelled=True)
    assert counted(the_fact(late)) == {"appointments", "population", "no_visit", "cancelled_later"}
    back = AnAppointment()
    back.changed(back.snapshot, MORNING - 3 * HOUR, is_cancelled=True)
    back.changed(back.snapshot, MORNING - 2 * HOUR)
    assert "population" in counted(the_fact(back))


def test_said_to_be_off_twice_it_was_off_from_the_first_time() -> None:
    """A later change of a cancelled appointment does not make it one that was cancelled late."""
    held = AnAppointment()
    held.changed(held.snapshot, MORNING - 2 * HOUR, is_cancelled=True)
    held.changed(held.snapshot, MORNING + 2 * HOUR, is_cancelled=True)
    assert the_fact(held).is_cancelled_before


def test_cancelled_and_visited_all_the_same_is_told_apart() -> None:
    """A phone without signal went there: it is in no rate, and yet somebody should know."""
    held = AnAppointment()
    held.changed(held.snapshot, MORNING - 2 * HOUR, is_cancelled=True)
    assert counted(the_fact(held, a_closed("completed"))) == {
        "appointments",
        "cancelled_before",
        "cancelled_but_visited",
    }


def test_a_missed_visit_before_and_after_a_decision() -> None:
    """Recorded it counts as missed; upheld in both; overturned it stays in what was recorded, and stands as ours."""
    held = AnAppointment()
    fact = the_fact(held, a_missed())
    assert (fact.recorded_as, fact.stands_as) == ("no_access_carded", "")
    assert {"missed", "undecided", "put_to_audit", "kept"} <= counted(fact)
    assert not {"missed_upheld", "landlord", "landlord_stands", "decided"} & counted(fact)
    decide(held, "overturned", "adjustment_not_met")
    fact = the_fact(held, a_missed())
    assert (fact.recorded_as, fact.stands_as) == ("no_access_carded", "adjustment_not_met")
    assert {"missed", "landlord_stands", "missed_overturned", "decided"} <= counted(fact)
    assert not {"missed_upheld", "landlord", "undecided"} & counted(fact)


def decide(held: AnAppointment, decision: str, outcome: str | None = None, visit: int = 1) -> None:
    """A supervisor decides, a day later, having seen whatever was awaited."""
    saw = frozenset({"photo", "planner_call", "waiver", "refused", "attestation"})
    position = 10_000 + held.next()
    made = Decision(position, MORNING + 24 * HOUR, an_id(3), decision, "Looked at.", outcome, saw)
    held.dossier.decisions.setdefault(a_chain(visit).visit_id, []).append(made)


def test_a_refused_record_is_what_the_policy_says() -> None:
    """Arrived after the window, it may not be recorded as missed: it is our miss."""
    window = {"name": "AM", "starts_at": f"{DAY}T07:00:00.000Z", "ends_at": f"{DAY}T08:30:00.000Z"}
    snapshot = a_snapshot(window=window)
    held = AnAppointment(snapshot)
    chain = a_bare_chain(1, snapshot=snapshot)
    chain.whole()
    fact = the_fact(held, chain)
    assert (fact.standing, fact.recorded_as, fact.arrival) == ("refused", "arrived_outside_window", "late")
    assert {"landlord", "landlord_stands", "put_to_audit", "arrived_late"} <= counted(fact)
    assert not {"missed", "kept", "complete_first_time", "missed_with_pack"} & counted(fact)
    assert fact.clauses_failed.split()[0] == "in_window"


def test_of_two_visits_the_one_that_got_in_counts() -> None:
    """Two operatives: one found nobody, the other was let in. The appointment was not missed."""
    held = AnAppointment()
    held.served(held.snapshot, 2)
    fact = the_fact(held, a_missed(1), a_closed("completed", 2, operative=2, at_ms=2 * HOUR))
    assert (fact.recorded_as, fact.attempts) == ("completed", 2)
    assert len(fact.visit_ids.split()) == 2
    assert not {"missed", "put_to_audit"} & counted(fact)


def test_of_two_visits_that_did_not_get_in_the_last_counts() -> None:
    """The wrong address first, then the right one where nobody came; the minutes of both were spent."""
    held = AnAppointment()
    wrong = a_closed("wrong_address", 1, at_ms=5 * MINUTE)
    fact = the_fact(held, wrong, a_missed(2))
    assert fact.recorded_as == "no_access_carded"
    assert fact.on_site_ms == 5 * MINUTE - 5_000 + 940_000 - 5_000


def test_an_open_visit_is_told_apart() -> None:
    """Begun and not ended, it is in the population and on no side."""
    chain = a_chain()
    chain.start()
    fact = the_fact(AnAppointment(), chain)
    assert counted(fact) == {"appointments", "population", "open"}


def test_an_outcome_that_no_measure_knows_is_told_apart() -> None:
    """A landlord may add outcomes: they are on no side, and are not dropped in silence."""
    assert side_of("gone_fishing") == "unknown"
    fact = msgspec.structs.replace(the_fact(AnAppointment(), a_closed("completed")), recorded_as="gone_fishing")
    assert "unknown_outcome" in counted(fact)
    assert not {"open", "missed", "landlord", "attended"} & counted(fact)


@pytest.mark.parametrize(
    ("minutes_early", "minutes_late", "arrival"),
    [(0, 0, "in_window"), (1, 0, "early"), (0, 1, "late")],
)
def test_kept_is_within_the_window_and_no_minute_beside_it(minutes_early: int, minutes_late: int, arrival: str) -> None:
    """Both ends belong to it; a minute before is a failed appointment, not a kept one."""
    at = MORNING + 5_000
    starts = at + minutes_early * MINUTE
    held = AnAppointment()
    version = held.dossier.versions[-1]
    window = msgspec.structs.replace(
        version.appointment.window, starts_at=starts, ends_at=at if minutes_early == 0 else starts + HOUR
    )
    if minutes_late:
        window = msgspec.structs.replace(window, starts_at=at - HOUR, ends_at=at - minutes_late * MINUTE)
    appointment = msgspec.structs.replace(version.appointment, window=window)
    held.dossier.versions[-1] = msgspec.structs.replace(version, appointment=appointment)
    assert the_fact(held, a_closed("completed")).arrival == arrival


RECEIPTS: list[tuple[list[dict[str, Any]], tuple[str, str, str]]] = [
    ([], ("none", "none", "none")),
    ([{"status": "delivered", "at": 24}], ("delivered_day_before", "sms", "1_to_2_days")),
    ([{"status": "delivered", "at": 23}], ("delivered_late", "sms", "12_to_24_hours")),
    ([{"status": "delivered", "at": -1}], ("no_receipt", "sms", "none")),
    ([{"status": "sending", "at": None}], ("no_receipt", "sms", "none")),
    ([{"status": "permanent-failure", "at": 30}], ("failed", "sms", "none")),
    (
        [{"status": "permanent-failure", "at": 30}, {"status": "delivered", "at": 20, "channel": "letter"}],
        ("delivered_late", "letter", "12_to_24_hours"),
    ),
    (
        [{"status": "delivered", "at": 30, "channel": "letter"}, {"status": "delivered", "at": 60}],
        ("delivered_day_before", "sms", "2_days_or_more"),
    ),
]


@pytest.mark.parametrize(("messages", "expected"), RECEIPTS)
def test_the_best_receipt_before_the_window(messages: list[dict[str, Any]], expected: tuple[str, str, str]) -> None:
    """Of several messages the best counts, as it was known when the window began; hours before it."""
    starts = MORNING - HOUR
    notifications = [
        {
            "channel": message.get("channel", "sms"),
            "sent_at": format_instant(starts - 72 * HOUR),
            "status": message["status"],
            "status_at": None if message["at"] is None else format_instant(starts - message["at"] * HOUR),
        }
        for message in messages
    ]
    fact = the_fact(AnAppointment(a_snapshot(notifications=notifications)))
    assert (fact.receipt, fact.channel, fact.lead) == expected
    assert fact.has_failed_number == any(message["status"] == "permanent-failure" for message in messages)


def test_the_wait_is_until_the_card_and_beside_the_least() -> None:
    """From the arrival within the window to the card; fifteen minutes are asked."""
    fact = the_fact(AnAppointment(), a_missed())
    assert (fact.wait_ms, fact.least_wait_ms) == (930_000 - 5_000, 900_000)
    assert count(fact, "near_the_least") == 1
    slow = a_chain()
    slow.until_planner()
    slow.card_and_record(t=930_000)
    assert count(the_fact(AnAppointment(), slow), "near_the_least") == 0


def test_a_planner_who_answered_in_time() -> None:
    """From when they were first tried; who brings about that somebody is in has saved the visit."""
    chain = a_chain()
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("planner_call_tried", 60_000, result="no_answer")
    chain.state("planner_contacted", 660_000, how="phone", instruction="resident_coming")
    chain.state("access_gained", 700_000)
    chain.state("visit_closed", 1_200_000, outcome="completed")
    fact = the_fact(AnAppointment(), chain)
    assert fact.planner == "in_time"
    assert {"planner_asked", "planner_answered", "planner_in_time", "planner_saved"} <= counted(fact)
    assert "planner_saved" not in counted(the_fact(AnAppointment(), a_missed()))


def test_disputed_within_28_days_of_its_closing() -> None:
    """A day later it is no dispute in time."""
    fact = the_fact(AnAppointment(), a_missed())
    assert fact.closed_at is not None
    edge = fact.closed_at + 28 * 24 * HOUR
    assert count(msgspec.structs.replace(fact, disputed_at=edge), "disputed") == 1
    assert count(msgspec.structs.replace(fact, disputed_at=edge + 1), "disputed") == 0


def test_a_visit_that_was_sent_back_is_not_complete_the_first_time() -> None:
    """However complete it is in the end."""
    held = AnAppointment()
    decide(held, "returned")
    fact = the_fact(held, a_missed())
    assert not fact.is_complete_first_time


def test_without_a_snapshot_there_is_no_fact() -> None:
    """A visit to an appointment that the office never heard of is in no measure."""
    held = AnAppointment()
    held.dossier.versions.clear()
    assert fact_of(held.dossier, {}, POLICIES) is None
