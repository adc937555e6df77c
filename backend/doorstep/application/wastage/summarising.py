"""Make the sums of days anew whose facts have changed: a few at a time, read beside the writer and kept by it.

Nothing that is shown waits for this: a day without sums is counted from its facts.
"""

from __future__ import annotations

from typing import Final

from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.wastage.asking import DaySummary
from doorstep.application.wastage.blocks import BLOCK_VERSION, BlockPiece, pieces_of
from doorstep.application.world import Needs, World

DAYS_AT_ONCE: Final = 30
BLOCKS_AT_ONCE: Final = 2
MOST_ROWS: Final = 200
"""A phone that syncs waits for no more of it than one piece takes to write."""


async def summarise(office: Office, limit: int = DAYS_AT_ONCE) -> int:
    """Sum up to so many days, the newest first; gives how many."""
    stale = await office.store.wastage_stale(limit)
    for each in stale:
        for piece in (await office.store.wastage_day(each)).pieces(MOST_ROWS):
            await office.writer.submit(_Keep(piece))
    return len(stale)


async def sum_blocks(office: Office, limit: int = BLOCKS_AT_ONCE) -> int:
    """Sum up to so many weeks and months that are over, the newest first; gives how many."""
    today = london_date(office.clock.now_ms()).isoformat()
    due = await office.store.wastage_due(today, limit)
    for each in due:
        rows = await office.store.wastage_block(each)
        for piece in pieces_of(each, BLOCK_VERSION, rows, MOST_ROWS):
            await office.writer.submit(_KeepBlock(piece))
    return len(due)


class _KeepBlock:
    def __init__(self, piece: BlockPiece) -> None:
        self.piece = piece

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.wastage_blocks.append(self.piece)


class _Keep:
    def __init__(self, summary: DaySummary) -> None:
        self.summary = summary

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.wastage_days[self.summary.day] = self.summary
