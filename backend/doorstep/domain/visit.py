"""Where a visit stands: a pure reading of its dossier, the same whatever the order in which the parts arrived.

in_progress -> ended | refused | pending_corroboration -> recorded -> upheld | overturned | returned.
A visit is `recorded` only when the judge allows it and nothing is awaited. Only a supervisor's decision settles a
visit that awaits `waiver`, `interrupted` or `conflict`; a decision holds for what the supervisor saw, so that a later
contradiction reopens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import msgspec

from doorstep.domain.brought import bring
from doorstep.domain.chain import card_code
from doorstep.domain.deciding import decided
from doorstep.domain.dossier import Dossier, Version
from doorstep.domain.events import PHOTOGRAPHS, Event
from doorstep.domain.grading import grade_of_visit, grade_place, grade_visit
from doorstep.domain.hearing import open_hearing
from doorstep.domain.judge import Verdict, judge_hearing
from doorstep.domain.linking import Chain, link
from doorstep.domain.matching import contacts_in, is_saved_late, match
from doorstep.domain.policy import EventsCheck, Policy
from doorstep.domain.standing import Reason, Settled

MAX_GAP_MS: Final = 30 * 60_000
ATTESTATIONS: Final = frozenset({"notification_attested", "slot_attested"})
ACCESS_OUTCOMES: Final = frozenset({"completed", "access_gained_late", "follow_on_required", "external_work_done"})
NOT_MATERIAL: Final = frozenset(
    {"notifications", "phone_numbers", "rebooking_number", "place", "uprn", "sor_codes", "contractor", "assigned"}
)
"""What may change in a snapshot without the operative having gone to the wrong door, or in ignorance."""


def settle(dossier: Dossier, policies: Mapping[str, Policy]) -> dict[str, Settled]:
    """Where each visit in the dossier stands. `policies` holds every version there has been, by version."""
    chains = {visit_id: link(stated) for visit_id, stated in dossier.visits.items()}
    contacts = [contact for visit_id, chain in chains.items() for contact in contacts_in(visit_id, chain)]
    matched = match(dossier, contacts)
    entered = {chain.started.actor_id for chain in chains.values() if chain.started and _gained_access(chain)}
    settled: dict[str, Settled] = {}
    for visit_id, chain in chains.items():
        mine = {n: call_id for (of, n), call_id in matched.items() if of == visit_id}
        late = any(is_saved_late(dossier, contact) for contact in contacts if contact.visit_id == visit_id)
        settled[visit_id] = _Visit(dossier, visit_id, chain, mine, policies, entered, late).settle()
    return settled


class _Visit:
    """One visit in its dossier, while it is being settled."""

    def __init__(
        self,
        dossier: Dossier,
        visit_id: str,
        chain: Chain,
        matched: dict[int, str],
        policies: Mapping[str, Policy],
        entered: set[str],
        is_called_late: bool,
    ) -> None:
        self.dossier, self.visit_id, self.chain, self.matched = dossier, visit_id, chain, matched
        self.faults = dict(chain.faults)
        self.is_called_late = is_called_late
        self.brought = brought = bring(dossier, visit_id, chain, policies)
        self.operative_id, self.missed, self.before = brought.operative_id, brought.missed, brought.before
        self.version, self.policy = brought.version, brought.policy
        if brought.unknown_at is not None:
            self.faults[brought.unknown_at] = "unknown_snapshot"
        self.others_entered = bool(entered - {self.operative_id})

    def settle(self) -> Settled:
        started, arrived, closing = self.chain.started, self.chain.first("arrived"), self.chain.closing
        seen = Settled(
            visit_id=self.visit_id,
            appointment_id=self.dossier.appointment_id,
            operative_id=self.operative_id,
            standing="in_progress",
            flags=self._flags(),
            snapshot_sha256=self.version.sha256 if self.version else "",
            policy_version=started.text("policy_version") if started else "",
            started_at=started.at_ms if started else None,
            arrived_at=arrived[1].at_ms if arrived else None,
            closed_at=closing.at_ms if closing else None,
            faults=self.faults,
            withdrawn=self.chain.withdrawn,
            matched=self.matched,
            photos=self._photos(),
            card_code=self._card_code(),
        )
        if closing is not None and self.missed is None:
            return msgspec.structs.replace(
                seen, standing="ended", outcome=closing.text("outcome"), verdict=self._judge(closing)
            )
        if self.missed is None:
            latest = self.before[-1] if self.before else None
            return msgspec.structs.replace(seen, verdict=self._judge(latest)) if latest else seen
        judged = self._graded(self._judged(seen, self.missed))
        if any(event.kind == "access_gained" and event.n > self.missed.n for _, event in self.chain.links):
            return msgspec.structs.replace(
                judged, standing="ended", outcome="access_gained_late", awaiting=(), reasons=()
            )
        return decided(self.dossier, judged)

    def _judge(self, now: Event | None) -> Verdict | None:
        """The verdict as it stood at that event; None where the snapshot or the policy is not known."""
        hearing = self.brought.hearing(now) if now else None
        return judge_hearing(self.policy, hearing) if hearing and self.policy else None

    def _judged(self, seen: Settled, missed: Event) -> Settled:
        if self.dossier.is_under_dispute(self.visit_id):
            # A refused record awaits nothing else: but a decision on it, made before the dispute, holds no more.
            seen = msgspec.structs.replace(seen, awaiting=("dispute",))
        verdict = self._judge(missed)
        if verdict is None or self.version is None or self.policy is None:
            unknown = Reason(
                "unknown_snapshot",
                None,
                "This phone worked from an appointment that the office did not give to this operative.",
            )
            return msgspec.structs.replace(seen, standing="refused", reasons=(unknown,))
        if not verdict.may_record_missed:
            return msgspec.structs.replace(
                seen,
                standing="refused",
                verdict=verdict,
                reasons=_why_refused(verdict, self.policy),
                otherwise=verdict.otherwise,
            )
        awaiting = self._awaiting(verdict, self.version, self.policy, missed)
        return msgspec.structs.replace(
            seen,
            standing="pending_corroboration" if awaiting else "recorded",
            outcome=self._missed_outcome(verdict, self.policy),
            awaiting=awaiting,
            verdict=verdict,
        )

    def _graded(self, judged: Settled) -> Settled:
        """How sure each check is, for as much of it as could be judged."""
        if judged.verdict is None or self.version is None or self.policy is None:
            return judged
        grades = grade_visit(self.dossier, self.chain, judged, self.policy, self.version)
        place = grade_place(self.dossier, self.chain, judged, self.version)
        grade = grade_of_visit(self.policy, grades)
        return msgspec.structs.replace(judged, grades=grades, place=place, grade=grade)

    def _awaiting(self, verdict: Verdict, version: Version, policy: Policy, missed: Event) -> tuple[str, ...]:
        """What must still come, or be decided, before the record stands; in alphabetical order."""
        by_n = {event.n: event for event in self.before}
        evidence = {n for clause in verdict.clauses if clause.status == "met" for n in clause.evidence}
        rests_on = {by_n[n].kind for n in evidence}
        contacts = {n for n in evidence if by_n[n].kind == "planner_contacted"}
        awaited = {
            "photo": any(self._photo_state(sha256) != "complete" for sha256 in self._photos()),
            "planner_call": not contacts <= self.matched.keys(),
            "waiver": bool(verdict.waived),
            "attestation": bool(rests_on & ATTESTATIONS) and self._rests_on_attestation(version, policy, missed),
            "appointment_changed": self._appointment_changed(version),
            "interrupted": self._was_interrupted(missed),
            "conflict": self.others_entered or "fork" in self.faults.values(),
            "dispute": self.dossier.is_under_dispute(self.visit_id),
        }
        return tuple(sorted(name for name, is_awaited in awaited.items() if is_awaited))

    def _rests_on_attestation(self, version: Version, policy: Policy, missed: Event) -> bool:
        """An attestation is corroborated by the office's own record: judged with what the office holds now."""
        latest = self.dossier.versions[-1].appointment
        held = msgspec.structs.replace(
            version.appointment, notifications=latest.notifications, agreed_how=latest.agreed_how
        )
        attested = {event.n for event in self.before if event.kind in ATTESTATIONS}
        events = tuple(event.heard() for event in self.before)
        verdict = judge_hearing(policy, open_hearing(held, events, {"at": missed.at, "t": missed.t}))
        return any(attested & set(clause.evidence) for clause in verdict.clauses)

    def _at_arrival(self) -> Version | None:
        """The newest snapshot that the office had made when the operative says they arrived."""
        arrived = self.chain.first("arrived")
        made = [v for v in self.dossier.versions if arrived and v.made_at <= arrived[1].at_ms]
        return made[-1] if made else None

    def _appointment_changed(self, worked_from: Version) -> bool:
        """Cancelled, or changed in what matters, before arrival, while the phone worked from an older snapshot."""
        latest = self._at_arrival()
        if latest is None or latest.position <= worked_from.position:
            return False
        return latest.is_cancelled or _material(latest.snapshot) != _material(worked_from.snapshot)

    def _was_interrupted(self, missed: Event) -> bool:
        """A gap of over 30 minutes in the stopwatch after arrival, or an event missing from the chain.

        A gap is the time that the stopwatch was credited beyond what one run of the page measured: finished from home?
        """
        if "gap" in self.faults.values():
            return True
        arrived = self.chain.first("arrived")
        if arrived is None:
            return False
        at_door = [event for event in [*self.before, missed] if event.n >= arrived[1].n]
        if any(event.kind == "clock_gap" and int(event.own["hidden_ms"]) > MAX_GAP_MS for event in at_door):
            return True
        return any(_credited(earlier, later) > MAX_GAP_MS for earlier, later in pairwise(at_door))

    def _card_code(self) -> str:
        """The code on the card that was left, for the resident who finds it; known once the visit is closed."""
        arrived = self.chain.first("arrived")
        was_left = self.chain.closing is not None and self.chain.first("card_left") is not None
        return card_code(arrived[0].sha256) if arrived and was_left else ""

    def _photos(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event.text("photo_sha256") for event in self.before if event.kind in PHOTOGRAPHS))

    def _photo_state(self, sha256: str) -> str:
        state = self.dossier.photos.get(sha256)
        return state.state if state else "awaited"

    def _missed_outcome(self, verdict: Verdict, policy: Policy) -> str:
        """`no_access_carded` where the policy's card was left, else `no_access_no_card`: the planner wanted none."""
        cards = {
            clause.clause
            for clause in policy.clauses
            if isinstance(clause.check, EventsCheck) and clause.check.match.event == "card_left"
        }
        if cards:
            was_left = any(clause.clause in cards and clause.status == "met" for clause in verdict.clauses)
        else:
            was_left = any(event.kind == "card_left" for event in self.before)
        return "no_access_carded" if was_left else "no_access_no_card"

    def _flags(self) -> tuple[str, ...]:
        flags = []
        latest = self._at_arrival()
        if latest and latest.operative_ids and self.operative_id not in latest.operative_ids:
            flags.append("reassigned")
        if self.is_called_late:
            flags.append("call_late")
        if any(self._photo_state(sha256) == "unreadable" for sha256 in self._photos()):
            flags.append("photo_unreadable")
        if any(sha256 in self.dossier.reused for sha256 in self._photos()):
            flags.append("photo_reused")
        looked_at = (self.dossier.photos.get(sha256) for sha256 in self._photos())
        if any(photo is not None and photo.resembles for photo in looked_at):
            flags.append("photo_resembles")
        if self.visit_id in self.dossier.disputes:
            flags.append("dispute_open" if self.dossier.is_under_dispute(self.visit_id) else "dispute_answered")
        return tuple(flags)


def _gained_access(chain: Chain) -> bool:
    closing = chain.closing
    attended = closing is not None and closing.kind == "visit_closed" and closing.text("outcome") in ACCESS_OUTCOMES
    return attended or any(event.kind == "access_gained" for _, event in chain.links)


def _material(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in snapshot.items() if key not in NOT_MATERIAL}


def _credited(earlier: Event, later: Event) -> int:
    """Milliseconds that the stopwatch went on between two events beyond what the page's own clock measured."""
    measured = later.mono - earlier.mono if earlier.boot == later.boot else later.mono
    return (later.t - earlier.t) - max(measured, 0)


def _why_refused(verdict: Verdict, policy: Policy) -> tuple[Reason, ...]:
    titles = {clause.clause: clause for clause in policy.clauses}
    reasons = [
        Reason(clause.status, clause.clause, titles[clause.clause].title)
        for clause in verdict.clauses
        if clause.status in ("failed", "open", "waiting", "blocked") and not titles[clause.clause].optional
    ]
    if verdict.ended_by is not None:
        reasons.insert(
            0, Reason("ended", None, "The visit had already ended: somebody was reached, or it was not safe.")
        )
    return tuple(reasons)
