"""What a measure is: shares of counters, by which groups it may be told, and what it says apart from them."""

from __future__ import annotations

import msgspec


class Ratio(msgspec.Struct, frozen=True):
    """One share: the counter that is its part, and the one that is its whole; one lies within the other."""

    name: str
    part: str
    whole: str


class Aside(msgspec.Struct, frozen=True):
    """What is told apart with its count: `left_out` of every whole, or in it without anybody knowing more of it."""

    counter: str
    is_left_out: bool = False


class Measure(msgspec.Struct, frozen=True):
    """`number` is that of the list in the domain's page; `groups` the dimensions that it is told by, beside `total`."""

    number: int
    name: str
    ratios: tuple[Ratio, ...]
    groups: tuple[str, ...]
    asides: tuple[Aside, ...]
    listed_by: tuple[str, ...] = ()
    """Dimensions of whose groups the appointments are listed, though the measure is not told by them."""

    def ratio(self, name: str) -> Ratio:
        """One of its shares. Raises LookupError where it has none of that name."""
        found = next((ratio for ratio in self.ratios if ratio.name == name), None)
        if found is None:
            raise LookupError(f"{self.name} has no share {name}")
        return found


POPULATION = (
    Aside("cancelled_before", is_left_out=True),
    Aside("cancelled_but_visited", is_left_out=True),
    Aside("cancelled_later"),
    Aside("no_visit"),
    Aside("open"),
    Aside("unknown_outcome"),
)
"""What everything over the whole population says apart: nobody knows how these would have ended."""
UNDECIDED = Aside("undecided")
WASTE = (Ratio("missed", "missed", "population"), Ratio("landlord", "landlord", "population"))
EVERYWHERE = ("window", "trade", "sor", "priority", "contractor", "operative", "recorded_as")
