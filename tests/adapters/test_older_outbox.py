"""An outbox that an older version wrote: the text service's own words, which may hold a number, do not stay in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

from doorstep.adapters.sqlite.connection import MIGRATIONS
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.data_exceptions.digest import SENT, DigestSent
from doorstep.application.reminders.text_rows import TextRow

TEXT = TextRow(
    reference="", appointment_id="a", patch="", rule="booked", starts_at=2, number="+447700900123", template="t",
    personalisation="{}", due_at=1, last_at=2, next_try_at=1, made_at=1,
)  # fmt: skip


async def test_the_service_s_words_are_taken_out(tmp_path: Path) -> None:
    """Its name for the refusal stays; our own codes stay as they are; a digest that went is one that went."""
    file = tmp_path / "store.sqlite3"
    earlier = MIGRATIONS[: MIGRATIONS.index("015.sql")]
    names = TextRow.__struct_fields__
    faults = {
        "1": ("failed", "ValidationError: 07700 900123 is no number"),
        "2": ("failed", "permanent-failure"),
        "3": ("waiting", "429 RateLimitError"),
    }
    with closing(sqlite3.connect(file)) as old:
        for name in earlier:
            old.executescript((resources.files("doorstep.adapters.sqlite") / name).read_text())
        old.execute(f"PRAGMA user_version={len(earlier)}")
        for reference, (state, fault) in faults.items():
            row = {name: getattr(TEXT, name) for name in names} | {"reference": reference, "state": state}
            marks = ",".join("?" * len(names))
            old.execute(f"INSERT INTO texts({','.join(names)}) VALUES({marks})", [*(row | {"fault": fault}).values()])
        old.execute("INSERT INTO digests VALUES('2026-11-23','planner',1)")
        old.commit()
    store = await SqliteStore.open(file)
    assert {text.reference: text.fault for text in await store.records(TextRow)} == {
        "1": "refused ValidationError",
        "2": "permanent-failure",
        "3": "429 RateLimitError",
    }
    assert [held.state for held in await store.records(DigestSent)] == [SENT]
    await store.close()
