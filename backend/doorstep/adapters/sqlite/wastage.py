"""The facts of appointments in their table: what each batch changed, and the sums of whole days."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec

from doorstep.adapters.sqlite.rows import json_list, marks
from doorstep.adapters.sqlite.wastage_blocks import keep_before
from doorstep.adapters.sqlite.wastage_orders import TIED_BY, keep_orders
from doorstep.application.wastage.asking import DaySummary
from doorstep.domain.wastage.counters import COUNTERS, counts_of
from doorstep.domain.wastage.dimensions import BETWEEN, DIMENSIONS, SUMMARY_VERSION
from doorstep.domain.wastage.fact import FIELDS, Fact

FACT_COLUMNS = ",".join(FIELDS)
ID, DAY, ORDER = (FIELDS.index(name) for name in ("appointment_id", "day", "work_order_ref"))
N_COLUMNS = ",".join(f"n_{name}" for name in COUNTERS)
ROW_COLUMNS = f"{FACT_COLUMNS},{N_COLUMNS}"
"""By name: what a later migration added stands behind what was there, and not where its field does."""
_tied = itemgetter(*map(FIELDS.index, TIED_BY))
Row = tuple[Any, ...]
SUMS = ",".join(f"sum(n_{name}) AS n_{name}" for name in COUNTERS)


def save_facts(connection: sqlite3.Connection, facts: Iterable[Fact]) -> None:
    """Keep these instead of what was held of their appointments; every day that lost or won one is marked.

    Most events of a visit change nothing of it: then nothing is written, and the day's sums stand.
    """
    rows = {fact.appointment_id: (*msgspec.structs.astuple(fact), *counts_of(fact)) for fact in facts}
    if not rows:
        return
    found = connection.execute(
        f"SELECT {ROW_COLUMNS} FROM wastage_facts WHERE appointment_id IN(SELECT value FROM json_each(?))",
        (json_list(rows),),
    )
    held: dict[str, tuple[Any, ...]] = {row[ID]: row for row in found}
    changed = [row for row in rows.values() if held.get(row[ID]) != row]
    connection.executemany(
        f"INSERT OR REPLACE INTO wastage_facts({ROW_COLUMNS}) VALUES({marks(len(FIELDS) + len(COUNTERS))})", changed
    )
    keep_before(connection, held, changed)
    _keep_orders(connection, held, changed)
    days = {row[DAY] for row in changed} | {held[row[ID]][DAY] for row in changed if row[ID] in held}
    connection.executemany(
        "INSERT INTO wastage_marks VALUES(?,1,NULL,'') ON CONFLICT DO UPDATE SET changes=changes+1",
        ((day,) for day in sorted(days)),
    )


def _keep_orders(connection: sqlite3.Connection, held: Mapping[str, Row], changed: Sequence[Row]) -> None:
    """Of what changed, only some of it tells of orders: a knock at a door does not."""
    of_orders = [(row, held.get(row[ID])) for row in changed]
    of_orders = [(row, was) for row, was in of_orders if was is None or _tied(row) != _tied(was)]
    orders = {row[ORDER] for row, _ in of_orders} | {was[ORDER] for _, was in of_orders if was}
    if of_orders:
        keep_orders(connection, [row[ID] for row, _ in of_orders], orders)


def save_summaries(connection: sqlite3.Connection, summaries: Iterable[DaySummary]) -> None:
    """Keep pieces of days' sums. The last marks its day as summed, if its facts are still those that were summed.

    Until then the sums are not read: the day is one that has changed.
    """
    for made in summaries:
        still = connection.execute(
            "SELECT 1 FROM wastage_marks WHERE day=? AND changes=?", (made.day, made.changes)
        ).fetchone()
        if not still:
            continue
        if made.is_last:
            connection.execute(
                "UPDATE wastage_marks SET summed=changes,made_by=? WHERE day=?", (made.made_by, made.day)
            )
        connection.executemany(
            "DELETE FROM wastage_days WHERE dimension=? AND day=?", ((name, made.day) for name in made.dimensions)
        )
        connection.executemany(
            f"INSERT INTO wastage_days(dimension,day,value,patch,{N_COLUMNS}) VALUES({marks(4 + len(COUNTERS))})",
            ((dimension, made.day, value, patch, *counts) for dimension, value, patch, counts in made.rows),
        )


def day_summary(connection: sqlite3.Connection, day: str, changes: int) -> DaySummary:
    """A day's sums by every dimension, from its facts; nothing is written."""
    rows: list[tuple[str, str, str, tuple[int, ...]]] = []
    for name in DIMENSIONS:
        found = connection.execute(
            f"SELECT {value_sql(name)},patch,{SUMS} FROM wastage_facts WHERE day=? GROUP BY 1,2", (day,)
        )
        rows += [(name, row[0], row[1], row[2:]) for row in found]
    return DaySummary(day, changes, SUMMARY_VERSION, tuple(DIMENSIONS), tuple(rows))


def value_sql(dimension: str) -> str:
    """The group of a fact, as `value_of` has it."""
    fields = DIMENSIONS[dimension]
    return f"||char({ord(BETWEEN)})||".join(fields) if fields else "''"


@cache
def _flags() -> frozenset[int]:
    return frozenset(
        place for place, field in enumerate(msgspec.structs.fields(Fact)) if field.type is bool or field.type == "bool"
    )


def fact(row: tuple[Any, ...]) -> Fact:
    """The fact of a row of FACT_COLUMNS."""
    flags = _flags()
    values: list[Any] = [bool(value) if place in flags else value for place, value in enumerate(row)]
    return Fact(*values)
