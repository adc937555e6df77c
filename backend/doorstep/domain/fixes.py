"""What an operative's locations of one day say together: reasons for a person to look, never guilt by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

from doorstep.domain.placing import distance_m

REPEATED: Final = "place_repeated"
TOO_FAST: Final = "place_too_fast"
IDENTICAL_FIXES: Final = 3
"""A phone outdoors never finds itself on the same ten-millionth of a degree three times; a copied location does."""
FASTEST_KM_H: Final = 160


class Fix(NamedTuple):
    """Where a phone said it was on arrival at a visit, in ten-millionths of a degree; `at` in ms since 1970."""

    visit_id: str
    at: int
    lat_e7: int
    lon_e7: int
    accuracy_m: int


def fixes_to_review(fixes: Iterable[Fix]) -> dict[str, tuple[str, ...]]:
    """The flags of each visit whose fix should be looked at, in alphabetical order."""
    in_order = sorted(fixes, key=lambda fix: (fix.at, fix.visit_id))
    times = Counter((fix.lat_e7, fix.lon_e7, fix.accuracy_m) for fix in in_order)
    flags: dict[str, set[str]] = {}
    for fix in in_order:
        if times[fix.lat_e7, fix.lon_e7, fix.accuracy_m] >= IDENTICAL_FIXES:
            flags.setdefault(fix.visit_id, set()).add(REPEATED)
    for earlier, later in pairwise(in_order):
        if _is_too_fast(earlier, later):
            flags.setdefault(earlier.visit_id, set()).add(TOO_FAST)
            flags.setdefault(later.visit_id, set()).add(TOO_FAST)
    return {visit_id: tuple(sorted(found)) for visit_id, found in flags.items()}


def _is_too_fast(earlier: Fix, later: Fix) -> bool:
    """Over 160 km/h, with each fix's own error taken off the way between them."""
    away_m = distance_m(earlier.lat_e7, earlier.lon_e7, later.lat_e7, later.lon_e7)
    way_m = away_m - earlier.accuracy_m - later.accuracy_m
    return way_m * 3_600 > FASTEST_KM_H * (later.at - earlier.at)
