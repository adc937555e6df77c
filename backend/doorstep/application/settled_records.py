"""What a settled visit makes beside its row in the lists: one record of each kind, or none."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.application.door_readings import DoorReading, door_reading
from doorstep.application.records import Record
from doorstep.application.resident.cards import Card, card_of
from doorstep.domain.dossier import Dossier
from doorstep.domain.policy import Policy
from doorstep.domain.standing import Settled

NAMES: Mapping[type[Record], str] = {Card: "Card of visit", DoorReading: "What was measured at visit"}
"""What an audit calls them; each is found by its visit's id."""


def settled_records(
    dossier: Dossier, settled: Settled, policies: Mapping[str, Policy]
) -> dict[type[Record], Record | None]:
    """By kind, for settling, rebuilding and auditing alike."""
    return {Card: card_of(dossier, settled), DoorReading: door_reading(dossier, settled, policies)}
