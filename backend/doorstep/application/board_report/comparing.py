"""What two editions of one month say differently: so that a report that was published is never silently another."""

from __future__ import annotations

import msgspec

from doorstep.application.board_report.figures import MonthFigures
from doorstep.domain.wastage.rate import Rate


class Difference(msgspec.Struct, frozen=True):
    """One share of a measure, as the earlier edition had it and as this one has it."""

    measure: str
    share: str
    was: Rate
    now: Rate


class Against(msgspec.Struct, frozen=True):
    """What an edition is held against: the one before it, made of a log that was `added` entries shorter.

    `came` more appointments are counted now (fewer, where it is negative); costs in pence.
    """

    edition: int
    made_at: int
    added: int
    came: int
    missed_pence: tuple[int, int]
    landlord_pence: tuple[int, int]
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether no figure of the month differs."""
        costs = (self.missed_pence, self.landlord_pence)
        return not self.differences and not self.came and all(was == now for was, now in costs)


def held_against(edition: int, earlier: MonthFigures, later: MonthFigures) -> Against:
    """The later figures beside the earlier ones. Only counts are compared: rates and intervals follow from them."""
    was = {(share.measure, share.share): share.rate for each in earlier.now.measures for share in each.shares}
    differences = []
    for each in later.now.measures:
        for share in each.shares:
            held = was.get((share.measure, share.share), Rate(0, 0))
            if (held.part, held.whole) != (share.rate.part, share.rate.whole):
                differences.append(Difference(share.measure, share.share, held, share.rate))
    return Against(
        edition,
        earlier.made_at,
        later.tree_size - earlier.tree_size,
        later.now.population - earlier.now.population,
        (earlier.now.cost.missed.total_pence, later.now.cost.missed.total_pence),
        (earlier.now.cost.landlord.total_pence, later.now.cost.landlord.total_pence),
        tuple(differences),
    )
