"""The rows that a store keeps: the log's entries, and the projections that can be made from them again."""

from __future__ import annotations

import hashlib

import msgspec


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One log entry with its body. `fault` is what was found on arrival; `received_at` the server's time in ms.

    `seal` is the hash of the seal before it and of everything else in the entry: no field of any entry, the server's
    own times among them, can be altered without every later seal being wrong.
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

    def sealed(self, before: str) -> str:
        """The seal that belongs to this entry after that one."""
        fields = [before, *(getattr(self, name) for name in SEALED)]
        return hashlib.sha256(msgspec.json.encode(fields)).hexdigest()


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
    that were waived.
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
    """An accepted event that names a photo: who may send its bytes, and which visit they belong to."""

    position: int
    visit_id: str
    sha256: str
    installation_id: str
    size_bytes: int


class PhotoRow(msgspec.Struct, frozen=True, gc=False):
    """A photo whose bytes were looked at: `complete` or `unreadable`, and where that was logged."""

    sha256: str
    state: str
    position: int
    why: str = ""


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


class FeedItem(msgspec.Struct, frozen=True):
    """One office event for an operative: the log's position is the cursor, `body` its exact bytes."""

    position: int
    kind: str
    received_at: int
    body: bytes
