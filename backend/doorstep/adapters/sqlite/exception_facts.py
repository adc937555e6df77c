"""Keep what the questions about data exceptions ask for: taken out of each batch as it is saved, or the whole log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from doorstep.adapters.sqlite.rows import ENTRY_COLUMNS, entry, json_list, marks, plain
from doorstep.application.data_exceptions.facts import ClockFact, Version, clock_fact, facts_of
from doorstep.application.rows import AppointmentRow, Entry
from doorstep.application.world import Changes
from doorstep.domain.office_events import AppointmentChanged, read_office_event

MOST_AT_ONCE = 500


def save_exception_facts(connection: sqlite3.Connection, changes: Changes) -> None:
    """Bring the facts up to what the batch changed. Its entries and appointments are saved before."""
    appointments = list(changes.appointments.values())
    for first in range(0, len(appointments), MOST_AT_ONCE):
        _keep_facts(connection, appointments[first : first + MOST_AT_ONCE])
    _keep_clocks(connection, changes.entries)


def remake_clock_facts(connection: sqlite3.Connection) -> None:
    """Make the clocks' facts anew from every event of a phone."""
    connection.execute("DELETE FROM clock_facts")
    found = connection.execute(
        f"SELECT {ENTRY_COLUMNS} FROM log JOIN bodies USING(position) WHERE installation_id IS NOT NULL ORDER BY 1"
    )
    _keep_clocks(connection, map(entry, found))


def _keep_facts(connection: sqlite3.Connection, rows: list[AppointmentRow]) -> None:
    if not rows:
        return
    newest = {row.appointment_id: row.position for row in rows}
    versions: dict[str, list[Version]] = {row.appointment_id: [] for row in rows}
    found = connection.execute(
        "SELECT log.appointment_id,log.position,received_at,body FROM log JOIN bodies USING(position) "
        "WHERE kind='appointment_changed' AND appointment_id IN(SELECT value FROM json_each(?)) ORDER BY log.position",
        (json_list(newest),),
    )
    for appointment_id, position, received_at, body in found:
        event = read_office_event(body)
        # While the log is read again the row is as of some entry of it, and later ones are not yet.
        if isinstance(event, AppointmentChanged) and position <= newest[appointment_id]:
            versions[appointment_id].append(Version(received_at, event))
    facts = [made for row in rows if (made := facts_of(row, versions[row.appointment_id]))]
    connection.executemany(f"INSERT OR REPLACE INTO appointment_facts VALUES({marks(15)})", map(plain, facts))
    gone = newest.keys() - {each.appointment_id for each in facts}
    connection.executemany("DELETE FROM appointment_facts WHERE appointment_id=?", [(each,) for each in gone])


def _keep_clocks(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    connection.executemany(
        "INSERT INTO clock_facts VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE SET ahead_ms=max(ahead_ms,excluded.ahead_ms),"
        "behind_ms=max(behind_ms,excluded.behind_ms),moved_back_ms=max(moved_back_ms,excluded.moved_back_ms),"
        "received_at=min(received_at,excluded.received_at)",
        map(plain, _wrong_clocks(entries)),
    )


def _wrong_clocks(entries: Iterable[Entry]) -> Iterator[ClockFact]:
    return (fact for each in entries if (fact := clock_fact(each)))
