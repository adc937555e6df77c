"""A policy: what must have happened before a visit may be recorded as missed, checked and made ready to judge by."""

import re
from collections.abc import Mapping

import msgspec

from doorstep.domain.hearing import OWN_TO_NO_EVENT
from doorstep.domain.instants import MS_PER_HOUR, MS_PER_SECOND, is_real_day
from doorstep.domain.policy_table import PolicyRefused, PolicyTable, is_field_number, is_policy_number

__all__ = ["Policy", "PolicyRefused", "read_policy"]

FACTS = ("priority", "trade", "window", "alert")
_VERSION = re.compile(r"(.{10})(?:-([1-9][0-9]*))?", re.DOTALL)


class Match(msgspec.Struct, frozen=True):
    """Which events count. Values carry their type, because in Python True equals 1 and here it must not."""

    event: str
    where: tuple[tuple[str, frozenset[tuple[type, object]]], ...]


class End(msgspec.Struct, frozen=True):
    """An event that ends the attempt; with `since`, only from the first event of that kind on."""

    match: Match
    since: str | None


class NotificationCheck(msgspec.Struct, frozen=True):
    """The resident was told in time."""

    before_ms: int
    statuses: frozenset[str]
    channels: frozenset[str] | None
    attested_by: str | None


class SlotAgreedCheck(msgspec.Struct, frozen=True):
    """The time was agreed with the resident."""

    how: frozenset[str]
    attested_by: str | None


class WithinWindowCheck(msgspec.Struct, frozen=True):
    """An event's wall clock falls in the appointment's window."""

    event: str
    late_ms: int
    early_ms: int | None


class EachRequestCheck(msgspec.Struct, frozen=True):
    """Every contact request was followed."""

    event: str


class EventsCheck(msgspec.Struct, frozen=True):
    """Enough matching events, far enough apart."""

    match: Match
    at_least: int
    apart_ms: int


class ElapsedCheck(msgspec.Struct, frozen=True):
    """Enough time has passed on the stopwatch."""

    at_least_ms: int
    since: str | None
    from_window_start: bool


class AnyOfCheck(msgspec.Struct, frozen=True):
    """Enough of some clauses above (as their positions in the policy) are met or waived."""

    of: tuple[int, ...]
    at_least: int


Check = (
    NotificationCheck | SlotAgreedCheck | WithinWindowCheck | EachRequestCheck | EventsCheck | ElapsedCheck | AnyOfCheck
)
Fact = tuple[str, frozenset[str]]


class Clause(msgspec.Struct, frozen=True):
    """One thing to do, with its own words; `after` holds positions of clauses above."""

    clause: str
    title: str
    ask: str
    why: str
    check: Check
    after: tuple[int, ...]
    applies_when: tuple[Fact, ...]
    unless: tuple[Fact, ...]
    waivable: frozenset[str]
    optional: bool
    otherwise: str | None


class Policy(msgspec.Struct, frozen=True):
    """A dated policy; `table` is what it was read from, as the phone is sent it."""

    policy: str
    version: str
    in_force_from: str
    revision: int
    title: str
    source: str
    ends: tuple[End, ...]
    clauses: tuple[Clause, ...]
    table: Mapping[str, object]


def read_policy(data: object, file: str = "policy") -> Policy:
    """Check a parsed policy and make it ready to judge by; raises PolicyRefused naming file, clause and key."""
    whole = PolicyTable(data, file)
    in_force_from = whole.text("in_force_from")
    if not is_real_day(in_force_from):
        whole.refuse("in_force_from", f"{in_force_from!r} is not a day; write it as 2026-11-01, in quotes")
    version = whole.text("version")
    found = _VERSION.fullmatch(version)
    if found is None or found[1] != in_force_from:
        whole.refuse("version", f"{version!r} is not the day {in_force_from}, or that day with -2, -3 and so on")
    policy = Policy(
        policy=whole.text("policy"),
        version=version,
        in_force_from=in_force_from,
        revision=int(found[2] or 0),
        title=whole.text("title"),
        source=whole.text("source"),
        ends=tuple(_end(whole.inside(row, f"ends[{index}]")) for index, row in enumerate(whole.rows("ends"))),
        clauses=_clauses(whole),
        table=data if isinstance(data, dict) else {},
    )
    whole.finish()
    return policy


def _clauses(whole: PolicyTable) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    above: dict[str, int] = {}
    for index, row in enumerate(whole.rows("clauses")):
        table = whole.clause_table(row, index)
        clause = _clause(table, above)
        if clause.clause in above:
            table.refuse("clause", "this id stands twice; give each clause its own")
        above[clause.clause] = index
        clauses.append(clause)
    return tuple(clauses)


def _clause(table: PolicyTable, above: Mapping[str, int]) -> Clause:
    clause = Clause(
        clause=table.clause_id("clause"),
        title=table.text("title"),
        ask=table.text("ask") if table.has("ask") else "",
        why=table.text("why") if table.has("why") else "",
        check=_check(table, above),
        after=_above(table, "after", above) if table.has("after") else (),
        applies_when=_facts(table, "applies_when"),
        unless=_facts(table, "unless"),
        waivable=frozenset(table.codes("waivable", may_be_empty=True) if table.has("waivable") else ()),
        optional=table.has("optional") and table.flag("optional"),
        otherwise=table.code("otherwise") if table.has("otherwise") else None,
    )
    table.finish()
    return clause


def _check(table: PolicyTable, above: Mapping[str, int]) -> Check:
    name = table.text("check")
    if name == "any_of":
        return _any_of(table, above)
    if name not in _CHECKS:
        table.refuse("check", f"{name!r} is not a check; use one of {', '.join([*_CHECKS, 'any_of'])}")
    return _CHECKS[name](table)


def _notification(table: PolicyTable) -> Check:
    return NotificationCheck(
        before_ms=table.integer("hours_before") * MS_PER_HOUR,
        statuses=frozenset(table.codes("statuses")),
        channels=frozenset(table.codes("channels")) if table.has("channels") else None,
        attested_by=_kind_or_none(table, "attested_by"),
    )


def _slot_agreed(table: PolicyTable) -> Check:
    return SlotAgreedCheck(how=frozenset(table.codes("how")), attested_by=_kind_or_none(table, "attested_by"))


def _within_window(table: PolicyTable) -> Check:
    return WithinWindowCheck(
        event=table.code("event"),
        late_ms=_number(table, "late_seconds", 0) * MS_PER_SECOND,
        early_ms=table.integer("early_seconds") * MS_PER_SECOND if table.has("early_seconds") else None,
    )


def _each_request(table: PolicyTable) -> Check:
    return EachRequestCheck(event=table.code("event"))


def _events(table: PolicyTable) -> Check:
    return EventsCheck(
        match=_match(table.table("match")),
        at_least=table.integer("at_least", least=1),
        apart_ms=_number(table, "apart_seconds", 0) * MS_PER_SECOND,
    )


def _elapsed(table: PolicyTable) -> Check:
    since = _kind_or_none(table, "since")
    from_window_start = table.has("from_window_start") and table.flag("from_window_start")
    if table.has("from_window_start") and since is None:
        table.refuse("from_window_start", "stands without `since`; say from which event the wait runs")
    return ElapsedCheck(table.integer("at_least_seconds") * MS_PER_SECOND, since, from_window_start)


def _any_of(table: PolicyTable, above: Mapping[str, int]) -> Check:
    of = _above(table, "of", above)
    at_least = table.integer("at_least", least=1) if table.has("at_least") else 1
    if at_least > len(of):
        table.refuse("at_least" if table.has("at_least") else "of", f"asks for {at_least} of {len(of)} clauses")
    return AnyOfCheck(of, at_least)


_CHECKS = {
    "notification": _notification,
    "slot_agreed": _slot_agreed,
    "within_window": _within_window,
    "each_request": _each_request,
    "events": _events,
    "elapsed": _elapsed,
}


def _end(table: PolicyTable) -> End:
    since = _kind_or_none(table, "since")
    return End(_match(table), since)


def _match(table: PolicyTable) -> Match:
    lists = table.table("where").value_lists(is_field_number) if table.has("where") else {}
    for field in sorted(OWN_TO_NO_EVENT & lists.keys()):
        table.refuse(f"where.{field}", "is not one of an event's own fields; name one of those")
    match = Match(
        event=table.code("event"),
        where=tuple((field, frozenset((type(value), value) for value in lists[field])) for field in lists),
    )
    table.finish()
    return match


def _facts(table: PolicyTable, key: str) -> tuple[Fact, ...]:
    if not table.has(key):
        return ()
    facts = table.table(key)
    lists = facts.value_lists(is_policy_number)
    for fact in lists:
        if fact not in FACTS:
            facts.refuse(fact, f"is not a fact; use one of {', '.join(FACTS)}")
    # A number or boolean is allowed but can never be met: every fact of an appointment is text.
    return tuple((fact, frozenset(value for value in lists[fact] if isinstance(value, str))) for fact in lists)


def _above(table: PolicyTable, key: str, above: Mapping[str, int]) -> tuple[int, ...]:
    ids = table.codes(key, may_be_empty=True)
    for index, clause_id in enumerate(ids):
        if clause_id not in above:
            table.refuse(key, f"{clause_id!r} is not a clause above this one")
        if clause_id in ids[:index]:
            table.refuse(key, f"{clause_id!r} stands twice")
    return tuple(above[clause_id] for clause_id in ids)


def _kind_or_none(table: PolicyTable, key: str) -> str | None:
    return table.code(key) if table.has(key) else None


def _number(table: PolicyTable, key: str, default: int) -> int:
    return table.integer(key) if table.has(key) else default
