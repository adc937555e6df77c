"""The tables that leave the house, read from the store's own views on a connection that cannot write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from doorstep.adapters.sqlite.connection import open_reader
from doorstep.application.exports.table import Table

ROWS_AT_ONCE = 500


class ReportViews:
    """The views of one file. Each table is read on a connection of its own, from one moment."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def rows(self, table: Table, patch: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """All rows of a patch; an empty patch stands for every one."""
        connection = await open_reader(self._path)
        try:
            names = [column.name for column in table.columns]
            # All names are the dictionary's own. What has no patch, such as days, is the same for everyone.
            mine = "?='' OR patch=?" if "patch" in names else "?=?"
            sql = f"SELECT {','.join(names)} FROM {table.view} WHERE {mine}"
            async with connection.execute(sql, (patch, patch)) as cursor:
                while rows := await cursor.fetchmany(ROWS_AT_ONCE):
                    yield [tuple(row) for row in rows]
        finally:
            await connection.close()
