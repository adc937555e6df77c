"""What the store is asked while pages are made: each statement once, with how SQLite would find its rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple


class Step(NamedTuple):
    """One place in a plan where rows are gone through: all of a table or of an index of it, in its order."""

    page: str
    table: str
    by: str
    sql: str


class Asked(sqlite3.Connection):
    """A connection that keeps what it was asked and how it would go about it; one kind of it for each test."""

    page: ClassVar[str] = ""
    steps: ClassVar[dict[tuple[str, str, str], Step]]
    known: ClassVar[set[str]]

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Plan it, where nobody has asked it before, and run it."""
        if sql not in self.known and sql.lstrip().upper().startswith(("SELECT", "WITH")):
            self.known.add(sql)
            for table, index in _walked(super().execute(f"EXPLAIN QUERY PLAN {sql}", parameters), sql):
                self.steps[sql, table, index] = Step(type(self).page, table, index, sql)
        return super().execute(sql, parameters)


def asked_kind() -> type[Asked]:
    """A kind of connection with a memory of its own."""
    return type("AskedHere", (Asked,), {"page": "", "steps": {}, "known": set()})


def _walked(plan: sqlite3.Cursor, sql: str) -> Iterator[tuple[str, str]]:
    """The tables that are gone through whole, by their own names; in brackets what a statement made itself."""
    for _, _, _, detail in plan:
        found = re.match(r"SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?", detail)
        if found:
            yield _table(found[1], sql), found[2] or ""


def _table(name: str, sql: str) -> str:
    if re.search(rf"\)\s*{re.escape(name)}\b", sql):
        return f"({name})"
    said = re.search(rf"(?:FROM|JOIN|,)\s*(\w+)(?:\s+AS)?\s+{re.escape(name)}\b", sql)
    is_keyword = said and said[1].upper() in ("SELECT", "FROM", "JOIN")
    return said[1] if said and not is_keyword else name
