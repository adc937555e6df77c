"""What of a visit is laid before the judge: the snapshot and the policy that it was begun under, and its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from doorstep.domain.dossier import Dossier, Stated, Version
from doorstep.domain.events import Event
from doorstep.domain.hearing import Hearing, open_hearing
from doorstep.domain.linking import Chain
from doorstep.domain.policy import Policy


class Brought(NamedTuple):
    """One visit as it comes before the judge. `version` and `policy` are None where nobody was given that pair.

    `unknown_at` is the log position of what names a snapshot or policy that its operative was not given.
    """

    operative_id: str
    version: Version | None
    policy: Policy | None
    missed: Event | None
    before: tuple[Event, ...]
    unknown_at: int | None = None

    def hearing(self, now: Event) -> Hearing | None:
        """The case as it stood at that event; None where the snapshot is not known."""
        if self.version is None:
            return None
        events = tuple(event.heard() for event in self.before if event.n <= now.n)
        return open_hearing(self.version.appointment, events, {"at": now.at, "t": now.t})


def bring(dossier: Dossier, visit_id: str, chain: Chain, policies: Mapping[str, Policy]) -> Brought:
    """A visit of a dossier: judged by what came before its record, where there is one."""
    closing = chain.closing
    missed = closing if closing and closing.kind == "missed_recorded" else None
    before = tuple(event for _, event in chain.links if missed is None or event.n < missed.n)
    brought = Brought(_owner(chain, dossier.visits[visit_id]), None, None, missed, before)
    started = chain.first("visit_started")
    return _served(brought, dossier, chain, started, policies) if started else brought


def _served(
    brought: Brought, dossier: Dossier, chain: Chain, started: tuple[Stated, Event], policies: Mapping[str, Policy]
) -> Brought:
    """With the snapshot and policy that the chain names, where this operative was given that very pair."""
    body, event = started
    named, policy_version = event.text("snapshot_sha256"), event.text("policy_version")
    mine = [serving for serving in dossier.servings if serving.operative_id == brought.operative_id]
    served = {serving.sha256 for serving in mine}
    is_known = (named, policy_version) in {(serving.sha256, serving.policy_version) for serving in mine}
    for adopted_body, adopted in chain.links:
        if is_known and adopted.kind == "snapshot_adopted":
            named, body = adopted.text("snapshot_sha256"), adopted_body
            is_known = named in served
    if not is_known:
        return brought._replace(unknown_at=body.position)
    return brought._replace(version=dossier.version(named), policy=policies.get(policy_version))


def _owner(chain: Chain, stated: list[Stated]) -> str:
    """Whose visit it is: who started it, or, until that arrives, who stated the first thing that did."""
    if chain.started:
        return chain.started.actor_id
    return next((body.event.actor_id for body in stated if body.event), "")
