"""Which key signs for the log, and under which name: from when to when, as the log itself says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.rows import Entry
from doorstep.application.store import Store
from doorstep.application.world import Needs, World
from doorstep.domain.checkpoint import read_note, read_vkey
from doorstep.domain.office_events import (
    SYSTEM,
    LogBegun,
    LogKeyChanged,
    LogRestored,
    OfficeEvent,
    read_office_event,
)


class KeyTerm(msgspec.Struct, frozen=True):
    """From the entry at `position` on, this key signs. After a rotation the key before it signs that one head too."""

    position: int
    vkey: str


class Restored(msgspec.Struct, frozen=True):
    """Where the log went on from a backup, and the last checkpoint of what was lost."""

    position: int
    origin: str
    previous_origin: str
    checkpoint: str


def key_terms(entries: Sequence[Entry]) -> list[KeyTerm]:
    """Every key that ever signed, in order."""
    terms = []
    for entry in entries:
        event = read_office_event(entry.body)
        if isinstance(event, LogBegun):
            terms.append(KeyTerm(entry.position, event.vkey))
        elif isinstance(event, LogKeyChanged):
            terms.append(KeyTerm(entry.position, event.new_vkey))
    return terms


def restorings(entries: Sequence[Entry]) -> list[Restored]:
    """Every time that the log went on from a backup, in order."""
    events = [(entry.position, read_office_event(entry.body)) for entry in entries]
    return [
        Restored(position, event.origin, event.previous_origin, event.checkpoint)
        for position, event in events
        if isinstance(event, LogRestored)
    ]


async def vkeys_of(store: Store) -> list[str]:
    """The verifier keys of the log, the one in force last; none before the log has begun."""
    return [term.vkey for term in key_terms(await store.log_key_entries())]


async def earlier_keys(store: Store) -> list[tuple[str, int]]:
    """The verifier keys that were in force before, each with the moment at which another took its place, in ms."""
    entries = await store.log_key_entries()
    terms, ended_at = key_terms(entries), {entry.position: entry.received_at for entry in entries}
    return [(term.vkey, ended_at[later.position]) for term, later in pairwise(terms)]


async def begin_log(office: Office) -> None:
    """Say in the log what it is called and which key signs for it; once."""
    if not await office.store.log_key_entries():
        await _log_of_key(office, [(LogBegun, _named(office))])


async def restore_log(office: Office, checkpoint: str, new_vkey: str) -> None:
    """Say in the log that it went on from a backup, under the name and key of `new_vkey`, and what was lost, if known.

    `checkpoint` is the last note that was published. Raises NoteMalformed.
    """
    previous = read_note(checkpoint).origin
    # A backup from before the log had a key names none.
    origin, old_vkey = read_vkey(new_vkey).name, "".join((await vkeys_of(office.store))[-1:])
    named = {"origin": origin, "previous_origin": previous, "checkpoint": checkpoint}
    changed = {"origin": origin, "old_vkey": old_vkey, "new_vkey": new_vkey}
    await _log_of_key(office, [(LogRestored, named), (LogKeyChanged, changed)])


def next_origin(origin: str) -> str:
    """The name that a log goes on under after a restore from backup: with ~2 behind it, then ~3."""
    name, _, number = origin.rpartition("~")
    return f"{name}~{int(number) + 1}" if name and number.isascii() and number.isdigit() else f"{origin}~2"


async def change_key(office: Office, new_vkey: str) -> None:
    """Say in the log that another key signs from now on."""
    named = {"origin": office.log_key.origin, "old_vkey": office.log_key.vkey, "new_vkey": new_vkey}
    await _log_of_key(office, [(LogKeyChanged, named)])


def _named(office: Office) -> dict[str, str]:
    return {"origin": office.log_key.origin, "vkey": office.log_key.vkey}


_Stated = tuple[type[OfficeEvent], Mapping[str, str]]


async def _log_of_key(office: Office, stated: Sequence[_Stated]) -> None:
    """Log what was stated of the log's key, all of it or nothing."""
    await office.writer.submit(_State(stated, office.clock.now_ms()))


class _State:
    def __init__(self, stated: Sequence[_Stated], now_ms: int) -> None:
        self.stated = stated
        self.now_ms = now_ms

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        for kind, fields in self.stated:
            log_event(world, kind, SYSTEM, self.now_ms, **fields)
