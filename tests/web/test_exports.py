"""Tables by the API and on their page: for auditors and supervisors, as files."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from pyarrow import parquet

from doorstep.adapters.parquet import ParquetSheet
from doorstep.application.exports.dictionary import TABLES
from doorstep.application.exports.schema import data_package
from doorstep.application.exports.table import Table
from tests.web.browsing import Site


class OneRow:
    """A store's views with one row in each, which names the patch that was asked for in each cell of text."""

    async def rows(self, table: Table, patch: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        yield [[(patch or "every patch") if column.form == "text" else None for column in table.columns]]


async def test_a_table_is_a_file(site: Site) -> None:
    """Under its name, never kept by a cache; of the reader's patch. Its head takes nothing out."""
    site.bench.office.tables = OneRow()
    supervisor = await site.signed(1, "supervisor", "north")
    answer = await supervisor.http.get("/api/exports/visits.csv")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="visits.csv"'
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("text/csv; charset=utf-8", "no-store")
    assert answer.text.splitlines()[1].startswith("north,")
    assert (await supervisor.http.head("/api/exports/visits.csv")).status_code == 200
    kinds = [entry.kind for entry in await site.bench.office.store.entries(0, 99)]
    assert kinds.count("data_exported") == 1
    for missing in ("visits", "passwords.csv", "..csv"):
        assert (await supervisor.http.get(f"/api/exports/{missing}")).status_code == 404
    for missing in ("x%0d%0aSet-Cookie:%20a=b.csv", "passwords.csv", "%E2%82%AC.csv"):
        answer = await supervisor.http.head(f"/api/exports/{missing}")
        assert (answer.status_code, "content-disposition" in answer.headers) == (404, False)
    site.bench.office.tables = None
    assert (await supervisor.http.get("/api/exports/visits.csv")).status_code == 409


async def test_a_table_is_a_parquet_file(site: Site) -> None:
    """Of the reader's patch, logged as CSV is; without a writer the page offers none, and the API says why."""
    site.bench.office.tables, site.bench.office.parquet = OneRow(), ParquetSheet
    supervisor = await site.signed(1, "supervisor", "north")
    answer = await supervisor.http.get("/api/exports/texts_of.parquet")
    assert answer.status_code == 404
    answer = await supervisor.http.get("/api/exports/decisions.parquet")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-disposition"] == 'attachment; filename="decisions.parquet"'
    assert parquet.read_table(io.BytesIO(answer.content)).column("patch").to_pylist() == ["north"]
    kinds = [entry.kind for entry in await site.bench.office.store.entries(0, 99)]
    assert (kinds.count("data_exported"), kinds.count("data_export_ended")) == (1, 1)
    assert "/api/exports/visits.parquet" in (await supervisor.http.get("/office/exports")).text
    site.bench.office.parquet = None
    answer = await supervisor.http.get("/api/exports/visits.parquet")
    assert (answer.status_code, "requirements/parquet.txt" in answer.text) == (409, True)
    assert "/api/exports/visits.parquet" not in (await supervisor.http.get("/office/exports")).text


async def test_the_page_names_every_table(site: Site) -> None:
    """With its columns, and a link that takes it."""
    auditor = await site.signed(1, "auditor")
    text = (await auditor.http.get("/office/exports")).text
    for table in TABLES:
        assert f'href="/api/exports/{table.name}.csv" download' in text
        assert all(column.name in text for column in table.columns)


async def test_the_dictionary_as_json(site: Site) -> None:
    """For whoever may take the tables; nothing left by it, so that nothing is logged."""
    auditor, planner = await site.signed(1, "auditor"), await site.signed(2, "planner")
    answer = await auditor.http.get("/api/exports/dictionary.json")
    assert (answer.status_code, answer.json()) == (200, json.loads(json.dumps(data_package())))
    assert (await planner.http.get("/api/exports/dictionary.json")).status_code == 403
    assert not [entry for entry in await site.bench.office.store.entries(0, 99) if entry.kind.startswith("data_")]
