"""Which of the recorded visits a supervisor is to look at: rules of the landlord's, read from rules/audit.toml."""

from __future__ import annotations

from typing import Final

import msgspec

from doorstep.application.lists import is_pressing
from doorstep.application.rows import VisitRow
from doorstep.domain.lots import LOTS

SECOND_LOOKS: Final = ("overturned", "waiver", "alert", "hazard", "contradicted", "dispute")
"""What a landlord may want two to look at: a record that is overturned, and any decision on a visit with the others."""


class AuditRules(msgspec.Struct, frozen=True):
    """What is looked at beside all that is contradicted, waived, refused or waiting for proof.

    `share` is how many lots of 10,000 are looked at of the rest; alerts, hazards and emergencies are looked at always.
    `second_look` is what two supervisors have to decide alike, of SECOND_LOOKS.
    """

    share: int = LOTS
    second_look: frozenset[str] = frozenset()

    @property
    def is_every_one(self) -> bool:
        """Whether nothing is left to chance."""
        return self.share >= LOTS

    def wants_two(self, row: VisitRow, decision: str) -> bool:
        """Whether one supervisor's decision on a visit is not enough. What is sent back is not decided yet.

        Where two have to overturn a record, one alone does not take it back, whatever the operative replied.
        """
        if decision == "returned" and row.standing != "overturned":
            return False
        has = {
            "overturned": decision == "overturned" or row.standing == "overturned",
            "waiver": row.waived_count > 0,
            "alert": row.alert_count > 0,
            "hazard": is_pressing(row),
            "contradicted": row.grade == "contradicted",
            "dispute": '"dispute_open"' in row.flags,
        }
        return any(has[name] for name in self.second_look)
