"""Reads of what does not add up over days: orders, homes and cases, each found by an index."""

from __future__ import annotations

import sqlite3
from typing import Any

from doorstep.adapters.sqlite.rows import json_list
from doorstep.adapters.sqlite.wastage import value_sql
from doorstep.application.intake.kept import NO_SLOT, OPEN
from doorstep.application.wastage.asking import HazardCase, Orders, Recovery, Repeat, Repeats, Span, Sums, WaitingOrder
from doorstep.domain.wastage.dimensions import DIMENSIONS
from doorstep.domain.wastage.sides import ATTENDED, COMPLETED

LATER = (
    "SELECT 1 FROM wastage_facts l WHERE l.work_order_ref=f.work_order_ref AND l.work_order_ref<>'' "
    "AND l.starts_at>f.starts_at AND NOT l.is_cancelled_before"
)
"""A later appointment of the same order as `f`."""
WAITING = (
    "FROM held_rows h WHERE state=:open AND held_at>=:first AND held_at<:end "
    "AND kind=:no_slot AND work_order_ref<>'' AND (:patch='' OR patch=:patch) AND NOT EXISTS(SELECT 1 FROM "
    "wastage_facts f WHERE f.work_order_ref=h.work_order_ref AND f.work_order_ref<>'' AND NOT is_cancelled_before)"
)
"""Orders that were held for an appointment, and have none."""
LIMITS = "day>=:first_day AND day<=:last_day AND (:patch='' OR patch=:patch)"


def given_by(span: Span) -> dict[str, Any]:
    """The parameters of LIMITS and of what a span is narrowed by."""
    given: dict[str, Any] = {"first_day": span.first_day, "last_day": span.last_day, "patch": span.patch}
    return given | {f"where_{name}": value for name, value in span.where}


def narrowed_by(span: Span) -> list[str]:
    """A condition for each field that a span is narrowed by."""
    return [f"{name}=:where_{name}" for name, _ in span.where]


def read_recovery(connection: sqlite3.Connection, asked: Sums) -> list[Recovery]:
    """What the orders of missed appointments came to."""
    tests = " AND ".join(["n_missed", LIMITS, *narrowed_by(asked.span)])
    fields = "".join(f",{name}" for name in DIMENSIONS[asked.dimension])
    found = connection.execute(
        f"SELECT {value_sql(asked.dimension)} AS value,count(*),sum(work_order_ref=''),sum(is_rebooked),"
        f"sum(is_completed) FROM (SELECT work_order_ref{fields},EXISTS({LATER}) AS is_rebooked,"
        f"EXISTS({LATER} AND l.recorded_as IN(SELECT value FROM json_each(:completed))) AS is_completed "
        f"FROM wastage_facts f WHERE {tests}) GROUP BY value ORDER BY value",
        given_by(asked.span) | {"completed": json_list(sorted(COMPLETED))},
    )
    return [Recovery(*row) for row in found]


def read_repeats(
    connection: sqlite3.Connection, span: Span, least: int, beyond: tuple[int, str], limit: int
) -> Repeats:
    """Homes by how many missed visits they had."""
    tests = " AND ".join(["n_missed", "property_ref<>''", LIMITS, *narrowed_by(span)])
    homes = (
        "SELECT property_ref,count(*) AS missed,max(alerts='with') AS has_alert,max(day) AS last_day "
        f"FROM wastage_facts WHERE {tests} GROUP BY property_ref"
    )
    given = given_by(span) | {"least": least}
    figures = connection.execute(
        "SELECT count(*),ifnull(sum(missed>=:least),0),ifnull(sum(missed),0),"
        f"ifnull(sum(iif(missed>=:least,missed,0)),0) FROM ({homes})",
        given,
    ).fetchone()
    homes_in_all, repeated, missed, missed_of_repeated = figures
    page = connection.execute(
        f"SELECT * FROM ({homes}) WHERE missed>=:least AND (:after=0 OR (-missed,property_ref)>(-:after,:ref)) "
        "ORDER BY missed DESC,property_ref LIMIT :limit",
        given | {"after": beyond[0], "ref": beyond[1], "limit": limit},
    )
    rows = tuple(Repeat(row[0], row[1], bool(row[2]), row[3]) for row in page)
    return Repeats(homes_in_all, repeated, missed, missed_of_repeated, rows)


def read_orders(connection: sqlite3.Connection, span: Span, first_ms: int, end_ms: int) -> Orders:
    """Orders with an appointment, and those that wait for one. What an order waits for has no trade or window yet."""
    tests = " AND ".join(["n_population", "work_order_ref<>''", LIMITS, *narrowed_by(span)])
    given = given_by(span)
    [made] = connection.execute(
        f"SELECT count(DISTINCT work_order_ref) FROM wastage_facts WHERE {tests}", given
    ).fetchone()
    [waiting] = connection.execute(
        f"SELECT count(DISTINCT work_order_ref) {WAITING}", given | _held_within(first_ms, end_ms)
    ).fetchone()
    return Orders(made, waiting)


def read_waiting(
    connection: sqlite3.Connection, span: Span, first_ms: int, end_ms: int, beyond: str, limit: int
) -> list[WaitingOrder]:
    """A page of the orders that wait, by their numbers."""
    given = given_by(span) | _held_within(first_ms, end_ms) | {"beyond": beyond, "limit": limit}
    found = connection.execute(
        f"SELECT work_order_ref,min(held_at) {WAITING} AND work_order_ref>:beyond GROUP BY work_order_ref "
        "ORDER BY work_order_ref LIMIT :limit",
        given,
    )
    return [WaitingOrder(*row) for row in found]


def _held_within(first_ms: int, end_ms: int) -> dict[str, Any]:
    return {"open": OPEN, "no_slot": NO_SLOT, "first": first_ms, "end": end_ms}


def read_hazards(connection: sqlite3.Connection, span: Span, beyond: tuple[str, str], limit: int) -> list[HazardCase]:
    """Orders about hazards, with every method by which access was attempted."""
    tests = " AND ".join(["instr(priority,'hazard')>0", "n_population", LIMITS, *narrowed_by(span)])
    found = connection.execute(
        f"SELECT work_order_ref,min(day),count(*),sum(attempts),group_concat(methods,' '),"
        f"max(recorded_as IN(SELECT value FROM json_each(:attended))) FROM wastage_facts WHERE {tests} "
        "GROUP BY work_order_ref HAVING (min(day),work_order_ref)>(:day,:ref) ORDER BY 2,1 LIMIT :limit",
        given_by(span) | {"attended": json_list(sorted(ATTENDED)), "day": beyond[0], "ref": beyond[1], "limit": limit},
    )
    return [
        HazardCase(ref, day, count, attempts, tuple(sorted(set(methods.split()))), bool(is_attended))
        for ref, day, count, attempts, methods, is_attended in found
    ]
