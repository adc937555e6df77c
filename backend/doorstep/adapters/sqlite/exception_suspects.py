"""Keep what few visits, photos and calls show: so that the questions of a data exception need not go through all.

Whatever changed is looked at anew when it is saved, against what is saved already. A question looks again at what it
finds here: these are never too few, and what they are of may have changed by the limits of the rules.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from doorstep.adapters.sqlite.rows import json_list
from doorstep.application.world import Changes

SUSPECTS: Final = ("early_arrivals", "photo_repeats", "untold_calls")
"""The tables: all can be made from the log again."""

USED_BEFORE: Final = (
    "EXISTS(SELECT 1 FROM photo_uses o WHERE o.sha256=u.sha256 AND o.position<u.position AND o.visit_id<>u.visit_id) "
    "OR EXISTS(SELECT 1 FROM photo_uses o WHERE o.source_sha256=u.source_sha256 AND o.position<u.position "
    "AND o.visit_id<>u.visit_id)"
)
UNTOLD: Final = (
    "logged_at IS NOT NULL AND NOT EXISTS(SELECT 1 FROM visits v JOIN log l ON l.visit_id=v.visit_id "
    "WHERE v.appointment_id=c.appointment_id AND v.operative_id=c.operative_id "
    "AND l.kind='planner_contacted' AND l.fault IS NULL)"
)


def save_suspects(connection: sqlite3.Connection, changes: Changes) -> None:
    """Bring the tables up to what the batch changed. All of that is saved before."""
    if changes.visits or changes.appointments:
        _keep_early(connection, changes)
    if changes.photo_uses:
        _keep_repeats(connection, changes)
    if changes.calls or changes.visits:
        _keep_untold(connection, changes)


def _keep_early(connection: sqlite3.Connection, changes: Changes) -> None:
    """Either the visit or its time slot may have changed."""
    visits, appointments = json_list(changes.visits), json_list(changes.appointments)
    found = connection.execute(
        "SELECT value FROM json_each(?1) UNION SELECT visit_id FROM json_each(?2) CROSS JOIN visits "
        "ON appointment_id=value",
        (visits, appointments),
    )
    visit_ids = [visit_id for (visit_id,) in found]
    if not visit_ids:
        return
    looked_at = json_list(visit_ids)
    connection.execute("DELETE FROM early_arrivals WHERE visit_id IN(SELECT value FROM json_each(?))", (looked_at,))
    connection.execute(
        "INSERT INTO early_arrivals SELECT visit_id,v.day FROM json_each(?) CROSS JOIN visits v ON visit_id=value "
        "CROSS JOIN appointments a USING(appointment_id) WHERE v.arrived_at<a.starts_at",
        (looked_at,),
    )


def _keep_repeats(connection: sqlite3.Connection, changes: Changes) -> None:
    """A use stays what it was when it came: only what came before it counts."""
    positions = json_list([use.position for use in changes.photo_uses])
    connection.execute(
        "INSERT INTO photo_repeats SELECT position FROM json_each(?) CROSS JOIN photo_uses u ON position=value "
        f"WHERE {USED_BEFORE}",
        (positions,),
    )


def _keep_untold(connection: sqlite3.Connection, changes: Changes) -> None:
    """The call may come before the phone's word of it or after; a visit's row changes with what its phone says."""
    of = {call.appointment_id for call in changes.calls.values()}
    of |= {visit.appointment_id for visit in changes.visits.values() if visit.appointment_id}
    found = connection.execute(
        "SELECT call_id FROM json_each(?) CROSS JOIN planner_calls ON appointment_id=value", (json_list(of),)
    )
    call_ids = [call_id for (call_id,) in found]
    if not call_ids:
        return
    calls = json_list(call_ids)
    connection.execute("DELETE FROM untold_calls WHERE call_id IN(SELECT value FROM json_each(?))", (calls,))
    connection.execute(
        "INSERT INTO untold_calls SELECT call_id FROM json_each(?) CROSS JOIN planner_calls c ON call_id=value "
        f"WHERE {UNTOLD}",
        (calls,),
    )
