"""What is kept of texts: those on their way, their receipts, who wants none, failed numbers, and residents' answers."""

from __future__ import annotations

from typing import ClassVar, Final

from doorstep.application.records import Record

WAITING, SENDING, SENT, DELIVERED, FAILED, DROPPED = "waiting", "sending", "sent", "delivered", "failed", "dropped"
OPEN, DONE = "open", "done"
REFUSED: Final = "refused"
"""The fault of a text that the service would not take, with the service's name for it after a space."""
SET_UP: Final = "set_up_"
"""So begins the fault of a text that was refused for how the service is set up; its cause follows."""
HALT: Final = "texts"
"""The one record of TextsHalted."""


class TextRow(Record, frozen=True, kw_only=True):
    """One text about an appointment, from when it was planned on: the outbox. Instants in ms.

    `reference` follows from appointment, rule, window and attempt, so that no text is ever planned twice. `state` is
    waiting, sending, sent, delivered, failed or dropped; `status` is the service's own word. `starts_at` is the start
    of the window that it speaks of, `last_at` the latest moment at which it is of use. `tried_at` is when it was last
    handed over, or was about to be. `fault` is in our own words or a code of ours: the service's might hold a number.
    """

    TABLE: ClassVar[str] = "texts"
    KEY: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str
    appointment_id: str
    patch: str
    rule: str
    starts_at: int
    attempt: int = 1
    number: str
    template: str
    personalisation: str
    due_at: int
    last_at: int
    state: str = WAITING
    tries: int = 0
    next_try_at: int
    tried_at: int | None = None
    provider_id: str = ""
    status: str = ""
    status_at: int | None = None
    made_at: int
    sent_at: int | None = None
    asked_at: int | None = None
    fault: str = ""


class TextsHalted(Record, frozen=True, kw_only=True):
    """That no text goes, since the service is set up wrongly, until somebody mended that and said so.

    `cause` is one of the text service's CAUSES; `template` the rule's name of the template at fault, if it is one.
    """

    TABLE: ClassVar[str] = "texts_halted"
    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    cause: str
    template: str
    halted_at: int
    is_over: bool = False
    ended_at: int | None = None
    ended_by: str = ""


class ReceiptRow(Record, frozen=True, kw_only=True):
    """One report by the text service, kept once. It bears no number."""

    TABLE: ClassVar[str] = "text_receipts"
    KEY: ClassVar[tuple[str, ...]] = ("provider_id", "status")

    provider_id: str
    status: str
    reference: str
    at: int
    received_at: int
    told_by: str
    """`callback`, or `asked` where we asked."""


class OptOut(Record, frozen=True, kw_only=True):
    """A number to which no reminder goes. `how` is `text` or `planner`; a lifted one is kept, and stops nothing."""

    TABLE: ClassVar[str] = "opt_outs"
    KEY: ClassVar[tuple[str, ...]] = ("number",)

    number: str
    opt_out_id: str
    patch: str
    how: str
    recorded_at: int
    recorded_by: str
    reason: str
    is_lifted: bool = False
    lifted_at: int | None = None
    lifted_by: str = ""
    lifted_reason: str = ""


class ToSeeTo(Record, frozen=True, kw_only=True):
    """What a planner is to see to, about an appointment if any; `state` is open until somebody did."""

    appointment_id: str
    patch: str
    number: str
    state: str = OPEN
    done_at: int | None = None
    done_by: str = ""
    reason: str = ""


class FailedNumber(ToSeeTo, frozen=True, kw_only=True):
    """A number at which no text can arrive, as the service says."""

    TABLE: ClassVar[str] = "failed_numbers"
    KEY: ClassVar[tuple[str, ...]] = ("number",)

    failed_id: str
    status: str
    failed_at: int


class ReplyTask(ToSeeTo, frozen=True, kw_only=True):
    """A resident's text, which a planner is to see to. `kind` is cancel, change, yes, stop or other.

    `appointment_id` is empty where the number belongs to no appointment ahead.
    """

    TABLE: ClassVar[str] = "reply_tasks"
    KEY: ClassVar[tuple[str, ...]] = ("text_id",)

    text_id: str
    kind: str
    words: str
    received_at: int


class PlannedFor(Record, frozen=True, kw_only=True):
    """How far the planning of reminders has read: appointments changed up to a position, under rules of this mark."""

    TABLE: ClassVar[str] = "reminders_planned"
    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    position: int
    mark: str
