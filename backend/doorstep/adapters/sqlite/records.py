"""The office's own records in their tables: one reading and one writing for every kind, by the names of its fields."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import msgspec

from doorstep.adapters.sqlite.rows import json_list
from doorstep.application.records import Found, R, Record, Value, Wanted, Where


def load_records(
    connection: sqlite3.Connection, found: Collection[Found], groups: Collection[tuple[type[Record], str, Value]]
) -> dict[Found, Record]:
    """The records with these keys, and those of which a field has one of these values."""
    held: list[Record] = []
    for kind, key in found:
        held += _with_key(connection, kind, key)
    values: dict[tuple[type[Record], str], list[Value]] = {}
    for kind, name, value in groups:
        values.setdefault((kind, name), []).append(value)
    for (kind, name), among in values.items():
        field = _checked(kind, name)
        sql = f"{_select(kind)} WHERE {field} IN(SELECT value FROM json_each(?))"
        held += [_made(kind, row) for row in connection.execute(sql, (json_list(among),))]
    return {(type(record), record.key): record for record in held}


def save_records(connection: sqlite3.Connection, changed: Mapping[Found, Record | None]) -> None:
    """Keep each record instead of the one with its key; drop the keys for which there is none."""
    kept: dict[type[Record], list[Record]] = {}
    for (kind, key), record in changed.items():
        if record is None:
            connection.execute(f"DELETE FROM {kind.TABLE} WHERE {_by_key(kind)}", key)
        else:
            kept.setdefault(kind, []).append(record)
    for kind, records in kept.items():
        names = kind.__struct_fields__
        sql = f"INSERT OR REPLACE INTO {kind.TABLE}({','.join(names)}) VALUES({','.join('?' * len(names))})"
        connection.executemany(sql, map(msgspec.structs.astuple, records))


def read_record(connection: sqlite3.Connection, kind: type[R], key: tuple[Value, ...]) -> R | None:
    """The record with that key."""
    found = _with_key(connection, kind, key)
    return found[0] if found else None


def read_records(connection: sqlite3.Connection, kind: type[R], wanted: Wanted) -> list[R]:
    """The records that are wanted, in order."""
    condition, values = _conditions(kind, wanted)
    if not wanted.order_by and wanted.limit is None:
        # Told to give them by key, SQLite walks the whole table in that order, and uses no index for the condition.
        made = (_made(kind, row) for row in connection.execute(f"{_select(kind)}{condition}", values))
        return sorted(made, key=lambda record: record.key)
    order = wanted.order_by or kind.KEY
    downwards = [f"{_checked(kind, name.removeprefix('-'))}{' DESC' * name.startswith('-')}" for name in order]
    sql = f"{_select(kind)}{condition} ORDER BY {','.join(downwards)} LIMIT ?"
    limit = -1 if wanted.limit is None else wanted.limit
    return [_made(kind, row) for row in connection.execute(sql, (*values, limit))]


def count_records(connection: sqlite3.Connection, kind: type[Record], wanted: Wanted) -> int:
    """How many of them there are."""
    condition, values = _conditions(kind, wanted)
    [count] = connection.execute(f"SELECT count(*) FROM {kind.TABLE}{condition}", values).fetchone()
    return int(count)


def _with_key(connection: sqlite3.Connection, kind: type[R], key: tuple[Value, ...]) -> list[R]:
    return [_made(kind, row) for row in connection.execute(f"{_select(kind)} WHERE {_by_key(kind)}", key)]


def _by_key(kind: type[Record]) -> str:
    return " AND ".join(f"{name} IS ?" for name in kind.KEY)


def _select(kind: type[Record]) -> str:
    return f"SELECT {','.join(kind.__struct_fields__)} FROM {kind.TABLE}"


def _conditions(kind: type[Record], wanted: Wanted) -> tuple[str, list[Any]]:
    parts = [_condition(kind, where) for where in wanted.where]
    return " WHERE " * bool(parts) + " AND ".join(sql for sql, _ in parts), [value for _, value in parts]


def _condition(kind: type[Record], where: Where) -> tuple[str, Any]:
    field = _checked(kind, where.field)
    if where.op in ("in", "not in"):
        among = f"{field} {where.op.upper()}(SELECT value FROM json_each(?))"
        return among, json_list(where.value or ())  # type: ignore[arg-type]
    return f"{field} {_SQL.get(where.op, where.op)} ?", where.value


_SQL = {"=": "IS", "!=": "IS NOT"}


def _checked(kind: type[Record], name: str) -> str:
    """The name of a field, which is about to stand in a statement: only names that our own code wrote may."""
    if name not in kind.__struct_fields__:
        raise ValueError(f"{kind.__name__} has no field {name!r}")
    return name


@cache
def _flags(kind: type[Record]) -> frozenset[str]:
    return frozenset(field.name for field in msgspec.structs.fields(kind) if field.type is bool)


def _made(kind: type[R], row: tuple[Any, ...]) -> R:
    flags = _flags(kind)
    fields = dict(zip(kind.__struct_fields__, row, strict=True))
    return kind(**{name: bool(value) if name in flags else value for name, value in fields.items()})
