"""The forms of what is sent to the API and of what it answers; their names are the JSON's."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from doorstep.application.accept_events import MOST_EVENTS
from doorstep.application.rule_words import LanguageWords
from doorstep.domain.events import INSTRUCTIONS, UUID

MAX_INTEGER = 2**53 - 1
Uuid = Annotated[str, msgspec.Meta(pattern=UUID, description="A UUID in lower case")]
Words = Annotated[str, msgspec.Meta(max_length=1000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
Instruction = Literal[INSTRUCTIONS]  # type: ignore[valid-type]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in; a phone names its installation, to which the session then belongs."""

    username: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    installation_id: Uuid | None = None


class Device(msgspec.Struct, frozen=True):
    """An enrolled phone, and whether the office revoked it."""

    device_id: str
    is_revoked: bool


class SignedIn(msgspec.Struct, frozen=True):
    """Who is signed in, until when, and the server's time; `device` where the session's phone is enrolled."""

    person_id: str
    name: str
    role: str
    patch: str
    installation_id: str | None
    expires_at: str
    server_time: str
    device: Device | None


class HereBefore(msgspec.Struct, frozen=True):
    """Another operative's visit to the same appointment: when they came, and what came of it."""

    arrived_at: str
    standing: str
    outcome: str | None


class DayAppointment(msgspec.Struct, frozen=True):
    """One appointment: `snapshot` is the exact text that `snapshot_sha256` is the hash of."""

    appointment_id: str
    snapshot: str
    snapshot_sha256: str
    policy_version: str
    is_cancelled: bool
    operatives: int
    here_before: list[HereBefore]


class Declaration(msgspec.Struct, frozen=True):
    """The words that an operative declares, by version; a version is read in one language, newer ones come last."""

    version: str
    language: str
    words: str


class OutcomeWords(msgspec.Struct, frozen=True):
    """How a visit can end, whose side it counts on, and the event that may say so."""

    outcome: str
    side: str
    by: str
    words: str


class Why(msgspec.Struct, frozen=True):
    """Why a visit may not be recorded."""

    reason: str
    clause: str | None
    words: str


class Standing(msgspec.Struct, frozen=True):
    """Where a visit stands."""

    visit_id: str
    appointment_id: str | None
    standing: str
    outcome: str | None
    awaiting: list[str]
    reasons: list[Why]


class OwnVisit(Standing, frozen=True, omit_defaults=True):
    """Where one's own visit stands, and what a supervisor asked where it was sent back.

    `decided_n` is the phone's last event that the decision knew; `day` and `address` are given for another day's visit.
    """

    otherwise: str = ""
    decision: str = ""
    decision_reason: str = ""
    decided_n: int = -1
    day: str = ""
    address: str = ""


class DayAnswer(msgspec.Struct, frozen=True):
    """An operative's day, with all that a phone needs to work through it without signal."""

    date: str
    server_time: str
    feed_next: int
    planner_number: str
    appointments: list[DayAppointment]
    policies: list[dict[str, Any]]
    declarations: list[Declaration]
    outcomes: list[OutcomeWords]
    words: dict[str, LanguageWords]
    """What the policies and outcomes say in other languages; what is missing there is read in English."""
    visits: list[OwnVisit]


class SentEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event of a phone's queue: `body` is its exact JSON text, `sig` an enrolled phone's signature over it."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)]
    body: str
    sig: str | None = None


class Sync(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a phone has to send, and how far it has read its feed."""

    installation_id: Uuid
    events: Annotated[list[SentEvent], msgspec.Meta(max_length=MOST_EVENTS)]
    after: Count = 0


class RefusedSeq(msgspec.Struct, frozen=True):
    """An event that is kept but does not count; it need not be sent again."""

    seq: int
    reason: str


class FeedEntry(msgspec.Struct, frozen=True):
    """Something that the office states to an operative; `position` is the cursor."""

    position: int
    kind: str
    at: str
    body: dict[str, Any]


class SyncAnswer(msgspec.Struct, frozen=True):
    """How far the queue is durable, what of it does not count, and the feed beyond `after`.

    `anchor` states the server's time and log, for the events to come; `wipe` asks a revoked phone to forget everything,
    once it has nothing left to send.
    """

    ack: int
    refused: list[RefusedSeq]
    server_time: str
    anchor: str
    device: Device | None
    wipe: bool
    feed: list[FeedEntry]
    next: int


class VisitInList(msgspec.Struct, frozen=True):
    """A visit in a list. Instants are null until they are known.

    `grade` is that of its weakest check: proven, consistent, unsupported or contradicted; null where none was graded.
    """

    visit_id: str
    appointment_id: str | None
    operative_id: str
    operative: str
    address: str
    work_order_ref: str
    patch: str
    day: str
    standing: str
    outcome: str | None
    awaiting: list[str]
    flags: list[str]
    started_at: str | None
    arrived_at: str | None
    closed_at: str | None
    received_at: str
    grade: str | None


class VisitPage(msgspec.Struct, frozen=True):
    """One page of visits; `next` is the cursor of the one after it, null on the last."""

    visits: list[VisitInList]
    next: str | None


class TakeOverCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The call of another planner, as the refusal named it, that is taken over, and why."""

    call_id: Uuid
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class BeginCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the planner is talking to, about which appointment; `take_over` where another planner has the call."""

    appointment_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    operative_id: Uuid
    take_over: TakeOverCall | None = None


class CallBegun(msgspec.Struct, frozen=True):
    """The 8 digits to say, and until when they stand."""

    call_id: str
    code: str
    expires_at: str


class LogCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was said in a call; `read_back` is what the operative read from their screen, if they could."""

    summary: Words
    instruction: Instruction
    read_back: Annotated[str, msgspec.Meta(max_length=20)] | None = None


class MatchCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which contact a call belongs to, where the rules could not tell, and why."""

    visit_id: Uuid
    n: Annotated[int, msgspec.Meta(ge=0, le=10**6)]
    reason: Words


class CallLogged(msgspec.Struct, frozen=True):
    """A saved call and the contact that it vouches for; null until that has arrived and matches."""

    call_id: str
    visit_id: str | None
    n: int | None
    read_back_agrees: bool | None


class Decide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A supervisor's decision; `outcome` is what it truly was, where the visit is overturned.

    `reads_card` says that they can read the visit's code on the card in the photo.
    """

    decision: Literal["upheld", "overturned", "returned"]
    reason: Words
    outcome: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    reads_card: bool = False


class LogProof(msgspec.Struct, frozen=True):
    """That a log goes on from an older one: roots and hashes in base64, as in a checkpoint."""

    first: int
    second: int
    first_root: str
    second_root: str
    proof: list[str]


class Health(msgspec.Struct, frozen=True):
    """Whether the server runs, or can work."""

    status: Literal["ok", "not-ready"]
