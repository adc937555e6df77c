"""How one operative at a door stands, as far as their phone has told: for a planner's board."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from doorstep.application.call_claims import CallClaim, Contact
from doorstep.application.ports import Rules
from doorstep.application.rows import Person
from doorstep.domain.dossier import Dossier
from doorstep.domain.hearing import open_hearing
from doorstep.domain.instants import format_instant
from doorstep.domain.judge import ClauseVerdict, Verdict, judge_hearing
from doorstep.domain.linking import Chain, link
from doorstep.domain.policy import Clause, ElapsedCheck, Policy
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle
from doorstep.web.pages.calling import Calling, calling
from doorstep.web.pages.rule_words import say_clause
from doorstep.web.pages.words import say, say_code

LOST_AFTER_MS = 90_000
"""A phone in view asks the office every half minute: after three times it is out of reach, or in a pocket."""
CLOCK_DIFFERENCE_MS = 30_000
SHORTEST_HOME = 10
WAITED = frozenset({"met", "waiting"})
TO_DO = frozenset({"open", "failed"})


class Wait(msgspec.Struct, frozen=True):
    """The longest wait that applies, on the server's clock. `is_inferred`: the phone may know better."""

    ends_at: int
    total_ms: int
    is_over: bool
    is_inferred: bool
    is_for_alert: bool

    @property
    def minutes(self) -> int:
        """How long it is as a whole."""
        return round(self.total_ms / 60_000)


class Held(msgspec.Struct, frozen=True):
    """Who has the call now, and since when (ms)."""

    call_id: str
    planner_id: str
    planner: str
    since: int


class Said(msgspec.Struct, frozen=True):
    """The last call that was saved: by whom, when, and what they told the operative."""

    planner: str
    at: int
    words: str


class Door(msgspec.Struct, frozen=True):
    """One row of the board. Instants in ms; `calling` while they wait for a planner, `held` while one has the call."""

    appointment_id: str
    visit_id: str
    operative_id: str
    operative: str
    phone: str
    address: str
    home: str
    town: str
    arrived_at: int | None
    wait: Wait | None
    next_step: str
    so_far: str
    heard_at: int
    is_lost: bool
    calling: Calling | None
    said: Said | None
    held: Held | None


@dataclass(frozen=True)
class Beside:
    """What a row needs beside the dossier: the rules, everybody by id, when phones were heard, who has which call, and
    the time."""

    rules: Rules
    people: Mapping[str, Person]
    heard_at: Mapping[str, int]
    claims: Mapping[Contact, CallClaim]
    now_ms: int


def name_of(people: Mapping[str, Person], person_id: str) -> str:
    """Somebody's name; empty for who is not known."""
    return people[person_id].name if person_id in people else ""


def held_by(claim: CallClaim | None, people: Mapping[str, Person]) -> Held | None:
    """Who has the call about a contact, where somebody has."""
    return Held(claim.call_id, claim.planner_id, name_of(people, claim.planner_id), claim.since) if claim else None


def door_view(dossier: Dossier, visit_id: str, beside: Beside) -> Door:
    """A visit in progress."""
    now = settle(dossier, beside.rules.policies)[visit_id]
    chain = link(dossier.visits[visit_id])
    heard_at = _heard_at(dossier, visit_id, beside.heard_at)
    is_lost = beside.now_ms - heard_at > LOST_AFTER_MS
    policy = beside.rules.policies.get(now.policy_version)
    began_at, is_sure = _began_at(chain)
    verdict = _verdict_now(dossier, now, chain, policy, beside.now_ms - began_at)
    person = beside.people.get(now.operative_id)
    lines = dossier.versions[-1].snapshot.get("address", []) if dossier.versions else []
    at_home = _home_lines(lines)
    return Door(
        appointment_id=dossier.appointment_id,
        visit_id=visit_id,
        operative_id=now.operative_id,
        operative=person.name if person else "",
        phone=person.phone if person else "",
        address=", ".join(lines),
        home=", ".join(lines[:at_home]),
        town=", ".join(lines[at_home:]),
        arrived_at=now.arrived_at,
        wait=_wait(verdict, policy, began_at, beside.now_ms, is_inferred=is_lost or not is_sure),
        next_step=_next_step(verdict, policy, beside.rules),
        so_far=so_far(chain),
        heard_at=heard_at,
        is_lost=is_lost,
        calling=calling(dossier, chain, now.operative_id, beside.now_ms),
        said=_said(dossier, now.operative_id, beside),
        held=held_by(beside.claims.get((dossier.appointment_id, now.operative_id)), beside.people),
    )


def _home_lines(lines: Sequence[str]) -> int:
    """How many lines of an address name the home: a flat's number alone does not."""
    for count in range(1, len(lines) + 1):
        if len(", ".join(lines[:count])) >= SHORTEST_HOME:
            return count
    return len(lines)


def _heard_at(dossier: Dossier, visit_id: str, heard: Mapping[str, int]) -> int:
    """When the visit's phone last reached the office, with something to say or with nothing."""
    bodies = dossier.visits[visit_id]
    phones = {body.event.device_id for body in bodies if body.event}
    return max([body.received_at for body in bodies] + [heard[phone] for phone in phones if phone in heard])


def _began_at(chain: Chain) -> tuple[int, bool]:
    """When the visit's stopwatch stood at 0, on the server's clock, and whether the two clocks agree on it.

    An event that arrived at once says it exactly: it cannot have been stated after it was received. One that was held
    back for want of signal says it by the phone's clock alone.
    """
    if not chain.links:
        return 0, False
    latest = chain.links[-1][1]
    by_phone = latest.at_ms - latest.t
    by_server = min(body.received_at - event.t for body, event in chain.links)
    is_sure = abs(by_phone - by_server) <= CLOCK_DIFFERENCE_MS
    return (by_server if is_sure else min(by_phone, by_server)), is_sure


def _verdict_now(dossier: Dossier, now: Settled, chain: Chain, policy: Policy | None, t: int) -> Verdict | None:
    """What the judge says at this moment: a wait goes on, though the phone has stated nothing since."""
    version = dossier.version(now.snapshot_sha256)
    if policy is None or version is None or not chain.links:
        return None
    latest = chain.links[-1][1]
    events = tuple(event.heard() for _, event in chain.links)
    moment = {"at": format_instant(latest.at_ms), "t": max(t, latest.t)}
    return judge_hearing(policy, open_hearing(version.appointment, events, moment))


def _wait(
    verdict: Verdict | None, policy: Policy | None, began_at: int, now_ms: int, *, is_inferred: bool
) -> Wait | None:
    ends = [
        (ruled.ready_t if ruled.ready_t is not None else ruled.t or 0, clause.check.at_least_ms, clause)
        for clause, ruled in _ruled(verdict, policy)
        if isinstance(clause.check, ElapsedCheck) and ruled.status in WAITED
    ]
    if not ends:
        return None
    ends_t, total_ms, clause = max(ends, key=lambda end: end[:2])
    ends_at = began_at + ends_t
    is_for_alert = any(fact == "alert" for fact, _ in clause.applies_when)
    return Wait(ends_at, total_ms, ends_at <= now_ms, is_inferred, is_for_alert)


def _next_step(verdict: Verdict | None, policy: Policy | None, rules: Rules) -> str:
    """The first check that is not settled, in the first words of what it asks of the operative."""
    if verdict is None or policy is None:
        return say("board.next_unknown")
    if verdict.ended_by is not None:
        return say("board.next_ended")
    if verdict.may_record_missed:
        return say("board.next_record")
    unsettled = [(clause, ruled) for clause, ruled in _ruled(verdict, policy) if not clause.optional]
    to_do = [clause for clause, ruled in unsettled if ruled.status in TO_DO and not ruled.final]
    waiting = [clause for clause, ruled in unsettled if ruled.status == "waiting"]
    if not to_do and not waiting:
        return say("board.next_not_missed")
    clause = (to_do or waiting)[0]
    words = say_clause(rules, policy.version, clause)
    return re.split(r"(?<=[?!])\s|\.(?:\s|$)", words.ask or words.title, maxsplit=1)[0]


def _ruled(verdict: Verdict | None, policy: Policy | None) -> list[tuple[Clause, ClauseVerdict]]:
    return list(zip(policy.clauses, verdict.clauses, strict=True)) if verdict and policy else []


def _said(dossier: Dossier, operative_id: str, beside: Beside) -> Said | None:
    """What a planner said in the newest call that was saved."""
    calls = [(call.logged, call) for call in dossier.calls.values() if call.operative_id == operative_id]
    saved = [(logged.at, logged.instruction, call.planner_id) for logged, call in calls if logged]
    if not saved:
        return None
    at, instruction, planner_id = max(saved)
    return Said(name_of(beside.people, planner_id), at, say_code("instruction", instruction))


def so_far(chain: Chain) -> str:
    """What was done at the door, in a few words."""
    kinds = [event.kind for _, event in chain.links]
    done = []
    for kind, one, many in (
        ("door_knocked", "board.knock", "board.knocks"),
        ("resident_called", "board.call", "board.calls"),
    ):
        if count := kinds.count(kind):
            done.append(say(one) if count == 1 else say(many, count=count))
    if any(event.text("reason") == "no_number_held" for _, event in chain.links if event.kind == "clause_waived"):
        done.append(say("board.no_number_held"))
    return ", ".join(done) or say("board.nothing")
