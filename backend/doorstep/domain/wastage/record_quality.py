"""How good the record of one missed visit is: its grades by check, its photos, its planner's call, and when it came."""

from __future__ import annotations

from typing import Final

import msgspec

from doorstep.domain.dossier import Dossier
from doorstep.domain.linking import Chain
from doorstep.domain.policy import EachRequestCheck, Policy
from doorstep.domain.standing import Settled

GRADE_OF: Final = "="
"""What stands between a check and its grade in a code, as in `knocked=proven`."""
UNREADABLE: Final = "photo_unreadable"


class RecordQuality(msgspec.Struct, frozen=True):
    """What is asked of a record that was put to audit; of any other visit nothing is, and all of it is empty.

    `grades` are codes of a check and its grade, `grade` is the visit's. `came_after_ms` is from the record at the door,
    by the phone's clock, to the server's having it. A `named` call is one that the operative says they made.
    """

    grades: tuple[str, ...] = ()
    grade: str = ""
    has_photo: bool = False
    is_photo_unreadable: bool = False
    has_named_call: bool = False
    is_call_unmatched: bool = False
    had_requests: bool = False
    is_request_ignored: bool = False
    was_returned: bool = False
    came_after_ms: int | None = None


def record_quality(dossier: Dossier, settled: Settled, chain: Chain, policy: Policy | None) -> RecordQuality:
    """Of a visit that was put to audit."""
    version = dossier.version(settled.snapshot_sha256)
    had_requests = bool(version and version.appointment.request_ids)
    named = {event.n for _, event in chain.links if event.kind == "planner_contacted"}
    decisions = dossier.decisions.get(settled.visit_id, [])
    return RecordQuality(
        grades=tuple(f"{each.clause}{GRADE_OF}{each.grade}" for each in settled.grades),
        grade=settled.grade,
        has_photo=bool(settled.photos),
        is_photo_unreadable=UNREADABLE in settled.flags,
        has_named_call=bool(named),
        is_call_unmatched=not named <= settled.matched.keys(),
        had_requests=had_requests,
        is_request_ignored=had_requests and _is_request_ignored(settled, policy),
        was_returned=any(each.decision == "returned" for each in decisions),
        came_after_ms=_came_after(chain),
    )


def _is_request_ignored(settled: Settled, policy: Policy | None) -> bool:
    """Whether the record is refused for it: a request that nobody said they followed counts as much as one denied."""
    clauses = policy.clauses if policy else ()
    asks = {clause.clause for clause in clauses if isinstance(clause.check, EachRequestCheck)}
    return any(reason.clause in asks for reason in settled.reasons)


def _came_after(chain: Chain) -> int | None:
    """A phone whose clock is ahead would have sent it before it was: that is as soon as can be."""
    closing = chain.closing
    if closing is None:
        return None
    received_at = next(body.received_at for body, event in chain.links if event is closing)
    return max(received_at - closing.at_ms, 0)
