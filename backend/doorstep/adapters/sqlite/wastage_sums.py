"""Sums of any days: from weeks and months that are made, from days that are summed, the rest straight from facts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import add, neg
from typing import Any, Final

import msgspec

from doorstep.adapters.sqlite.rows import json_list
from doorstep.adapters.sqlite.wastage import SUMS, fact, value_sql
from doorstep.adapters.sqlite.wastage_blocks import read_before
from doorstep.adapters.sqlite.wastage_spans import LIMITS, given_by, narrowed_by
from doorstep.application.wastage.asking import Span, Summed, Sums
from doorstep.application.wastage.blocks import BLOCK_VERSION, BLOCKED_BY, BY_WEEKDAY, OF_ALL
from doorstep.domain.wastage.dimensions import SUMMARY_VERSION, value_of
from doorstep.domain.wastage.fact import FIELDS

NOTHING: Final = "''"
PART_SQL: Final = {
    "": NOTHING,
    "patch": "patch",
    "day": "day",
    "weekday": "strftime('%w',day)",
    "month": "substr(day,1,7)",
}
BLOCK_PART: Final = {"": NOTHING, "patch": "patch", "weekday": "weekday", "month": "substr(block,1,7)"}
Days = tuple[str, str]


def read_sums(connection: sqlite3.Connection, asked: Sums) -> list[Summed]:
    """Every counter's sum by group; of each day from whatever has it in the fewest rows."""
    blocks = _blocks_for(connection, asked)
    found = _of_blocks(connection, asked, blocks) if blocks else []
    for days in _between(asked.span, blocks):
        found += (_of_facts if asked.span.where else _of_days)(connection, asked, days)
    return _added(found)


def _blocks_for(connection: sqlite3.Connection, asked: Sums) -> list[Days]:
    """The blocks that lie in the span, none over another, the longer ones first; in order of days."""
    names = [name for name, _ in asked.span.where]
    is_told_by = asked.part in ("", "patch", "month") or (asked.part == "weekday" and asked.dimension == BY_WEEKDAY)
    if len(names) > 1 or not set(names) <= set(BLOCKED_BY) or not is_told_by:
        return []
    made = connection.execute("SELECT block FROM wastage_made WHERE made_by=?", (BLOCK_VERSION,))
    inside = [
        (first, last)
        for first, last in (block.split("/") for (block,) in made)
        if asked.span.first_day <= first and last <= asked.span.last_day
    ]
    if asked.part == "month":
        inside = [(first, last) for first, last in inside if first[:7] == last[:7]]
    chosen: list[Days] = []
    for first, last in sorted(inside, key=_length, reverse=True):
        if all(last < of or to < first for of, to in chosen):
            chosen.append((first, last))
    return sorted(chosen)


def _length(days: Days) -> tuple[int, str]:
    first, last = map(date.fromisoformat, days)
    return (last - first).days, days[0]


def _between(span: Span, blocks: Iterable[Days]) -> list[Days]:
    """The days of the span that are in no block."""
    found, first = [], span.first_day
    for begins, ends in blocks:
        if first < begins:
            found.append((first, _moved(begins, -1)))
        first = _moved(ends, 1)
    return [*found, (first, span.last_day)] if first <= span.last_day else found


def _moved(day: str, by: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()


def _of_blocks(connection: sqlite3.Connection, asked: Sums, blocks: Sequence[Days]) -> list[Summed]:
    """What blocks hold; of facts that changed since, less what they were then, and what they are now."""
    span, names = asked.span, [f"{first}/{last}" for first, last in blocks]
    narrowed, narrowed_to = span.where[0] if span.where else ("", "")
    given = given_by(span) | {"blocks": json_list(names), "narrowed": narrowed, "narrowed_to": narrowed_to}
    held_as = asked.dimension if span.patch or asked.part == "patch" else asked.dimension + OF_ALL
    rows = connection.execute(
        f"SELECT value,{BLOCK_PART[asked.part]},counts FROM wastage_blocks WHERE block IN(SELECT value FROM "
        "json_each(:blocks)) AND narrowed=:narrowed AND narrowed_to=:narrowed_to AND dimension=:dimension "
        "AND (:patch='' OR patch=:patch)",
        given | {"dimension": held_as},
    )
    found = [Summed(value, part, tuple(_counts(packed))) for value, part, packed in rows]
    for row in read_before(connection, names):
        was = fact(row[: len(FIELDS)])
        if span.holds(was):
            counts = tuple(map(neg, row[len(FIELDS) :]))
            found.append(Summed(value_of(asked.dimension, was), _part_of(asked.part, was.patch, was.day), counts))
    now = (
        "(SELECT f.* FROM wastage_before b CROSS JOIN wastage_facts f ON f.appointment_id=b.appointment_id AND "
        "f.day>=substr(b.block,1,10) AND f.day<=substr(b.block,12) WHERE b.block IN(SELECT value FROM "
        "json_each(:blocks)))"
    )
    where = " AND ".join(["(:patch='' OR patch=:patch)", *narrowed_by(span)])
    return found + _grouped(connection, now, value_sql(asked.dimension), asked.part, where, given)


_counts = msgspec.msgpack.Decoder(list[int]).decode


def _part_of(part: str, patch: str, day: str) -> str:
    match part:
        case "patch":
            return patch
        case "weekday":
            return str(date.fromisoformat(day).isoweekday() % 7)
        case "month":
            return day[:7]
        case _:
            return ""


def _of_facts(connection: sqlite3.Connection, asked: Sums, days: Days) -> list[Summed]:
    """Straight from the facts of these days, which lie in one piece."""
    given = given_by(asked.span) | {"first_day": days[0], "last_day": days[1]}
    where = " AND ".join([LIMITS, *narrowed_by(asked.span)])
    return _grouped(connection, "wastage_facts", value_sql(asked.dimension), asked.part, where, given)


def _of_days(connection: sqlite3.Connection, asked: Sums, days: Days) -> list[Summed]:
    """From the sums of days; of those that have changed since, from their facts."""
    given, value = given_by(asked.span) | {"first_day": days[0], "last_day": days[1]}, value_sql(asked.dimension)
    marked = connection.execute(
        "SELECT day,summed IS changes AND made_by=:made_by FROM wastage_marks WHERE day>=:first_day AND day<=:last_day",
        given | {"made_by": SUMMARY_VERSION},
    )
    given |= {"dimension": asked.dimension, "stale": json_list([day for day, is_summed in marked if not is_summed])}
    stale = "(SELECT value FROM json_each(:stale))"
    where = f"dimension=:dimension AND {LIMITS} AND day NOT IN{stale}"
    summed = "value" if value != NOTHING else NOTHING
    found = _grouped(connection, "wastage_days", summed, asked.part, where, given)
    where = f"day IN{stale} AND (:patch='' OR patch=:patch)"
    return [*found, *_grouped(connection, "wastage_facts", value, asked.part, where, given)]


def _grouped(
    connection: sqlite3.Connection, table: str, value: str, part: str, where: str, given: dict[str, Any]
) -> list[Summed]:
    # SQLite sorts by what it groups by, every column with it, even where that is the same throughout.
    by = ",".join(term for term in (value, PART_SQL[part]) if term != NOTHING)
    sql = f"SELECT {value},{PART_SQL[part]},{SUMS} FROM {table} WHERE {where}{' GROUP BY ' * bool(by)}{by}"
    return [Summed(row[0], row[1], row[2:]) for row in connection.execute(sql, given) if row[2] is not None]


def _added(found: Sequence[Summed]) -> list[Summed]:
    """Groups that were found several times as one; those of which nothing is left are none."""
    groups: dict[tuple[str, str], tuple[int, ...]] = {}
    for value, part, counts in found:
        held = groups.get((value, part))
        groups[value, part] = tuple(map(add, held, counts)) if held else counts
    return [Summed(*group, groups[group]) for group in sorted(groups) if groups[group][0]]
