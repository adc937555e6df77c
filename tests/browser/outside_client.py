"""A client of somebody else's: it links its own chain, by hashes from the written forms alone, and sends it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

import httpx

from tests.browser.appointments import Door
from tests.chains import Chain


def a_chain_at(door: Door, actor_id: str, installation_id: str, began_ms: int) -> Chain:
    """An empty chain for a visit to a door of the day, which begins at that instant."""
    snapshot = door.snapshot_text
    appointment_id = json.loads(snapshot)["appointment_id"]
    return Chain(actor_id, installation_id, appointment_id, snapshot, door.policy_version, str(uuid.uuid4()), began_ms)


@dataclass
class OutsidePhone:
    """One installation: it numbers what it sends without gaps."""

    http: httpx.Client
    installation_id: str
    sent: int = 0

    def send(self, bodies: list[str]) -> list[str]:
        """Send, and give the reasons of whatever was refused."""
        events = [{"seq": self.sent + place, "body": body} for place, body in enumerate(bodies, start=1)]
        asked = {"installation_id": self.installation_id, "after": 0, "events": events}
        answer = self.http.post("/api/sync", json=asked)
        answer.raise_for_status()
        self.sent += len(bodies)
        assert answer.json()["ack"] == self.sent
        return [refusal["reason"] for refusal in answer.json()["refused"]]
