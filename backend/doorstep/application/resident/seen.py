"""What a resident is shown of a visit: when somebody came and left, and what was done at the door; nobody's name.

No photo, no place, no telephone number, no address, no alert and no word of the operative's is in it: who holds a card
need not be who lives there.
"""

from __future__ import annotations

import msgspec

from doorstep.application.resident.look_up import Found
from doorstep.domain.dossier import Dispute
from doorstep.domain.linking import link

MISSED = frozenset({"no_access_carded", "no_access_no_card"})
CLOSED_TO = {"overturned": "put_right", "upheld": "stands"}
RESIDENT_SAYS = ("was_in", "nobody_knocked", "other")


class SeenVisit(msgspec.Struct, frozen=True):
    """One visit as its resident sees it; instants in ms. `now` is stands, put_right, looking, came_in or noted.

    `waited_until` is when the operative left. `placed` is where they say that they put the card.
    """

    visit_id: str
    window_name: str
    window_from: int
    window_to: int
    arrived_at: int
    left_at: int
    knocks: int
    placed: str
    now: str
    disputes: tuple[Dispute, ...]
    rebooking_number: str


def seen_visit(found: Found, rebooking_number: str) -> SeenVisit:
    """What is shown of it. `rebooking_number` is the landlord's, where the appointment has none of its own."""
    settled, dossier = found.settled, found.dossier
    version = dossier.version(settled.snapshot_sha256) or dossier.versions[-1]
    chain = link(dossier.visits[settled.visit_id])
    placed = chain.first("card_left")
    window = version.appointment.window
    return SeenVisit(
        visit_id=settled.visit_id,
        window_name=window.name,
        window_from=window.starts_at,
        window_to=window.ends_at,
        arrived_at=settled.arrived_at or 0,
        left_at=settled.closed_at or 0,
        knocks=sum(event.kind == "door_knocked" for _, event in chain.links),
        placed=placed[1].text("placed") if placed else "",
        now=_now(found),
        disputes=tuple(dossier.disputes.get(settled.visit_id, [])),
        rebooking_number=str(version.snapshot.get("rebooking_number") or rebooking_number),
    )


def _now(found: Found) -> str:
    """Where the record stands, as far as it is the resident's business."""
    standing = found.settled.standing
    if found.dossier.is_under_dispute(found.settled.visit_id):
        return "looking"
    if standing in CLOSED_TO:
        return CLOSED_TO[standing]
    if standing == "ended":
        return "came_in"
    return "noted"
