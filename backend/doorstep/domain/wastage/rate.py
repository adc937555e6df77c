"""A share with its n and interval, or without them where n is too small; and how it is rounded to be shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

from doorstep.domain.wastage.wilson import wilson


class Rate(msgspec.Struct, frozen=True):
    """`part` of `whole`. `value`, `low` and `high`, from 0 to 1, are None where `whole` is too small to give a rate."""

    part: int
    whole: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_given(self) -> bool:
        """Whether there were enough."""
        return self.value is not None


def rate_of(part: int, whole: int, least: int) -> Rate:
    """The rate, given only from `least` on; of none at all there never is one."""
    if whole < max(least, 1):
        return Rate(part, whole)
    low, high = wilson(part, whole)
    return Rate(part, whole, part / whole, low, high)


def shown_percent(rate: Rate, places: int = 1) -> str:
    """The rate in per cent, a half rounded up, reckoned from the whole numbers; empty where none is given."""
    if not rate.is_given:
        return ""
    return _rounded(Decimal(100 * rate.part) / Decimal(rate.whole), places)


def shown_ends(rate: Rate, places: int = 1) -> tuple[str, str]:
    """Both ends of the interval in per cent; empty where none is given."""
    if rate.low is None or rate.high is None:
        return "", ""
    return _rounded(Decimal(rate.low) * 100, places), _rounded(Decimal(rate.high) * 100, places)


def _rounded(percent: Decimal, places: int) -> str:
    return str(percent.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def median(lengths: list[int] | tuple[int, ...]) -> float | None:
    """The middle of lengths that are in order; between two, their mean. None of none."""
    if not lengths:
        return None
    half, is_odd = divmod(len(lengths), 2)
    return float(lengths[half]) if is_odd else (lengths[half - 1] + lengths[half]) / 2
