"""What measures are grouped by: each dimension names the fields of a fact whose values, together, make its groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.record_quality import GRADE_OF

TOTAL: Final = "total"
DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    TOTAL: (),
    "window": ("window",),
    "trade": ("trade",),
    "sor": ("sor",),
    "priority": ("priority",),
    "contractor": ("contractor",),
    "operative": ("operative_id",),
    "receipt": ("receipt",),
    "lead": ("lead",),
    "channel": ("channel",),
    "notice": ("notice",),
    "width": ("width",),
    "like_with_like": ("trade", "priority", "width"),
    "alerts": ("alerts",),
    "clauses_failed": ("clauses_failed",),
    "clauses_waived": ("clauses_waived",),
    "recorded_as": ("recorded_as",),
    "stands_as": ("stands_as",),
    "put_right": ("decision", "stands_as"),
    "decided_as": ("recorded_as", "stands_as"),
    "contractor_trade": ("contractor", "trade"),
    "contractor_failed": ("contractor", "clauses_failed"),
    "contractor_waived": ("contractor", "clauses_waived"),
    "contractor_graded": ("contractor", "grades"),
}
"""A summary is kept of each of these by day and patch: whoever adds or changes one raises SUMMARY_VERSION."""
SUMMARY_VERSION: Final = "3"
BETWEEN: Final = "\x1f"
"""What stands between the values of a group of several fields."""

LISTS: Final = frozenset({"clauses_failed", "clauses_waived", "grades"})
"""Fields whose values are lists of codes between spaces: an appointment is in the group of each of them."""
PARTS: Final = ("", "patch", "day", "weekday", "month")
"""By what a group can be told further apart."""


def is_of_lists(dimension: str) -> bool:
    """Whether its last field is a list, and so an appointment in several of its groups."""
    fields = DIMENSIONS[dimension]
    return bool(fields) and fields[-1] in LISTS


def groups_in(dimension: str, value: str) -> list[str]:
    """The groups that a value of a dimension stands for; of a list, each of its codes.

    A check with its grade, as `knocked=proven`, is in the group of the check alone too, which is `knocked=`.
    """
    if not is_of_lists(dimension):
        return [value]
    before, between, codes = value.rpartition(BETWEEN)
    found = dict.fromkeys(group for code in codes.split() for group in _with_check(code))
    return [f"{before}{between}{group}" for group in found or [""]]


def _with_check(code: str) -> list[str]:
    check, graded, _ = code.partition(GRADE_OF)
    return [code, f"{check}{GRADE_OF}"] if graded else [code]


def value_of(dimension: str, fact: Fact) -> str:
    """The group that a fact is in."""
    return BETWEEN.join(str(getattr(fact, name)) for name in DIMENSIONS[dimension])
