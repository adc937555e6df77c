"""One transaction of the store in memory: what the works need is picked out, and what they changed is put in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from doorstep.application.composing import HomeFact, Notice
from doorstep.application.gather import gather, is_from_phone, stated
from doorstep.application.records import Record, Value
from doorstep.application.rows import Entry, PhotoUse, ServingRow
from doorstep.application.world import Changes, Needs, World, photo_state
from doorstep.domain.dossier import Dossier, Serving
from doorstep.domain.log_tiles import Growth
from doorstep.domain.log_tree import TreeHead, leaf_hash

if TYPE_CHECKING:
    from doorstep.adapters.memory_store import MemoryStore


class MemoryUnit:
    """One transaction on a MemoryStore."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def load(self, needs: Needs) -> World:
        """What the works need."""
        store = self._store
        calls = {call_id: row for call_id, row in store.calls.items() if call_id in needs.calls}
        using = {
            use.visit_id for use in store.photo_uses if use.sha256 in needs.photos or use.source_sha256 in needs.sources
        }
        touched = [row for visit_id, row in store.visits.items() if visit_id in needs.visits | using]
        appointments = needs.appointments | needs.composed | {row.appointment_id for row in calls.values()}
        appointments |= {row.appointment_id for row in touched if row.appointment_id}
        appointments |= {
            row.appointment_id
            for row in store.appointments.values()
            if any(row.property_ref == home and row.day >= day for home, day in needs.homes)
        }
        rows = {
            visit_id: row
            for visit_id, row in store.visits.items()
            if row.appointment_id in appointments or (row in touched and not row.appointment_id)
        }
        named = {use.sha256 for use in store.photo_uses if use.visit_id in rows} | needs.photos
        world = World(
            head=len(store.log),
            seal=store.log[-1].seal if store.log else "",
            homes={visit_id: row.appointment_id for visit_id, row in rows.items() if row.appointment_id},
            dossiers={appointment_id: Dossier(appointment_id) for appointment_id in appointments},
            visit_rows=rows,
            appointment_rows={key: row for key, row in store.appointments.items() if key in appointments},
            call_rows=calls,
            photos={sha256: row for sha256, row in store.photos.items() if sha256 in named},
            acks={key: ack for key, ack in store.acks.items() if key in needs.installations},
            receipts={
                key: sha256
                for key, sha256 in [
                    *_deliveries(store.log),
                    *store.repeats.items(),
                    *((key, aside.sha256) for key, aside in store.quarantine.items()),
                ]
                if key in needs.receipts
            },
            known={entry.sha256: entry.position for entry in store.log if entry.sha256 in needs.bodies},
            held={(s.person.person_id, s.installation_id) for s in store.sessions.values() if s.installation_id},
            feed_heads={of: max((at for to, at in store.feeds if to == of), default=0) for of in needs.feeds},
            people={person.username: person for person in store.persons.values() if person.username in needs.usernames},
            uses=_shared(store.photo_uses, rows),
            devices={
                row.device_id: row
                for row in store.enrolled.values()
                if row.device_id in needs.devices
                or needs.installations & {row.installation_id, row.moved_to}
                or row.public_key.hex() in needs.keys
            },
            signing={
                entry.installation_id
                for entry in store.log
                if entry.installation_id in needs.unsigned and entry.sig is not None
            },
            aside={key: aside.fault for key, aside in store.quarantine.items() if key in needs.receipts},
            codes={code_hash: code for code_hash, code in store.codes.items() if code_hash in needs.codes},
            kept_aside={
                of: sum(of == aside.installation_id for aside in store.quarantine.values())
                for of in needs.installations
            },
        )
        groups = {*needs.groups, *_composed_of(world, needs)}
        world.records = {
            found: record
            for found, record in store.kept.items()
            if found in needs.records
            or any(isinstance(record, kind) and getattr(record, name) == value for kind, name, value in groups)
        }
        self._fill_dossiers(world)
        world.mark_reuse()
        return world

    def _fill_dossiers(self, world: World) -> None:
        for entry in self._store.log:
            home = entry.appointment_id or world.homes.get(entry.visit_id or "")
            if home in world.dossiers:
                gather(world.dossiers[home], [entry])
            elif entry.visit_id in world.visit_rows and is_from_phone(entry):
                world.strays.setdefault(str(entry.visit_id), []).append(stated(entry))
        for s in self._store.servings:
            if s.appointment_id in world.dossiers:
                world.dossiers[s.appointment_id].servings.add(Serving(s.sha256, s.operative_id, s.policy_version))
        for use in self._store.photo_uses:
            home, row = world.homes.get(use.visit_id), world.photos.get(use.sha256)
            if home and row:
                world.dossiers[home].photos[use.sha256] = photo_state(row)

    async def clear_projections(self) -> None:
        """Empty everything that can be made from the log again."""
        store = self._store
        for rows in (store.appointments, store.visits, store.photos, store.calls, store.enrolled):
            rows.clear()
        store.photo_uses.clear()
        store.wastage.clear()
        store.kept = {found: record for found, record in store.kept.items() if not record.IS_PROJECTION}

    async def remake_tree(self) -> None:
        """Make the log's tree anew from its entries."""
        self._store.tiles, self._store.growth = {}, Growth()
        self._grow(self._store.log)

    def _grow(self, entries: Iterable[Entry]) -> None:
        store = self._store
        store.growth, tiles = store.growth.grown(leaf_hash(entry.leaf()) for entry in entries)
        store.tiles |= {(tile.level, tile.index): tile.hashes for tile in tiles}

    def tree_head(self) -> TreeHead:
        """The head of the log's tree with what this transaction saved."""
        return self._store.growth.frontier.head()

    async def save(self, changes: Changes) -> None:
        """Apply the changes."""
        store = self._store
        for entry in changes.entries:
            if entry.position != len(store.log) + 1 or entry.sha256 in store.hashes:
                raise ValueError("append-only")
            store.hashes.add(entry.sha256)
            store.log.append(entry)
        self._grow(changes.entries)
        for position in changes.erased:
            store.log[position - 1] = msgspec.structs.replace(store.log[position - 1], body=b"")
        store.feeds += changes.feed
        store.acks |= {of: ack for of, (ack, _) in changes.acks.items()}
        store.seen |= {of: seen_at for of, (_, seen_at) in changes.acks.items()}
        store.repeats |= {(of, seq): sha256 for of, seq, sha256 in changes.repeats}
        store.visits |= changes.visits
        store.appointments |= changes.appointments
        store.photo_uses += changes.photo_uses
        store.photos |= changes.photos
        store.wastage |= changes.wastage
        store.calls |= changes.calls
        served = {_serving_key(row) for row in store.servings}
        store.servings += [row for row in changes.servings if _serving_key(row) not in served]
        store.persons |= changes.people
        store.sessions |= {session.token_hash: session for session in changes.sessions}
        store.ended |= dict(changes.sessions_ended)
        for person_id, ended_at in changes.signed_out:
            theirs = (of for of, session in store.sessions.items() if session.person.person_id == person_id)
            store.ended |= dict.fromkeys(theirs, ended_at)
        for installation_id, ended_at in changes.installations_out:
            there = (of for of, session in store.sessions.items() if session.installation_id == installation_id)
            store.ended |= dict.fromkeys(there, ended_at)
        for token_hash, expires_at in changes.renewals:
            renewed = msgspec.structs.replace(store.sessions[token_hash], expires_at=expires_at)
            store.sessions[token_hash] = renewed
        store.enrolled |= changes.devices
        store.codes |= changes.codes
        store.quarantine |= {(aside.installation_id, aside.seq): aside for aside in changes.quarantined}
        store.checkpoints_held |= changes.checkpoints
        for found, record in changes.records.items():
            if record is None:
                store.kept.pop(found, None)
            else:
                store.kept[found] = record


def _composed_of(world: World, needs: Needs) -> list[tuple[type[Record], str, Value]]:
    """What may stand in the snapshots that may be made anew."""
    composed = needs.composed | (world.appointment_rows.keys() if needs.homes else set())
    homes = {world.appointment_rows[of].property_ref for of in composed if of in world.appointment_rows}
    facts: list[tuple[type[Record], str, Value]] = [(HomeFact, "property_ref", home) for home in homes]
    return facts + [(Notice, "appointment_id", of) for of in composed]


def _shared(uses: Iterable[PhotoUse], visit_ids: Iterable[str]) -> list[PhotoUse]:
    """Where these visits use photos, and where anybody else uses the same, by either hash."""
    mine = [use for use in uses if use.visit_id in visit_ids]
    shas, sources = {use.sha256 for use in mine}, {use.source_sha256 for use in mine}
    return [use for use in uses if use.sha256 in shas or use.source_sha256 in sources]


def _deliveries(log: Iterable[Entry]) -> list[tuple[tuple[str, int], str]]:
    return [((e.installation_id, e.seq), e.sha256) for e in log if e.installation_id is not None and e.seq is not None]


def _serving_key(row: ServingRow) -> tuple[str, str, str]:
    return (row.sha256, row.operative_id, row.policy_version)
