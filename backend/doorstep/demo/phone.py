"""An operative's phone without a screen: it states events, links each visit's chain, and queues the bodies to send.

The bodies are what the real phone's JSON.stringify writes. Ids and salts follow from the seed, so that the same seed
makes the same bytes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID

import msgspec

from doorstep.application.arrivals import Sent
from doorstep.domain.anchor import read_anchor
from doorstep.domain.chain import body_hash, card_code, read_back, root_prev
from doorstep.domain.events import read_event
from doorstep.domain.instants import format_instant
from doorstep.domain.signing import event_message, to_base64url

DECLARATION = "2026-11-01"
SECOND_MS = 1_000
ANCHORS_KEPT = 200
KNOCKS_APART_MS = 130 * SECOND_MS
WAIT_MS = 900 * SECOND_MS
LONG_WAIT_MS = 1_500 * SECOND_MS
LONG_WAIT_ALERTS = frozenset({"20-40", "20-50", "20-60"})
"""The alerts for which the council's policy has an operative wait longer."""


class Snapshot(msgspec.Struct, frozen=True):
    """What the phone reads of an appointment's snapshot; the whole text is what it hashes."""

    appointment_id: str
    contact_requests: list[dict[str, str]]
    alerts: list[dict[str, str]]
    phone_numbers: list[dict[str, str]]


class SimulatedPhone:
    """One store on one phone: `queue` holds what was stated on it, numbered from 1 in the order of stating.

    What was taken to be sent for good is in it no longer: two years of a large landlord would else stay in memory.
    """

    def __init__(self, actor_id: str, installation_id: str, seed: object = 0) -> None:
        self.actor_id, self.installation_id = actor_id, installation_id
        self.queue: list[Sent] = []
        self._random = Random(f"{seed}/{installation_id}")  # noqa: S311
        self._sent = self._taken = 0
        self.device_id = installation_id
        self._anchors: list[tuple[int, str]] = []
        self._sign: Callable[[bytes], bytes] | None = None
        self.boot = self.new_uuid()

    def visit(
        self, snapshot: str, policy_version: str, starts_at_ms: int, visit_id: str | None = None
    ) -> SimulatedVisit:
        """Begin a visit to the appointment of that snapshot (its exact text) at that instant."""
        return SimulatedVisit(self, snapshot, policy_version, starts_at_ms, visit_id or self.new_uuid())

    def resumed(self, snapshot: str, visit_id: str, bodies: Sequence[str]) -> SimulatedVisit:
        """A visit that was begun on this phone, or on another, and of which this was sent."""
        last = read_event(bodies[-1].encode())
        return SimulatedVisit(self, snapshot, "", last.at_ms - last.t, visit_id, bodies)

    def put(self, body: str) -> None:
        """Queue a body to be sent, whatever it is."""
        sig = to_base64url(self._sign(event_message(body.encode()))) if self._sign else None
        self.queue.append(Sent(self._taken + len(self.queue) + 1, body, sig))

    def enrolled(self, device_id: str, sign: Callable[[bytes], bytes]) -> None:
        """From now on what is stated is signed."""
        self.device_id, self._sign = device_id, sign

    def learn(self, anchor: str) -> None:
        """The newest anchor that the server gave; only an enrolled phone passes it on."""
        if self._sign:
            self._anchors = [*self._anchors, (read_anchor(anchor).at_ms, anchor)][-ANCHORS_KEPT:]

    def anchor_at(self, at_ms: int) -> str:
        """The newest anchor that it had then: a simulation may state a whole visit once it is over."""
        return next((text for held_ms, text in reversed(self._anchors) if held_ms <= at_ms), "")

    def unsent(self, most: int = 50) -> list[Sent]:
        """What is to be sent next; it stays unsent until `acknowledged`."""
        return self.queue[self._sent - self._taken : self._sent - self._taken + most]

    def take_unsent(self, most: int = 50) -> list[Sent]:
        """What is to be sent next; it counts as sent from now on: for whoever does not wait for the answer."""
        taken = self.unsent(most)
        self._sent += len(taken)
        del self.queue[: self._sent - self._taken]
        self._taken = self._sent
        return taken

    def acknowledged(self, ack: int) -> None:
        """The server has everything up to this seq."""
        self._sent = max(self._sent, ack)

    def new_uuid(self) -> str:
        """A fresh id in the form of a random UUID."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def new_salt(self) -> str:
        """16 bytes as base64url without padding."""
        return base64.urlsafe_b64encode(self._random.randbytes(16)).decode().rstrip("=")


class SimulatedVisit:
    """One visit's chain. `t` is its stopwatch in ms since `starts_at_ms`; `bodies` holds what was stated, in order."""

    def __init__(
        self,
        phone: SimulatedPhone,
        snapshot: str,
        policy_version: str,
        starts_at_ms: int,
        visit_id: str,
        bodies: Sequence[str] = (),
    ) -> None:
        self.phone, self.visit_id, self.starts_at_ms = phone, visit_id, starts_at_ms
        self.appointment = msgspec.json.decode(snapshot, type=Snapshot)
        self.bodies = [*bodies]
        self.t = 0
        self._anchor = ""
        self._first: dict[str, str] = {}
        if bodies:
            self.t = read_event(bodies[-1].encode()).t
            self._prev = body_hash(bodies[-1].encode())
            return
        snapshot_sha256 = body_hash(snapshot.encode())
        self._prev = root_prev(snapshot_sha256, policy_version)
        self.state(
            "visit_started",
            0,
            appointment_id=self.appointment.appointment_id,
            snapshot_sha256=snapshot_sha256,
            policy_version=policy_version,
        )

    @property
    def now_ms(self) -> int:
        """The instant of the latest event."""
        return self.starts_at_ms + self.t

    @property
    def card_code(self) -> str:
        """The 5 characters to write on the card; known once `arrived` is stated."""
        return card_code(self._first["arrived"])

    @property
    def read_back(self) -> str:
        """The 8 characters to read to the planner; known once `planner_code_typed` is stated."""
        return read_back(self._first["planner_code_typed"])

    def state(self, kind: str, after_ms: int, **own: int | str | bool) -> str:
        """Add an event `after_ms` after the one before it, queue it, and return its exact text."""
        self.t += after_ms
        anchor = self.phone.anchor_at(self.now_ms)
        news = {"anchor": anchor} if anchor and anchor != self._anchor else {}
        self._anchor = anchor
        body = json.dumps(
            {
                "v": 1,
                "visit_id": self.visit_id,
                "n": len(self.bodies),
                "prev": self._prev,
                "kind": kind,
                "at": format_instant(self.now_ms),
                "t": self.t,
                "mono": self.t + 5 * SECOND_MS,
                "boot": self.phone.boot,
                "device_id": self.phone.device_id,
                "actor_id": self.phone.actor_id,
                "salt": self.phone.new_salt(),
                **news,
                **own,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        self._prev = body_hash(body.encode())
        self._first.setdefault(kind, self._prev)
        self.bodies.append(body)
        self.phone.put(body)
        return body

    def arrive(self, after_ms: int = 20 * SECOND_MS) -> str:
        """At the door, with the address confirmed; from here on the card's code is known."""
        return self.state("arrived", after_ms, address_confirmed=True, place_missing="unavailable")

    def try_to_reach(self) -> None:
        """Whatever they asked for, two knocks far enough apart, and a call, or its waiver where no number is held."""
        for request in self.appointment.contact_requests:
            self.state("contact_request_followed", 9 * SECOND_MS, request_id=request["request_id"], followed=True)
        self.state("door_knocked", 15 * SECOND_MS, method="knock")
        self.state("door_knocked", KNOCKS_APART_MS, method="bell")
        if self.appointment.phone_numbers:
            label = self.appointment.phone_numbers[0]["label"]
            self.state("resident_called", 45 * SECOND_MS, number_label=label, result="no_answer")
        else:
            self.state("clause_waived", 20 * SECOND_MS, clause="called", reason="no_number_held")

    def ask_planner(self, code: str = "", instruction: str = "leave_card", call_id: str = "") -> None:
        """The planner's answer, after the code that they spoke where there was one."""
        if code:
            self.state("planner_code_typed", 40 * SECOND_MS, code=code)
        named = {"call_id": call_id} if call_id else {}
        self.state("planner_contacted", 25 * SECOND_MS, how="phone", instruction=instruction, **named)

    def wait_out(self, arrived_t: int, wait_ms: int | None = None) -> int:
        """How long after the latest event the wait from `arrived_t` is over, by the council's policy or `wait_ms`."""
        if wait_ms is None:
            is_long = any(alert["code"] in LONG_WAIT_ALERTS for alert in self.appointment.alerts)
            wait_ms = LONG_WAIT_MS if is_long else WAIT_MS
        return max(arrived_t + wait_ms - self.t, 0) + 10 * SECOND_MS

    def leave_card(
        self, photo_sha256: str, size_bytes: int, after_ms: int, width: int = 1600, height: int = 1200
    ) -> None:
        """The card through the door, and its photo. Every visit has its own photo, whose bytes are sent apart."""
        self.state("card_left", after_ms, placed="letterbox")
        self.state(
            "card_photographed",
            20 * SECOND_MS,
            photo_sha256=photo_sha256,
            size_bytes=size_bytes,
            width=width,
            height=height,
            source_sha256=body_hash(photo_sha256.encode()),
        )

    def whole_missed_visit(
        self,
        photo_sha256: str,
        size_bytes: int,
        code: str = "",
        instruction: str = "leave_card",
        call_id: str = "",
        wait_ms: int | None = None,
    ) -> list[str]:
        """Everything from the door to `missed_recorded` that the council's policy asks for; the visit's bodies.

        Nine events with `visit_started`, where nothing was asked for and no code was spoken.
        """
        self.arrive()
        arrived_t = self.t
        self.try_to_reach()
        self.ask_planner(code, instruction, call_id)
        self.leave_card(photo_sha256, size_bytes, self.wait_out(arrived_t, wait_ms))
        self.record_missed()
        return self.bodies

    def record_missed(self, after_ms: int = 30 * SECOND_MS, declaration: str = DECLARATION) -> str:
        """The operative's declaration that nobody came."""
        return self.state("missed_recorded", after_ms, declaration=declaration)
