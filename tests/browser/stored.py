"""What a phone holds, read from its IndexedDB behind the app's back."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

ENVELOPE = frozenset("v visit_id n prev kind at t mono boot device_id actor_id salt anchor".split())

SPOKEN = frozenset({"code"})
"""Own fields that the office's API does not repeat."""

# Asks for no version, so that it never makes or changes the store; photos' bytes come as base64.
READ = """async () => {
  const db = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("doorstep");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const all = (name) => new Promise((resolve, reject) => {
    const asked = db.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const queue = await new Promise((resolve) => {
    const asked = db.transaction("meta").objectStore("meta").get("queue");
    asked.onsuccess = () => resolve(asked.result);
  });
  const text = (bytes) => {
    let written = "";
    for (const byte of new Uint8Array(bytes)) written += String.fromCharCode(byte);
    return btoa(written);
  };
  const photos = (await all("photos")).map((photo) => ({ ...photo, bytes: photo.bytes && text(photo.bytes) }));
  const held = { queue, events: await all("events"), photos, standings: await all("standings") };
  db.close();
  return held;
}"""


@dataclass(frozen=True)
class Held:
    """Events by visit and `n`, photos, and the queue."""

    queue: dict[str, Any]
    events: list[dict[str, Any]]
    photos: list[dict[str, Any]]
    standings: list[dict[str, Any]]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """Every event, parsed, in the queue's order."""
        return [json.loads(event["body"]) for event in sorted(self.events, key=lambda event: event["seq"])]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind."""
        return [body for body in self.bodies if body["kind"] == kind]

    def photo_bytes(self) -> dict[str, bytes]:
        """The bytes that are still there, by the hash that the phone gave them."""
        return {photo["sha256"]: base64.b64decode(photo["bytes"]) for photo in self.photos if photo["bytes"]}

    @property
    def is_all_sent(self) -> bool:
        """Nothing waits, neither event nor photo."""
        is_acknowledged: bool = self.queue["acked"] == self.queue["next_seq"] - 1
        return is_acknowledged and all(photo["is_sent"] for photo in self.photos if photo["is_kept"])


def held_by(page: Page) -> Held:
    """Everything that the phone of this page holds now."""
    return Held(**page.evaluate(READ))


DEVICE = """async () => {
  const db = await new Promise((resolve) => {
    const asked = indexedDB.open("doorstep");
    asked.onsuccess = () => resolve(asked.result);
  });
  const device = await new Promise((resolve) => {
    const asked = db.transaction("meta").objectStore("meta").get("device");
    asked.onsuccess = () => resolve(asked.result);
  });
  db.close();
  return device ? { ...device, private_key: device.private_key.extractable } : null;
}"""


def device_of(page: Page) -> Any:
    """What the phone keeps of its enrolment, or None; of its key only whether it could be taken out."""
    return page.evaluate(DEVICE)


def heard(visit: dict[str, Any]) -> list[dict[str, Any]]:
    """The phone's events of a visit, as the office's API gives them."""
    names = ("n", "kind", "at", "t", "own", "fault")
    return [{name: event[name] for name in names} for event in visit["events"] if event["n"] is not None]


def stated(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the office should have heard of these bodies: each once, in order, without a fault."""
    return [
        {
            "n": body["n"],
            "kind": body["kind"],
            "at": body["at"],
            "t": body["t"],
            "own": {name: value for name, value in body.items() if name not in ENVELOPE | SPOKEN},
            "fault": None,
        }
        for body in bodies
    ]


def fault_in_chain(held: Held, visit_id: str, snapshot_sha256: str, policy_version: str) -> str | None:
    """The first thing that is wrong with a visit's chain as the phone holds it; None when it is whole."""
    events = sorted((event for event in held.events if event["visit_id"] == visit_id), key=lambda event: event["n"])
    expected = hashlib.sha256(f"{snapshot_sha256}\n{policy_version}".encode()).hexdigest()
    last_t = -1
    for place, event in enumerate(events):
        body = json.loads(event["body"])
        if body["n"] != place:
            return f"n is {body['n']} at place {place}"
        if body["prev"] != expected:
            return f"prev of {place} is not the hash of the one before"
        if body["t"] <= last_t:
            return f"t does not rise at {place}"
        expected, last_t = hashlib.sha256(event["body"].encode()).hexdigest(), body["t"]
    return None
