"""Sums of whole weeks and months, by every dimension and by what a question is narrowed to: made when days are over.

A block that is made answers exactly, whatever changes afterwards: the store keeps what its facts were when it was
summed, and tells the difference. One with many changes is made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from doorstep.domain.wastage.dimensions import SUMMARY_VERSION

BLOCKED_BY: Final = ("", "trade", "contractor", "priority", "window")
"""What blocks are summed by beside the dimension: nothing, and each of these by itself."""
BY_WEEKDAY: Final = "window"
"""The dimension that blocks tell by weekday too: a heat map is of windows."""
OF_ALL: Final = " of all"
"""Behind a dimension's name: its sums over all patches, which lie apart from those of each patch. Their patch is "".

What is asked of the whole landlord, mostly, is told from one row a value, and not from one for each patch."""
BLOCK_VERSION: Final = f"{SUMMARY_VERSION}.1"
"""By which sums a block was made: whoever changes what its rows are raises the second number."""


class Due(NamedTuple):
    """Days that are to be summed as one, and how often their facts have changed."""

    first_day: str
    last_day: str
    changes: int

    @property
    def block(self) -> str:
        """What they are called together."""
        return f"{self.first_day}/{self.last_day}"


class BlockRow(NamedTuple):
    """One group of a block. `narrowed_to` is the value by which it is narrowed; `weekday` as SQLite numbers them."""

    narrowed: str
    narrowed_to: str
    dimension: str
    value: str
    weekday: str
    patch: str
    counts: tuple[int, ...]


class BlockPiece(msgspec.Struct, frozen=True):
    """Some rows of a block, all narrowed by one field. The last piece makes the block one that is read.

    `begins` is whether what was held of the block, narrowed so, gives way to it.
    """

    due: Due
    made_by: str
    narrowed: str
    rows: tuple[BlockRow, ...]
    begins: bool
    is_first: bool
    is_last: bool


def pieces_of(due: Due, made_by: str, rows: Sequence[BlockRow], most_rows: int) -> list[BlockPiece]:
    """The rows, which lie by what they are narrowed by, in pieces of at most so many."""
    pieces: list[BlockPiece] = []
    for narrowed in BLOCKED_BY:
        mine = [row for row in rows if row.narrowed == narrowed]
        for first in range(0, max(len(mine), 1), most_rows):
            some = tuple(mine[first : first + most_rows])
            pieces.append(BlockPiece(due, made_by, narrowed, some, first == 0, not pieces, is_last=False))
    pieces[-1] = msgspec.structs.replace(pieces[-1], is_last=True)
    return pieces


class WastageBlocks(Protocol):
    """The part of the store that holds blocks; one that counts anew each time has none to make."""

    async def wastage_due(self, today: str, limit: int) -> Sequence[Due]:
        """Blocks to make, the newest first: of days before today."""

    async def wastage_block(self, due: Due) -> Sequence[BlockRow]:
        """A block's sums, made from its facts; nothing is written."""
