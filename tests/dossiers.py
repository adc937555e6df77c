"""Makers of dossiers for tests of the pure core: an appointment with its visits, calls and photos, and no office."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from doorstep.adapters.policies import load_rules
from doorstep.domain.appointment import read_appointment
from doorstep.domain.chain import body_hash
from doorstep.domain.dossier import Call, Decision, Dossier, Logged, PhotoState, Serving, Version
from doorstep.domain.policy import Policy
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle
from tests.chains import PICTURE, Chain
from tests.makers import DAY, MORNING, RULES, a_bare_chain, an_id, arrived_bodies

POLICIES: Mapping[str, Policy] = load_rules(RULES).policies
OPERATIVE, PLANNER, SUPERVISOR = 1, 2, 3
PICTURE_SHA256 = hashlib.sha256(PICTURE).hexdigest()
MINUTE = 60_000
CODE = "12345678"
RECORDED = ("recorded", ())
PENDING = "pending_corroboration"


def a_snapshot(**changes: Any) -> str:
    """A snapshot that the council's policy can be met for."""
    fields: dict[str, Any] = {
        "appointment_id": "A-1",
        "window": {"name": "AM", "starts_at": f"{DAY}T08:00:00.000Z", "ends_at": f"{DAY}T13:00:00.000Z"},
        "priority": "routine",
        "trade": "plumber",
        "agreed": {"how": "resident_chose", "at": "2026-11-17T08:00:00.000Z"},
        "notifications": [
            {
                "channel": "sms",
                "sent_at": "2026-11-20T06:00:00.000Z",
                "status": "delivered",
                "status_at": "2026-11-20T06:00:09.000Z",
            }
        ],
        "contact_requests": [],
        "alerts": [],
        "address": ["4 Sample Street"],
        "phone_numbers": [{"label": "mobile", "number": "07700 900123"}],
    }
    return json.dumps(fields | changes)


class AnAppointment:
    """A dossier that grows: positions rise as in the log; bodies of a visit are given when it is settled."""

    def __init__(self, snapshot: str | None = None) -> None:
        self.dossier = Dossier("A-1")
        self.position = 0
        self.snapshot = snapshot or a_snapshot()
        self.changed(self.snapshot, MORNING - 86_400_000)
        self.served(self.snapshot)

    def next(self) -> int:
        self.position += 1
        return self.position

    def changed(
        self, snapshot: str, made_at: int, is_cancelled: bool = False, operatives: tuple[int, ...] = (1,)
    ) -> None:
        """The office made a snapshot."""
        self.dossier.versions.append(
            Version(
                body_hash(snapshot.encode()),
                json.loads(snapshot),
                read_appointment(json.loads(snapshot)),
                made_at,
                self.next(),
                tuple(map(an_id, operatives)),
                "north",
                DAY,
                is_cancelled,
            )
        )

    def served(self, snapshot: str, operative: int = OPERATIVE, policy_version: str = "2026-11-01") -> None:
        """An operative was given a snapshot."""
        self.dossier.servings.add(Serving(body_hash(snapshot.encode()), an_id(operative), policy_version))

    def chain(self, number: int = 1, operative: int = OPERATIVE, began_ms: int = MORNING) -> Chain:
        """An empty chain for a visit under the first snapshot."""
        return a_bare_chain(number, operative, "A-1", self.snapshot, began_ms)

    def arrives(self, chain: Chain, received_at: int = MORNING + 16 * MINUTE) -> Chain:
        """All of a chain's bodies that were not here before arrive, in order."""
        held = self.dossier.visits.setdefault(chain.visit_id, [])
        stated = arrived_bodies(chain.bodies[len(held) :], self.position + 1, received_at)
        self.position += len(stated)
        held.extend(stated)
        return chain

    def call(
        self,
        number: int = 1,
        saved_at: int | None = MORNING + 11 * MINUTE,
        instruction: str = "leave_card",
        code: str = CODE,
        operative: int = OPERATIVE,
        planner: int = PLANNER,
        begun_at: int = MORNING + 9 * MINUTE,
    ) -> str:
        """A planner's call, saved unless `saved_at` is None; its id."""
        call_id = an_id(0xCA00 + number)
        logged = None if saved_at is None else Logged(self.next(), saved_at, instruction, "", None)
        self.dossier.calls[call_id] = Call(
            call_id, an_id(operative), an_id(planner), code, begun_at, begun_at + 10 * MINUTE, logged
        )
        return call_id

    def photo(self, state: str = "complete", sha256: str = PICTURE_SHA256) -> None:
        """A photo's bytes were looked at."""
        self.dossier.photos[sha256] = PhotoState(state, self.next())

    def decide(
        self,
        decision: str,
        saw: tuple[str, ...] = (),
        outcome: str | None = None,
        by: int = SUPERVISOR,
        number: int = 1,
    ) -> None:
        """A supervisor decided a visit."""
        made = Decision(self.next(), MORNING, an_id(by), decision, "because", outcome, frozenset(saw))
        self.dossier.decisions.setdefault(an_id(0xF000 + number), []).append(made)

    def settled(self, number: int = 1, policies: Mapping[str, Policy] = POLICIES) -> Settled:
        """Where a visit stands now."""
        return settle(self.dossier, policies)[an_id(0xF000 + number)]

    def stands(self, number: int = 1) -> tuple[str, tuple[str, ...]]:
        """Standing and what is awaited."""
        settled = self.settled(number)
        return settled.standing, settled.awaiting


def a_missed_visit(appointment: AnAppointment | None = None, code: str | None = CODE) -> AnAppointment:
    """A right visit of which everything has arrived: recorded."""
    made = appointment or AnAppointment()
    chain = made.chain()
    chain.whole(code)
    made.arrives(chain)
    made.call()
    made.photo()
    return made


def from_the_first_knock(chain: Chain) -> None:
    """The rest of a right visit, after its arrival."""
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("door_knocked", 150_000, method="bell")
    chain.state("resident_called", 200_000, number_label="mobile", result="no_answer")
    chain.state("planner_contacted", 600_000, how="phone", instruction="leave_card")
    chain.card_and_record()


def completed(appointment: AnAppointment, chain: Chain) -> AnAppointment:
    """All that a visit rests on has come: its events, the planner's call and the photo."""
    appointment.arrives(chain)
    appointment.call()
    appointment.photo()
    return appointment


def with_fields(text: str, **changes: Any) -> str:
    """A snapshot's text with some fields changed."""
    return json.dumps(json.loads(text) | changes)
