"""Load a world from the tables: what the works of a batch need, as it stands in their transaction.

Plain sqlite3, run whole on the connection's own thread: a trip there costs more than a statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from doorstep.adapters.sqlite.records import load_records
from doorstep.adapters.sqlite.rows import (
    APPOINTMENT_COLUMNS,
    CODE_COLUMNS,
    DEVICE_COLUMNS,
    ENTRY_COLUMNS,
    PERSON_COLUMNS,
    PHOTO_COLUMNS,
    USE_COLUMNS,
    VISIT_COLUMNS,
    appointment_row,
    call_row,
    device_row,
    enrolment_code,
    entry,
    json_list,
    marks,
    person,
    photo_row,
    photo_use,
    visit_row,
)
from doorstep.application.accept_events import MOST_KEPT_ASIDE
from doorstep.application.composing import HomeFact, Notice
from doorstep.application.gather import gather, is_from_phone, stated
from doorstep.application.records import Record, Value
from doorstep.application.rows import Entry
from doorstep.application.world import Needs, World, photo_state
from doorstep.domain.dossier import Dossier, Serving

AMONG = "IN(SELECT value FROM json_each(?))"


def load_world(connection: sqlite3.Connection, needs: Needs) -> World:
    """What the works need; a part of the world that nobody needs is not asked for."""
    return _Loading(connection).load(needs)


class _Loading:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def load(self, needs: Needs) -> World:
        """What the works need; a part of the world that nobody needs is not asked for."""
        world = World(records=load_records(self._connection, needs.records, needs.groups))
        for head, seal in self._all("SELECT position,seal FROM log ORDER BY position DESC LIMIT 1"):
            world.head, world.seal = head, seal.hex()
        self._load_deliveries(world, needs)
        if needs.feeds:
            newest = "(SELECT ifnull(max(position),0) FROM feed WHERE operative_id=value)"
            world.feed_heads = dict(self._all(f"SELECT value,{newest} FROM json_each(?)", needs.feeds))
        if needs.usernames:
            found = self._all(f"SELECT {PERSON_COLUMNS} FROM people WHERE username {AMONG}", needs.usernames)
            world.people = {row[1]: person(row) for row in found}
        if needs.calls:
            columns = "call_id,appointment_id,operative_id,planner_id,begun_at,logged_at"
            found = self._all(f"SELECT {columns} FROM planner_calls WHERE call_id {AMONG}", needs.calls)
            world.call_rows = {row[0]: call_row(row) for row in found}
        self._load_devices(world, needs)
        self._load_visits(world, needs)
        self._load_composed(world, needs)
        world.mark_reuse()
        return world

    def _load_deliveries(self, world: World, needs: Needs) -> None:
        if needs.installations:
            found = self._all(
                f"SELECT installation_id,ack_seq FROM installations WHERE installation_id {AMONG}", needs.installations
            )
            world.acks = {row[0]: row[1] for row in found}
        again = [(of, seq) for of, seq in needs.receipts if seq <= world.acks.get(of, 0)]
        for table, fault in (("log", "NULL"), ("repeats", "NULL"), ("quarantine", "fault")):
            for of, seqs in _by_first(again).items():
                sql = f"SELECT seq,sha256,{fault} FROM {table} WHERE installation_id=? AND seq {AMONG}"
                found = self._all(sql, of, seqs)
                world.receipts |= {(of, row[0]): row[1].hex() for row in found}
                world.aside |= {(of, row[0]): row[2] for row in found if row[2]}
        if needs.bodies:
            hashes = [bytes.fromhex(sha256) for sha256 in needs.bodies]
            found = self._all(f"SELECT sha256,position FROM log WHERE sha256 IN({marks(len(hashes))})", *hashes)
            world.known = {sha256.hex(): position for sha256, position in found}
        if needs.holders:
            found = self._all(
                f"SELECT DISTINCT person_id,installation_id FROM sessions WHERE installation_id {AMONG}",
                {of for _, of in needs.holders},
            )
            world.held = {(row[0], row[1]) for row in found}

    def _load_devices(self, world: World, needs: Needs) -> None:
        if needs.devices or needs.keys or needs.installations:
            keys = [bytes.fromhex(key) for key in needs.keys]
            # With no keys at all, an empty list would keep the indexes of the other two from being used.
            by_key = f"OR public_key IN({marks(len(keys))})" if keys else ""
            found = self._all(
                f"SELECT {DEVICE_COLUMNS} FROM devices WHERE device_id {AMONG} OR installation_id {AMONG} "
                f"OR moved_to {AMONG} {by_key}",
                needs.devices,
                needs.installations,
                needs.installations,
                *keys,
            )
            world.devices = {row[0]: device_row(row) for row in found}
        if needs.unsigned:
            found = self._all(
                "SELECT value FROM json_each(?) WHERE "
                "(EXISTS(SELECT 1 FROM devices WHERE installation_id=value)"
                " OR EXISTS(SELECT 1 FROM devices WHERE moved_to=value))"
                " AND EXISTS(SELECT 1 FROM log WHERE log.installation_id=value AND sig IS NOT NULL)",
                needs.unsigned,
            )
            world.signing = {row[0] for row in found}
        if needs.codes:
            hashes = [bytes.fromhex(code_hash) for code_hash in needs.codes]
            found = self._all(
                f"SELECT {CODE_COLUMNS} FROM enrolment_codes WHERE code_hash IN({marks(len(hashes))})", *hashes
            )
            world.codes = {row[0].hex(): enrolment_code(row) for row in found}
        if needs.installations:
            # Of a flood no more is counted than where its bodies end: every sync asks.
            some = f"(SELECT 1 FROM quarantine WHERE installation_id=value LIMIT {MOST_KEPT_ASIDE})"
            found = self._all(f"SELECT value,(SELECT count(*) FROM {some}) FROM json_each(?)", needs.installations)
            world.kept_aside = {row[0]: row[1] for row in found}

    def _load_visits(self, world: World, needs: Needs) -> None:
        appointments = needs.appointments | needs.composed | {row.appointment_id for row in world.call_rows.values()}
        for property_ref, day in needs.homes:
            sql = "SELECT appointment_id FROM appointments WHERE property_ref=? AND day>=?"
            appointments |= {row[0] for row in self._all(sql, property_ref, day)}
        photos = [bytes.fromhex(sha256) for sha256 in needs.photos]
        sources = [bytes.fromhex(sha256) for sha256 in needs.sources]
        if needs.visits or photos or sources:
            found = self._all(
                f"SELECT visit_id,appointment_id FROM visits WHERE visit_id {AMONG} OR visit_id IN"
                f"(SELECT visit_id FROM photo_uses WHERE sha256 IN({marks(len(photos))}) UNION "
                f"SELECT visit_id FROM photo_uses WHERE source_sha256 IN({marks(len(sources))}))",
                needs.visits,
                *photos,
                *sources,
            )
            appointments |= {row[1] for row in found if row[1]}
            strays = {row[0] for row in found if not row[1]}
        else:
            strays = set()
        if not appointments and not strays:
            self._load_photos(world, photos)
            return
        found = self._all(
            f"SELECT {VISIT_COLUMNS} FROM visits WHERE appointment_id {AMONG} OR visit_id {AMONG}", appointments, strays
        )
        world.visit_rows = {row[0]: visit_row(row) for row in found}
        world.homes = {row.visit_id: row.appointment_id for row in world.visit_rows.values() if row.appointment_id}
        world.dossiers = {appointment_id: Dossier(appointment_id) for appointment_id in appointments}
        found = self._all(f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE appointment_id {AMONG}", appointments)
        world.appointment_rows = {row[0]: appointment_row(row) for row in found}
        self._load_dossiers(world, appointments, photos)

    def _load_dossiers(self, world: World, appointments: set[str], photos: Sequence[bytes]) -> None:
        found = self._all(
            f"SELECT {ENTRY_COLUMNS} FROM log LEFT JOIN bodies USING(position) WHERE log.position IN("
            f"SELECT position FROM log WHERE appointment_id {AMONG} UNION "
            f"SELECT position FROM log WHERE visit_id {AMONG}) ORDER BY log.position",
            appointments,
            world.visit_rows.keys(),
        )
        for held in map(entry, found):
            self._place(world, held)
        found = self._all(
            f"SELECT appointment_id,sha256,operative_id,policy_version FROM servings WHERE appointment_id {AMONG}",
            appointments,
        )
        for appointment_id, sha256, operative_id, policy_version in found:
            world.dossiers[appointment_id].servings.add(Serving(sha256.hex(), operative_id, policy_version))
        self._load_photos(world, photos)

    def _place(self, world: World, held: Entry) -> None:
        home = held.appointment_id or world.homes.get(held.visit_id or "")
        if home:
            gather(world.dossiers[home], [held])
        elif held.visit_id and is_from_phone(held):
            world.strays.setdefault(held.visit_id, []).append(stated(held))

    def _load_composed(self, world: World, needs: Needs) -> None:
        composed = set(needs.composed)
        if needs.homes:
            composed |= world.appointment_rows.keys()
        if composed:
            homes = {world.appointment_rows[of].property_ref for of in composed if of in world.appointment_rows}
            groups: list[tuple[type[Record], str, Value]] = [(HomeFact, "property_ref", home) for home in homes]
            groups += [(Notice, "appointment_id", of) for of in composed]
            world.records |= load_records(self._connection, (), groups)

    def _load_photos(self, world: World, photos: Sequence[bytes]) -> None:
        if not world.visit_rows and not photos:
            return
        # An empty list beside the OR would have every photo there is looked at: 16 ms of 200,000.
        by_hash = f"sha256 IN({marks(len(photos))}) OR " if photos else ""
        found = self._all(
            f"SELECT {PHOTO_COLUMNS} FROM photos WHERE {by_hash}sha256 IN"
            f"(SELECT sha256 FROM photo_uses WHERE visit_id {AMONG})",
            *photos,
            world.visit_rows.keys(),
        )
        world.photos = {row[0].hex(): photo_row(row) for row in found}
        # Theirs, and everybody else's that use the same photos, by either hash: each by its own index.
        theirs = f"FROM photo_uses WHERE visit_id {AMONG}"
        found = self._all(
            f"SELECT {USE_COLUMNS} FROM photo_uses WHERE visit_id {AMONG} "
            f"UNION SELECT {USE_COLUMNS} FROM photo_uses WHERE sha256 IN(SELECT sha256 {theirs}) "
            f"UNION SELECT {USE_COLUMNS} FROM photo_uses WHERE source_sha256 IN(SELECT source_sha256 {theirs}) "
            "ORDER BY 1",
            *[world.visit_rows.keys()] * 3,
        )
        world.uses = [photo_use(row) for row in found]
        for dossier in world.dossiers.values():
            named = {
                body.event.text("photo_sha256")
                for bodies in dossier.visits.values()
                for body in bodies
                if body.event and "photo_sha256" in body.event.own
            }
            for row in (world.photos[sha256] for sha256 in named & world.photos.keys()):
                dossier.photos[row.sha256] = photo_state(row)

    def _all(self, sql: str, *parameters: Any) -> list[Any]:
        """Rows of a query; a set or a view of keys is passed as one JSON list."""
        values = [value if isinstance(value, str | bytes | int) else json_list(value) for value in parameters]
        return self._connection.execute(sql, values).fetchall()


def _by_first(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    grouped: dict[str, list[int]] = {}
    for first, second in pairs:
        grouped.setdefault(first, []).append(second)
    return grouped
