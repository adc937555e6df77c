"""State something for the office in the log: under its own kind, by the visit and the appointment that it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from doorstep.application.office import E, state
from doorstep.application.rows import Entry
from doorstep.application.world import World
from doorstep.domain.office_events import kind_of


def log_event(
    world: World, kind: type[E], actor_id: str, now_ms: int, feed_to: Iterable[str] = (), /, **fields: Any
) -> tuple[E, Entry]:
    """One office event at the log's end, with its entry. `feed_to` are the operatives whom it concerns."""
    event, body = state(kind, actor_id, now_ms, **fields)
    entry = world.append(
        kind_of(event),
        body,
        now_ms,
        visit_id=getattr(event, "visit_id", None),
        appointment_id=getattr(event, "appointment_id", None),
        actor_id=actor_id,
        feed_to=feed_to,
    )
    return event, entry
