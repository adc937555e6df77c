"""Rows of the office's own workings, beside the log: what is on its way, what is to be mended, who asked for what.

A record is no evidence: nothing that a visit is judged by rests on one, unless the log can make it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, TypeVar

import msgspec

if TYPE_CHECKING:
    from doorstep.application.office import Office
    from doorstep.application.world import Needs, World

Value = str | int | None
Key = tuple[Value, ...]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table. Fields are text, whole numbers, yes or no, or nothing; `KEY` names those that identify it."""

    TABLE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]
    IS_PROJECTION: ClassVar[bool] = False
    """Whether the log makes it: then a rebuild empties the table and fills it again."""

    @property
    def key(self) -> Key:
        """What it is found by."""
        return tuple(getattr(self, name) for name in self.KEY)


R = TypeVar("R", bound=Record)
Found = tuple[type[Record], Key]

Comparison = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in"]


class Where(NamedTuple):
    """One condition: a field, how it compares, and with what. Nothing (None) is equal only to nothing."""

    field: str
    op: Comparison
    value: Value | tuple[str, ...]

    def holds(self, record: Record) -> bool:
        """Whether a record answers to it. What is nothing is neither before nor after anything."""
        held = getattr(record, self.field)
        if self.op in ("in", "not in"):
            is_among = isinstance(self.value, tuple) and held in self.value
            return is_among is (self.op == "in")
        if self.op in ("=", "!="):
            return bool((held == self.value) is (self.op == "="))
        if held is None or self.value is None:
            return False
        return bool(_ORDERED[self.op](held, self.value))


_ORDERED: Mapping[str, Any] = {
    "<": lambda held, value: held < value,
    "<=": lambda held, value: held <= value,
    ">": lambda held, value: held > value,
    ">=": lambda held, value: held >= value,
}


class Wanted(msgspec.Struct, frozen=True):
    """Which records: all conditions hold; in the order of these fields, `-field` downwards; so many at most."""

    where: tuple[Where, ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None


EVERY = Wanted()


def chosen(records: Iterable[R], wanted: Wanted) -> list[R]:
    """The records that are wanted, in order: the meaning of `Wanted`, which every store keeps."""
    found = [record for record in records if all(condition.holds(record) for condition in wanted.where)]
    for name in reversed(wanted.order_by):
        field = name.removeprefix("-")
        # Nothing comes before everything, as SQLite has it.
        found.sort(key=lambda row: _sortable(getattr(row, field)), reverse=name.startswith("-"))
    return found if wanted.limit is None else found[: wanted.limit]


def _sortable(value: Value) -> tuple[int, Any]:
    return (0, 0) if value is None else (1, value)


async def keep_records(office: Office, kept: Iterable[Record], dropped: Iterable[Found] = ()) -> None:
    """Keep these and drop those, in one transaction; a record that has the key of one that is held replaces it."""
    await office.writer.submit(_Keep(list(kept), list(dropped)))


class _Keep:
    def __init__(self, kept: list[Record], dropped: list[Found]) -> None:
        self.kept, self.dropped = kept, dropped

    def needs(self) -> Needs:
        from doorstep.application.world import Needs

        return Needs()

    def apply(self, world: World) -> None:
        for kind, key in self.dropped:
            world.drop(kind, *key)
        for record in self.kept:
            world.keep(record)
