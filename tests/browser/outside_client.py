"""A client of somebody else's, made from the written forms alone: it links its own chain by hashes and sends it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx


def sha256_hex(text: str) -> str:
    """Lowercase hex SHA-256 of a text's UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class OutsideChain:
    """One visit: `snapshot` is the exact text that the day gave, `began_ms` the wall clock at t = 0."""

    installation_id: str
    actor_id: str
    snapshot: str
    policy_version: str
    began_ms: int
    visit_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    boot: str = field(default_factory=lambda: str(uuid.uuid4()))
    bodies: list[str] = field(default_factory=list)

    def state(self, kind: str, t: int, **own: str | int | bool) -> None:
        """Link one more event, at `t` ms on the visit's stopwatch."""
        if self.bodies:
            prev = sha256_hex(self.bodies[-1])
        else:
            prev = sha256_hex(f"{sha256_hex(self.snapshot)}\n{self.policy_version}")
        at = datetime.fromtimestamp((self.began_ms + t) / 1000, UTC)
        body: dict[str, Any] = {
            "v": 1,
            "visit_id": self.visit_id,
            "n": len(self.bodies),
            "prev": prev,
            "kind": kind,
            "at": f"{at:%Y-%m-%dT%H:%M:%S}.{(self.began_ms + t) % 1000:03}Z",
            "t": t,
            "mono": 1000 + t,
            "boot": self.boot,
            "device_id": self.installation_id,
            "actor_id": self.actor_id,
            "salt": base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode(),
        }
        self.bodies.append(json.dumps(body | own, separators=(",", ":"), ensure_ascii=False))

    def start(self) -> None:
        """`visit_started`, which names the snapshot and the policy that the chain hangs on."""
        self.state(
            "visit_started",
            0,
            appointment_id=json.loads(self.snapshot)["appointment_id"],
            snapshot_sha256=sha256_hex(self.snapshot),
            policy_version=self.policy_version,
        )


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
