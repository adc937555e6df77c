"""How far a supervisor's decision holds: for what they saw, so that a later contradiction reopens the visit."""

from __future__ import annotations

from typing import Final

import msgspec

from doorstep.domain.dossier import Decision, Dossier
from doorstep.domain.standing import Settled

SECOND_LOOK: Final = "second_look"
"""The flag of a visit on which one supervisor has decided, and another has to look before it holds."""
REPLIED: Final = "replied"
"""The flag of a visit that was overturned, and of which its operative has said more since: the right of reply."""
DECIDABLE: Final = frozenset({"pending_corroboration", "recorded", "refused"})


def decided(dossier: Dossier, judged: Settled) -> Settled:
    """Lay the latest decision over what the evidence says, as far as it still holds."""
    decisions = dossier.decisions.get(judged.visit_id, [])
    if not decisions or judged.standing not in DECIDABLE:
        return judged
    if decisions[-1].first_look:
        judged = msgspec.structs.replace(judged, flags=(*judged.flags, SECOND_LOOK))
    # A first look decides nothing: what was decided before it holds on.
    latest = next((each for each in reversed(decisions) if not each.first_look), None)
    if latest is None:
        return judged
    if latest.decision == "overturned":
        flags = (*judged.flags, REPLIED) if _is_replied_to(dossier, judged, latest) else judged.flags
        return msgspec.structs.replace(judged, standing="overturned", outcome=latest.outcome, flags=flags)
    sees = what_a_decider_sees(judged)
    if latest.decision == "returned":
        # A match by a person, or the office's own record of a notice, brings no body of this visit, and yet it is what
        # the visit was returned for.
        is_new = _newest_evidence(dossier, judged) > latest.position or sees != latest.saw
        return judged if is_new else msgspec.structs.replace(judged, standing="returned")
    holds = sees <= latest.saw and ("refused" in sees) == ("refused" in latest.saw)
    took_its_call = latest.by_id in planners_of(dossier, judged.operative_id)
    return msgspec.structs.replace(judged, standing="upheld") if holds and not took_its_call else judged


def what_a_decider_sees(settled: Settled) -> frozenset[str]:
    """What a decision takes into account: what is awaited, and whether the policy refuses the record."""
    is_refused = settled.standing == "refused" or (settled.standing == "overturned" and bool(settled.reasons))
    return frozenset(settled.awaiting) | ({"refused"} if is_refused else frozenset())


def may_be_decided(settled: Settled) -> bool:
    """Whether a supervisor may decide: nobody has, or the operative replied to what was overturned."""
    return settled.standing in DECIDABLE or REPLIED in settled.flags


def planners_of(dossier: Dossier, operative_id: str) -> frozenset[str]:
    """Who took a call with this operative about this appointment, matched or not: none of them may uphold the visit."""
    calls = (call for call in dossier.calls.values() if call.logged and call.operative_id == operative_id)
    return frozenset(call.planner_id for call in calls)


def latest_decision(dossier: Dossier, visit_id: str) -> Decision | None:
    """The decision that was made last on a visit, whether or not it still holds."""
    return next(reversed(dossier.decisions.get(visit_id, [])), None)


def is_own_dispute(dossier: Dossier, visit_id: str, person_id: str) -> bool:
    """Whether a resident disputed what this person upheld, and nobody else has upheld it since: so another has to.

    It stays so once the dispute is answered: what comes later, such as the operative's reply, makes it no less theirs.
    """
    told = max((each.position for each in dossier.disputes.get(visit_id, [])), default=None)
    if told is None:
        return False
    upheld = [each for each in dossier.decisions.get(visit_id, []) if each.decision == "upheld"]
    before = [each.by_id for each in upheld if each.position < told]
    since = {each.by_id for each in upheld if each.position > told}
    return before[-1:] == [person_id] and not since - {person_id}


def _is_replied_to(dossier: Dossier, judged: Settled, decision: Decision) -> bool:
    """Whether a note of the operative's has come that whoever decided had not seen, by the order of the log.

    When a phone says that it was written proves nothing: one that came late is read late, and never lost.
    """
    return any(
        body.position > decision.position
        and body.fault is None
        and body.event is not None
        and body.event.kind == "note_added"
        and body.event.actor_id == judged.operative_id
        for body in dossier.visits[judged.visit_id]
    )


def _newest_evidence(dossier: Dossier, judged: Settled) -> int:
    """The log position of the newest body, photo or call that bears on this visit."""
    positions = [body.position for body in dossier.visits[judged.visit_id]]
    positions += [dossier.photos[sha256].position for sha256 in judged.photos if sha256 in dossier.photos]
    calls = (dossier.calls[call_id].logged for call_id in judged.matched.values())
    positions += [logged.position for logged in calls if logged]
    return max(positions, default=0)
