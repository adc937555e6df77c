"""The working set of one group commit: what was loaded, what the works of the batch have changed, and nothing else.

Works are plain functions over this world. The store loads what they say they need, runs them one after another, and
saves all the changes in one transaction; so a later work of the batch sees what an earlier one did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from doorstep.application.records import Found, Key, R, Record, Value
from doorstep.application.rows import (
    AppointmentRow,
    CallRow,
    Checkpoint,
    DeviceRow,
    EnrolmentCode,
    Entry,
    FeedItem,
    Person,
    PhotoRow,
    PhotoUse,
    Quarantined,
    ServingRow,
    Session,
    VisitRow,
)
from doorstep.application.wastage.asking import DaySummary
from doorstep.application.wastage.blocks import BlockPiece
from doorstep.domain.chain import body_hash
from doorstep.domain.dossier import Dossier, PhotoState, Stated
from doorstep.domain.wastage.fact import Fact


@dataclass
class Needs:
    """What has to be loaded before a work can run; a dossier is loaded with all of its visits.

    `devices` are enrolled phones by id, `keys` by public key in hex; those of `installations` are loaded too. Of those
    in `unsigned` it matters whether an enrolled phone has signed anything there. `homes` are (property_ref, day): the
    appointments there from that day on. `composed` are appointments whose snapshots may be made anew: what the office
    knows of their homes, and what was told about them, is loaded too. `records` are found by their key, `groups` by a
    field that has a value.
    """

    visits: set[str] = field(default_factory=set)
    appointments: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    photos: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    unsigned: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    installations: set[str] = field(default_factory=set)
    receipts: set[tuple[str, int]] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    holders: set[tuple[str, str]] = field(default_factory=set)
    usernames: set[str] = field(default_factory=set)
    feeds: set[str] = field(default_factory=set)
    homes: set[tuple[str, str]] = field(default_factory=set)
    composed: set[str] = field(default_factory=set)
    records: set[Found] = field(default_factory=set)
    groups: set[tuple[type[Record], str, Value]] = field(default_factory=set)

    def add(self, other: Needs) -> None:
        """Also need what another work needs."""
        for name, mine in vars(self).items():
            mine.update(getattr(other, name))


@dataclass
class Changes:
    """What a batch adds; rows with a key replace the row of that key, all others are only ever added."""

    entries: list[Entry] = field(default_factory=list)
    feed: list[tuple[str, int]] = field(default_factory=list)
    acks: dict[str, tuple[int, int]] = field(default_factory=dict)
    repeats: list[tuple[str, int, str]] = field(default_factory=list)
    visits: dict[str, VisitRow] = field(default_factory=dict)
    appointments: dict[str, AppointmentRow] = field(default_factory=dict)
    photo_uses: list[PhotoUse] = field(default_factory=list)
    photos: dict[str, PhotoRow] = field(default_factory=dict)
    calls: dict[str, CallRow] = field(default_factory=dict)
    servings: list[ServingRow] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    sessions_ended: list[tuple[str, int]] = field(default_factory=list)
    signed_out: list[tuple[str, int]] = field(default_factory=list)
    installations_out: list[tuple[str, int]] = field(default_factory=list)
    renewals: list[tuple[str, int]] = field(default_factory=list)
    devices: dict[str, DeviceRow] = field(default_factory=dict)
    codes: dict[str, EnrolmentCode] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    checkpoints: dict[int, Checkpoint] = field(default_factory=dict)
    records: dict[Found, Record | None] = field(default_factory=dict)
    wastage: dict[str, Fact] = field(default_factory=dict)
    wastage_days: dict[str, DaySummary] = field(default_factory=dict)
    wastage_blocks: list[BlockPiece] = field(default_factory=list)
    erased: dict[int, int] = field(default_factory=dict)
    """Positions whose bodies go, each with that of the entry which says so."""

    def add_rows(self, later: Changes) -> None:
        """Also change what came later: of rows with a key the later one stands, the others are added."""
        for name, mine in vars(self).items():
            if isinstance(mine, dict):
                mine.update(getattr(later, name))
            else:
                mine.extend(getattr(later, name))


@dataclass
class World:
    """What is known while a batch runs. `head` is the log's last position, `seal` the seal of its last entry.

    `aside` is the fault of what was kept aside under a receipt that is needed, `kept_aside` how much there is by
    installation; from those in `signing` an enrolled phone has sent signed events.
    """

    head: int = 0
    seal: str = ""
    homes: dict[str, str] = field(default_factory=dict)
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    strays: dict[str, list[Stated]] = field(default_factory=dict)
    visit_rows: dict[str, VisitRow] = field(default_factory=dict)
    appointment_rows: dict[str, AppointmentRow] = field(default_factory=dict)
    call_rows: dict[str, CallRow] = field(default_factory=dict)
    photos: dict[str, PhotoRow] = field(default_factory=dict)
    acks: dict[str, int] = field(default_factory=dict)
    receipts: dict[tuple[str, int], str] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    held: set[tuple[str, str]] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)
    feed_heads: dict[str, int] = field(default_factory=dict)
    uses: list[PhotoUse] = field(default_factory=list)
    devices: dict[str, DeviceRow] = field(default_factory=dict)
    codes: dict[str, EnrolmentCode] = field(default_factory=dict)
    kept_aside: dict[str, int] = field(default_factory=dict)
    aside: dict[tuple[str, int], str] = field(default_factory=dict)
    signing: set[str] = field(default_factory=set)
    records: dict[Found, Record] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    _groups: dict[tuple[type[Record], str], dict[Value, dict[Key, Any]]] = field(default_factory=dict)

    def append(
        self,
        kind: str,
        body: bytes,
        received_at: int,
        *,
        visit_id: str | None = None,
        appointment_id: str | None = None,
        actor_id: str | None = None,
        installation_id: str | None = None,
        seq: int | None = None,
        n: int | None = None,
        fault: str | None = None,
        sha256: str | None = None,
        sig: bytes | None = None,
        feed_to: Iterable[str] = (),
    ) -> Entry:
        """Add one entry at the log's end, and to the feeds of the operatives whom it concerns."""
        self.head += 1
        entry = Entry(
            self.head,
            sha256 or body_hash(body),
            kind,
            body,
            received_at,
            visit_id,
            appointment_id,
            actor_id,
            installation_id,
            seq,
            n,
            fault,
            sig=sig,
        )
        self.seal = entry.sealed(self.seal)
        entry = msgspec.structs.replace(entry, seal=self.seal)
        self.changes.entries.append(entry)
        self.known[entry.sha256] = entry.position
        self.changes.feed += [(operative_id, entry.position) for operative_id in feed_to]
        return entry

    def record(self, kind: type[R], *key: Value) -> R | None:
        """A record that is needed, as earlier works of the batch left it."""
        found = self.records.get((kind, key))
        return found if isinstance(found, kind) else None

    def group(self, kind: type[R], name: str, value: Value) -> list[R]:
        """The records of a group that is needed, as earlier works of the batch left them, by key."""
        if (kind, name) not in self._groups:
            # A large import asks this of each row: what is held is looked through once for all of them.
            groups = self._groups[kind, name] = {}
            for record in self.records.values():
                if isinstance(record, kind):
                    groups.setdefault(getattr(record, name), {})[record.key] = record
        return [record for _, record in sorted(self._groups[kind, name].get(value, {}).items())]

    def keep(self, record: Record) -> None:
        """Keep a record, instead of the one that has its key."""
        self._regroup(type(record), record.key, record)
        found = (type(record), record.key)
        self.records[found] = self.changes.records[found] = record

    def drop(self, kind: type[Record], *key: Value) -> None:
        """Keep a record no longer; one that is not there is dropped in silence."""
        self._regroup(kind, key, None)
        self.records.pop((kind, key), None)
        self.changes.records[kind, key] = None

    def _regroup(self, kind: type[Record], key: Key, now: Record | None) -> None:
        before = self.records.get((kind, key))
        for (of, name), groups in self._groups.items():
            if of is kind:
                if before:
                    del groups[getattr(before, name)][key]
                if now:
                    groups.setdefault(getattr(now, name), {})[key] = now

    def new_in_feed(self, operative_id: str, after: int) -> list[FeedItem] | None:
        """An operative's feed beyond `after`, where all of it was written in this batch; else None: it must be read."""
        if self.feed_heads.get(operative_id, 0) > after:
            return None
        positions = {position for of, position in self.changes.feed if of == operative_id}
        return [
            FeedItem(entry.position, entry.kind, entry.received_at, entry.body)
            for entry in self.changes.entries
            if entry.position in positions
        ]

    def dossier_of(self, visit_id: str) -> Dossier | None:
        """The dossier that a visit belongs to, once its `visit_started` has come."""
        home = self.homes.get(visit_id)
        return None if home is None else self.dossier(home)

    def dossier(self, appointment_id: str) -> Dossier:
        """The appointment's dossier; an empty one where the office has never heard of the appointment."""
        return self.dossiers.setdefault(appointment_id, Dossier(appointment_id))

    def add_stated(self, stated: Stated, visit_id: str) -> None:
        """Put a phone's body with its visit, wherever that now belongs."""
        event = stated.event
        if event and event.kind == "visit_started" and stated.fault is None and visit_id not in self.homes:
            home = self.homes[visit_id] = event.text("appointment_id")
            earlier = self.dossier(home).visits[visit_id] = self.strays.pop(visit_id, [])
            for body in earlier:
                self._know_photo(self.dossier(home), body)
        dossier = self.dossier_of(visit_id)
        visits = dossier.visits if dossier else self.strays
        visits.setdefault(visit_id, []).append(stated)
        if dossier:
            self._know_photo(dossier, stated)

    def _know_photo(self, dossier: Dossier, stated: Stated) -> None:
        row = self.photos.get(stated.event.text("photo_sha256")) if stated.event else None
        if row:
            dossier.photos[row.sha256] = photo_state(row)

    def add_use(self, use: PhotoUse) -> None:
        """An event names a photo; where another visit's does too, both show it."""
        self.uses.append(use)
        self.changes.photo_uses.append(use)

    def reused_in(self, dossier: Dossier) -> dict[str, frozenset[str]]:
        """For each photo of the dossier's visits the other visits that use it, or one made from the same picture."""
        sharers: dict[str, set[str]] = {}
        for use in self.uses:
            sharers.setdefault(f"whole {use.sha256}", set()).add(use.visit_id)
            sharers.setdefault(f"source {use.source_sha256}", set()).add(use.visit_id)
        reused: dict[str, set[str]] = {}
        for use in self.uses:
            if use.visit_id in dossier.visits:
                others = sharers[f"whole {use.sha256}"] | sharers[f"source {use.source_sha256}"]
                if others := others - {use.visit_id}:
                    reused.setdefault(use.sha256, set()).update(others)
        return {sha256: frozenset(others) for sha256, others in reused.items()}

    def mark_reuse(self) -> None:
        """Tell every dossier which of its photos other visits use too."""
        for dossier in self.dossiers.values():
            dossier.reused = self.reused_in(dossier)

    def sharing(self, visit_ids: Iterable[str]) -> set[str]:
        """The other visits that share a photo with any of these: their grades change with it."""
        mine = set(visit_ids)
        shas = {use.sha256 for use in self.uses if use.visit_id in mine}
        sources = {use.source_sha256 for use in self.uses if use.visit_id in mine}
        return {use.visit_id for use in self.uses if use.sha256 in shas or use.source_sha256 in sources} - mine


def photo_state(row: PhotoRow) -> PhotoState:
    """Where a photo's bytes stand, as a dossier holds it."""
    return PhotoState(row.state, row.position, row.why, msgspec.json.decode(row.resembles, type=tuple[str, ...]))
