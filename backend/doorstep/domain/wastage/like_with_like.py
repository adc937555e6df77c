"""Would broader windows help? Two widths compared within the same trade and priority, and in no other mixture.

Windows are not drawn by lot: whoever takes a broad one may differ from who does not in ways that nobody wrote down.
So what comes out is an association among like jobs, never what a change would bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import msgspec

Stratum = tuple[str, str]
"""Trade and priority."""


class Compared(msgspec.Struct, frozen=True):
    """Two widths over the `strata` that hold enough of both, each weighted by all of its appointments.

    Rates from 0 to 1, None where no stratum holds enough. `left_out` appointments of the two are in other strata.
    """

    one: str
    other: str
    strata: int
    appointments: int
    left_out: int
    rate_of_one: float | None
    rate_of_other: float | None


def compare(counts: Mapping[tuple[str, str, str], tuple[int, int]], one: str, other: str, least: int) -> Compared:
    """`counts` holds (missed, population) by (trade, priority, width); a stratum needs `least` of either width."""
    strata = _strata(counts, one, other)
    alike = [(strata[kind][one], strata[kind][other]) for kind in strata if _is_alike(strata[kind], one, other, least)]
    everything = sum(pair[1] for pairs in strata.values() for pair in pairs.values())
    weight = sum(first[1] + second[1] for first, second in alike)
    rates = [
        float(sum(Fraction((pair[0][1] + pair[1][1]) * pair[place][0], pair[place][1]) for pair in alike) / weight)
        if weight
        else None
        for place in (0, 1)
    ]
    return Compared(one, other, len(alike), weight, everything - weight, rates[0], rates[1])


def strata_alike(
    counts: Mapping[tuple[str, str, str], tuple[int, int]], one: str, other: str, least: int
) -> frozenset[Stratum]:
    """The trades and priorities in which the two are compared."""
    strata = _strata(counts, one, other)
    return frozenset(kind for kind, pairs in strata.items() if _is_alike(pairs, one, other, least))


def _strata(
    counts: Mapping[tuple[str, str, str], tuple[int, int]], one: str, other: str
) -> dict[Stratum, dict[str, tuple[int, int]]]:
    strata: dict[Stratum, dict[str, tuple[int, int]]] = {}
    for (trade, priority, width), pair in counts.items():
        if width in (one, other) and pair[1]:
            strata.setdefault((trade, priority), {})[width] = pair
    return strata


def _is_alike(pairs: Mapping[str, tuple[int, int]], one: str, other: str, least: int) -> bool:
    return one in pairs and other in pairs and min(pairs[one][1], pairs[other][1]) >= least
