"""The form of one visit with all that its page shows; see visit_view for how it is made."""

from __future__ import annotations

from typing import Any

import msgspec

from doorstep.domain.grades import Graded
from doorstep.domain.judge import Verdict


class PersonView(msgspec.Struct, frozen=True):
    """Somebody by id and name."""

    person_id: str
    name: str


class PolicyView(msgspec.Struct, frozen=True):
    """The policy that the visit was judged by."""

    policy: str
    version: str
    title: str
    source: str


class ReasonView(msgspec.Struct, frozen=True):
    """Why a visit may not be recorded."""

    reason: str
    clause: str | None
    words: str


class ClauseView(msgspec.Struct, frozen=True):
    """One clause in its own words, and where the judge says that it stands. Times in ms on the visit's stopwatch.

    `check` is the kind of its check, `at_least_ms` how long it has to be waited where it is a wait. That wait went on
    at least from `known_from` to `known_until` by the server's own times; null where they say nothing.
    """

    clause: str
    title: str
    ask: str
    why: str
    check: str
    at_least_ms: int | None
    status: str
    is_optional: bool
    t: int | None
    ready_t: int | None
    missing: int | None
    final: bool
    evidence: list[int]
    ignored: list[int]
    blocked_by: list[str]
    known_from: str | None = None
    known_until: str | None = None


class EventView(msgspec.Struct, frozen=True):
    """One log entry of a visit. `n`, `at` and `t` are the phone's, and null for the office's own entries.

    Whatever the phone's clocks say, it happened not before `lo` and not after `hi`: `lo_by` is anchor or code, `hi_by`
    receipt or read_back, for what fixes them. `lo` is null where nothing does.
    """

    position: int
    source: str
    kind: str
    n: int | None
    at: str | None
    t: int | None
    received_at: str
    actor: PersonView | None
    own: dict[str, Any]
    fault: str | None
    withdrawn: str | None
    matched_call_id: str | None
    is_erased: bool
    lo: str | None = None
    hi: str | None = None
    lo_by: str | None = None
    hi_by: str | None = None
    is_signed: bool = False


class OtherUse(msgspec.Struct, frozen=True):
    """Another visit that has to do with a photo: `reused` where it names the same picture, `resembles` where alike.

    With that visit's own photo, to lay it beside this one: when its phone says that it was taken, and the code that
    should stand on its card. `sha256` is empty where its picture is not there to look at.
    """

    how: str
    visit_id: str
    day: str
    address: str
    operative: PersonView | None = None
    at: str | None = None
    card_code: str | None = None
    sha256: str = ""
    urls: dict[str, str] = {}


class PhotoView(msgspec.Struct, frozen=True):
    """A photo of the visit: `state` is awaited, complete or unreadable, and `why` says why it cannot be read.

    `elsewhere` are the other visits that use it or a picture like it, as far as the reader may see them; `hidden_uses`
    counts the rest.
    """

    sha256: str
    kind: str
    n: int
    at: str
    size_bytes: int
    state: str
    why: str | None
    is_first: bool
    urls: dict[str, str]
    reused_in: list[str] = []
    resembles: list[str] = []
    elsewhere: list[OtherUse] = []
    hidden_uses: int = 0


class CallView(msgspec.Struct, frozen=True):
    """A planner's call about the appointment, and the contact of this or another visit that it vouches for."""

    call_id: str
    planner: PersonView
    operative: PersonView
    begun_at: str
    logged_at: str | None
    instruction: str | None
    summary: str | None
    read_back: str | None
    read_back_agrees: bool | None
    matched_visit_id: str | None
    matched_n: int | None


class DecisionView(msgspec.Struct, frozen=True):
    """A supervisor's decision on the visit."""

    at: str
    by: PersonView
    decision: str
    reason: str
    outcome: str | None
    saw: list[str]
    reads_card: bool = False
    first_look: bool = False


class AnswerView(msgspec.Struct, frozen=True):
    """What a supervisor answered a resident."""

    at: str
    by: PersonView
    words: str


class DisputeView(msgspec.Struct, frozen=True):
    """A resident says that the record is wrong. `dispute_id` is the receipt they have, `language` the one they read."""

    dispute_id: str
    at: str
    says: str
    words: str
    language: str
    answer: AnswerView | None


class VisitView(msgspec.Struct, frozen=True):
    """One visit, whole. `appointment` is the snapshot that the operative worked from, or else the newest one.

    `grades` say how sure each check is, once the visit was recorded as missed; `grade` is the weakest of them, and
    `place` the grade of where the phone was, which is no check.
    """

    visit_id: str
    appointment_id: str | None
    standing: str
    outcome: str | None
    otherwise: str | None
    awaiting: list[str]
    reasons: list[ReasonView]
    flags: list[str]
    operative: PersonView
    patch: str
    day: str
    is_cancelled: bool
    started_at: str | None
    arrived_at: str | None
    closed_at: str | None
    snapshot_sha256: str
    appointment: dict[str, Any] | None
    policy: PolicyView | None
    verdict: Verdict | None
    clauses: list[ClauseView]
    events: list[EventView]
    photos: list[PhotoView]
    planner_calls: list[CallView]
    decisions: list[DecisionView]
    card_code: str | None
    disputes: list[DisputeView] = []
    grades: list[Graded] = []
    place: Graded | None = None
    grade: str | None = None
