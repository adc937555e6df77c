"""A landlord's past in a store of one's own, for tests of the wastage analysis: short, and the same by seed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from doorstep.adapters.policies import load_rules
from doorstep.application.adopt_policies import adopt_policies
from doorstep.application.store import Store
from doorstep.application.wastage.rules import CostRates, WastageRules
from doorstep.demo.landlord import invent_landlord
from doorstep.demo.rules_folder import link_rules
from doorstep.demo.seed import fill
from tests.makers import RULES, Bench, an_office

TODAY = date(2026, 11, 23)
SMALL = WastageRules(
    least_appointments=20,
    least_visits=5,
    costs=(CostRates("2024-04-01", 3_650, 620), CostRates("2026-11-09", 3_801, 650)),
)
"""A small landlord gives rates of fewer, and what an hour costs changes within the month that is looked at."""
DATABASE = "store.sqlite3"


async def a_lived_office(folder: Path, seed: int, homes: int, days: int, store: Store, today: date = TODAY) -> Bench:
    """An office over that store, which holds nothing yet, with so many days of an invented landlord behind it."""
    loaded = load_rules(link_rules(RULES, folder / "rules"))
    rules = msgspec.structs.replace(loaded, wastage=SMALL)
    bench = await an_office(folder, store, rules)
    await fill(bench.office, invent_landlord(seed, homes), today, days)
    await adopt_policies(bench.office, rules.policies)
    return bench
