"""A draft: changes said shortly, checked by the loader of all policies, with errors that say what to write."""

from __future__ import annotations

import pytest

from doorstep.application.replay_draft import Change, Number, asked_then, draft_of, numbers_of, read_change
from doorstep.domain.policy import ElapsedCheck, EventsCheck, Policy, PolicyRefused
from tests.dossiers import POLICIES

BASE = POLICIES["2026-11-01"]


def drafted(*changes: str) -> Policy:
    """The council's policy with these changes."""
    return draft_of(BASE, map(read_change, changes))


def check_of(policy: Policy, name: str) -> object:
    """A clause's check."""
    return next(clause.check for clause in policy.clauses if clause.clause == name)


def test_changes_are_read() -> None:
    """Short names and the policy's own keys, numbers, lists and clauses that are left out."""
    assert read_change("waited.minutes=10") == Change("waited", "minutes", 10)
    assert read_change('notified.channels=["sms"]') == Change("notified", "channels", ["sms"])
    assert read_change(" planner = off ") == Change("planner")


@pytest.mark.parametrize("said", ["waited", "waited=10", "=off", ".minutes=1", "waited.=1", "waited.minutes=", ""])
def test_what_is_no_change_is_refused(said: str) -> None:
    """The message shows how one is written."""
    with pytest.raises(PolicyRefused, match="is not a change"):
        read_change(said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("wait.minutes=10", "there is no clause 'wait'; there are notified, suitable_time"),
        ("waited.minutes=1.5", "clause `waited`, key `minutes`: must be a whole number"),
        ("waited.minutes=true", "clause `waited`, key `minutes`: must be a whole number"),
        ("waited.minutes=-1", "clause `waited`, key `at_least_seconds`: must be from 0"),
        ("knocked.count=0", "clause `knocked`, key `at_least`: must be from 1"),
        ("knocked.hours=3", "clause `knocked`, key `hours_before`: is not known here"),
        ("knocked.metres=3", "clause `knocked`, key `metres`: is not known here"),
        ("notified.statuses=[]", "clause `notified`, key `statuses`: is an empty list"),
    ],
)
def test_a_change_that_makes_no_policy_is_refused(said: str, why: str) -> None:
    """By the loader itself, naming clause and key."""
    with pytest.raises(PolicyRefused, match=why):
        drafted(said)


def test_a_value_that_is_no_json_is_refused() -> None:
    """Somebody who types a bare word is told how to write it."""
    with pytest.raises(PolicyRefused, match="neither a number nor JSON"):
        read_change("waited.minutes=ten")


def test_a_draft_changes_what_was_said_and_leaves_the_policy_as_it_is() -> None:
    """Units are turned into the policy's own; the policy in force is another object, untouched."""
    draft = drafted("waited.minutes=10", "knocked.count=3", "knocked.apart_minutes=1")
    assert check_of(draft, "waited") == ElapsedCheck(600_000, "arrived", from_window_start=True)
    knocked = check_of(draft, "knocked")
    assert isinstance(knocked, EventsCheck)
    assert (knocked.at_least, knocked.apart_ms) == (3, 60_000)
    assert check_of(BASE, "waited") == ElapsedCheck(900_000, "arrived", from_window_start=True)
    assert draft_of(BASE, []).clauses == BASE.clauses


def test_a_clause_that_is_left_out_is_waited_for_by_none() -> None:
    """The clauses that came after it come after what else they came after."""
    draft = drafted("planner=off")
    assert "planner" not in [clause.clause for clause in draft.clauses]
    card = next(clause for clause in draft.clauses if clause.clause == "card")
    assert [draft.clauses[place].clause for place in card.after] == ["waited", "extra_wait"]


def test_whether_a_clause_was_asked_for_then() -> None:
    """Whatever its words, and wherever it stands; another number, condition or waiver is another form."""
    longer, without = drafted("waited.minutes=20"), drafted("called=off")
    assert asked_then(BASE, longer, "waited") == "other"
    assert asked_then(BASE, longer, "knocked") == "same"
    assert asked_then(BASE, without, "waited") == "same"
    assert asked_then(BASE, without, "planner") == "other"
    assert asked_then(without, BASE, "called") == "absent"
    assert asked_then(BASE, drafted('card.waivable=["camera_failed"]'), "card") == "other"
    assert asked_then(BASE, drafted('waited.title="Stood there for long"'), "waited") == "same"


def test_numbers_are_shown_by_their_short_names() -> None:
    """Whole minutes; where the policy's are no whole ones, none is shown and none is invented."""
    numbers = numbers_of(drafted("waited.at_least_seconds=90"))
    assert Number("notified", "hours", 24) in numbers
    assert Number("knocked", "count", 2) in numbers
    assert Number("knocked", "apart_minutes", 2) in numbers
    assert Number("in_window", "late_minutes", 0) in numbers
    assert Number("waited", "minutes", None) in numbers
    assert Number("extra_wait", "minutes", 25) in numbers
