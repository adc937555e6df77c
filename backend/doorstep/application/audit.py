"""Walk the whole store and name the first thing that is wrong, in words that say what was altered and where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec

from doorstep.application.audit_erasures import ErasureWalk, is_perhaps_erased
from doorstep.application.audit_projections import projection_faults, visit_rows
from doorstep.application.audit_signatures import SignatureWalk, name_of
from doorstep.application.audit_tree import TreeWalk
from doorstep.application.gather import is_from_phone
from doorstep.application.office import Office
from doorstep.application.photos import file_hash
from doorstep.application.ports import Photos, Verifies
from doorstep.application.rebuild import log_chunks
from doorstep.application.rows import Entry
from doorstep.application.store import Store
from doorstep.domain.chain import body_hash
from doorstep.domain.events import KINDS, Event, Malformed, read_event
from doorstep.domain.office_events import OfficeEvent, PhotoReceived, PhotoUnreadable, kind_of, read_office_event

LookedAt = PhotoReceived | PhotoUnreadable


class Audited(msgspec.Struct):
    """What was walked, for the report."""

    entries: int = 0
    signatures: int = 0
    photos: int = 0
    visits: int = 0


class _Walk:
    """What one pass over the log collects for the checks that follow it."""

    def __init__(self, verifies: Verifies) -> None:
        self.tree = TreeWalk()
        self.signatures = SignatureWalk(verifies)
        self.erasures = ErasureWalk()
        self.looked_at: list[LookedAt] = []

    def add(self, entry: Entry, event: Event | OfficeEvent | None) -> None:
        """The next entry, with what was read of its body."""
        self.tree.add(entry, event)
        self.signatures.add(entry, event)
        self.erasures.add(entry, event)
        if isinstance(event, PhotoReceived | PhotoUnreadable):
            self.looked_at.append(event)


async def faults(office: Office, audited: Audited) -> AsyncIterator[str]:
    """Everything wrong, first things first: the store itself, the log, the photos, then what is made from them.

    Whoever can write the file can also make every seal and the whole tree anew, or cut off the log's end together with
    all that tells of it. That shows only beside what somebody else holds: a published checkpoint, a backup, or what a
    phone was told of the log and brings back.
    """
    store = office.store
    for fault in await store.faults():
        yield f"The database is not as it was written: {fault}. Restore the newest backup."
    is_log_sound = True
    walk = _Walk(office.verifies)
    async for fault in _log_faults(store, audited, walk):
        is_log_sound = False
        yield fault
    async for fault in walk.tree.faults(store):
        yield fault
    async for fault in _photo_faults(walk.looked_at, office.photos, audited):
        yield fault
    if is_log_sound:
        # What a broken log would make says nothing about the rows that are held.
        async for fault in projection_faults(store, office.rules.policies):
            yield fault
    audited.visits = len([row async for row in visit_rows(store)])


async def _log_faults(store: Store, audited: Audited, walk: _Walk) -> AsyncIterator[str]:
    """Every entry in order, and every signature that its chain needs."""
    seal, position = "", 0
    async for entries in log_chunks(store):
        for entry in entries:
            if entry.position != position + 1:
                yield f"Log entries {position + 1} to {entry.position - 1} are missing."
            is_erased = is_perhaps_erased(entry)
            event, fault = (None, None) if is_erased else _read(entry)
            if not is_erased and body_hash(entry.body) != entry.sha256:
                fault = "its body is not the one that was received: the hash of its bytes is another."
            elif entry.sealed(seal) != entry.seal:
                fault = "one of its fields, or the seal before it, is not what was written."
            if fault:
                yield f"{name_of(entry)}: {fault}"
            walk.add(entry, None if fault else event)
            seal, position = entry.seal, entry.position
            audited.entries += 1
        async for fault in walk.signatures.faults(store):
            yield fault
    for fault in walk.erasures.faults():
        yield fault
    async for fault in walk.signatures.faults(store, 0):
        yield fault
    audited.signatures = walk.signatures.verified


def _read(entry: Entry) -> tuple[Event | OfficeEvent | None, str | None]:
    """What an entry's body says, and where its own columns say something else."""
    if is_from_phone(entry):
        if entry.kind not in KINDS:
            return None, None
        try:
            event = read_event(entry.body)
        except Malformed as malformed:
            return None, f"its body does not fit the vocabulary: {malformed}"
        said = (event.kind, event.visit_id, event.actor_id, event.n)
        held = (entry.kind, entry.visit_id, entry.actor_id, entry.n)
        return event, None if said == held else "it is filed wrongly."
    try:
        stated = read_office_event(entry.body)
    except msgspec.MsgspecError as broken:
        return None, f"its body is not one that the office writes: {broken}"
    return stated, None if kind_of(stated) == entry.kind else "it is filed under another kind."


async def _photo_faults(looked_at: Sequence[LookedAt], photos: Photos, audited: Audited) -> AsyncIterator[str]:
    """Each photo that the log knows, with the smaller copies that are shown in its place, and each that it does not."""
    known = {event.sha256 for event in looked_at}
    for sha256 in await photos.complete():
        unseen = photos.original(sha256) if sha256 not in known else None
        if unseen and await asyncio.to_thread(file_hash, unseen) != sha256:
            yield f"Photo {sha256}: its bytes are not those that were received."
    for event in looked_at:
        name = f"Photo {event.sha256}"
        original = photos.original(event.sha256)
        if original is None:
            yield f"{name}: its file is missing. Restore it from a backup."
        elif await asyncio.to_thread(file_hash, original) != event.sha256:
            yield f"{name}: its bytes are not those that were received."
        for size, sha256 in event.derivatives.items() if isinstance(event, PhotoReceived) else ():
            copy = photos.derivative(event.sha256, int(size))
            if copy is None or await asyncio.to_thread(file_hash, copy) != sha256:
                yield f"{name}: its copy of {size} pixels is not the one that was made from it."
        audited.photos += 1
