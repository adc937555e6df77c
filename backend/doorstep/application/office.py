"""The office: the ports together, so that each thing that the office does takes one argument for the outside world."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import msgspec

from doorstep.application.anchors import Anchors
from doorstep.application.exports.table import Table
from doorstep.application.exports.tables import Sheet, Tables
from doorstep.application.intake.desk import Intake
from doorstep.application.ports import Clock, Decoder, LogKey, Passwords, Photos, Rules, Timestamps, Verifies
from doorstep.application.reminders.rules import ReminderRules
from doorstep.application.reminders.text_service import TextService
from doorstep.application.report_data import Report
from doorstep.application.store import Store
from doorstep.application.webhooks.posts import Posts
from doorstep.application.writer import Writer
from doorstep.domain.instants import format_instant
from doorstep.domain.office_events import OfficeEvent

if TYPE_CHECKING:
    from doorstep.application.board_report.editions import Press

E = TypeVar("E", bound=OfficeEvent)


@dataclass
class Office:
    """Everything that a use case may reach. `code_key` makes the codes that planners speak.

    An alert is looked at again within `review_months`; its words are erased `erase_after_days` after its end.
    A card answers its resident for `resident_days` after the visit.
    """

    store: Store
    writer: Writer
    photos: Photos
    decoder: Decoder
    passwords: Passwords
    rules: Rules
    clock: Clock
    code_key: bytes
    verifies: Verifies
    log_key: LogKey
    anchors: Anchors
    planner_number: str = ""
    rebooking_number: str = ""
    session_hours: int = 14
    timestamps: Timestamps | None = None
    report: Report | None = None
    landlord: str = ""
    review_months: int = 12
    erase_after_days: int = 90
    resident_days: int = 90
    texts: TextService | None = None
    tables: Tables | None = None
    parquet: Callable[[Table], Sheet[bytes]] | None = None
    """What makes Parquet of a table, where it is installed."""
    intake: Intake | None = None
    reminders: ReminderRules | None = None
    posts: Posts | None = None
    press: Press | None = None


def state(kind: type[E], actor_id: str, now_ms: int, **fields: Any) -> tuple[E, bytes]:
    """One office event and the bytes that are kept of it."""
    event = kind(v=1, at=format_instant(now_ms), actor_id=actor_id, salt=secrets.token_urlsafe(16), **fields)
    return event, msgspec.json.encode(event)


def new_id() -> str:
    """A new id for a call or a person."""
    return str(uuid4())
