"""Count the cases that agree with what their makers say, and name those that do not."""

from __future__ import annotations

from collections.abc import Iterable

AGREED, DISAGREED = 0, 1


def report(cases: Iterable[tuple[str, bool]]) -> int:
    """Print `196 of 196` and the like. Gives 1 where any case disagrees, or where there was none at all."""
    counted = list(cases)
    wrong = [name for name, agrees in counted if not agrees]
    for name in wrong:
        print(f"Disagrees: {name}")
    print(f"{len(counted) - len(wrong)} of {len(counted)}")
    return DISAGREED if wrong or not counted else AGREED
