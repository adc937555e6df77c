"""What one appointment came to, in one flat row: everything that a measure counts, and what it is counted by."""

from __future__ import annotations

import msgspec


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One appointment. Instants and lengths in ms; lists are codes between spaces, in order; empty: there is none.

    `day` is the London date of its window's start. `recorded_as` is the outcome as the door and the judge left it (of a
    refused record: what the policy says to record instead); `stands_as` what is left of it after supervisors: empty
    while a missed visit is undecided. `standing` and `visit_id` are of the visit that counts, `visit_ids` all of them.
    What begins with `grades` is how good the record is, where it was put to audit: see record_quality.
    `receipt`, `channel` and `lead` tell of the best message before the window; `notice` of when the time was settled.
    """

    appointment_id: str
    day: str
    patch: str
    starts_at: int
    ends_at: int
    window: str
    width: str
    trade: str
    sor: str
    priority: str
    contractor: str
    operative_id: str
    property_ref: str
    work_order_ref: str
    alerts: str
    is_cancelled: bool
    is_cancelled_before: bool
    visit_ids: str
    visit_id: str
    standing: str
    recorded_as: str
    stands_as: str
    attempts: int
    methods: str
    arrived_at: int | None
    arrival: str
    on_site_ms: int | None
    is_put_to_audit: bool
    is_complete_first_time: bool
    has_complete_pack: bool
    clauses_failed: str
    clauses_waived: str
    wait_ms: int | None
    least_wait_ms: int | None
    receipt: str
    channel: str
    lead: str
    has_failed_number: bool
    notice: str
    planner: str
    decision: str
    decided_after_ms: int | None
    disputed_at: int | None
    closed_at: int | None
    grades: str = ""
    grade: str = ""
    has_photo: bool = False
    is_photo_unreadable: bool = False
    has_named_call: bool = False
    is_call_unmatched: bool = False
    had_requests: bool = False
    is_request_ignored: bool = False
    was_returned: bool = False
    came_after_ms: int | None = None


FIELDS = tuple(Fact.__struct_fields__)
