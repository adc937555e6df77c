"""Reads of what does not add up over days: orders, homes and cases, each found by an index."""

from __future__ import annotations

import sqlite3
from typing import Any

from doorstep.adapters.sqlite.rows import json_list
from doorstep.adapters.sqlite.wastage import value_sql
from doorstep.adapters.sqlite.wastage_spans import LIMITS, given_by, narrowed_by
from doorstep.adapters.sqlite.wastage_sums import read_sums
from doorstep.application.intake.kept import NO_SLOT, OPEN
from doorstep.application.wastage.asking import HazardCase, Orders, Recovery, Repeat, Repeats, Span, Sums, WaitingOrder
from doorstep.domain.wastage.sides import ATTENDED

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


def read_recovery(connection: sqlite3.Connection, asked: Sums) -> list[Recovery]:
    """What the orders of missed appointments came to."""
    tests = " AND ".join([LIMITS, *narrowed_by(asked.span)])
    found = connection.execute(
        f"SELECT {value_sql(asked.dimension)} AS value,count(*),sum(is_unknown),sum(came_to>0),sum(came_to=2) "
        f"FROM wastage_recovered WHERE {tests} GROUP BY value ORDER BY value",
        given_by(asked.span),
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
    # The homes are found once: the figures are of all of them, the rows of a page.
    figures, *page = connection.execute(
        f"WITH homes AS MATERIALIZED({homes}) SELECT count(*),ifnull(sum(missed>=:least),0),ifnull(sum(missed),0),"
        "ifnull(sum(iif(missed>=:least,missed,0)),0) FROM homes UNION ALL SELECT * FROM(SELECT * FROM homes "
        "WHERE missed>=:least AND (:after=0 OR (-missed,property_ref)>(-:after,:ref)) "
        "ORDER BY missed DESC,property_ref LIMIT :limit)",
        given | {"after": beyond[0], "ref": beyond[1], "limit": limit},
    )
    homes_in_all, repeated, missed, missed_of_repeated = figures
    rows = tuple(Repeat(row[0], row[1], bool(row[2]), row[3]) for row in page)
    return Repeats(homes_in_all, repeated, missed, missed_of_repeated, rows)


def read_orders(connection: sqlite3.Connection, span: Span, first_ms: int, end_ms: int) -> Orders:
    """Orders with an appointment, and those that wait for one. What an order waits for has no trade or window yet."""
    given = given_by(span)
    made = _orders_narrowed(connection, span) if span.where else _orders(connection, span)
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


def _orders(connection: sqlite3.Connection, span: Span) -> int:
    """Appointments with an order, less those whose order had one within the span before."""
    before = "before_here" if span.patch else "before"
    [found] = connection.execute(
        f"SELECT (SELECT count(*) FROM wastage_facts WHERE work_order_ref='' AND n_population AND {LIMITS})"
        f"+(SELECT count(*) FROM wastage_again WHERE {LIMITS} AND {before}>=:first_day)",
        given_by(span),
    ).fetchone()
    population = sum(each.count("population") for each in read_sums(connection, Sums(span)))
    return population - int(found)


def _orders_narrowed(connection: sqlite3.Connection, span: Span) -> int:
    """Of a trade or the like: an order may have others. Those that had one before are looked at, one by one."""
    of_span = " AND ".join(["n_population", LIMITS, *narrowed_by(span)])
    earlier = " AND ".join(f"e.{test}" for test in ("n_population", "day>=:first_day", *narrowed_by(span)))
    [found] = connection.execute(
        f"SELECT (SELECT count(*) FROM wastage_facts WHERE work_order_ref='' AND {of_span})"
        "+(SELECT count(*) FROM wastage_again a CROSS JOIN wastage_facts f ON f.day=a.day AND "
        "f.appointment_id=a.appointment_id WHERE a.day>=:first_day AND a.day<=:last_day AND a.before>=:first_day "
        f"AND (:patch='' OR f.patch=:patch) AND {' AND '.join(f'f.{test}' for test in narrowed_by(span))} "
        "AND EXISTS(SELECT 1 FROM wastage_facts e WHERE e.work_order_ref=f.work_order_ref AND e.work_order_ref<>'' "
        f"AND (e.day,e.appointment_id)<(f.day,f.appointment_id) AND (:patch='' OR e.patch=:patch) AND {earlier}))",
        given_by(span),
    ).fetchone()
    population = sum(each.count("population") for each in read_sums(connection, Sums(span)))
    return population - int(found)


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
