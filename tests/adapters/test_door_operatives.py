"""Whose doors are laid side by side is found by a query: nobody whose doors ask something is left out by it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from doorstep.adapters.sqlite.doors import operatives_to_ask
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.domain.readings import WAITS_WITHIN_DAYS, Fix, Reading, questions

MONDAY = date(2026, 11, 16)
SUNDAY = MONDAY + timedelta(days=6)
FIRST_WAIT = SUNDAY - timedelta(days=WAITS_WITHIN_DAYS)
SPAN = (FIRST_WAIT.isoformat(), MONDAY.isoformat(), SUNDAY.isoformat())
KM_NORTH = 89_932
"""A kilometre of a meridian, in ten-millionths of a degree."""
PLACES = st.builds(
    Fix,
    st.integers(500_000_000, 500_000_002) | st.integers(50, 59).map(lambda degrees: degrees * 10_000_000),
    st.integers(-2, 0) | st.integers(-60_000_000, 20_000_000),
    st.integers(0, 3),
)
DOORS = st.lists(
    st.tuples(
        st.sampled_from(("anna", "ben", "cara")),
        st.builds(
            Reading,
            st.uuids().map(str),
            st.sampled_from((FIRST_WAIT, MONDAY - timedelta(days=1), MONDAY, SUNDAY)).map(date.isoformat),
            st.integers(0, 4) | st.integers(0, 36_000_000),
            st.none() | PLACES,
            st.none() | st.integers(900_000, 900_001),
        ),
    ),
    max_size=14,
    unique_by=lambda door: door[1].visit_id,
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A store's own tables, with nothing in them."""
    path: Path = tmp_path_factory.mktemp("doors") / "doors.sqlite3"

    async def make() -> None:
        await (await SqliteStore.open(path)).close()

    asyncio.run(make())
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def _asked(database: sqlite3.Connection, doors: list[tuple[str, Reading]]) -> set[str]:
    """Whom the query names."""
    rows = [
        (read.visit_id, operative, read.day, read.at, *(read.fix or (None, None, None)), read.wait_ms)
        for operative, read in doors
    ]
    try:
        database.executemany("INSERT INTO door_readings VALUES(?,?,?,?,?,?,?,?)", rows)
        return {operative for (operative,) in database.execute(*_as_execute(operatives_to_ask(*SPAN)))}
    finally:
        database.rollback()


def _as_execute(query: tuple[str, str, str, str]) -> tuple[str, tuple[str, ...]]:
    sql, *parameters = query
    return sql, tuple(parameters)


def _who_asks(doors: list[tuple[str, Reading]]) -> set[str]:
    """Whose readings ask something, each read whole: places of the week, waits since the first day."""
    by_operative: dict[str, list[Reading]] = {}
    for operative, read in doors:
        is_before = read.day < MONDAY.isoformat()
        by_operative.setdefault(operative, []).append(read._replace(fix=None) if is_before else read)
    return {operative for operative, readings in by_operative.items() if questions(readings)}


@given(DOORS)
@settings(max_examples=300, deadline=None)
def test_nobody_whose_doors_ask_is_left_out(database: sqlite3.Connection, doors: list[tuple[str, Reading]]) -> None:
    """Some who ask nothing may be named; their doors are read, and nothing is said of them."""
    expected = _who_asks(doors)
    event(f"{len(expected)} ask")
    assert expected <= _asked(database, doors)


@pytest.mark.parametrize("east", [0, KM_NORTH * 30])
@pytest.mark.parametrize("latitude", [0, 515_000_000, 590_000_000, -850_000_000])
def test_a_journey_at_the_limit_is_never_left_out(database: sqlite3.Connection, latitude: int, east: int) -> None:
    """Forty kilometres north in the most ms that still ask; and what is far under the limit is not read at all."""
    here, there = Fix(latitude, 0, 0), Fix(latitude + 40 * KM_NORTH, east, 0)
    slowest = max(
        (took for took in range(0, 3_000_000, 500) if _who_asks(_two(here, there, took))),
        default=0,
    )
    assert slowest > 890_000
    assert _asked(database, _two(here, there, slowest)) == {"anna"}
    assert _asked(database, _two(here, there, slowest * 4)) == set()


def _two(here: Fix, there: Fix, took_ms: int) -> list[tuple[str, Reading]]:
    day = MONDAY.isoformat()
    return [("anna", Reading("V-1", day, 0, here)), ("anna", Reading("V-2", day, took_ms, there))]


def test_an_ordinary_week_reads_nobody(database: sqlite3.Connection) -> None:
    """Places of their own, vans on roads, waits that differ: nobody's readings are fetched."""
    doors = [
        (operative, Reading(f"{operative}{n}", MONDAY.isoformat(), n * 3_600_000, Fix(n * KM_NORTH, n, 9), 900_000 + n))
        for operative in ("anna", "ben")
        for n in range(7)
    ]
    assert _asked(database, doors) == set()
