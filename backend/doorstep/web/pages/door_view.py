"""How one operative at a door stands, as far as their phone has told: for a planner's board."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from doorstep.domain.dossier import Dossier
from doorstep.domain.judge import Verdict
from doorstep.domain.linking import Chain, link
from doorstep.domain.policy import ElapsedCheck, Policy
from doorstep.domain.visit import settle
from doorstep.web.pages.words import say


class Door(msgspec.Struct, frozen=True):
    """One row of the board. `wait_until` is worked out from the phone's last word: the phone may know better."""

    appointment_id: str
    visit_id: str
    operative_id: str
    operative: str
    address: str
    arrived_at: int | None
    waited_ms: int | None
    wait_until: int | None
    is_wait_over: bool
    so_far: str
    heard_at: int


def door_view(
    dossier: Dossier, visit_id: str, policies: Mapping[str, Policy], names: Mapping[str, str], now_ms: int
) -> Door:
    """A visit in progress."""
    now = settle(dossier, policies)[visit_id]
    chain = link(dossier.visits[visit_id])
    wait_until = _wait_until(chain, now.verdict, policies.get(now.policy_version))
    address = dossier.versions[-1].snapshot.get("address", []) if dossier.versions else []
    return Door(
        appointment_id=dossier.appointment_id,
        visit_id=visit_id,
        operative_id=now.operative_id,
        operative=names.get(now.operative_id, ""),
        address=", ".join(address),
        arrived_at=now.arrived_at,
        waited_ms=now_ms - now.arrived_at if now.arrived_at is not None else None,
        wait_until=wait_until,
        is_wait_over=wait_until is not None and wait_until <= now_ms,
        so_far=so_far(chain),
        heard_at=max(body.received_at for body in dossier.visits[visit_id]),
    )


def _wait_until(chain: Chain, verdict: Verdict | None, policy: Policy | None) -> int | None:
    """The instant at which the longest wait of the policy ends, by the last thing that the phone stated."""
    if verdict is None or policy is None or not chain.links:
        return None
    waits = {clause.clause for clause in policy.clauses if isinstance(clause.check, ElapsedCheck)}
    ends = [
        ruled.ready_t if ruled.ready_t is not None else ruled.t
        for ruled in verdict.clauses
        if ruled.clause in waits and ruled.status in ("met", "waiting")
    ]
    known = [t for t in ends if t is not None]
    latest = chain.links[-1][1]
    return latest.at_ms + max(known) - latest.t if known else None


def so_far(chain: Chain) -> str:
    """What was done at the door, in a few words."""
    kinds = [event.kind for _, event in chain.links]
    done = []
    for kind, one, many in (
        ("door_knocked", "board.knock", "board.knocks"),
        ("resident_called", "board.call", "board.calls"),
    ):
        if count := kinds.count(kind):
            done.append(say(one) if count == 1 else say(many, count=count))
    return ", ".join(done) or say("board.nothing")
