"""Compare the log's tree with its entries, and with what phones were told of it: a history written anew shows here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import msgspec

from doorstep.application.rows import Entry
from doorstep.application.store import Store
from doorstep.domain.anchor import AnchorMalformed, read_anchor
from doorstep.domain.events import Event
from doorstep.domain.log_tiles import LEVELS, MISSING, TILE, TILE_BYTES, KeptNodes
from doorstep.domain.log_tree import HASH_BYTES, leaf_hash, root_at
from doorstep.domain.office_events import LogRestored, OfficeEvent

COMPARE = "Before you run `doorstep rebuild`, compare the log with a checkpoint that was published."


class Witness(msgspec.Struct, frozen=True, gc=False):
    """What the event at `position` holds of the log: the anchor that the server gave its phone beforehand."""

    position: int
    at_ms: int
    size: int
    root: bytes


class TreeWalk:
    """The tree over the log's entries as they stand, 64 bytes each, and what phones' events say that it once was."""

    def __init__(self) -> None:
        self.nodes = KeptNodes()
        self.witnesses: dict[tuple[int, bytes], Witness] = {}
        self._restored: list[tuple[int, int]] = []

    def add(self, entry: Entry, event: Event | OfficeEvent | None) -> None:
        """The next entry, with what was read of its body."""
        while self.nodes.size < entry.position - 1:
            self.nodes.append(MISSING)
        self.nodes.append(leaf_hash(entry.leaf()))
        if isinstance(event, LogRestored):
            self._restored.append((entry.position, entry.received_at))
        elif isinstance(event, Event) and event.anchor and not entry.fault:
            # That it is genuine was found when it came: an entry with a forged one has its fault.
            with suppress(AnchorMalformed):
                anchor = read_anchor(event.anchor)
                witness = Witness(entry.position, anchor.at_ms, anchor.size, anchor.root)
                self.witnesses.setdefault((witness.size, witness.root), witness)

    async def faults(self, store: Store) -> AsyncIterator[str]:
        """Where the tiles that are kept, or a phone, know another log than this one."""
        async for fault in self._tile_faults(store):
            yield fault
        for fault in self._witness_faults():
            yield fault

    async def _tile_faults(self, store: Store) -> AsyncIterator[str]:
        level = 0
        while count := self.nodes.size >> LEVELS * level:
            # Of leaves only whole tiles are kept.
            for index in range(count // TILE if level == 0 else -(-count // TILE)):
                made = self.nodes.hashes(LEVELS * level, TILE * index, min(TILE, count - TILE * index))
                if fault := _tile_fault(level, index, await store.tile(level, index), made):
                    yield fault
            level += 1
        beyond = self.nodes.size // TILE
        if await store.tile(0, beyond) is not None:
            yield (
                f"The log's tree knows of {TILE * (beyond + 1)} entries or more, and the log has "
                f"{self.nodes.size}: its end is missing. Restore the newest backup."
            )

    def _witness_faults(self) -> Iterator[str]:
        for witness in self.witnesses.values():
            if self._is_of_what_was_lost(witness):
                continue
            told = f"Log entry {witness.position}: its phone was told of a log of {witness.size} entries"
            if witness.size >= witness.position:
                yield f"{told} before it was received: entries were cut off the log's end, and it went on."
            elif root_at(self.nodes, witness.size) != witness.root:
                yield f"{told} with another root: one of those was altered since, and every seal made anew."

    def _is_of_what_was_lost(self, witness: Witness) -> bool:
        """Whether the log says itself that it went on from a backup made before that."""
        return any(at <= witness.size and witness.at_ms < when for at, when in self._restored)


def _tile_fault(level: int, index: int, held: bytes | None, made: bytes) -> str | None:
    """What is wrong with a tile that is kept, beside the one that the log's rows make."""
    if held == made:
        return None
    first = TILE * index
    if held is None:
        return f"The log's tree lacks its tile {level}/{index}. Run `doorstep rebuild`."
    places = range(0, TILE_BYTES, HASH_BYTES)
    place = next(place for place in places if held[place:][:HASH_BYTES] != made[place:][:HASH_BYTES]) // HASH_BYTES
    if level == 0:
        return (
            f"Log entry {first + place + 1}: its row is not the one that went into the log's tree. One of them was "
            f"altered. {COMPARE}"
        )
    span = TILE**level
    begin = span * (first + place)
    return f"The log's tree has another hash over entries {begin + 1} to {begin + span} than its tiles. {COMPARE}"
