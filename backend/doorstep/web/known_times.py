"""What the server's own times say of a visit, whatever its phone's clocks say: of each event, and of each wait."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.domain.bounds import Bounds, bounds
from doorstep.domain.dossier import Dossier, Version
from doorstep.domain.laid_out import LaidOut
from doorstep.domain.linking import Chain
from doorstep.domain.policy import ElapsedCheck, Policy
from doorstep.domain.standing import Settled


def known_bounds(dossier: Dossier, chain: Chain, visit_id: str) -> Mapping[int, Bounds]:
    """Between which of the server's times each event of the chain was stated, by its `n`."""
    return bounds(chain.links, dossier.calls.values(), dossier.visits[visit_id])


def known_waits(
    dossier: Dossier, chain: Chain, settled: Settled, policy: Policy | None, version: Version | None
) -> dict[str, tuple[int, int]]:
    """For each wait that was graded: from when to when it went on for certain, where any of it is certain."""
    graded = {each.clause for each in settled.grades}
    if not graded or policy is None or version is None or settled.verdict is None:
        return {}
    laid = LaidOut(dossier, chain, settled, policy, version, settled.verdict)
    known: dict[str, tuple[int, int]] = {}
    for clause, ruling in zip(policy.clauses, settled.verdict.clauses, strict=True):
        if not isinstance(clause.check, ElapsedCheck) or ruling.status != "met" or clause.clause not in graded:
            continue
        stretch = laid.wait(clause, clause.check, ruling)
        first = max(stretch.began.hi, stretch.opens_at or 0)
        if stretch.ended.lo is not None and stretch.ended.lo > first:
            known[clause.clause] = first, stretch.ended.lo
    return known
