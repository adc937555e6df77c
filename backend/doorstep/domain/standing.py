"""Where one visit stands: what settling gives, for the lists, the page and the phone."""

from __future__ import annotations

from typing import Final

import msgspec

from doorstep.domain.grades import Graded
from doorstep.domain.judge import Verdict

PUT_TO_AUDIT: Final = frozenset({"refused", "pending_corroboration", "recorded", "returned", "upheld", "overturned"})
"""Standings that only a visit recorded as missed comes to."""


class Reason(msgspec.Struct, frozen=True):
    """Why a visit may not be recorded, for the operative to read. `clause` is the policy's, where it is one."""

    reason: str
    clause: str | None
    words: str


class Settled(msgspec.Struct, frozen=True):
    """Where one visit stands, and all that its page shows of how it came to stand there. Instants in ms since 1970."""

    visit_id: str
    appointment_id: str
    operative_id: str
    standing: str
    outcome: str | None = None
    awaiting: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    flags: tuple[str, ...] = ()
    otherwise: str | None = None
    snapshot_sha256: str = ""
    policy_version: str = ""
    started_at: int | None = None
    arrived_at: int | None = None
    closed_at: int | None = None
    verdict: Verdict | None = None
    faults: dict[int, str] = {}
    withdrawn: dict[int, str] = {}
    matched: dict[int, str] = {}
    photos: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    grades: tuple[Graded, ...] = ()
    place: Graded | None = None
    grade: str = ""
    card_code: str = ""
    """What is written on the card that was left, once the visit is closed; empty where none was."""
