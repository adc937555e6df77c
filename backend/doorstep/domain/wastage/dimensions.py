"""What measures are grouped by: each dimension names the fields of a fact whose values, together, make its groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorstep.domain.wastage.fact import Fact

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
}
"""A summary is kept of each of these by day and patch: whoever adds or changes one raises SUMMARY_VERSION."""
SUMMARY_VERSION: Final = "1"
BETWEEN: Final = "\x1f"
"""What stands between the values of a group of several fields."""

LISTS: Final = frozenset({"clauses_failed", "clauses_waived"})
"""Whose values are lists of codes between spaces: an appointment is in the group of each of them."""
PARTS: Final = ("", "patch", "day", "weekday", "month")
"""By what a group can be told further apart."""


def groups_in(dimension: str, value: str) -> list[str]:
    """The groups that a value of a dimension stands for; of a list, each of its codes."""
    return value.split() if dimension in LISTS and value else [value]


def value_of(dimension: str, fact: Fact) -> str:
    """The group that a fact is in."""
    return BETWEEN.join(str(getattr(fact, name)) for name in DIMENSIONS[dimension])
