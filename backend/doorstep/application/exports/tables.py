"""Where tables that leave the house are read from, and what makes files of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol, TypeVar

from doorstep.application.exports.table import Table

Piece_co = TypeVar("Piece_co", covariant=True)


class Tables(Protocol):
    """The views that tables are read from, each row's cells in the order of the dictionary's columns."""

    def rows(self, table: Table, patch: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """All rows of a patch, some hundreds at a time; an empty patch stands for every one."""


class Sheet(Protocol[Piece_co]):
    """One table becoming a file: its pieces, one after another, are the file. A piece may be empty."""

    def start(self) -> Piece_co:
        """What stands before the rows."""

    def add(self, rows: Sequence[Sequence[Any]]) -> Piece_co:
        """Some rows, each with its cells in the order of the dictionary's columns."""

    def end(self) -> Piece_co:
        """What is left."""
