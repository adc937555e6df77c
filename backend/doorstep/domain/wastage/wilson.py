"""The 95 % Wilson score interval of a share: honest for few and for shares near nought or one."""

from __future__ import annotations

from math import sqrt
from typing import Final

Z: Final = 1.959963984540054
"""The standard normal's 0.975 quantile. (Wilson, 1927; Brown, Cai and DasGupta, 2001, recommend it for small n.)"""


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Both ends, each from 0 to 1. Raises ValueError where `part` is no part of `whole`, or there is no whole."""
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole} is no share")
    share, z2 = part / whole, Z * Z
    middle = share + z2 / (2 * whole)
    reach = Z * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    low, high = (middle - reach) / (1 + z2 / whole), (middle + reach) / (1 + z2 / whole)
    # At the ends the formula gives exactly 0 and 1; a float may miss them by its last bit.
    return (0.0 if part == 0 else max(low, 0.0)), (1.0 if part == whole else min(high, 1.0))
