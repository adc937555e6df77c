"""What the analysis may say and what it reckons with: from when a rate is given, and what an hour costs."""

from __future__ import annotations

import msgspec


class CostRates(msgspec.Struct, frozen=True):
    """What a wasted hour and a rebooking cost from a day on, in pence. A later rate does not rewrite the past."""

    from_day: str
    pence_per_hour: int
    pence_to_rebook: int


class WastageRules(msgspec.Struct, frozen=True):
    """`least_appointments` is the fewest that give a rate, `least_visits` of shares that are of missed visits only.

    `costs` are by day; before the first of them nothing is reckoned. `repeat_visits` missed within `repeat_days` make a
    home one to look after.
    """

    least_appointments: int = 200
    least_visits: int = 30
    repeat_visits: int = 2
    repeat_days: int = 365
    costs: tuple[CostRates, ...] = ()
