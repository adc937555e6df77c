"""What wasted visits cost: minutes at the door at a dated rate, and the work of rebooking; whole numbers throughout."""

from __future__ import annotations

from typing import Final

import msgspec

from doorstep.domain.instants import MS_PER_HOUR

HALF_HOUR_MS: Final = MS_PER_HOUR // 2


class Spent(msgspec.Struct, frozen=True):
    """Visits of one outcome at one rate: `timed` of them have a time at the door, `on_site_ms` together."""

    visits: int
    timed: int
    on_site_ms: int
    pence_per_hour: int
    pence_to_rebook: int


class Cost(msgspec.Struct, frozen=True):
    """What they cost together. `time_parts` is exact: pence times the milliseconds of an hour."""

    visits: int = 0
    timed: int = 0
    on_site_ms: int = 0
    time_parts: int = 0
    rebooking_pence: int = 0

    def and_spent(self, spent: Spent) -> Cost:
        """With these visits too."""
        return Cost(
            self.visits + spent.visits,
            self.timed + spent.timed,
            self.on_site_ms + spent.on_site_ms,
            self.time_parts + spent.on_site_ms * spent.pence_per_hour,
            self.rebooking_pence + spent.visits * spent.pence_to_rebook,
        )

    def and_cost(self, other: Cost) -> Cost:
        """Both together."""
        return Cost(*(mine + yours for mine, yours in zip(_parts(self), _parts(other), strict=True)))

    @property
    def minutes(self) -> int:
        """Minutes at the door, a half rounded up."""
        return (self.on_site_ms + 30_000) // 60_000

    @property
    def time_pence(self) -> int:
        """What the time cost, a half penny rounded up: once, at the end."""
        return (self.time_parts + HALF_HOUR_MS) // MS_PER_HOUR

    @property
    def total_pence(self) -> int:
        """Both together, as they are shown."""
        return self.time_pence + self.rebooking_pence


def _parts(cost: Cost) -> tuple[int, ...]:
    parts: tuple[int, ...] = msgspec.structs.astuple(cost)
    return parts
