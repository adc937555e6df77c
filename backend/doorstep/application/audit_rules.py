"""Which of the recorded visits a supervisor is to look at: rules of the landlord's, read from rules/audit.toml."""

from __future__ import annotations

import msgspec

from doorstep.domain.lots import LOTS


class AuditRules(msgspec.Struct, frozen=True):
    """What is looked at beside all that is contradicted, waived, refused or waiting for proof.

    `share` is how many lots of 10,000 are looked at of the rest; alerts, hazards and emergencies are looked at always.
    """

    share: int = LOTS

    @property
    def is_every_one(self) -> bool:
        """Whether nothing is left to chance."""
        return self.share >= LOTS
