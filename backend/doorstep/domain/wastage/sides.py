"""Whose miss each outcome is: the vocabulary's own sides, which `rules/outcomes.toml` states for people."""

from __future__ import annotations

from typing import Final, Literal

Side = Literal["missed", "resident", "attended", "neutral", "landlord", "open", "unknown"]

MISSED: Final = frozenset({"no_access_carded", "no_access_no_card"})
"""Nobody came to the door. What else counts on the resident's side, a refusal say, is no missed visit."""
COMPLETED: Final = frozenset({"completed", "external_work_done", "access_gained_late"})
"""What ends a repair's waiting: they let us in, and no more work was asked for."""
RESIDENT: Final = frozenset({"refused_access", "no_responsible_adult", "work_area_not_ready"})
ATTENDED: Final = frozenset({"completed", "access_gained_late", "follow_on_required", "external_work_done"})
NEUTRAL: Final = frozenset(
    {
        "rebooked_by_resident",
        "cancelled_by_resident",
        "no_longer_required",
        "welfare_concern",
        "unsafe_to_wait",
        "third_party_access",
    }
)
LANDLORD: Final = frozenset(
    {
        "landlord_missed",
        "arrived_outside_window",
        "not_notified",
        "time_not_agreed",
        "wrong_address",
        "wrong_trade_or_parts",
        "adjustment_not_met",
    }
)
_SIDES: Final[tuple[tuple[Side, frozenset[str]], ...]] = (
    ("missed", MISSED),
    ("resident", RESIDENT),
    ("attended", ATTENDED),
    ("neutral", NEUTRAL),
    ("landlord", LANDLORD),
)
_SIDE_OF: Final[dict[str, Side]] = {outcome: side for side, outcomes in _SIDES for outcome in outcomes}


def side_of(outcome: str) -> Side:
    """An outcome's side; `open` for none yet. One that the vocabulary does not hold is `unknown`, and told apart."""
    return _SIDE_OF.get(outcome, "unknown") if outcome else "open"
