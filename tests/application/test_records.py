"""The office's own records: every store finds the same ones, and works of one batch see what earlier ones kept."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.adapters.sqlite import records as in_sqlite
from doorstep.application.composing import Notice
from doorstep.application.records import Record, Wanted, Where, chosen, keep_records
from doorstep.application.world import Needs, World
from doorstep.domain.office_events import SYSTEM
from tests.makers import Bench, an_id

TABLE = (Path(in_sqlite.__file__).parent / "006.sql").read_text()
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
FIELDS = ("notice_id", "channel", "sent_at", "status_at")


def a_notice(number: int, appointment: int = 1, **changes: Any) -> Notice:
    """A message to a resident."""
    fields: dict[str, Any] = {
        "notice_id": an_id(number),
        "appointment_id": an_id(appointment),
        "channel": "sms",
        "sent_at": 1_000 + number,
        "status": "sent",
        "status_at": None,
        "told_by": SYSTEM,
    }
    return Notice(**fields | changes)


notices = st.lists(
    st.builds(
        a_notice,
        st.integers(0, 9),
        channel=st.sampled_from(["sms", "letter"]),
        sent_at=st.integers(0, 3),
        status_at=st.none() | st.integers(0, 2),
    ),
    unique_by=lambda notice: notice.notice_id,
)


@st.composite
def conditions(draw: st.DrawFn) -> Where:
    """A condition that a record may answer to, or not; one may ask for nothing, or for one of several."""
    field = draw(st.sampled_from(FIELDS))
    if field in ("notice_id", "channel"):
        text = st.sampled_from(["sms", "letter", an_id(3), ""])
        if draw(st.booleans()):
            return Where(field, draw(st.sampled_from(("in", "not in"))), tuple(draw(st.lists(text, max_size=3))))
        return Where(field, draw(st.sampled_from(COMPARISONS)), draw(text))
    value = st.none() | st.integers(0, 3) if field == "status_at" else st.integers(0, 3)
    return Where(field, draw(st.sampled_from(COMPARISONS)), draw(value))


orders = st.lists(st.sampled_from([*FIELDS, *(f"-{field}" for field in FIELDS)]), max_size=2, unique=True)


@settings(max_examples=200)
@given(held=notices, where=st.lists(conditions(), max_size=2), order=orders, limit=st.none() | st.integers(0, 3))
def test_sqlite_finds_what_the_meaning_says(
    held: list[Notice], where: list[Where], order: list[str], limit: int | None
) -> None:
    """Any conditions, any order: the rows are those of `chosen`, nothing before everything; the count is theirs."""
    # Ties are broken by the key in both, so that one order is right.
    wanted = Wanted(tuple(where), (*order, "notice_id"), limit)
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLE)
    in_sqlite.save_records(connection, {(Notice, notice.key): notice for notice in held})
    assert in_sqlite.read_records(connection, Notice, wanted) == chosen(held, wanted)
    without_limit = Wanted(tuple(where))
    assert in_sqlite.count_records(connection, Notice, without_limit) == len(chosen(held, without_limit))
    connection.close()


async def test_records_are_kept_replaced_and_dropped(any_bench: Bench) -> None:
    """A record with the key of another takes its place; one that is dropped is gone, and so is nothing else."""
    office = any_bench.office
    first, second = a_notice(1), a_notice(2)
    await keep_records(office, [first, second])
    await keep_records(office, [a_notice(1, status="delivered", status_at=9)], [(Notice, second.key), (Notice, ("x",))])
    assert await office.store.records(Notice) == [a_notice(1, status="delivered", status_at=9)]
    assert await office.store.record(Notice, an_id(1)) == a_notice(1, status="delivered", status_at=9)
    assert await office.store.record(Notice, an_id(2)) is None
    assert await office.store.count_records(Notice) == 1


class _Add:
    """Keeps one more of its appointment than there are, and tells how many there were."""

    def __init__(self, number: int) -> None:
        self.number = number

    def needs(self) -> Needs:
        return Needs(records={(Notice, (an_id(1),))}, groups={(Notice, "appointment_id", an_id(1))})

    def apply(self, world: World) -> int:
        held = world.group(Notice, "appointment_id", an_id(1))
        assert (world.record(Notice, an_id(1)) is not None) == bool(held)
        world.keep(a_notice(self.number))
        return len(held)


async def test_works_of_one_batch_see_each_other(any_bench: Bench) -> None:
    """What an earlier work kept is there for the next one, whether or not it has been written."""
    await keep_records(any_bench.office, [a_notice(50, appointment=2)])
    counts = await asyncio.gather(*(any_bench.office.writer.submit(_Add(number)) for number in (1, 2, 3)))
    assert counts == [0, 1, 2]
    assert await any_bench.office.store.count_records(Notice) == 4


def test_a_group_follows_what_is_kept_and_dropped() -> None:
    """A record that a work moves to another group is found there and no longer here; one that is dropped nowhere."""

    def groups(world: World) -> list[list[str]]:
        return [[each.notice_id for each in world.group(Notice, "appointment_id", an_id(of))] for of in (1, 2)]

    world = World()
    for number in (3, 1, 2):
        world.keep(a_notice(number))
    assert groups(world) == [[an_id(1), an_id(2), an_id(3)], []]
    world.keep(a_notice(2, appointment=2))
    world.drop(Notice, an_id(3))
    world.drop(Notice, "never held")
    assert groups(world) == [[an_id(1)], [an_id(2)]]


def test_a_field_that_is_none_is_refused() -> None:
    """A name is put into a statement: one that our own code never wrote comes into none."""
    connection = sqlite3.connect(":memory:")
    for wanted in (Wanted((Where("x; DROP TABLE log", "=", 1),)), Wanted(order_by=("x",))):
        with pytest.raises(ValueError, match="no field"):
            in_sqlite.read_records(connection, Notice, wanted)
    connection.close()


def kinds_of(kind: type[Record]) -> list[type[Record]]:
    """The kinds of record under this one, without those that only say what several have in common."""
    below = kind.__subclasses__()
    return [leaf for each in below for leaf in kinds_of(each)] if below else [kind]


def test_a_record_names_its_table() -> None:
    """Every kind of record says where it is kept and by what it is found, in fields that it has."""
    for kind in kinds_of(Record):
        assert set(kind.KEY) <= set(kind.__struct_fields__)
        assert kind.TABLE.isidentifier()
