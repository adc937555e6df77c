"""The dossier of an appointment: all that the office holds of it, and so all that says where its visits stand.

A dossier is gathered from the log by appointment. It is data only; `visit.settle` reads it, and nothing in it depends
on the order in which its parts arrived, except where a rule speaks of the server's own time or position.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from doorstep.domain.appointment import Appointment
from doorstep.domain.events import Event


class Stated(msgspec.Struct, frozen=True, gc=False):
    """One stored body from a phone. `event` is None where it is `malformed`; `fault` is the one found on arrival.

    `is_signed` where an enrolled phone signed it, or a later event of its chain, which vouches for all before it.
    """

    position: int
    sha256: str
    visit_id: str | None
    received_at: int
    fault: str | None
    event: Event | None
    is_signed: bool = False


class Version(msgspec.Struct, frozen=True):
    """One snapshot of the appointment, as the office made it: `snapshot` is its JSON, `made_at` ms since 1970.

    `appointment` is the same as the judge takes it, read once.
    """

    sha256: str
    snapshot: dict[str, Any]
    appointment: Appointment
    made_at: int
    position: int
    operative_ids: tuple[str, ...] = ()
    patch: str = ""
    day: str = ""
    is_cancelled: bool = False


class Logged(msgspec.Struct, frozen=True):
    """What a planner saved of a call: `at` is the server's time in ms."""

    position: int
    at: int
    instruction: str
    summary: str
    read_back: str | None


class Call(msgspec.Struct, frozen=True):
    """A planner's contact call with an operative about an appointment; `logged` once the planner has saved it."""

    call_id: str
    operative_id: str
    planner_id: str
    code: str
    begun_at: int
    expires_at: int
    logged: Logged | None = None


class Decision(msgspec.Struct, frozen=True):
    """A supervisor's decision. `saw` is what the visit awaited, and `refused` if it was, when it was decided.

    `reads_card` where they could read the visit's code on the card in the photo. A `first_look` decides nothing yet:
    another supervisor has to look too.
    """

    position: int
    at: int
    by_id: str
    decision: str
    reason: str
    outcome: str | None
    saw: frozenset[str]
    reads_card: bool = False
    first_look: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What a supervisor told the resident who disputed a visit."""

    position: int
    at: int
    by_id: str
    words: str


class Dispute(msgspec.Struct, frozen=True):
    """A resident's word against the record: `says` is what of it is wrong, `answer` is there once it is answered."""

    position: int
    at: int
    dispute_id: str
    says: str
    words: str
    language: str
    answer: Answer | None = None


class PhotoState(msgspec.Struct, frozen=True):
    """Where a photo's bytes stand: `complete` is whole, hash-true and decodable, as logged at `position`."""

    state: str
    position: int
    why: str | None = None
    resembles: tuple[str, ...] = ()


class Serving(msgspec.Struct, frozen=True):
    """A snapshot that was given to an operative, with the policy version in force for it."""

    sha256: str
    operative_id: str
    policy_version: str


@dataclass
class Dossier:
    """One appointment with every visit, call, decision and photo that bears on it."""

    appointment_id: str
    versions: list[Version] = field(default_factory=list)
    visits: dict[str, list[Stated]] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    matches: dict[tuple[str, int], str] = field(default_factory=dict)
    decisions: dict[str, list[Decision]] = field(default_factory=dict)
    disputes: dict[str, list[Dispute]] = field(default_factory=dict)
    """By visit, in the order in which they came."""
    photos: dict[str, PhotoState] = field(default_factory=dict)
    servings: set[Serving] = field(default_factory=set)
    reused: dict[str, frozenset[str]] = field(default_factory=dict)

    def version(self, sha256: str) -> Version | None:
        """The appointment's snapshot with that hash, if the office ever made it."""
        return next((version for version in self.versions if version.sha256 == sha256), None)

    def disputed_at(self, visit_id: str) -> int | None:
        """When a resident first disputed the visit, in ms; None where nobody did."""
        return min((dispute.at for dispute in self.disputes.get(visit_id, [])), default=None)

    def is_under_dispute(self, visit_id: str) -> bool:
        """Whether a resident still waits for an answer about the visit."""
        return any(dispute.answer is None for dispute in self.disputes.get(visit_id, []))
