"""A store that is filled with what can be made anew does not wait for the disk: only while it is filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstep.adapters.sqlite.connection import CACHE_KIB
from doorstep.adapters.sqlite.store import FILLING_CACHE_KIB, SqliteStore
from doorstep.application.world import Changes
from tests.makers import a_person, an_office, closed

OFF, FULL = 0, 2


async def _kept(store: SqliteStore) -> tuple[int, int]:
    """How the writer waits for the disk, and how much of the file it holds, in KiB."""
    found = [await store._writer.execute_fetchall(f"PRAGMA {name}") for name in ("synchronous", "cache_size")]
    return next(iter(found[0]))[0], -next(iter(found[1]))[0]


def _size(file: Path) -> int:
    return file.stat().st_size


@pytest.mark.parametrize("fails", [False, True])
async def test_it_waits_for_the_disk_again_afterwards(tmp_path: Path, fails: bool) -> None:
    """However the filling ended; and what was written meanwhile is in the file itself, of which nothing is ahead."""
    path = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(path)
    bench = await an_office(tmp_path, store)
    assert await _kept(store) == (FULL, CACHE_KIB)
    try:
        async with store.filling():
            assert await _kept(store) == (OFF, FILLING_CACHE_KIB)
            await a_person(bench, 1, "planner")
            if fails:
                raise InterruptedError
    except InterruptedError:
        assert fails
    assert await _kept(store) == (FULL, CACHE_KIB)
    assert _size(Path(f"{path}-wal")) == 0
    assert [each.role for each in await store.people()] == ["planner"]
    async with store.unit() as unit:
        await unit.save(Changes())
    await closed(bench)
    await store.close()
