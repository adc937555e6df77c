"""A writer for a past that is lived through: what is still open stays in memory, and a week's works share a commit.

The office's own writer loads what each batch needs and makes it durable before anybody is answered. Here nobody waits
for an answer, and what a work needs was mostly made a moment ago: works run at once, in the order of their instants,
over one world that is kept. What they change is saved beside them, some thousands of entries at a time, in one
transaction for the week: whoever is broken off in the middle of one finds the end of the week before.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

import msgspec

from doorstep.application.gather import is_from_phone
from doorstep.application.rows import AppointmentRow, DeviceRow, FeedItem, Person, PhotoUse, VisitRow
from doorstep.application.settled_records import NAMES
from doorstep.application.store import Store, Unit
from doorstep.application.world import Changes, Needs, World
from doorstep.application.writer import Work, Writer
from doorstep.domain.dossier import Dossier
from doorstep.domain.log_tree import TreeHead

T = TypeVar("T")
MOST_ENTRIES = 6_000
"""So many are saved together: beyond this it costs by the row, and they wait longer in memory."""


class KeptOpen(msgspec.Struct):
    """What a writer keeps of a past between two commits: with it and the file another one goes on."""

    world: World
    dossiers: dict[str, Dossier]
    expected: set[str]
    uses: dict[str, list[PhotoUse]]
    homes: dict[str, str]


class _Undone(Exception):
    """What was not committed is undone."""


class KeptWriter(Writer):
    """Carries works out at once over a world that is kept; `forget` lets go of what is over.

    What was let go of and is needed after all is loaded again. A photo's uses are never let go of: another visit may
    show the same picture months later.
    """

    def __init__(self, writer: Writer, store: Store, kept: KeptOpen) -> None:
        super().__init__(store)
        self._writer, self._held = writer, store
        self._kept = kept
        self.world = kept.world
        self._dossiers, self._expected = kept.dossiers, kept.expected
        self._uses, self._homes = kept.uses, kept.homes
        self._devices = kept.world.devices
        self._saving: asyncio.Task[None] | None = None
        self._unit: Unit | None = None
        self._open = AsyncExitStack()

    @property
    def kept(self) -> KeptOpen:
        """What another writer needs in order to go on from the last commit; ask when all is saved."""
        self.world.uses, self.world.dossiers, self.world.devices = [], {}, self._devices
        return self._kept

    def tree_head(self) -> TreeHead:
        """The head of the log's tree as far as it is saved."""
        return self._unit.tree_head() if self._unit else self._writer.tree_head()

    def expect(self, appointment_ids: Iterable[str]) -> None:
        """These are new: nothing is held of them anywhere."""
        self._expected.update(appointment_ids)

    async def submit(self, work: Work[T]) -> T:
        """Do a work, and return its result before it is durable. Raises Refused."""
        needs = work.needs()
        uses = self._uses_for(needs)
        wanted = self._appointments_for(needs, uses)
        # By each: a set less a dictionary's keys would walk through all that is kept.
        if lacking := {of for of in wanted if of not in self._dossiers and of not in self._expected}:
            await self._load(lacking)
        world = self.world
        world.uses = [*uses]
        world.dossiers = {of: self._dossiers[of] for of in wanted if of in self._dossiers}
        # Of hundreds of phones a work asks for the one that it names, and goes through no others.
        world.devices = {of: self._devices[of] for of in needs.devices if of in self._devices}
        result = work.apply(world)
        self._devices.update(world.devices)
        self._dossiers.update(world.dossiers)
        self._expected.difference_update(world.dossiers)
        for use in world.uses[len(uses) :]:
            self._index(use)
        if len(world.changes.entries) >= MOST_ENTRIES:
            await self._save_behind()
        return result

    def forget(self, appointment_ids: Iterable[str]) -> None:
        """Nothing more is to come of these: they are let go of."""
        world, gone = self.world, set(appointment_ids)
        world.records = {
            found: record
            for found, record in world.records.items()
            if getattr(record, "appointment_id", None) not in gone
        }
        for appointment_id in gone:
            self._expected.discard(appointment_id)
            world.appointment_rows.pop(appointment_id, None)
            dossier = self._dossiers.pop(appointment_id, None)
            if dossier is None:
                continue
            for call_id in dossier.calls:
                world.call_rows.pop(call_id, None)
            for visit_id, bodies in dossier.visits.items():
                world.visit_rows.pop(visit_id, None)
                for kind in NAMES:
                    world.records.pop((kind, (visit_id,)), None)
                if visit_id not in self._homes:
                    world.homes.pop(visit_id, None)
                for body in bodies:
                    world.known.pop(body.sha256, None)
                    if body.event and (photo := body.event.own.get("photo_sha256")):
                        world.photos.pop(str(photo), None)

    async def saved(self) -> None:
        """Wait until everything is in the transaction."""
        await self._save_behind()
        if self._saving:
            await self._saving

    async def commit(self) -> None:
        """Make everything durable."""
        await self.saved()
        self._unit = None
        await self._open.aclose()

    async def undo(self) -> None:
        """Let go of what was not committed."""
        if self._saving:
            await asyncio.wait([self._saving])
        if self._unit:
            self._unit = None
            await self._open.__aexit__(_Undone, _Undone(), None)

    def devices(self, device_ids: Sequence[str]) -> list[DeviceRow]:
        """The phones of these ids."""
        return [self._devices[device_id] for device_id in device_ids if device_id in self._devices]

    def photo_size(self, sha256: str) -> int | None:
        """How many bytes the photo has by the first event that names it."""
        uses = self._uses.get(f"whole {sha256}")
        return uses[0].size_bytes if uses else None

    def _uses_for(self, needs: Needs) -> list[PhotoUse]:
        """Where the needed visits use photos, where these photos are used, and where anybody else uses the same."""
        called = {self.world.call_rows[of].appointment_id for of in needs.calls if of in self.world.call_rows}
        dossiers = (self._dossiers.get(of) for of in needs.appointments | needs.composed | called)
        visits = needs.visits.union(*(dossier.visits for dossier in dossiers if dossier and dossier.visits))
        found = [use for visit_id in visits for use in self._uses.get(f"visit {visit_id}", ())]
        names = {f"whole {sha256}" for sha256 in needs.photos} | {f"source {sha256}" for sha256 in needs.sources}
        names |= {name for use in found for name in (f"whole {use.sha256}", f"source {use.source_sha256}")}
        by_place = {use.position: use for name in names for use in self._uses.get(name, ())}
        return [by_place[position] for position in sorted(by_place)]

    def _appointments_for(self, needs: Needs, uses: Sequence[PhotoUse]) -> set[str]:
        world = self.world
        wanted = needs.appointments | needs.composed
        wanted |= {world.homes[visit_id] for visit_id in needs.visits if visit_id in world.homes}
        wanted |= {self._homes[use.visit_id] for use in uses if use.visit_id in self._homes}
        return wanted | {world.call_rows[of].appointment_id for of in needs.calls if of in world.call_rows}

    def _index(self, use: PhotoUse) -> None:
        for name in (f"visit {use.visit_id}", f"whole {use.sha256}", f"source {use.source_sha256}"):
            self._uses.setdefault(name, []).append(use)
        if use.visit_id in self.world.homes:
            self._homes[use.visit_id] = self.world.homes[use.visit_id]

    async def _load(self, appointment_ids: set[str]) -> None:
        await self.saved()
        loaded = await (await self._in_transaction()).load(Needs(appointments=appointment_ids))
        world = self.world
        self._dossiers |= loaded.dossiers
        world.homes |= loaded.homes
        world.visit_rows |= loaded.visit_rows
        world.appointment_rows |= loaded.appointment_rows
        world.photos |= loaded.photos
        world.call_rows |= loaded.call_rows

    async def _save_behind(self) -> None:
        """Have what was changed saved beside what comes next; one commit at a time."""
        world = self.world
        changes, world.changes = world.changes, Changes()
        world.receipts.clear()
        for entry in changes.entries:
            if not is_from_phone(entry):
                # Only a phone may bring the same body twice.
                world.known.pop(entry.sha256, None)
        if self._saving:
            await self._saving
        self._saving = asyncio.create_task(self._save(changes))

    async def _save(self, changes: Changes) -> None:
        await (await self._in_transaction()).save(changes)

    async def _in_transaction(self) -> Unit:
        if self._unit is None:
            self._unit = await self._open.enter_async_context(self._held.unit())
        return self._unit


class KeptStore:
    """The store as the use cases of a lived day ask it: what is open is answered from the kept world.

    Everything else is asked of the store itself, which knows what has been committed.
    """

    def __init__(self, store: Store, writer: KeptWriter, people: Mapping[str, Person]) -> None:
        self._store, self._writer, self._people = store, writer, people

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def devices_of(self, _: str | None, device_ids: Sequence[str] = ()) -> Sequence[DeviceRow]:
        """The phones of these ids."""
        return self._writer.devices(device_ids)

    async def feed(self, _operative_id: str, _after: int, _limit: int) -> Sequence[FeedItem]:
        """Nothing: no phone of the past reads what it is sent."""
        return ()

    async def person(self, person_id: str) -> Person | None:
        """Who that is."""
        return self._people.get(person_id)

    async def appointment_row(self, appointment_id: str) -> AppointmentRow | None:
        """An appointment that is open."""
        return self._writer.world.appointment_rows.get(appointment_id)

    async def visit_row(self, visit_id: str) -> VisitRow | None:
        """A visit that is open."""
        return self._writer.world.visit_rows.get(visit_id)

    async def photo_size(self, sha256: str, _installation_id: str, _person_id: str) -> int | None:
        """How many bytes a photo is said to have."""
        return self._writer.photo_size(sha256)


async def kept_of(store: Store, phones: Mapping[str, str], device_ids: Iterable[str]) -> KeptOpen:
    """The world as it stands. `phones` are people by installation; `device_ids` their enrolled phones."""
    needs = Needs(
        installations=set(phones),
        devices=set(device_ids),
        holders={(person_id, installation_id) for installation_id, person_id in phones.items()},
        feeds=set(phones.values()),
    )
    async with store.unit() as unit:
        world = await unit.load(needs)
    # Nobody's feed is looked through for what this writer has not saved yet: see KeptStore.feed.
    world.feed_heads = {person_id: max(1, world.feed_heads.get(person_id, 0)) for person_id in phones.values()}
    return KeptOpen(world, dict(world.dossiers), set(), {}, {})


@asynccontextmanager
async def kept_writer(writer: Writer, store: Store, kept: KeptOpen) -> AsyncIterator[KeptWriter]:
    """A writer that goes on from there. What was not committed when it is left is undone."""
    kept_writer = KeptWriter(writer, store, kept)
    try:
        yield kept_writer
    finally:
        await kept_writer.undo()
