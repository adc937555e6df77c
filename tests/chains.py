"""A visit's chain as any client could make it: linked by hashes from the written forms alone, with none of our code."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PICTURE = b"bytes that stand for a photo of a card"
BOOT = "00000000-0000-0000-0000-00000000b007"


def sha256_hex(text: str) -> str:
    """Lowercase hex SHA-256 of a text's UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Chain:
    """One visit's bodies, each linked to the one before; `t` runs with the wall clock.

    `device_id` is given by an enrolled phone; every other names its installation.
    """

    actor_id: str
    installation_id: str
    appointment_id: str
    snapshot: str
    policy_version: str
    visit_id: str
    began_ms: int
    bodies: list[str] = field(default_factory=list)
    device_id: str = ""

    def state(self, kind: str, t: int, **own: Any) -> str:
        """Add one event at `t` ms on the stopwatch, and give its exact text."""
        before = self.bodies[-1] if self.bodies else f"{sha256_hex(self.snapshot)}\n{self.policy_version}"
        at = datetime.fromtimestamp((self.began_ms + t) / 1000, UTC)
        body = {
            "v": 1,
            "visit_id": self.visit_id,
            "n": len(self.bodies),
            "prev": sha256_hex(before),
            "kind": kind,
            "at": f"{at:%Y-%m-%dT%H:%M:%S}.{(self.began_ms + t) % 1000:03}Z",
            "t": t,
            "mono": 1000 + t,
            "boot": BOOT,
            "device_id": self.device_id or self.installation_id,
            "actor_id": self.actor_id,
            "salt": sha256_hex(f"{self.visit_id} {len(self.bodies)} {kind}")[:22],
        }
        body |= own
        text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        self.bodies.append(text)
        return text

    def start(self) -> None:
        """`visit_started`."""
        self.state(
            "visit_started",
            0,
            appointment_id=self.appointment_id,
            snapshot_sha256=sha256_hex(self.snapshot),
            policy_version=self.policy_version,
        )

    def until_planner(self, code: str | None = None, instruction: str = "leave_card") -> None:
        """Start, arrive, knock twice, call, and contact the planner at 10 minutes."""
        self.start()
        self.state("arrived", 5_000, address_confirmed=True, place_missing="off")
        self.state("door_knocked", 20_000, method="knock")
        self.state("door_knocked", 150_000, method="bell")
        self.state("resident_called", 200_000, number_label="mobile, ends 123", result="no_answer")
        if code:
            self.state("planner_code_typed", 590_000, code=code)
        self.state("planner_contacted", 600_000, how="phone", instruction=instruction)

    def card_and_record(self, picture: bytes = PICTURE, t: int = 920_000) -> None:
        """Photograph the card, leave it, and record the visit as missed."""
        sha256 = hashlib.sha256(picture).hexdigest()
        self.state(
            "card_photographed",
            t,
            photo_sha256=sha256,
            size_bytes=len(picture),
            width=1200,
            height=1600,
            source_sha256=sha256,
        )
        self.state("card_left", t + 10_000, placed="letterbox")
        self.state("missed_recorded", t + 20_000, declaration="2026-11-01")

    def whole(self, code: str | None = None, picture: bytes = PICTURE) -> None:
        """A right visit from first to last."""
        self.until_planner(code)
        self.card_and_record(picture)
