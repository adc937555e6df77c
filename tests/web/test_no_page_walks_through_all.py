"""No page of the office makes the store go through a table that grows with the landlord: plans, not seconds."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.sign_in import _Begin, new_session
from doorstep.application.wastage.summarising import sum_blocks, summarise
from doorstep.web.app import WebSettings, create_app
from tests.bench.office_pages import Readers, draw, pages_of
from tests.makers import Bench, a_person, closed
from tests.wastage_demo import a_lived_office
from tests.web.asked_statements import Step, asked_kind

FEW = frozenset(
    """people devices feeds import_runs saved_filters mappings json_each checkpoints wastage_made clock_facts
    photo_repeats untold_calls""".split()
)
"""Tables of which a landlord of any size has few rows: made by hand, one for each month, or of what is seldom amiss."""
MADE = frozenset({"homes", "found", "searched_parts", "codes", "CONSTANT"})
"""What a statement has made from an index before (codes: each once), an index of letters that is told which
ones, and no table at all."""
ONE_ROW = (
    "SELECT position,seal FROM log ORDER BY position DESC LIMIT 1",
    "SELECT ifnull(max(position),0) FROM log",
)
"""The end of a table, told by its order."""
LIMITED = frozenset(
    {
        "disputes_open",
        "visits_second_look",
        "visits_replied",
        "visits_disputed",
        "visits_photo_alike",
        "photos_resembling",
    }
)
"""Indexes in the order of a list that ends with its page, and those of few visits: that wait for somebody, say."""
PATCH, HOMES, DAYS = "North", 60, 9


async def _visited(folder: Path) -> tuple[list[Step], int]:
    """Every page of the benchmark, once each; what was gone through for them, and how many statements were asked."""
    kind = asked_kind()
    store = await SqliteStore.open(folder / "store.sqlite3", kind)
    bench = await a_lived_office(folder, 1, HOMES, DAYS, store)
    await summarise(bench.office, DAYS)
    await sum_blocks(bench.office)
    pages = pages_of(draw(folder / "store.sqlite3", PATCH), await _readers(bench))
    web = WebSettings(False, folder / "none", folder / "none", proxies=1, logs_requests=False)
    transport = httpx.ASGITransport(create_app(web, bench.office, bench.looker))  # type: ignore[arg-type]
    kind.known.clear()
    kind.steps.clear()
    async with httpx.AsyncClient(transport=transport, base_url="http://office.test") as client:
        for name, asked in pages.items():
            kind.page = name
            cookie = {"Cookie": f"doorstep_session={asked[0].token}"}
            answer = await client.get(asked[0].path, headers=cookie, follow_redirects=True)
            assert answer.status_code == 200, (name, asked[0].path, answer.status_code)
    await closed(bench)
    await store.close()
    return list(kind.steps.values()), len(kind.known)


async def _readers(bench: Bench) -> Readers:
    tokens = []
    for number, (role, patch) in enumerate((role, of) for role in ("supervisor", "planner") for of in ("", PATCH)):
        person = await a_person(bench, 5_000 + number, role, patch)
        token, session = new_session(bench.office, person, None, bench.clock.ms)
        await bench.office.writer.submit(_Begin(session))
        tokens.append([token])
    return Readers(*tokens)


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Step], int]:
    """The pages over a short past, asked for once."""
    return asyncio.run(_visited(tmp_path_factory.mktemp("office")))


def test_no_page_walks_through_a_table_that_grows(visited: tuple[list[Step], int]) -> None:
    """Whatever is asked for a page is found by an index, or ends with the page: a list does not wait for all visits."""
    steps, statements = visited
    assert statements > 200
    walked = {
        (step.page, step.table, step.by, step.sql[:3000])
        for step in steps
        if not step.table.startswith("(") and step.table not in FEW | MADE and step.sql not in ONE_ROW
        if step.by not in LIMITED
    }
    assert walked == set()


def test_what_walks_is_seen(visited: tuple[list[Step], int]) -> None:
    """The same watch sees a page's statement that goes through all: people, who are few, are listed whole."""
    steps, _ = visited
    assert "people" in {step.table for step in steps}
