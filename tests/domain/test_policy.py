"""A policy is refused whole, with a message that leads to the line to mend."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from doorstep.domain.policy import PolicyRefused, read_policy

Json = dict[str, Any]


def a_policy(**clause: Any) -> Json:
    """A small right policy; the keys given go into its second clause."""
    knocked = {"clause": "knocked", "title": "Knocked", "check": "events", "match": {"event": "door_knocked"}}
    called = {"clause": "called", "title": "Called", "check": "events", "match": {"event": "called"}, "at_least": 1}
    return {
        "policy": "no_access",
        "version": "2026-11-01",
        "in_force_from": "2026-11-01",
        "title": "",
        "source": "",
        "ends": [],
        "clauses": [knocked | {"at_least": 2}, called | clause],
    }


def refusal(policy: object) -> str:
    """What the loader says of it."""
    with pytest.raises(PolicyRefused) as refused:
        read_policy(policy, "rules/x.toml")
    return str(refused.value)


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ({"aftr": []}, "key `aftr`: is not known here; take it out or mend its spelling."),
        ({"check": "knocks"}, "key `check`: 'knocks' is not a check; use one of notification, "),
        ({"at_least": 0}, "key `at_least`: must be from 1 to 1,000,000,000, not 0."),
        ({"at_least": True}, "key `at_least`: must be a whole number, not True."),
        ({"at_least": 2.0}, "key `at_least`: must be a whole number, not 2.0."),
        ({"apart_seconds": 1_000_000_001}, "key `apart_seconds`: must be from 0 to 1,000,000,000, not 1000000001."),
        ({"after": ["called"]}, "key `after`: 'called' is not a clause above this one."),
        ({"after": ["knocked", "knocked"]}, "key `after`: 'knocked' stands twice."),
        ({"after": [7]}, "key `after`: must hold codes in quotes, not 7."),
        ({"match": {"event": "x", "where": {"t": [1]}}}, "key `match.where.t`: is not one of an event's own fields;"),
        ({"match": {"event": "x", "where": {"v": []}}}, "key `match.where.v`: is an empty list; name at least one"),
        ({"match": {"event": "x", "where": {"v": [1.5]}}}, "key `match.where.v`: holds 1.5; use text, whole numbers"),
        ({"match": {"event": ""}}, "key `match.event`: is empty; name a code or a kind of event."),
        ({"match": {}}, "key `match.event`: is missing."),
        ({"match": "x"}, "key `match`: must be a table of keys."),
        ({"unless": {"weather": ["rain"]}}, "key `unless.weather`: is not a fact; use one of priority, trade, window,"),
        ({"unless": {"trade": [-1]}}, "key `unless.trade`: holds -1; use text, whole numbers in range, true or false."),
        ({"optional": 1}, "key `optional`: must be true or false, not 1."),
        ({"waivable": "no_signal"}, "key `waivable`: must be a list, not 'no_signal'."),
        ({"otherwise": ""}, "key `otherwise`: is empty; name a code or a kind of event."),
        ({"title": None}, "key `title`: must be text in quotes, not None."),
    ],
)
def test_a_fault_in_a_clause_names_file_clause_and_key(clause: Json, message: str) -> None:
    """Whoever wrote the policy goes straight to the place."""
    assert refusal(a_policy(**clause)).startswith(f"rules/x.toml: clause `called`, {message}")


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ({"check": "notification", "hours_before": 24, "statuses": []}, "key `statuses`: is an empty list; name at"),
        ({"check": "elapsed", "at_least_seconds": 1, "from_window_start": True}, "key `from_window_start`: stands wit"),
        ({"check": "any_of", "of": ["knocked"], "at_least": 2}, "key `at_least`: asks for 2 of 1 clauses."),
        ({"check": "any_of", "of": []}, "key `of`: asks for 1 of 0 clauses."),
        ({"check": "within_window"}, "key `event`: is missing."),
    ],
)
def test_a_fault_in_a_check_names_it_too(check: Json, message: str) -> None:
    """Each check has its own keys."""
    policy = a_policy()
    policy["clauses"][1] = {"clause": "called", "title": "Called"} | check
    assert refusal(policy).startswith(f"rules/x.toml: clause `called`, {message}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda policy: policy.update(owner="me"), "rules/x.toml: key `owner`: is not known here;"),
        (lambda policy: policy.pop("source"), "rules/x.toml: key `source`: is missing."),
        (lambda policy: policy.update(version="2026-11-02"), "rules/x.toml: key `version`: '2026-11-02' is not the"),
        (lambda policy: policy.update(version=""), "rules/x.toml: key `version`: '' is not the day 2026-11-01, or"),
        (lambda policy: policy.update(in_force_from="soon"), "rules/x.toml: key `in_force_from`: 'soon' is not a day;"),
        (lambda policy: policy.update(ends=[{"event": "x", "since": ""}]), "rules/x.toml: key `ends[0].since`: is emp"),
        (lambda policy: policy.update(ends=["x"]), "rules/x.toml: key `ends[0]`: must be a table of keys."),
        (lambda policy: policy.update(clauses=["x"]), "rules/x.toml: clause `number 1`, must be a table of keys."),
        (lambda policy: policy["clauses"][0].pop("clause"), "rules/x.toml: clause `number 1`, key `clause`: is missi"),
        (lambda policy: policy["clauses"][1].update(clause="knocked"), "rules/x.toml: clause `knocked`, key `clause`:"),
        (lambda policy: policy["clauses"][1].update(clause="Call"), "rules/x.toml: clause `Call`, key `clause`: 'Call"),
    ],
)
def test_a_fault_elsewhere_is_named_as_closely(change: Callable[[Json], object], message: str) -> None:
    """Even where there is no clause to name."""
    policy = a_policy()
    change(policy)
    assert refusal(policy).startswith(message)


def test_a_policy_that_is_no_table_is_refused() -> None:
    """A list, say, from a JSON file."""
    assert refusal([]) == "rules/x.toml: must be a table of keys."


def test_a_right_policy_is_made_ready() -> None:
    """Positions for ids, milliseconds for seconds, and the table that the phone is sent."""
    data = a_policy(after=["knocked"], apart_seconds=120, ask="Call.", why="Rule 19.", optional=True, waivable=["x"])
    data["version"] = "2026-11-01-10"
    policy = read_policy(copy.deepcopy(data))
    called = policy.clauses[1]
    assert (called.after, called.ask, called.why, called.optional) == ((0,), "Call.", "Rule 19.", True)
    assert getattr(called.check, "apart_ms", None) == 120_000
    assert (policy.revision, policy.table) == (10, data)
