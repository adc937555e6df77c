"""A landlord's past in a store of one's own, for tests of the wastage analysis: short, and the same by seed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from doorstep.adapters.policies import load_rules
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.store import Store
from doorstep.demo.landlord import invent_landlord
from doorstep.demo.rules_folder import link_rules
from doorstep.demo.seed import fill
from tests.makers import RULES, Bench, an_office

TODAY = date(2026, 11, 23)
DATABASE = "store.sqlite3"


async def a_lived_office(
    folder: Path, seed: int, homes: int, days: int, store: Store | None = None, today: date = TODAY
) -> Bench:
    """An office over a file in that folder, or another store, with so many days of an invented landlord behind it."""
    rules = load_rules(link_rules(RULES, folder / "rules"))
    held = store or await SqliteStore.open(folder / DATABASE)
    bench = await an_office(folder, held, rules)
    await fill(bench.office, invent_landlord(seed, homes), today, days)
    return bench
