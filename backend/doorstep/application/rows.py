"""The rows that a store keeps: the log's entries, and the projections that can be made from them again."""

from __future__ import annotations

import base64
import hashlib

import msgspec


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One log entry with its body. `fault` is what was found on arrival; `received_at` the server's time in ms.

    `seal` is the hash of the seal before it and of everything else in the entry: no field of any entry, the server's
    own times among them, can be altered without every later seal being wrong. `sig` is an enrolled phone's signature,
    64 bytes.
    """

    position: int
    sha256: str
    kind: str
    body: bytes
    received_at: int
    visit_id: str | None = None
    appointment_id: str | None = None
    actor_id: str | None = None
    installation_id: str | None = None
    seq: int | None = None
    n: int | None = None
    fault: str | None = None
    seal: str = ""
    sig: bytes | None = None

    def sealed(self, before: str) -> str:
        """The seal that belongs to this entry after that one."""
        fields = [before, *(getattr(self, name) for name in SEALED)]
        if self.sig is not None:
            fields.append(self.sig)
        return hashlib.sha256(msgspec.json.encode(fields)).hexdigest()

    def leaf(self) -> bytes:
        """What the log's tree holds of this entry: all but the body's bytes, which may be erased one day."""
        sig = None if self.sig is None else base64.urlsafe_b64encode(self.sig).decode().rstrip("=")
        return msgspec.json.encode(["doorstep/leaf/v1", *(getattr(self, name) for name in SEALED), sig])


SEALED = (
    "position",
    "sha256",
    "kind",
    "received_at",
    "visit_id",
    "appointment_id",
    "actor_id",
    "installation_id",
    "seq",
    "n",
    "fault",
)


class VisitRow(msgspec.Struct, frozen=True, gc=False):
    """A visit in the lists: a projection. Instants in ms; `awaiting` and `reasons` are JSON lists.

    `words` is what a search looks in; `alert_count` counts the alerts that were in force, `waived_count` the checks
    that were waived. `grade` is the weakest clause's, empty where nothing is graded; `grades` a JSON list of all of
    them, the place at the end; `graded_by` the rules' version. `weakness` ranks what to look at first: 3 something is
    contradicted, 2 something was waived, 1 something is unsupported, else 0. `lot` is drawn by domain.lots.
    """

    visit_id: str
    appointment_id: str | None
    operative_id: str
    patch: str
    day: str
    standing: str
    outcome: str
    awaiting: str
    reasons: str
    otherwise: str
    flags: str
    started_at: int | None
    arrived_at: int | None
    closed_at: int | None
    received_at: int
    words: str
    address: str
    work_order_ref: str
    priority: str
    alert_count: int
    waived_count: int
    grade: str = ""
    weakness: int = 0
    grades: str = "[]"
    graded_by: str = ""
    lot: int = 0


class AppointmentRow(msgspec.Struct, frozen=True, gc=False):
    """An appointment as it now is: a projection of its newest `appointment_changed`."""

    appointment_id: str
    source: str
    source_ref: str
    work_order_ref: str
    property_ref: str
    address: str
    patch: str
    day: str
    window: str
    starts_at: int
    ends_at: int
    is_cancelled: bool
    snapshot_sha256: str
    position: int
    operative_ids: tuple[str, ...]


class PhotoUse(msgspec.Struct, frozen=True, gc=False):
    """An accepted event that names a photo: who may send its bytes, and which visit they belong to.

    `source_sha256` is the hash of the picture that the phone made it from.
    """

    position: int
    visit_id: str
    sha256: str
    installation_id: str
    size_bytes: int
    source_sha256: str


class PhotoRow(msgspec.Struct, frozen=True, gc=False):
    """A photo whose bytes were looked at: `complete` or `unreadable`, and where that was logged.

    `dhash` is 256 bits of how it looks, as 64 hex digits, empty where it was not made; `resembles` a JSON list of the
    photos of other visits that look the same.
    """

    sha256: str
    state: str
    position: int
    why: str = ""
    dhash: str = ""
    resembles: str = "[]"


class CallRow(msgspec.Struct, frozen=True, gc=False):
    """A planner's call: which appointment and operative it is about, and the visit it is matched to, if any."""

    call_id: str
    appointment_id: str
    operative_id: str
    planner_id: str
    begun_at: int
    logged_at: int | None = None


class ServingRow(msgspec.Struct, frozen=True):
    """A snapshot given to an operative with a policy version, and when it was first given."""

    sha256: str
    operative_id: str
    policy_version: str
    appointment_id: str
    served_at: int


class Person(msgspec.Struct, frozen=True):
    """Somebody who signs in. `patch` is empty for who may see every patch; `left_at` is when they left, in ms.

    `phone` is the number at which a planner reaches them; empty where none is held.
    """

    person_id: str
    username: str
    name: str
    role: str
    patch: str
    password_hash: str
    left_at: int | None = None
    phone: str = ""


class Session(msgspec.Struct, frozen=True):
    """A signed-in person, on one installation where it is a phone. Instants in ms."""

    token_hash: str
    person: Person
    installation_id: str | None
    began_at: int
    expires_at: int


class DeviceRow(msgspec.Struct, frozen=True, gc=False):
    """An enrolled phone: a browser that holds a key. `public_key` is 65 bytes, an uncompressed point of P-256.

    `position` is the log entry of its enrolment; `revoked_at` is when it was revoked, in ms. `moved_to` is the
    installation over which its latest signed event came, where that is another than the one of its enrolment: after a
    restore of the office, say, phones have to take a new one.
    """

    device_id: str
    public_key: bytes
    installation_id: str
    person_id: str
    enrolled_at: int
    position: int
    revoked_at: int | None = None
    moved_to: str = ""

    @property
    def lives_on(self) -> str:
        """The installation that it is now."""
        return self.moved_to or self.installation_id

    def heard_on(self, installation_id: str) -> DeviceRow:
        """The same phone, once a signed event of it came over that installation."""
        moved_to = "" if installation_id == self.installation_id else installation_id
        return self if moved_to == self.moved_to else msgspec.structs.replace(self, moved_to=moved_to)


class EnrolmentCode(msgspec.Struct, frozen=True):
    """A code that enrols one phone: its hash, whom it is for, and the phone that it enrolled, once it has."""

    code_hash: str
    person_id: str
    made_by: str
    expires_at: int
    device_id: str | None = None


class Quarantined(msgspec.Struct, frozen=True):
    """What came under a session and is of nobody: `body` is None beyond the cap, where only its hash is kept."""

    installation_id: str
    seq: int
    sha256: str
    person_id: str
    fault: str
    body: bytes | None
    received_at: int


class Checkpoint(msgspec.Struct, frozen=True):
    """A signed note of the log's head; `published_at` is when it left the house, `timestamp` an RFC 3161 token."""

    size: int
    note: str
    made_at: int
    published_at: int | None = None
    timestamp: bytes | None = None


class FeedItem(msgspec.Struct, frozen=True):
    """One office event for an operative: the log's position is the cursor, `body` its exact bytes."""

    position: int
    kind: str
    received_at: int
    body: bytes
