"""Save what a batch changed: each table's rows by one statement, in the transaction that the batch loaded from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from doorstep.adapters.sqlite.exception_facts import remake_clock_facts, save_exception_facts
from doorstep.adapters.sqlite.exception_suspects import SUSPECTS, save_suspects
from doorstep.adapters.sqlite.records import save_records
from doorstep.adapters.sqlite.rows import marks, plain
from doorstep.adapters.sqlite.tallies import save_visits
from doorstep.adapters.sqlite.wastage import save_facts, save_summaries
from doorstep.adapters.sqlite.wastage_blocks import save_blocks
from doorstep.application.world import Changes

PROJECTIONS = (
    "appointments",
    "assignments",
    "visits",
    "visit_tallies",
    "searched",
    "photo_uses",
    "photos",
    "planner_calls",
    "devices",
    "home_facts",
    "home_fact_changes",
    "notices",
    "appointment_facts",
    "call_claims",
    "cards",
    "door_readings",
    "disputes",
    "resident_times",
    "wastage_facts",
    "wastage_days",
    "wastage_marks",
    "wastage_blocks",
    "wastage_made",
    "wastage_before",
    "wastage_again",
    "wastage_recovered",
    *SUSPECTS,
)


def clear_projections(connection: sqlite3.Connection) -> None:
    """Empty every table that can be made from the log again."""
    for table in PROJECTIONS:
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM rebuild_due")
    remake_clock_facts(connection)


def save_changes(connection: sqlite3.Connection, changes: Changes) -> None:
    """Write the changes; the transaction's COMMIT makes them durable."""
    _Saving(connection).save(changes)


class _Saving:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def save(self, changes: Changes) -> None:
        """Write the changes; the transaction's COMMIT, by whoever opened it, makes them durable."""
        self._save_log(changes)
        self._save_projections(changes)
        self._many(
            "INSERT INTO people VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(person_id) DO UPDATE SET "
            "username=excluded.username,name=excluded.name,role=excluded.role,patch=excluded.patch,"
            "password_hash=excluded.password_hash,left_at=excluded.left_at,phone=excluded.phone",
            map(plain, changes.people.values()),
        )
        self._many(
            "INSERT INTO sessions VALUES(?,?,?,?,?,NULL)",
            (
                (bytes.fromhex(s.token_hash), s.person.person_id, s.installation_id, s.began_at, s.expires_at)
                for s in changes.sessions
            ),
        )
        self._many(
            "UPDATE sessions SET ended_at=? WHERE token_hash=?",
            ((ended_at, bytes.fromhex(token_hash)) for token_hash, ended_at in changes.sessions_ended),
        )
        self._many(
            "UPDATE sessions SET ended_at=? WHERE person_id=? AND ended_at IS NULL",
            ((ended_at, person_id) for person_id, ended_at in changes.signed_out),
        )
        self._many(
            "UPDATE sessions SET ended_at=? WHERE installation_id=? AND ended_at IS NULL",
            ((ended_at, installation_id) for installation_id, ended_at in changes.installations_out),
        )
        self._many(
            "UPDATE sessions SET expires_at=? WHERE token_hash=?",
            ((expires_at, bytes.fromhex(token_hash)) for token_hash, expires_at in changes.renewals),
        )
        self._many(
            "INSERT OR REPLACE INTO enrolment_codes VALUES(?,?,?,?,?)",
            ((bytes.fromhex(c.code_hash), *plain(c)[1:]) for c in changes.codes.values()),
        )
        self._many(
            "INSERT INTO quarantine VALUES(?,?,?,?,?,?,?)",
            ((q.installation_id, q.seq, bytes.fromhex(q.sha256), *plain(q)[3:]) for q in changes.quarantined),
        )
        self._many("INSERT OR REPLACE INTO checkpoints VALUES(?,?,?,?,?)", map(plain, changes.checkpoints.values()))
        save_records(self._connection, changes.records)
        save_exception_facts(self._connection, changes)
        save_suspects(self._connection, changes)
        save_facts(self._connection, changes.wastage.values())
        save_summaries(self._connection, changes.wastage_days.values())
        save_blocks(self._connection, changes.wastage_blocks)

    def _save_log(self, changes: Changes) -> None:
        self._many(
            "INSERT INTO log VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                (
                    e.position,
                    bytes.fromhex(e.sha256),
                    e.kind,
                    e.visit_id,
                    e.appointment_id,
                    e.actor_id,
                    e.installation_id,
                    e.seq,
                    e.n,
                    e.fault,
                    e.received_at,
                    bytes.fromhex(e.seal),
                    e.sig,
                )
                for e in changes.entries
            ),
        )
        self._many("INSERT INTO bodies VALUES(?,?)", ((e.position, e.body) for e in changes.entries))
        self._many("INSERT INTO erasures VALUES(?,?)", changes.erased.items())
        self._many("DELETE FROM bodies WHERE position=?", ((position,) for position in changes.erased))
        self._many("INSERT INTO feed VALUES(?,?)", changes.feed)
        self._many(
            "INSERT INTO repeats VALUES(?,?,?)", ((of, seq, bytes.fromhex(sha)) for of, seq, sha in changes.repeats)
        )
        self._many(
            "INSERT INTO installations VALUES(?,?,?) ON CONFLICT DO UPDATE SET "
            "ack_seq=excluded.ack_seq,seen_at=excluded.seen_at",
            ((of, ack, seen_at) for of, (ack, seen_at) in changes.acks.items()),
        )
        self._many(
            "INSERT OR IGNORE INTO servings VALUES(?,?,?,?,?)",
            ((bytes.fromhex(s.sha256), *plain(s)[1:]) for s in changes.servings),
        )

    def _save_projections(self, changes: Changes) -> None:
        save_visits(self._connection, list(changes.visits.values()))
        appointments = list(changes.appointments.values())
        self._many(
            f"INSERT OR REPLACE INTO appointments VALUES({marks(14)})",
            ((*plain(a)[:12], bytes.fromhex(a.snapshot_sha256), a.position) for a in appointments),
        )
        self._many("DELETE FROM assignments WHERE appointment_id=?", ((a.appointment_id,) for a in appointments))
        self._many(
            "INSERT INTO assignments VALUES(?,?,?)",
            ((of, a.appointment_id, a.day) for a in appointments for of in a.operative_ids),
        )
        self._many(
            "INSERT INTO photo_uses VALUES(?,?,?,?,?,?)",
            (
                (*plain(u)[:2], bytes.fromhex(u.sha256), *plain(u)[3:5], bytes.fromhex(u.source_sha256))
                for u in changes.photo_uses
            ),
        )
        self._many(
            "INSERT OR REPLACE INTO photos VALUES(?,?,?,?,?,?)",
            ((bytes.fromhex(p.sha256), *plain(p)[1:]) for p in changes.photos.values()),
        )
        self._many("INSERT OR REPLACE INTO devices VALUES(?,?,?,?,?,?,?,?)", map(plain, changes.devices.values()))
        self._many("INSERT OR REPLACE INTO planner_calls VALUES(?,?,?,?,?,?)", map(plain, changes.calls.values()))

    def _many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        values = list(rows)
        if values:
            self._connection.executemany(sql, values)
