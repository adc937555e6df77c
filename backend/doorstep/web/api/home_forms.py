"""The forms of what the office knows of homes: what is recorded, changed and ended, and what is answered."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from doorstep.application.fact_faults import MOST_REASON, MOST_TEXT
from doorstep.domain.alert_codes import ALERT_CODES

Day = Annotated[str, msgspec.Meta(max_length=10, description="A London date, YYYY-MM-DD; empty where there is none")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_TEXT)]
Reason = Annotated[
    str, msgspec.Meta(min_length=1, max_length=MOST_REASON, description="Who told the office, or what changed")
]
AlertCode = Literal[ALERT_CODES]  # type: ignore[valid-type]
Seen = Annotated[
    str, msgspec.Meta(max_length=40, description="The `changed_at` that you read: refused where somebody came between")
]


class RecordAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person alert, by its code in the HACT data standard; it starts today unless it says so."""

    code: AlertCode
    text: Text
    review_on: Day
    reason: Reason
    starts_on: Day = ""
    ends_on: Day = ""


class RecordRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a resident asks of every visit to the home."""

    text: Text
    reason: Reason
    starts_on: Day = ""
    ends_on: Day = ""
    review_on: Day = ""


class ChangeFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is otherwise from now on, and why; what is left out stays."""

    reason: Reason
    code: AlertCode | None = None
    text: Text | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    review_on: Day | None = None
    changed_at: Seen | None = None


class EndFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it stands no longer, from today on."""

    reason: Reason
    changed_at: Seen | None = None


class FactView(msgspec.Struct, frozen=True):
    """An alert or a request as it now is."""

    fact_id: str
    what: Literal["alert", "request"]
    property_ref: str
    code: str | None
    text: str
    starts_on: str
    ends_on: str | None
    review_on: str | None
    standing: Literal["planned", "in_force", "ended"]
    changed_at: str
    changed_by: str


class FactChangeView(msgspec.Struct, frozen=True):
    """One change of an alert or a request: what it was from then on, who said so, and why."""

    position: int
    fact_id: str
    text: str
    starts_on: str
    ends_on: str | None
    review_on: str | None
    is_ended: bool
    reason: str
    changed_at: str
    changed_by: str


class FactsOfHome(msgspec.Struct, frozen=True):
    """All that the office itself knows of a home, the changes newest first."""

    property_ref: str
    address: str
    facts: list[FactView]
    changes: list[FactChangeView]
