"""What the office and the system state in the log: each kind with its fields, beside the phone's vocabulary.

Bodies are JSON texts like the phone's, kept and hashed as bytes. `at` is the server's clock; `actor_id` a person's id,
or `system`; `salt` lets a body be erased later without its hash giving it away.
"""

from __future__ import annotations

from typing import Final

import msgspec

SYSTEM: Final = "system"
RESIDENT: Final = "resident"
"""Who a resident is in the log: whoever held the card and knew the postcode. Nobody is asked for a name."""
LOG_KEY_KINDS: Final = ("log_begun", "log_key_changed", "log_restored")
"""The kinds that say which key signs for the log, and under which name."""


class OfficeEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """The envelope of every statement by the office."""

    v: int
    at: str
    actor_id: str
    salt: str


class AppointmentChanged(OfficeEvent, frozen=True, kw_only=True, tag="appointment_changed"):
    """The appointment as it now is: `snapshot` is the exact text that is served, `operative_ids` who may attend.

    `policy_version` was in force for it when it changed; the feed gives both to each of those operatives.
    """

    appointment_id: str
    snapshot: str
    operative_ids: list[str]
    patch: str
    day: str
    source: str
    source_ref: str
    policy_version: str
    is_cancelled: bool = False


class AppointmentWithdrawn(OfficeEvent, frozen=True, kw_only=True, tag="appointment_withdrawn"):
    """The appointment is no longer this operative's: cancelled, or given to another."""

    appointment_id: str
    operative_id: str


class PlannerCallBegun(OfficeEvent, frozen=True, kw_only=True, tag="planner_call_begun"):
    """A planner opened the form for a contact call; `code` is what they say aloud, good until `expires_at`.

    `took_over_from` is the call that was open about the same till then: another planner's, for the `reason` that is
    given, or the same planner's own, whose code is renewed.
    """

    call_id: str
    appointment_id: str
    operative_id: str
    code: str
    expires_at: str
    took_over_from: str = ""
    reason: str = ""


class PlannerCallReleased(OfficeEvent, frozen=True, kw_only=True, tag="planner_call_released"):
    """Who had opened the call does not have it after all: it is anybody's again."""

    call_id: str
    appointment_id: str
    operative_id: str


class PlannerCallLogged(OfficeEvent, frozen=True, kw_only=True, tag="planner_call_logged"):
    """A planner saved what was said in a contact call."""

    call_id: str
    appointment_id: str
    operative_id: str
    instruction: str
    summary: str
    read_back: str = ""


class PlannerCallMatched(OfficeEvent, frozen=True, kw_only=True, tag="planner_call_matched"):
    """A person says which contact a call belongs to, where the rules could not."""

    call_id: str
    appointment_id: str
    visit_id: str
    n: int
    reason: str


class DecisionMade(OfficeEvent, frozen=True, kw_only=True, tag="decision_made"):
    """A supervisor decided a visit. `saw` is what it awaited then, so that a later contradiction can reopen it.

    `first_look` where the rules of that moment wanted two to look: it holds once another has decided the same.
    """

    appointment_id: str
    visit_id: str
    decision: str
    reason: str
    saw: list[str]
    outcome: str = ""
    reads_card: bool = False
    first_look: bool = False


class FeedReason(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a visit may not be recorded, in the words that the operative reads."""

    reason: str
    words: str
    clause: str = ""


class ResidentDisputed(OfficeEvent, frozen=True, kw_only=True, tag="resident_disputed"):
    """A resident with the card in hand says that the record is wrong, and how; `language` is the one they read."""

    appointment_id: str
    visit_id: str
    dispute_id: str
    says: str
    language: str
    words: str = ""


class DisputeAnswered(OfficeEvent, frozen=True, kw_only=True, tag="dispute_answered"):
    """A supervisor answers a resident's dispute; `reason` is read by the resident as it is written."""

    appointment_id: str
    visit_id: str
    dispute_id: str
    reason: str


class ResidentGaveTimes(OfficeEvent, frozen=True, kw_only=True, tag="resident_gave_times"):
    """A resident with the card in hand says when somebody is in, or asks to be rung.

    What was typed freely is in the planner's task alone, which has the same `request_id`.
    """

    appointment_id: str
    visit_id: str
    request_id: str
    days: list[str]
    times: list[str]
    language: str
    wants_call: bool = False


class StandingChanged(OfficeEvent, frozen=True, kw_only=True, tag="standing_changed"):
    """Where a visit now stands, and why.

    `decision` is the latest, where it holds or sent the visit back: what was then asked is told after an answer too.
    It was made knowing the phone's events up to `decided_n`; a note beyond that answers it.
    """

    appointment_id: str
    visit_id: str
    standing: str
    outcome: str
    awaiting: list[str]
    reasons: list[FeedReason]
    otherwise: str = ""
    decision: str = ""
    decision_reason: str = ""
    decided_n: int = -1


class PhotoReceived(OfficeEvent, frozen=True, kw_only=True, tag="photo_received"):
    """A photo's bytes are whole, hash-true and decodable. `taken_at` and `model` are EXIF's claims, no more.

    `derivatives` holds the SHA-256 of each smaller copy that is shown in its place, by its size in pixels. `dhash` is
    how it looks, in 256 bits; `resembles` the photos of other visits that look the same, for a person to compare.
    """

    sha256: str
    size_bytes: int
    width: int
    height: int
    format: str
    derivatives: dict[str, str]
    taken_at: str = ""
    model: str = ""
    has_place: bool = False
    dhash: str = ""
    resembles: list[str] = []


class PhotoUnreadable(OfficeEvent, frozen=True, kw_only=True, tag="photo_unreadable"):
    """A photo's bytes are whole and hash-true, but no picture can be made of them; `why` is for a person."""

    sha256: str
    size_bytes: int
    why: str


class DeviceEnrolled(OfficeEvent, frozen=True, kw_only=True, tag="device_enrolled"):
    """A phone's browser holds a key from now on: `public_key` is its point on P-256, uncompressed, base64url."""

    device_id: str
    public_key: str
    person_id: str
    installation_id: str


class DeviceRevoked(OfficeEvent, frozen=True, kw_only=True, tag="device_revoked"):
    """A phone's key counts no more for what arrives from now on."""

    device_id: str
    reason: str


class LogBegun(OfficeEvent, frozen=True, kw_only=True, tag="log_begun"):
    """The log has a name and a key: its checkpoints are signed with it."""

    origin: str
    vkey: str


class LogKeyChanged(OfficeEvent, frozen=True, kw_only=True, tag="log_key_changed"):
    """From now on another key signs the checkpoints."""

    origin: str
    old_vkey: str
    new_vkey: str


class LogRestored(OfficeEvent, frozen=True, kw_only=True, tag="log_restored"):
    """The log goes on from a backup under a new name; `checkpoint` is the last note that the old one published."""

    origin: str
    previous_origin: str
    checkpoint: str


class PackExported(OfficeEvent, frozen=True, kw_only=True, tag="pack_exported"):
    """A visit's evidence left the house; `manifest_sha256` ties the pack to this entry, a redacted one to its whole."""

    appointment_id: str
    visit_id: str
    manifest_sha256: str
    redacted_of: str = ""


class AlertRecorded(OfficeEvent, frozen=True, kw_only=True, tag="alert_recorded"):
    """A person alert of a home as it is from now on; `is_ended` where it stands no longer. Days are London dates."""

    fact_id: str
    property_ref: str
    code: str
    text: str
    starts_on: str
    reason: str
    ends_on: str = ""
    review_on: str = ""
    is_ended: bool = False


class RequestRecorded(OfficeEvent, frozen=True, kw_only=True, tag="request_recorded"):
    """Something that a resident asks of every visit to the home, as it is from now on."""

    fact_id: str
    property_ref: str
    text: str
    starts_on: str
    reason: str
    ends_on: str = ""
    review_on: str = ""
    is_ended: bool = False


class NoticeRecorded(OfficeEvent, frozen=True, kw_only=True, tag="notice_recorded"):
    """A message to the resident about an appointment, and the last that is known of it.

    `told_by` is `text_service`, whose receipt it is, or the person of the office who says so. `tells_of` is the start
    of the window that the message spoke of.
    """

    notice_id: str
    appointment_id: str
    channel: str
    sent_at: str
    status: str
    told_by: str
    status_at: str = ""
    note: str = ""
    tells_of: str = ""


class BodiesErased(OfficeEvent, frozen=True, kw_only=True, tag="bodies_erased"):
    """The words of these entries are kept no longer, for data protection; their hashes stand in the tree as before."""

    positions: list[int]
    reason: str


class ExceptionResolved(OfficeEvent, frozen=True, kw_only=True, tag="exception_resolved"):
    """Somebody let a data exception stay as it is, with the reason, while the facts that make it one are these."""

    exception: str
    subject_id: str
    facts: str
    reason: str


class DataExported(OfficeEvent, frozen=True, kw_only=True, tag="data_exported"):
    """A table left the house: all of it that is on the patch, or all where that is empty."""

    table: str
    patch: str


class DataExportEnded(OfficeEvent, frozen=True, kw_only=True, tag="data_export_ended"):
    """What left of a table: so many rows were given out; not `is_whole` where whoever took it broke off, or it failed.

    Rows that were given out last may not have arrived. A `data_exported` without one of these: the server ended first.
    """

    table: str
    patch: str
    rows: int
    is_whole: bool


class TextsSentAgain(OfficeEvent, frozen=True, kw_only=True, tag="texts_sent_again"):
    """Somebody let texts go again: all that a fault of the service's set-up had kept, or the one of `reference`."""

    texts: int
    cause: str = ""
    reference: str = ""


class ReportIssued(OfficeEvent, frozen=True, kw_only=True, tag="report_issued"):
    """An edition of a month's report was made, of a log of `tree_size` entries: SHA-256 by language and form."""

    month: str
    edition: int
    tree_size: int
    root: str
    files: dict[str, str]


class PolicyAdopted(OfficeEvent, frozen=True, kw_only=True, tag="policy_adopted"):
    """A version of the policy came into use here: `policy` is its whole JSON, so that a later edit shows."""

    version: str
    policy: str


AnyOfficeEvent = (
    PolicyAdopted
    | AppointmentChanged
    | AppointmentWithdrawn
    | PlannerCallBegun
    | PlannerCallReleased
    | PlannerCallLogged
    | PlannerCallMatched
    | DecisionMade
    | ResidentDisputed
    | DisputeAnswered
    | ResidentGaveTimes
    | StandingChanged
    | PhotoReceived
    | PhotoUnreadable
    | DeviceEnrolled
    | DeviceRevoked
    | LogBegun
    | LogKeyChanged
    | LogRestored
    | PackExported
    | AlertRecorded
    | RequestRecorded
    | NoticeRecorded
    | BodiesErased
    | DataExported
    | DataExportEnded
    | TextsSentAgain
    | ExceptionResolved
    | ReportIssued
)

_decoder: msgspec.json.Decoder[AnyOfficeEvent] = msgspec.json.Decoder(AnyOfficeEvent)


def read_office_event(body: bytes) -> AnyOfficeEvent:
    """Read a stored office body. Raises msgspec.MsgspecError where the store holds what the office never wrote."""
    return _decoder.decode(body)


def kind_of(event: OfficeEvent) -> str:
    """The event's kind, as the log names it."""
    return str(type(event).__struct_config__.tag)
