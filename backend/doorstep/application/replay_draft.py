"""A draft of the policy: one in force with a few changes, checked by the loader that checks every policy.

A change is said shortly: `waited.minutes=10`, `knocked.count=3`, `notified.hours=48`, `card_photo=off`, or with a
key as the rules folder has it: `knocked.apart_seconds=60`, `notified.channels=["sms"]`. No draft is adopted from here.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from doorstep.domain.policy import (
    Clause,
    ElapsedCheck,
    EventsCheck,
    NotificationCheck,
    Policy,
    PolicyRefused,
    WithinWindowCheck,
    read_policy,
)

OFF: Final = "off"
SHORT: Final = {
    "minutes": ("at_least_seconds", 60),
    "count": ("at_least", 1),
    "hours": ("hours_before", 1),
    "apart_minutes": ("apart_seconds", 60),
    "late_minutes": ("late_seconds", 60),
    "early_minutes": ("early_seconds", 60),
}
"""The short names of numbers: the policy's own key, and how many of its unit one of them is."""
ASKED: Final = {
    ElapsedCheck: ("minutes",),
    EventsCheck: ("count", "apart_minutes"),
    NotificationCheck: ("hours",),
    WithinWindowCheck: ("late_minutes",),
}
"""The numbers by which a person is asked to change a check of each kind."""


class Change(msgspec.Struct, frozen=True):
    """One change: a clause's key gets another value; `key` empty: the clause is left out."""

    clause: str
    key: str = ""
    value: object = None


class Number(msgspec.Struct, frozen=True):
    """One number of a clause that may be changed, by its short name; None where the policy's is no whole one of it."""

    clause: str
    key: str
    value: int | None


def read_change(text: str) -> Change:
    """A change as it is said: CLAUSE.KEY=VALUE or CLAUSE=off. Raises PolicyRefused saying what to write."""
    place, equals, said = text.partition("=")
    clause, dot, key = place.strip().partition(".")
    said = said.strip()
    if equals and clause and not dot and said == OFF:
        return Change(clause)
    if not (equals and clause and key and said):
        raise PolicyRefused(f"{text!r} is not a change; write it as waited.minutes=10, or card_photo=off.")
    try:
        value = json.loads(said)
    except ValueError:
        raise PolicyRefused(
            f'{text!r}: the value is neither a number nor JSON; write 10, true, "sms" or ["sms"].'
        ) from None
    return Change(clause, key, value)


def draft_of(base: Policy, changes: Iterable[Change]) -> Policy:
    """The base with these changes. Raises PolicyRefused naming clause and key where that makes no policy."""
    table: dict[str, Any] = copy.deepcopy(dict(base.table))
    for change in changes:
        _change(table, change)
    return read_policy(table, "draft")


def _change(table: dict[str, Any], change: Change) -> None:
    rows: list[dict[str, Any]] = table["clauses"]
    row = next((row for row in rows if row["clause"] == change.clause), None)
    if row is None:
        there = ", ".join(row["clause"] for row in rows)
        raise PolicyRefused(f"draft: there is no clause {change.clause!r}; there are {there}.")
    if not change.key:
        rows.remove(row)
        for other in rows:
            for key in ("after", "of"):
                if change.clause in other.get(key, ()):
                    other[key] = [name for name in other[key] if name != change.clause]
        return
    key, unit = SHORT.get(change.key, (change.key, 1))
    value = change.value
    if change.key in SHORT:
        if type(value) is not int:
            raise PolicyRefused(f"draft: clause `{change.clause}`, key `{change.key}`: must be a whole number.")
        value *= unit
    row[key] = value


def numbers_of(policy: Policy) -> list[Number]:
    """What of a policy can be changed by a number, clause by clause."""
    rows: Mapping[str, Mapping[str, Any]] = {row["clause"]: row for row in policy.table["clauses"]}  # type: ignore[attr-defined]
    numbers = []
    for clause in policy.clauses:
        for name in ASKED.get(type(clause.check), ()):
            if name == "apart_minutes" and isinstance(clause.check, EventsCheck) and clause.check.at_least == 1:
                continue
            key, unit = SHORT[name]
            held = int(rows[clause.clause].get(key, 0))
            numbers.append(Number(clause.clause, name, held // unit if held % unit == 0 else None))
    return numbers


def asked_then(then: Policy, draft: Policy, name: str) -> str:
    """Whether a visit under `then` was asked for what a clause of the draft asks: `absent`, `other` or `same`."""
    before = next((clause for clause in then.clauses if clause.clause == name), None)
    if before is None:
        return "absent"
    now = next(clause for clause in draft.clauses if clause.clause == name)
    return "same" if _asks(then, before) == _asks(draft, now) else "other"


def _asks(policy: Policy, clause: Clause) -> object:
    """What a clause asks for, whatever its words and wherever in the policy it and those that it names stand."""
    named = [policy.clauses[place].clause for place in clause.after]
    check = clause.check
    of = [policy.clauses[place].clause for place in getattr(check, "of", ())]
    asked = msgspec.structs.replace(check, of=()) if of else check
    return asked, of, named, clause.applies_when, clause.unless, clause.waivable, clause.optional
