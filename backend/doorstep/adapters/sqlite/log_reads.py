"""Reads of the log: its entries, its tree, and the checkpoints that were signed over it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from doorstep.adapters.sqlite.faults import FAULTS
from doorstep.adapters.sqlite.reading import Reading, one
from doorstep.adapters.sqlite.rows import CHECKPOINT_COLUMNS, ENTRY_COLUMNS, checkpoint, entry
from doorstep.adapters.sqlite.tiles import read_consistency, read_inclusion, read_root, read_tile
from doorstep.application.rows import Checkpoint, Entry


class LogReads(Reading):
    """The part of the port that reads the log."""

    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        return await self._entries("log.position>? ORDER BY log.position LIMIT ?", after, limit)

    async def adopted_policies(self) -> Sequence[Entry]:
        return await self._entries("kind='policy_adopted' ORDER BY log.position")

    async def log_key_entries(self) -> Sequence[Entry]:
        return await self._entries("kind IN('log_begun','log_key_changed','log_restored') ORDER BY log.position")

    async def _entries(self, wanted: str, *values: int) -> Sequence[Entry]:
        sql = f"SELECT {ENTRY_COLUMNS} FROM log LEFT JOIN bodies USING(position) WHERE {wanted}"
        return [entry(row) for row in await self._all(sql, *values)]

    async def erased_between(self, first_ms: int, end_ms: int) -> tuple[int, int]:
        # What was erased is little beside the log: each erasure leads to its entry by that one's own place.
        sql = (
            "SELECT count(*),count(DISTINCT by_position) FROM erasures CROSS JOIN log ON log.position=by_position"
            " WHERE received_at>=? AND received_at<?"
        )
        [(entries, decisions)] = await self._all(sql, first_ms, end_ms)
        return entries, decisions

    async def newest_checkpoint(self) -> Checkpoint | None:
        sql = f"SELECT {CHECKPOINT_COLUMNS} FROM checkpoints ORDER BY size DESC LIMIT 1"
        return one(await self._all(sql), checkpoint)

    async def checkpoints(self, after: int, limit: int) -> Sequence[Checkpoint]:
        sql = f"SELECT {CHECKPOINT_COLUMNS} FROM checkpoints WHERE size>? ORDER BY size LIMIT ?"
        return [checkpoint(row) for row in await self._all(sql, after, limit)]

    async def unpublished_checkpoints(self) -> Sequence[Checkpoint]:
        sql = f"SELECT {CHECKPOINT_COLUMNS} FROM checkpoints WHERE published_at IS NULL ORDER BY size"
        return [checkpoint(row) for row in await self._all(sql)]

    async def faults(self) -> Sequence[str]:
        found = await self._all("PRAGMA integrity_check(1)")
        faults = [row[0] for row in found if row[0] != "ok"]
        for words, sql in FAULTS.items():
            faults += [words.format(*row) for row in await self._all(sql)]
        return faults

    async def tile(self, level: int, index: int) -> bytes | None:
        return await self._reader.together(partial(read_tile, level=level, index=index))

    async def inclusion(self, position: int, size: int) -> tuple[bytes, ...]:
        return await self._reader.together(partial(read_inclusion, position=position, size=size))

    async def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        return await self._reader.together(partial(read_consistency, first=first, second=second))

    async def root_at(self, size: int) -> bytes:
        return await self._reader.together(partial(read_root, size=size))
