"""Where tables that leave the house are read from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from doorstep.application.exports.dictionary import Table


class Tables(Protocol):
    """The views that tables are read from, each row's cells in the order of the dictionary's columns."""

    def rows(self, table: Table, patch: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """All rows of a patch, some hundreds at a time; an empty patch stands for every one."""
