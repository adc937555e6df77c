"""The appointments behind a number, in the order of their days, so that a page of them ends where it is full."""

from __future__ import annotations

import sqlite3
from typing import Any

from doorstep.adapters.sqlite.rows import json_list
from doorstep.adapters.sqlite.wastage import FACT_COLUMNS, fact, value_sql
from doorstep.adapters.sqlite.wastage_cases import LATER
from doorstep.adapters.sqlite.wastage_spans import LIMITS, given_by, narrowed_by
from doorstep.adapters.sqlite.wastage_sums import PART_SQL
from doorstep.application.wastage.asking import IMPLIES_AUDIT, Behind, Span
from doorstep.domain.wastage.dimensions import BETWEEN, DIMENSIONS, LISTS, TOTAL
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.record_quality import GRADE_OF
from doorstep.domain.wastage.sides import COMPLETED

REBOOKED = f"EXISTS({LATER})"
DONE = f"EXISTS({LATER} AND l.recorded_as IN(SELECT value FROM json_each(:completed)))"
ONLY = {
    "unknown_order": "work_order_ref=''",
    "known_order": "work_order_ref<>''",
    "rebooked": REBOOKED,
    "completed": DONE,
    "never": f"work_order_ref<>'' AND NOT {DONE}",
    "hazard": "instr(priority,'hazard')>0",
}


def read_behind(connection: sqlite3.Connection, asked: Behind) -> list[Fact]:
    """One page of them."""
    given = given_by(asked.span)
    given |= {"day": asked.beyond[0], "id": asked.beyond[1], "limit": asked.limit}
    # The days before the page are not walked through again: SQLite begins at one bound, and takes the first it is told.
    given["from_day"] = max(asked.beyond[0], asked.span.first_day)
    days = LIMITS.replace(":first_day", ":from_day")
    tests = [days, f"n_{asked.counter}", *narrowed_by(asked.span), *_only(asked, given)]
    if asked.among:
        given["among"] = json_list(asked.among)
        tests.append(f"{value_sql(asked.dimension)} IN(SELECT value FROM json_each(:among))")
    elif asked.dimension != TOTAL:
        tests += _in_group(asked, given)
    if asked.part:
        tests.append(f"{PART_SQL[asked.part]}=:part_value")
        given |= {"part_value": asked.part_value}
    if asked.beyond[0]:
        tests.append("(day,appointment_id)>(:day,:id)")
    if asked.counter in IMPLIES_AUDIT and not asked.home:
        # True of every row that is wanted: it leads to the index of the few. Homes stand in that of missed visits.
        tests.append("is_put_to_audit")
    sql = (
        f"SELECT {FACT_COLUMNS} FROM wastage_facts f WHERE {' AND '.join(tests)} "
        "ORDER BY day,appointment_id LIMIT :limit"
    )
    return [fact(row) for row in connection.execute(sql, given)]


def _only(asked: Behind, given: dict[str, Any]) -> list[str]:
    """The conditions beside those of the group, with their parameters."""
    tests = []
    if asked.home:
        tests.append("property_ref=:home")
        given["home"] = asked.home
    if asked.order is not None:
        # The orders' index holds no appointment without one, and SQLite has to be told that none is wanted.
        tests.append("work_order_ref=:order" + " AND work_order_ref<>''" * bool(asked.order))
        given["order"] = asked.order
    if asked.only == "first_of_order":
        tests.append(f"work_order_ref<>'' AND NOT EXISTS({_earlier(asked.span)})")
    elif asked.only:
        tests.append(ONLY[asked.only])
        given["completed"] = json_list(sorted(COMPLETED))
    return tests


def _earlier(span: Span) -> str:
    """An appointment of the same order that stands before it, among those of the span."""
    narrowed = "".join(f" AND e.{test}" for test in narrowed_by(span))
    return (
        "SELECT 1 FROM wastage_facts e WHERE e.work_order_ref=f.work_order_ref AND e.work_order_ref<>'' "
        "AND e.n_population AND e.day>=:first_day AND e.day<=:last_day AND (:patch='' OR e.patch=:patch)"
        f"{narrowed} AND (e.day,e.appointment_id)<(f.day,f.appointment_id)"
    )


def _in_group(asked: Behind, given: dict[str, Any]) -> list[str]:
    """The conditions of a group, with their parameters; of a list, that its code is among them."""
    fields, values = DIMENSIONS[asked.dimension], asked.value.split(BETWEEN)
    if len(fields) != len(values):
        return ["0"]
    tests = []
    for field, value in zip(fields, values, strict=True):
        given[f"value_{field}"] = value
        if field in LISTS and value:
            # Of a check alone, whatever its grade, the code ends where the grade would begin.
            end = "" if value.endswith(GRADE_OF) else "||' '"
            tests.append(f"instr(' '||{field}||' ',' '||:value_{field}{end})>0")
        else:
            tests.append(f"{field}=:value_{field}")
    return tests
