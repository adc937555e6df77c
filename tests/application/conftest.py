"""Offices for these tests: in memory, and over every store there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.store import Store
from tests.makers import Bench, an_office, closed


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """An office in memory."""
    made = await an_office(tmp_path)
    yield made
    await closed(made)


@pytest.fixture(params=["memory", "sqlite"])
async def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Every store that there is."""
    held = MemoryStore() if request.param == "memory" else await SqliteStore.open(tmp_path / "store.sqlite3")
    yield held
    await held.close()


@pytest.fixture
async def any_bench(any_store: Store, tmp_path: Path) -> AsyncIterator[Bench]:
    """An office over every store that there is."""
    made = await an_office(tmp_path, any_store)
    yield made
    await closed(made)


@pytest.fixture
async def sqlite_bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """An office over one SQLite file."""
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    made = await an_office(tmp_path, store)
    yield made
    await closed(made)
    await store.close()
