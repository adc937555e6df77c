"""Seeded dossiers of missed visits, with every clock and every witness at times crowded around the boundaries."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from typing import Any, NamedTuple

import msgspec

from doorstep.domain.chain import body_hash, card_code, read_back
from doorstep.domain.dossier import Decision, Dossier, Logged, Stated
from doorstep.domain.instants import format_instant
from doorstep.domain.policy import Policy, read_policy
from tests.chains import Chain
from tests.dossiers import MINUTE, POLICIES, SUPERVISOR, AnAppointment, a_snapshot
from tests.makers import DAY, MORNING, an_id, arrived_bodies

VISIT = an_id(0xF001)
CODES = ("12345678", "87654321")
INSTRUCTIONS = ("leave_card", "leave_card", "leave_card", "leave_no_card", "keep_waiting", "rebooked")
FAULTS = (None,) * 30 + ("bad_anchor", "revoked", "wrong_actor")
NUDGES = (-30_001, -2_001, -2_000, -1, 0, 0, 0, 1, 2_000, 30_000, 30_001)


def a_policy(rng: random.Random) -> Policy:
    """The council's standard, often with clauses that it does not have."""
    table: dict[str, Any] = copy.deepcopy(dict(POLICIES["2026-11-01"].table))
    clauses = {clause["clause"]: clause for clause in table["clauses"]}
    if rng.random() < 0.4:
        clauses["in_window"] |= {"early_seconds": rng.choice((0, 600)), "late_seconds": rng.choice((0, 900))}
    if rng.random() < 0.3:
        clauses["waited"]["after"] = [rng.choice(("knocked", "window_open", "called"))]
    if rng.random() < 0.3:
        clauses["called"] |= {"apart_seconds": 60, "at_least": 2}
    if rng.random() < 0.3:
        clauses["card"]["optional"] = True
    if rng.random() < 0.3:
        made = {"clause": "some_proof", "title": "Some proof", "check": "any_of", "of": ["called", "card", "planner"]}
        table["clauses"].append(made | {"at_least": rng.choice((1, 2))})
    if rng.random() < 0.2:
        doors = {"clause": "door", "title": "Door", "check": "events", "match": {"event": "door_photographed"}}
        table["clauses"].append(doors | {"at_least": 1, "apart_seconds": 0, "optional": True})
    return read_policy(table)


class Case(NamedTuple):
    """A dossier, the policy that it is judged by, and the exact text of each body in it by its hash."""

    dossier: Dossier
    policy: Policy
    texts: dict[str, str]


def a_case(seed: int) -> Case:
    """One appointment with a visit that was, most often, recorded as missed, and all that may bear on its grades."""
    rng = random.Random(seed)
    made = AnAppointment(_snapshot(rng))
    policy = a_policy(rng)
    chain = made.chain(began_ms=MORNING + rng.choice((0, 0, -20 * MINUTE, 290 * MINUTE)))
    _walk(rng, chain)
    chains = [chain]
    if rng.random() < 0.15:
        other = made.chain(2, rng.choice((1, 2)))
        _walk(rng, other)
        chains.append(other)
    texts: dict[str, str] = {}
    for one in chains:
        bodies = _delivered(rng, one)
        texts |= {body_hash(body.encode()): body for body in bodies}
        made.dossier.visits[one.visit_id] = _arrived(rng, made, one, bodies)
    _witnesses(rng, made, chain)
    return Case(made.dossier, policy, texts)


def _snapshot(rng: random.Random) -> str:
    changes: dict[str, Any] = {"priority": rng.choice(("routine", "routine", "emergency"))}
    if rng.random() < 0.5:
        place = {
            "lat_e7": 515_000_000,
            "lon_e7": rng.choice((-1_000_000, 0)),
            "kind": rng.choice(("house", "block", "x")),
        }
        changes["place"] = place
    if rng.random() < 0.4:
        channel, status = rng.choice(("sms", "letter", "email")), rng.choice(("delivered", "sent"))
        told_at = rng.choice(("2026-11-20T06:00:09.000Z", f"{DAY}T07:00:00.000Z"))
        changes["notifications"] = [
            {"channel": channel, "sent_at": "2026-11-20T06:00:00.000Z", "status": status, "status_at": told_at}
        ]
    if rng.random() < 0.2:
        changes["agreed"] = rng.choice((None, {"how": "landlord_chose", "at": "2026-11-17T08:00:00.000Z"}))
    if rng.random() < 0.3:
        changes["contact_requests"] = [{"request_id": "r1", "text": "Ring twice"}]
    if rng.random() < 0.2:
        changes["alerts"] = [{"code": "20-40", "text": "Slow to the door"}]
    return a_snapshot(**changes)


def _walk(rng: random.Random, chain: Chain) -> None:
    """A visit stated by a phone whose clocks may be moved, which may sleep, start anew, or lose its signal."""
    clocks = _Clocks(rng, chain)
    chain.start()
    arrived: dict[str, Any] = {"place_missing": rng.choice(("off", "refused"))}
    if rng.random() < 0.6:
        away = rng.choice((0, 2_690, 2_700, 5_000, 12_000, 30_000))
        arrived = {"lat_e7": 515_000_000 + away, "lon_e7": -1_000_000, "accuracy_m": rng.choice((5, 99, 100, 101))}
    if rng.random() < 0.3:
        clocks.state("notification_attested", 1_000, told_by="planner")
        clocks.state("slot_attested", 1_000, told_by="resident")
    clocks.state("arrived", 5_000, address_confirmed=True, **arrived)
    if rng.random() < 0.7:
        clocks.state("contact_request_followed", 1_000, request_id="r1", followed=rng.random() < 0.9)
    clocks.state("door_knocked", 15_000, method="knock")
    clocks.state("door_knocked", 120_000 + rng.choice((-1, 0, 1, 4_000)), method="bell")
    for _ in range(rng.choice((0, 1, 1, 2))):
        result = rng.choice(("no_answer", "engaged", "voicemail"))
        clocks.state("resident_called", rng.choice((1_000, 60_000, 61_000)), number_label="mobile", result=result)
    if rng.random() < 0.2:
        clocks.state("clause_waived", 1_000, clause="called", reason="no_signal")
    for _ in range(rng.choice((1, 1, 1, 2))):
        _contact(rng, clocks)
    if rng.random() < 0.1:
        adopted = rng.choice((chain.snapshot, chain.snapshot, a_snapshot()))
        clocks.state("snapshot_adopted", 1_000, snapshot_sha256=body_hash(adopted.encode()))
    clocks.state("note_added", rng.choice((100_000, 680_000, 750_000, 1_300_000)), note='Nobody "came" \\ é')
    _card(rng, clocks)
    clocks.state(rng.choice(("missed_recorded",) * 12 + ("note_added",)), 5_000, declaration="2026-11-01")
    if rng.random() < 0.2:
        clocks.state(rng.choice(("note_added", "door_knocked")), 60_000, note="After")


def _contact(rng: random.Random, clocks: _Clocks) -> None:
    if rng.random() < 0.6:
        clocks.state("planner_code_typed", 30_000, code=rng.choice(CODES))
    if rng.random() < 0.1:
        clocks.state("clause_waived", 1_000, clause="planner", reason="planner_not_reached")
        return
    named = {"call_id": an_id(0xCA01)} if rng.random() < 0.3 else {}
    clocks.state("planner_contacted", 30_000, how="phone", instruction=rng.choice(INSTRUCTIONS), **named)


def _card(rng: random.Random, clocks: _Clocks) -> None:
    for kind in ("door_photographed", "card_photographed"):
        for _ in range(rng.choice((0, 1, 1, 2)) if kind == "card_photographed" else rng.choice((0, 0, 1))):
            name = rng.choice(("one", "two"))
            clocks.state(kind, 20_000, **_picture(name))
    if rng.random() < 0.9:
        clocks.state("card_left", 10_000, placed="letterbox")
    else:
        clocks.state("clause_waived", 1_000, clause="card", reason="planner_said_no_card")
        clocks.state("clause_waived", 1_000, clause="card_photo", reason="planner_said_no_card")


def _picture(name: str) -> dict[str, Any]:
    sizes = {"size_bytes": 10, "width": 10, "height": 10}
    return sizes | {"photo_sha256": _named(name), "source_sha256": _named(f"source of {name}")}


def _named(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


class _Clocks:
    """The phone's three clocks while a visit is stated."""

    def __init__(self, rng: random.Random, chain: Chain) -> None:
        self.rng, self.chain = rng, chain
        self.t, self.wall, self.mono, self.boot = 0, chain.began_ms, 1_000, an_id(0xB007)
        self.trouble = rng.choice((0.0, 0.0, 0.05, 0.2))
        self.anchors = rng.choice((0.0, 0.3, 0.9))
        self.lag = rng.choice((0, 1_000, 400_000))

    def state(self, kind: str, after_ms: int, **own: Any) -> None:
        """State one event so long after the last on the stopwatch."""
        self._pass(max(after_ms + (self.rng.choice(NUDGES) if self.rng.random() < self.trouble else 0), 1))
        if self.rng.random() < self.trouble:
            self._trouble()
        if kind != "note_added":
            own.pop("note", None)
        if kind == "note_added":
            own = {"note": str(own.get("note", "x"))}
        if kind == "door_knocked":
            own.setdefault("method", "knock")
        self._write(kind, own)
        if self.rng.random() < self.trouble / 2:
            self._pass(self.rng.choice((5_000, 60_000, 60_001)))
            self._write("event_withdrawn", {"withdrawn_n": len(self.chain.bodies) - 1, "reason": "slip"})

    def _pass(self, ms: int) -> None:
        self.t, self.wall, self.mono = self.t + ms, self.wall + ms, self.mono + ms

    def _trouble(self) -> None:
        slept = self.rng.choice((2_000, 60_000, 600_000))
        match self.rng.choice(("sleep", "sleep", "restart", "wall", "back")):
            case "sleep":
                self.t, self.wall = self.t + slept, self.wall + slept
                own = {"hidden_ms": slept, "wall_ms": slept + self.rng.choice(NUDGES), "mono_ms": 0}
                self._write("clock_gap", own)
                self._pass(10)
            case "restart":
                self.boot, self.mono = an_id(0xB100 + self.rng.randrange(9)), 500
            case "wall":
                self.wall += self.rng.choice((*NUDGES, 900_000))
            case _:
                self.t -= self.rng.choice((0, 20_000))

    def _write(self, kind: str, own: dict[str, Any]) -> None:
        anchored: dict[str, Any] = {}
        if self.rng.random() < self.anchors:
            at = self.wall - self.lag + self.rng.choice(NUDGES)
            anchored["anchor"] = f"{at}.{self.rng.randrange(99)}.{'A' * 43}.{'B' * 86}"
        clocks = {"mono": self.mono, "boot": self.boot, "at": format_instant(self.wall)}
        self.chain.state(kind, max(self.t, 0), **own, **clocks, **anchored)


def _delivered(rng: random.Random, chain: Chain) -> list[str]:
    """What came of a chain: often all of it, sometimes less, or more, or in another order."""
    bodies = list(chain.bodies)
    if rng.random() < 0.1:
        bodies.pop(rng.randrange(len(bodies)))
    if rng.random() < 0.1:
        place = rng.randrange(1, len(bodies))
        bodies.insert(place, bodies[place].replace('"salt":"', '"salt":"A', 1)[:-1] + "}")
    if rng.random() < 0.1:
        body = json.loads(bodies[-2])
        bodies.append(json.dumps(body | {"salt": "Z" * 22}, separators=(",", ":")))
    if rng.random() < 0.05:
        bodies.append(bodies[1].replace('"v":1', '"v":1,"v":1'))
    if rng.random() < 0.2:
        rng.shuffle(bodies)
    return bodies


def _arrived(rng: random.Random, made: AnAppointment, chain: Chain, bodies: list[str]) -> list[Stated]:
    start = chain.began_ms + rng.choice((0, 16 * MINUTE, 3_600_000))
    held = arrived_bodies(bodies, made.position + 1, start)
    made.position += len(held)
    at_once = rng.random() < 0.4
    signed = rng.choice((0.0, 0.5, 1.0))
    return [
        msgspec.structs.replace(
            body,
            received_at=start + rng.choice((0, 5, 70_000)) + (body.event.t if at_once and body.event else 0),
            fault=body.fault or rng.choice(FAULTS),
            is_signed=rng.random() < signed,
        )
        for body in held
    ]


def _witnesses(rng: random.Random, made: AnAppointment, chain: Chain) -> None:
    """Planners' calls, photos, decisions."""
    typed = [body_hash(body.encode()) for body in chain.bodies if '"planner_code_typed"' in body]
    for number in range(rng.choice((0, 1, 1, 2))):
        begun = chain.began_ms + rng.choice((100_000, 300_000, 600_000, 1_200_000))
        call_id = made.call(
            number,
            saved_at=None if rng.random() < 0.2 else begun + rng.choice((10_000, 300_000, 700_000, 6_000_000)),
            instruction=rng.choice(INSTRUCTIONS),
            code=rng.choice(CODES),
            operative=rng.choice((1, 1, 1, 2)),
            planner=rng.choice((2, 2, SUPERVISOR)),
            begun_at=begun,
        )
        call = made.dossier.calls[call_id]
        if call.logged and typed and rng.random() < 0.7:
            spoken = read_back(rng.choice(typed)) if rng.random() < 0.8 else card_code(typed[0])
            logged = Logged(call.logged.position, call.logged.at, call.logged.instruction, "", spoken)
            made.dossier.calls[call_id] = msgspec.structs.replace(call, logged=logged)
        if rng.random() < 0.2:
            made.dossier.matches[VISIT, rng.randrange(len(chain.bodies))] = call_id
    for name in ("one", "two"):
        if rng.random() < 0.8:
            made.photo(rng.choice(("complete", "complete", "complete", "unreadable")), _named(name))
        if rng.random() < 0.1:
            used = rng.choice((name, f"source of {name}"))
            made.dossier.reused[_named(used)] = frozenset({VISIT, an_id(0xF000 + rng.choice((1, 7, 9)))})
    if rng.random() < 0.4:
        decision = Decision(
            made.next(),
            MORNING,
            an_id(rng.choice((2, SUPERVISOR))),
            "upheld",
            "",
            None,
            frozenset(),
            rng.random() < 0.7,
        )
        made.dossier.decisions[VISIT] = [decision]
        if rng.random() < 0.2:
            made.photo("complete", _named("one"))
    if rng.random() < 0.1:
        made.changed(a_snapshot(), MORNING - 1)
    if rng.random() < 0.03:
        made.dossier.servings.clear()
