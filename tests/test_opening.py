"""Opening an office over what an older version wrote: its lists are made anew before anybody reads them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.lists import VisitFilter
from doorstep.main import open_office
from doorstep.settings import Settings
from tests.makers import RULES, a_person, a_session, a_visit, an_office, closed, send


async def test_an_older_store_opens_whole(tmp_path: Path) -> None:
    """A visit that an older version listed with fewer words is found by the new ones."""
    settings = Settings(data=tmp_path / "data", rules=RULES, is_secure=False)
    settings.data.mkdir()
    store = await SqliteStore.open(settings.database)
    bench = await an_office(tmp_path, store)
    session = await a_session(bench, await a_person(bench, 1, "operative"), 1)
    chain = await a_visit(bench, session)
    chain.whole()
    await send(bench, session, chain.bodies)
    await closed(bench)
    await store.close()
    older = sqlite3.connect(settings.database)
    older.executescript("DELETE FROM visits; INSERT INTO rebuild_due VALUES('a newer version');")
    older.close()
    async with open_office(settings) as running:
        rows = await running.office.store.visit_rows(VisitFilter(words="zz12ab"))
        assert [(row.visit_id, row.address) for row in rows] == [
            (chain.visit_id, "4 Sample Street, Inventon, ZZ1 2AB"),
        ]
