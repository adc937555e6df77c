"""Our interval of a share is what a statistics library says, from one of one to millions, at both ends too."""

from __future__ import annotations

import random
from math import sqrt

import pytest
from scipy.stats import binomtest, norm

from doorstep.domain.wastage.wilson import Z, wilson

LAST_DIGITS = 1e-15
"""Under five units in the last place of 1: the same formula in another order of steps rounds as far apart as that."""
WHOLES = (1, 2, 3, 5, 9, 10, 30, 99, 365, 1_000, 4_321, 99_999, 1_000_000, 2_000_000, 7_654_321)


def parts_of(whole: int) -> list[int]:
    """None, one, all but one, all; what lies between; and some that nobody chose."""
    drawn = random.Random(whole)
    some = {0, 1, whole // 100, whole // 3, whole // 2, whole - whole // 3, whole - 1, whole}
    return sorted(some | {drawn.randint(0, whole) for _ in range(20)})


def said_elsewhere(part: int, whole: int) -> tuple[float, float]:
    """The library's word."""
    found = binomtest(part, whole).proportion_ci(confidence_level=0.95, method="wilson")
    return float(found.low), float(found.high)


@pytest.mark.parametrize("whole", WHOLES)
def test_both_ends_are_the_librarys(whole: int) -> None:
    """To the last digits that floating point allows."""
    for part in parts_of(whole):
        ours, theirs = wilson(part, whole), said_elsewhere(part, whole)
        assert abs(ours[0] - theirs[0]) <= LAST_DIGITS, (part, whole)
        assert abs(ours[1] - theirs[1]) <= LAST_DIGITS, (part, whole)


@pytest.mark.parametrize("whole", WHOLES)
def test_none_and_all_end_where_shares_end(whole: int) -> None:
    """Exactly at 0 and at 1, where the library may miss by its last digit."""
    assert wilson(0, whole)[0] == 0.0
    assert wilson(whole, whole)[1] == 1.0


def test_the_quantile_is_the_librarys() -> None:
    """The 0.975 quantile, to the last digit."""
    assert float(norm.ppf(0.975)) == Z


def test_another_interval_would_be_seen() -> None:
    """What is often taken instead, share plus and minus Z standard errors, is far from it even for a million."""
    for part, whole in ((1, 30), (333_333, 1_000_000)):
        share = part / whole
        usual = share - Z * sqrt(share * (1 - share) / whole)
        assert abs(usual - said_elsewhere(part, whole)[0]) > 1000 * LAST_DIGITS
