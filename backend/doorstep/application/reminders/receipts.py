"""What became of texts, as the service reports: each report kept once, in whatever order they come.

That a text was delivered is the evidence that the resident was told: it goes to the log, and into the snapshot of the
appointment that it spoke of.
"""

from __future__ import annotations

from typing import Final

import msgspec
import structlog

from doorstep.application.composing import Notice
from doorstep.application.notices import TEXT_SERVICE, record_notice
from doorstep.application.office import Office
from doorstep.application.reminders.failed_numbers import failed_number
from doorstep.application.reminders.moments import MS_PER_MINUTE, next_allowed
from doorstep.application.reminders.planning import reference_of
from doorstep.application.reminders.text_rows import (
    DELIVERED,
    DROPPED,
    FAILED,
    SENT,
    WAITING,
    ReceiptRow,
    TextRow,
)
from doorstep.application.reminders.text_service import Receipt
from doorstep.application.world import Needs, World
from doorstep.domain.instants import format_instant

NEVER_SENT: Final = -1
RANKS: Final = {
    "created": 0,
    "sending": 1,
    "pending": 2,
    "sent": 3,
    "technical-failure": 4,
    "temporary-failure": 5,
    "permanent-failure": 6,
    "delivered": 7,
}
"""How much each of the service's words says. Of two the one that says more stands, whichever came first."""
NOT_THERE_NOW, NEVER_THERE = "temporary-failure", "permanent-failure"
CAME_AFTER_ALL = "came_after_all"
CLOCKS_APART_MS: Final = 60_000
"""So far the service's clock and ours may be apart. What it says of a time beyond that is not believed."""
_log = structlog.get_logger()


def took(text: TextRow, provider_id: str, status: str, status_at: int | None, now_ms: int) -> TextRow:
    """The row of a text that the service has, once this status is known too."""
    rank, held = RANKS.get(status, NEVER_SENT), RANKS.get(text.status, NEVER_SENT)
    sent_at = now_ms if text.sent_at is None else text.sent_at
    # Once it is known that the service has it, it is no longer about to be sent; what it waited for is past.
    state = SENT if text.sent_at is None and held == NEVER_SENT else text.state
    text = msgspec.structs.replace(text, provider_id=provider_id, sent_at=sent_at, state=state)
    if rank <= held:
        return text
    is_final = rank >= RANKS["technical-failure"]
    return msgspec.structs.replace(
        text,
        status=status,
        status_at=status_at,
        state=(DELIVERED if status == "delivered" else FAILED) if is_final else SENT,
        fault=status if is_final and status != "delivered" else "",
    )


async def take_receipt(office: Office, receipt: Receipt, told_by: str = "callback") -> bool:
    """Keep a report and what follows from it; False where just that was kept before."""
    if await office.store.record(ReceiptRow, receipt.provider_id, receipt.status):
        return False
    text = await office.store.record(TextRow, receipt.reference)
    if text is not None:
        receipt = msgspec.structs.replace(receipt, at=_possible(receipt.at, text, office.clock.now_ms()))
    if receipt.status == "delivered" and text is not None and _is_of(receipt, text):
        # Before the receipt is kept: should the server end between the two, the service tells again.
        await _tell(office, text, receipt)
    return await office.writer.submit(_Take(office, receipt, told_by, text))


def _is_of(receipt: Receipt, text: TextRow) -> bool:
    """Whether it can be about that text: one that was handed over, and that is the service's own of that name.

    The report is evidence against a resident, and references follow from what many people know.
    """
    return text.tried_at is not None and text.provider_id in ("", receipt.provider_id)


def _possible(at: int, text: TextRow, now_ms: int) -> int:
    """When it came to that: not before it was handed over, and not ahead of now."""
    tried_at = now_ms if text.tried_at is None else text.tried_at
    if at > now_ms + CLOCKS_APART_MS:
        return now_ms
    return at if at >= tried_at - CLOCKS_APART_MS else tried_at


async def _tell(office: Office, text: TextRow, receipt: Receipt) -> None:
    notice = Notice(
        notice_id=text.reference,
        appointment_id=text.appointment_id,
        channel="sms",
        sent_at=min(receipt.at, text.tried_at or receipt.at),
        status=receipt.status,
        status_at=receipt.at,
        told_by=TEXT_SERVICE,
        note=text.rule,
        tells_of=format_instant(text.starts_at),
    )
    await record_notice(office, notice)


class _Take:
    def __init__(self, office: Office, receipt: Receipt, told_by: str, text: TextRow | None) -> None:
        self.receipt, self.told_by, self.rules = receipt, told_by, office.reminders
        self.again = reference_of(text.appointment_id, text.rule, text.starts_at, 2) if text else receipt.reference
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        of = (self.receipt.provider_id, self.receipt.status)
        texts = {(TextRow, (reference,)) for reference in (self.receipt.reference, self.again)}
        return Needs(records={(ReceiptRow, of), *texts})

    def apply(self, world: World) -> bool:
        receipt = self.receipt
        if world.record(ReceiptRow, receipt.provider_id, receipt.status):
            return False
        world.keep(
            ReceiptRow(
                provider_id=receipt.provider_id,
                status=receipt.status,
                reference=receipt.reference,
                at=receipt.at,
                received_at=self.now_ms,
                told_by=self.told_by,
            )
        )
        text = world.record(TextRow, receipt.reference)
        if text is None or not _is_of(receipt, text):
            _log.warning("receipt_of_no_text", provider_id=receipt.provider_id)
            return True
        now = took(text, receipt.provider_id, receipt.status, receipt.at, self.now_ms)
        world.keep(now)
        if now.status != text.status:
            self._follow(world, now)
        return True

    def _follow(self, world: World, text: TextRow) -> None:
        again = world.record(TextRow, self.again)
        if text.status == NEVER_THERE and text.number:
            world.keep(failed_number(text, self.now_ms))
        if text.status == NOT_THERE_NOW and text.attempt == 1 and again is None and (made := self._again(text)):
            world.keep(made)
        if text.state == DELIVERED and text.attempt == 1 and again is not None and again.state == WAITING:
            world.keep(msgspec.structs.replace(again, state=DROPPED, fault=CAME_AFTER_ALL))

    def _again(self, text: TextRow) -> TextRow | None:
        rules = self.rules
        if rules is None or rules.try_again_minutes == 0 or not text.number:
            return None
        due_at = next_allowed(rules, self.now_ms + rules.try_again_minutes * MS_PER_MINUTE)
        if due_at is None or due_at > text.last_at:
            return None
        return msgspec.structs.replace(
            text,
            reference=reference_of(text.appointment_id, text.rule, text.starts_at, 2),
            attempt=2,
            due_at=due_at,
            state=WAITING,
            tries=0,
            next_try_at=due_at,
            tried_at=None,
            provider_id="",
            status="",
            status_at=None,
            made_at=self.now_ms,
            sent_at=None,
            asked_at=None,
            fault="",
        )
