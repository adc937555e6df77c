"""Read rules/wastage.toml: from when the analysis gives a rate, and what a wasted hour costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from doorstep.application.wastage.rules import CostRates, WastageRules
from doorstep.domain.instants import is_real_day
from doorstep.domain.policy_table import PolicyTable

FILE = "wastage.toml"
MOST_DAYS = 3_660


def load_wastage_rules(folder: Path, read: Callable[[Path], Mapping[str, object]]) -> WastageRules:
    """The file's rules; what is usual, and no costs, where there is none. Raises PolicyRefused naming file and key."""
    file = folder / FILE
    if not file.exists():
        return WastageRules()
    whole = PolicyTable(read(file), str(file))
    costs = [_cost(whole.inside(data, f"cost[{place}]")) for place, data in enumerate(whole.rows("cost"))]
    days = [cost.from_day for cost in costs]
    if days != sorted(set(days)):
        whole.refuse("cost", "rates stand in the order of their days, one for each")
    rules = WastageRules(
        least_appointments=whole.integer("least_appointments", 1),
        least_visits=whole.integer("least_visits", 1),
        repeat_visits=whole.integer("repeat_visits", 2),
        repeat_days=whole.integer("repeat_days", 1),
        costs=tuple(costs),
    )
    if rules.repeat_days > MOST_DAYS:
        whole.refuse("repeat_days", f"must be at most {MOST_DAYS}, not {rules.repeat_days}")
    whole.finish()
    return rules


def _cost(table: PolicyTable) -> CostRates:
    day = table.code("from")
    if not is_real_day(day):
        table.refuse("from", f"{day!r} is not a day; write it as 2026-04-01")
    rates = CostRates(day, table.integer("pence_per_hour"), table.integer("pence_to_rebook"))
    table.finish()
    return rates
