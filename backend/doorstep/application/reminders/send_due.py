"""Hand over the texts that are due: claimed in a transaction, sent outside it, and never sent twice.

A text that was handed over before, so that nobody knows whether it arrived, is looked up by its reference first. That
is so after a crash, after a time-out, and after every other failure: one way for all of them.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence

import msgspec
import structlog

from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.moments import MS_PER_MINUTE, next_allowed
from doorstep.application.reminders.plan_reminders import plan_reminders
from doorstep.application.reminders.planning import BEGUN, NUMBER_FAILED, OPTED_OUT
from doorstep.application.reminders.receipts import took
from doorstep.application.reminders.text_rows import (
    DROPPED,
    FAILED,
    OPEN,
    SENDING,
    WAITING,
    FailedNumber,
    OptOut,
    TextRow,
)
from doorstep.application.reminders.text_service import Sent, TextDelayed, TextRefused, TextService, TextToSend
from doorstep.application.world import Needs, World

MOST_AT_ONCE = 500
"""So many are handed over in one go, and then the server may stop."""
IN_FLIGHT = 16
FIRST_PAUSE_S, LONGEST_PAUSE_S = 10, 900
"""A text that failed is tried again after so long, twice as long each time, and up to half as long again."""

_log = structlog.get_logger()
Settled = Callable[[TextRow], TextRow]


async def send_due(office: Office, texts: TextService, per_minute: int) -> int:
    """Plan what changed, and hand over what is due, no more than `per_minute` in any minute; gives how many went.

    One at a time: a second one beside it would take the texts in flight for ones that a crash left.
    """
    await plan_reminders(office)
    await _take_back(office)
    now_ms = office.clock.now_ms()
    tried = await office.store.count_records(TextRow, Wanted((Where("tried_at", ">", now_ms - MS_PER_MINUTE),)))
    limit = min(per_minute - tried, MOST_AT_ONCE)
    if limit <= 0:
        return 0
    due = Wanted(
        (Where("state", "=", WAITING), Where("next_try_at", "<=", now_ms)), ("next_try_at", "reference"), limit
    )
    rows = await office.store.records(TextRow, due)
    claimed = await office.writer.submit(_Claim(office, rows)) if rows else []
    waiting = iter(claimed)
    gone = await asyncio.gather(*(_carry(office, texts, waiting) for _ in range(min(IN_FLIGHT, len(claimed)))))
    return sum(gone)


def pause_s(reference: str, tries: int) -> float:
    """How long to leave a text that failed so often: longer each time, and not the same for all of them."""
    share = hashlib.sha256(f"{reference} {tries}".encode()).digest()[0] / 255
    return min(FIRST_PAUSE_S * 2.0 ** min(tries - 1, 20), LONGEST_PAUSE_S) * (1 + share / 2)


async def _carry(office: Office, texts: TextService, waiting: Iterator[TextRow]) -> int:
    gone = 0
    for text in waiting:
        gone += await _hand_over(office, texts, text)
    return gone


async def _hand_over(office: Office, texts: TextService, text: TextRow) -> bool:
    try:
        found = await texts.find(text.reference) if text.tries > 1 else None
        sent = found or await texts.send(
            TextToSend(text.reference, text.number, text.template, msgspec.json.decode(text.personalisation))
        )
    except TextRefused as refused:
        _log.warning("text_refused", reference=text.reference, error=refused.error)
        await _settle(office, text, _Refused(f"{refused.error}: {refused.detail}"))
        return False
    except TextDelayed as delayed:
        after_s = max(delayed.retry_after_s or 0, pause_s(text.reference, text.tries))
        await _settle(office, text, _Delayed(office.clock.now_ms() + round(after_s * 1000), delayed.why))
        return False
    except Exception:
        # It stays claimed, and so is looked up before anybody sends it again.
        _log.exception("text_service_failed", reference=text.reference)
        return False
    await _settle(office, text, _Taken(sent, office.clock.now_ms()))
    return True


class _Taken(msgspec.Struct, frozen=True):
    """The service has it."""

    sent: Sent
    at: int

    def __call__(self, text: TextRow) -> TextRow:
        return took(text, self.sent.provider_id, self.sent.status, self.sent.status_at, self.at)


class _Refused(msgspec.Struct, frozen=True):
    """The service will never have it."""

    why: str

    def __call__(self, text: TextRow) -> TextRow:
        return msgspec.structs.replace(text, state=FAILED, fault=self.why)


class _Delayed(msgspec.Struct, frozen=True):
    """It may be tried again from then on."""

    next_try_at: int
    why: str

    def __call__(self, text: TextRow) -> TextRow:
        return msgspec.structs.replace(text, state=WAITING, next_try_at=self.next_try_at, fault=self.why)


async def _settle(office: Office, text: TextRow, settled: Settled) -> None:
    await office.writer.submit(_Settle([text], settled))


class _Settle:
    """Write what became of texts in flight; a receipt may have been quicker, and then stands."""

    def __init__(self, texts: Sequence[TextRow], settled: Settled) -> None:
        self.texts, self.settled = texts, settled

    def needs(self) -> Needs:
        return Needs(records={(TextRow, text.key) for text in self.texts})

    def apply(self, world: World) -> None:
        for text in self.texts:
            held = world.record(TextRow, text.reference)
            if held is not None and (held.state == SENDING or isinstance(self.settled, _Taken)):
                world.keep(self.settled(held))


async def _take_back(office: Office) -> None:
    """Let those that a crash left in flight wait again, long enough for the service to finish what it had begun."""
    left = await office.store.records(TextRow, Wanted((Where("state", "=", SENDING),)))
    if left:
        _log.info("texts_taken_back", count=len(left))
        await office.writer.submit(_Settle(left, _wait_again))


def _wait_again(text: TextRow) -> TextRow:
    from_then = (text.tried_at or 0) + round(pause_s(text.reference, text.tries) * 1000)
    return msgspec.structs.replace(text, state=WAITING, next_try_at=from_then)


class _Claim:
    """Mark texts as being sent, unless they have become useless, unwanted or untimely since they were planned."""

    def __init__(self, office: Office, rows: Sequence[TextRow]) -> None:
        self.rows, self.rules, self.now_ms = rows, office.reminders, office.clock.now_ms()

    def needs(self) -> Needs:
        needs = Needs()
        for row in self.rows:
            needs.records |= {(TextRow, row.key), (OptOut, (row.number,)), (FailedNumber, (row.number,))}
        return needs

    def apply(self, world: World) -> list[TextRow]:
        claimed = []
        for row in self.rows:
            held = world.record(TextRow, row.reference)
            # Another work of this batch may have dropped it, or a receipt have come.
            if held is not None and held.state == WAITING and held.next_try_at <= self.now_ms:
                now = self._claimed(world, held)
                world.keep(now)
                if now.state == SENDING:
                    claimed.append(now)
        return claimed

    def _claimed(self, world: World, text: TextRow) -> TextRow:
        if why := self._why_not(world, text):
            return msgspec.structs.replace(text, state=DROPPED, fault=why)
        at = next_allowed(self.rules, self.now_ms) if self.rules else self.now_ms
        if at is None or at > text.last_at:
            return msgspec.structs.replace(text, state=DROPPED, fault=BEGUN)
        if at > self.now_ms:
            return msgspec.structs.replace(text, next_try_at=at)
        return msgspec.structs.replace(text, state=SENDING, tries=text.tries + 1, tried_at=self.now_ms)

    def _why_not(self, world: World, text: TextRow) -> str:
        opted_out, failed = world.record(OptOut, text.number), world.record(FailedNumber, text.number)
        if opted_out and not opted_out.is_lifted:
            return OPTED_OUT
        if failed and failed.state == OPEN:
            return NUMBER_FAILED
        return ""
