"""What is kept, as the office sees it: the one writer's transactions, and reads of what they left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from doorstep.application.data_exceptions.asking import DataExceptions
from doorstep.application.lists import AppointmentFilter, Day, Home, HomeFilter, VisitCount, VisitFilter
from doorstep.application.records import EVERY, R, Record, Value, Wanted
from doorstep.application.rows import (
    AppointmentRow,
    CallRow,
    Checkpoint,
    DeviceRow,
    Entry,
    FeedItem,
    Person,
    PhotoRow,
    Session,
    VisitRow,
)
from doorstep.application.wastage.asking import WastageFacts
from doorstep.application.wastage.blocks import WastageBlocks
from doorstep.application.world import Changes, Needs, World
from doorstep.domain.dossier import Dossier
from doorstep.domain.log_tree import TreeHead


class StoreFull(Exception):
    """The disk is full: nothing was kept and nothing may be acknowledged. The phone keeps its copy and tries again."""


class Unit(Protocol):
    """One transaction by the one writer. Leaving it without `save` changes nothing."""

    async def load(self, needs: Needs) -> World:
        """What the works of the batch need, as it stands in this transaction."""

    async def clear_projections(self) -> None:
        """Empty everything that can be made from the log again."""

    async def remake_tree(self) -> None:
        """Make the log's tree anew from its entries: its root is what it was, if they are."""

    async def save(self, changes: Changes) -> None:
        """Write all changes and make them durable before returning. Raises StoreFull when the disk is full."""

    def tree_head(self) -> TreeHead:
        """The head of the log's tree with what this transaction saved."""


class Store(DataExceptions, WastageFacts, WastageBlocks, Protocol):
    """The append-only log and its projections. Reads see what has been committed, and only that."""

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """A transaction. Only the writer asks for one, and never for two at a time."""

    async def dossier(self, appointment_id: str) -> Dossier | None:
        """All that is held about an appointment; None where there is nothing."""

    async def dossiers(self, appointment_ids: Sequence[str]) -> Mapping[str, Dossier]:
        """All that is held about these appointments, from one moment; those of which nothing is are left out."""

    async def heard_at(self, installation_ids: Sequence[str]) -> Mapping[str, int]:
        """When each of these installations last reached the office, in ms; the others are left out."""

    async def home_visits(self, property_ref: str, patch: str, limit: int) -> Sequence[VisitRow]:
        """The newest visits to a home, to all of its appointments; `patch` empty: on any patch."""

    async def visit_entries(self, visit_id: str) -> Sequence[Entry]:
        """Every log entry of a visit, phone's and office's, in log order; those of its appointment too."""

    async def visit_row(self, visit_id: str) -> VisitRow | None:
        """The visit's row in the lists."""

    async def visit_rows(self, wanted: VisitFilter) -> Sequence[VisitRow]:
        """One page of visits. The cursor of the next is made by `cursor` from the last row."""

    async def visit_counts(self, wanted: VisitFilter) -> Sequence[VisitCount]:
        """How many visits of each standing and grade answer to everything else that is wanted, by both."""

    async def operative_visits(self, operative_id: str, day: str) -> Sequence[VisitRow]:
        """An operative's visits to appointments of a day, and those still open from other days."""

    async def visits_to(self, appointment_ids: Sequence[str]) -> Sequence[VisitRow]:
        """Everybody's visits to these appointments, in the order in which they came."""

    async def last_told(self, visit_ids: Sequence[str]) -> Sequence[bytes]:
        """The body of the newest `standing_changed` of each of these visits that has one."""

    async def operatives_to_ask(self, first_wait: str, monday: str, sunday: str) -> Sequence[str]:
        """The operatives of whom the doors of these days may ask something, by domain.readings.

        Places and journeys of the week, waits since `first_wait`. Some that ask nothing may be among them; of those
        that ask, none is left out.
        """

    async def appointment_row(self, appointment_id: str) -> AppointmentRow | None:
        """One appointment as it now is."""

    async def appointments_held(self, appointment_ids: Sequence[str]) -> Mapping[str, AppointmentRow]:
        """Those of these appointments that there are, as they now are."""

    async def newest_appointments(
        self, work_order_refs: Sequence[str], property_refs: Sequence[str]
    ) -> Sequence[AppointmentRow]:
        """The last changed appointment of each of these orders, and of each of these homes."""

    async def appointment_rows(self, wanted: AppointmentFilter) -> Sequence[AppointmentRow]:
        """Appointments by window start."""

    async def homes(self, wanted: HomeFilter) -> Sequence[Home]:
        """Homes that have, or had, an appointment; by address."""

    async def changed_appointments(self, after: int, ahead: int, limit: int) -> Sequence[AppointmentRow]:
        """Appointments last changed beyond a position of the log, in that order; their windows begin after `ahead`."""

    async def day(self, operative_id: str, day: str) -> Day:
        """What an operative is to attend on a day, and the end of their feed, from one read."""

    async def feed(self, operative_id: str, after: int, limit: int) -> Sequence[FeedItem]:
        """An operative's feed beyond a position."""

    async def call_rows(self, appointment_id: str) -> Sequence[CallRow]:
        """The planner's calls about an appointment, oldest first."""

    async def photo_size(self, sha256: str, installation_id: str, person_id: str) -> int | None:
        """The size in bytes that an accepted event of this installation, or of this person on any, gives a photo.

        None where no such event names it.
        """

    async def photo_visits(self, sha256: str) -> Sequence[VisitRow]:
        """The visits whose accepted events name a photo."""

    async def undecoded_photos(self, complete: Sequence[str]) -> Sequence[str]:
        """Of these photos, whole on disk, those that an event names and whose decoding was never logged."""

    async def session(self, token_hash: str, now_ms: int) -> Session | None:
        """The live session with that token's hash, if its person has not left."""

    async def has_held(self, person_id: str, installation_id: str) -> bool:
        """Whether this person ever had a session on that installation."""

    async def devices(self) -> Sequence[DeviceRow]:
        """Every phone that was ever enrolled, in the order in which they were."""

    async def devices_of(self, installation_id: str | None, device_ids: Sequence[str] = ()) -> Sequence[DeviceRow]:
        """The enrolled phones that an installation is, and those with these ids; the newest last."""

    async def kept_aside(self) -> Mapping[str, int]:
        """How many events of nobody were kept aside, by the installation that delivered them."""

    async def person(self, person_id: str) -> Person | None:
        """One person by id."""

    async def person_named(self, username: str) -> Person | None:
        """One person by username."""

    async def people(self) -> Sequence[Person]:
        """Everyone, by username."""

    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """The log beyond a position, in order; an entry's body is empty where it was erased."""

    async def adopted_policies(self) -> Sequence[Entry]:
        """The entries in which versions of the policy came into use."""

    async def log_key_entries(self) -> Sequence[Entry]:
        """The entries that say which key signs for the log, in order."""

    async def erased_between(self, first_ms: int, end_ms: int) -> tuple[int, int]:
        """How many entries lost their words from one instant to before another, and by how many logged erasures."""

    async def newest_checkpoint(self) -> Checkpoint | None:
        """The checkpoint of the longest log."""

    async def checkpoints(self, after: int, limit: int) -> Sequence[Checkpoint]:
        """Checkpoints of logs longer than `after`, by size."""

    async def unpublished_checkpoints(self) -> Sequence[Checkpoint]:
        """Those that have not left the house, by size."""

    async def faults(self) -> Sequence[str]:
        """What is wrong with the store's own structures, in words; nothing where all is well."""

    async def photo_rows(self, after: str = "", limit: int | None = None) -> Sequence[PhotoRow]:
        """Every photo that was looked at, by hash; or so many beyond one."""

    async def appointment_ids(self, after: str, limit: int) -> Sequence[str]:
        """The ids of appointments that are held or that a visit names, in order."""

    def tree_head(self) -> TreeHead:
        """The head of the log's tree after the last commit."""

    async def tile(self, level: int, index: int) -> bytes | None:
        """What is kept of a tile of the log's tree, unchecked; None where nothing is."""

    async def inclusion(self, position: int, size: int) -> tuple[bytes, ...]:
        """The proof that the entry at a position is among the log's first `size`. Raises ValueError out of range."""

    async def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """The proof that the log's first `second` entries begin with its first `first`; ValueError out of range."""

    async def root_at(self, size: int) -> bytes:
        """The root over the log's first `size` entries. Raises ValueError where it is not so long."""

    async def records(self, kind: type[R], wanted: Wanted = EVERY) -> list[R]:
        """The records of a kind that are wanted; in the order of their keys where no other is asked for."""

    async def count_records(self, kind: type[Record], wanted: Wanted = EVERY) -> int:
        """How many of them there are."""

    async def record(self, kind: type[R], *key: Value) -> R | None:
        """The record of that kind with that key."""

    async def is_rebuild_due(self) -> bool:
        """Whether a newer version made a list that has yet to be filled from the log."""

    async def is_ready(self) -> bool:
        """Whether the store answers."""
