"""Who at a door waits for a planner: they asked to be rung, or said that they ring, and nobody has spoken with them."""

from __future__ import annotations

import msgspec

from doorstep.domain.dossier import Dossier, Stated
from doorstep.domain.events import Event
from doorstep.domain.linking import Chain

RINGS_FOR_MS = 5 * 60_000
"""A call that nobody has answered or saved by then does not ring any longer, though their phone says nothing more."""


class Calling(msgspec.Struct, frozen=True):
    """Since when (ms) they wait for a planner; `is_ringing` where they ring themselves at this moment."""

    since: int
    is_ringing: bool


def calling(dossier: Dossier, chain: Chain, operative_id: str, now_ms: int) -> Calling | None:
    """What an operative asks of the planners; None where they ask nothing, or somebody has spoken with them since."""
    tried = [link for link in chain.links if link[1].kind == "planner_call_tried"]
    asked = [link for link in tried if link[1].text("result") == "in_app_asked"][-1:]
    # Whoever says afterwards that nobody answered does not ring any longer.
    rang = [link for link in tried[-1:] if link[1].text("result") == "ringing" and now_ms - _at(link) < RINGS_FOR_MS]
    waiting = [link for link in (*asked, *rang) if not _is_answered(dossier, chain, operative_id, link)]
    if not waiting:
        return None
    is_ringing = any(link[1].text("result") == "ringing" for link in waiting)
    return Calling(min(map(_at, waiting)), is_ringing)


def _at(link: tuple[Stated, Event]) -> int:
    body, event = link
    return min(event.at_ms, body.received_at)


def _is_answered(dossier: Dossier, chain: Chain, operative_id: str, link: tuple[Stated, Event]) -> bool:
    """Whether their phone tells of a contact since, or a planner has saved one."""
    said = any(later.kind == "planner_contacted" and later.n > link[1].n for _, later in chain.links)
    calls = [call for call in dossier.calls.values() if call.operative_id == operative_id]
    return said or any(call.logged is not None and call.logged.at >= _at(link) for call in calls)
