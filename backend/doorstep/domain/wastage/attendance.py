"""One visit as the measures see it: read out of its chain and of where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from doorstep.domain.dossier import Decision, Dossier
from doorstep.domain.events import Event
from doorstep.domain.linking import Chain, link
from doorstep.domain.policy import Policy
from doorstep.domain.readings import wait_of
from doorstep.domain.standing import PUT_TO_AUDIT, Settled
from doorstep.domain.wastage.record_quality import RecordQuality, record_quality
from doorstep.domain.wastage.sides import ATTENDED

DECIDED: Final = frozenset({"upheld", "overturned", "returned"})
UNDECIDED: Final = frozenset({"pending_corroboration", "recorded", "returned"})
LACKING_IN_PACK: Final = frozenset({"photo", "planner_call", "attestation"})
DISPUTE: Final = frozenset({"dispute"})
"""What a resident says of a record later does not make it less complete than it was."""
ASKS_PLANNER: Final = frozenset({"planner_call_tried", "planner_code_typed", "planner_contacted"})
METHODS: Final = {"arrived": "visit", "resident_called": "call"}
"""By which events access was attempted, and how."""
PLANNER_IN_TIME_MS: Final = 10 * 60_000
"""As long as a planner's spoken code is good for."""
REBOOKED: Final = "rebooked_by_resident"


class Attendance(msgspec.Struct, frozen=True):
    """One visit. Lengths in ms on the visit's own stopwatch, which a moved clock does not alter."""

    visit_id: str
    operative_id: str
    standing: str
    recorded_as: str
    stands_as: str
    methods: frozenset[str]
    arrived_at: int | None
    closed_at: int | None
    on_site_ms: int | None
    is_put_to_audit: bool
    is_complete_first_time: bool
    has_complete_pack: bool
    clauses_failed: tuple[str, ...]
    clauses_waived: tuple[str, ...]
    wait_ms: int | None
    least_wait_ms: int | None
    planner: str
    decision: str
    decided_after_ms: int | None
    quality: RecordQuality = RecordQuality()


def attendance(dossier: Dossier, settled: Settled, policies: Mapping[str, Policy]) -> Attendance:
    """What the measures take from one visit."""
    chain = link(dossier.visits[settled.visit_id])
    arrived, closing = chain.first("arrived"), chain.closing
    recorded_as, stands_as = _outcomes(settled, chain)
    policy = policies.get(settled.policy_version)
    waits = wait_of(settled, chain, policy)
    decisions = dossier.decisions.get(settled.visit_id, [])
    is_audited = settled.standing in PUT_TO_AUDIT
    waived = settled.verdict.waived if settled.verdict and is_audited else ()
    kinds = {event.kind for _, event in chain.links}
    is_whole = is_audited and bool(settled.verdict and settled.verdict.may_record_missed)
    was_returned = any(decision.decision == "returned" for decision in decisions)
    holds = decisions[-1] if decisions and settled.standing in DECIDED else None
    return Attendance(
        visit_id=settled.visit_id,
        operative_id=settled.operative_id,
        standing=settled.standing,
        recorded_as=recorded_as,
        stands_as=stands_as,
        methods=frozenset(method for kind, method in METHODS.items() if kind in kinds),
        arrived_at=arrived[1].at_ms if arrived else None,
        closed_at=closing.at_ms if closing else None,
        on_site_ms=closing.t - arrived[1].t if arrived and closing else None,
        is_put_to_audit=is_audited,
        is_complete_first_time=is_whole and not waived and not was_returned and not set(settled.awaiting) - DISPUTE,
        has_complete_pack=is_whole and not LACKING_IN_PACK & set(settled.awaiting),
        clauses_failed=tuple(reason.clause for reason in settled.reasons if reason.clause) if is_audited else (),
        clauses_waived=tuple(waived),
        wait_ms=waits[0] if waits else None,
        least_wait_ms=waits[1] if waits else None,
        planner=_planner(chain),
        decision=holds.decision if holds else "",
        decided_after_ms=_decided_after(chain, closing, holds),
        quality=record_quality(dossier, settled, chain, policy) if is_audited else RecordQuality(),
    )


def is_attended(visit: Attendance) -> bool:
    """Whether somebody got in, or the work was done."""
    return visit.recorded_as in ATTENDED


def _outcomes(settled: Settled, chain: Chain) -> tuple[str, str]:
    """As the door and the judge left it, and what is left of it after supervisors."""
    was_carded = any(event.kind == "card_left" for _, event in chain.links)
    missed = "no_access_carded" if was_carded else "no_access_no_card"
    outcome, instead = settled.outcome or "", settled.otherwise or ""
    if settled.standing == "refused":
        return instead, instead
    if settled.standing in UNDECIDED:
        # Sent back from a refusal it has no outcome of its own: what the policy says holds until it comes again.
        return (outcome, "") if outcome else (instead, instead)
    if settled.standing == "upheld":
        return outcome or missed, outcome or missed
    if settled.standing == "overturned":
        was_allowed = bool(settled.verdict and settled.verdict.may_record_missed)
        return (missed if was_allowed else instead), outcome
    return outcome, outcome


def _planner(chain: Chain) -> str:
    """Whether the planner was asked: `none`, or how soon they answered."""
    asked = [event.t for _, event in chain.links if event.kind in ASKS_PLANNER]
    answered = [event.t for _, event in chain.links if event.kind == "planner_contacted"]
    if not asked:
        return "none"
    if not answered:
        return "unanswered"
    return "in_time" if answered[0] - asked[0] <= PLANNER_IN_TIME_MS else "late"


def _decided_after(chain: Chain, closing: Event | None, decision: Decision | None) -> int | None:
    """From when the office had the record to the decision on it."""
    if decision is None or closing is None:
        return None
    received_at = next(body.received_at for body, event in chain.links if event is closing)
    return max(decision.at - received_at, 0)
