"""Hand over the texts that are due: claimed in a transaction, sent outside it, and never sent twice.

A text that was handed over before, so that nobody knows whether it arrived, is looked up by its reference first. That
is so after a crash, after a time-out, and after every other failure: one way for all of them.

A fault of how the service is set up would fail every text that is due. So the first one halts them all, those that were
claimed wait again, and nothing goes until somebody mended it and says so (send_again.py).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Sequence

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
    HALT,
    OPEN,
    REFUSED,
    SENDING,
    SET_UP,
    WAITING,
    FailedNumber,
    OptOut,
    TextRow,
    TextsHalted,
)
from doorstep.application.reminders.text_service import (
    Sent,
    SetUpWrong,
    TextDelayed,
    TextRefused,
    TextService,
    TextToSend,
)
from doorstep.application.world import Needs, World

MOST_AT_ONCE = 1000
"""So many are handed over in one go, and then the server may stop."""
CLAIMED_AT_ONCE = 25
"""Few at a time: one that the service is slow with keeps nobody but itself waiting."""
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
    if await halted(office) is not None:
        return 0
    handing = _Handing(office, texts, per_minute)
    return sum(await asyncio.gather(*(handing.carry() for _ in range(IN_FLIGHT))))


async def halted(office: Office) -> TextsHalted | None:
    """Why no text goes at present; None where they do."""
    held = await office.store.record(TextsHalted, HALT)
    return None if held is None or held.is_over else held


def pause_s(reference: str, tries: int) -> float:
    """How long to leave a text that failed so often: longer each time, and not the same for all of them."""
    share = hashlib.sha256(f"{reference} {tries}".encode()).digest()[0] / 255
    return min(FIRST_PAUSE_S * 2.0 ** min(tries - 1, 20), LONGEST_PAUSE_S) * (1 + share / 2)


class _Handing:
    """Hands over what is due, as many at once as carry: whoever is free claims the next few."""

    def __init__(self, office: Office, texts: TextService, per_minute: int) -> None:
        self.office, self.texts, self.per_minute = office, texts, per_minute
        self.left = MOST_AT_ONCE
        self.claimed: deque[TextRow] = deque()
        self.claiming = asyncio.Lock()
        self.is_halted = False

    async def carry(self) -> int:
        """Hand over one after another until nothing is due; gives how many went."""
        gone = 0
        while (text := await self._next()) is not None:
            try:
                gone += await _hand_over(self.office, self.texts, text)
            except SetUpWrong as wrong:
                await self._halt(text, wrong)
        return gone

    async def _halt(self, text: TextRow, wrong: SetUpWrong) -> None:
        """Claim nothing more, give back what nobody has begun with, and say what is wrong."""
        self.is_halted = True
        async with self.claiming:
            unbegun = list(self.claimed)
            self.claimed.clear()
        _log.error("texts_halted", cause=wrong.cause, template=wrong.template, error=wrong.error)
        await self.office.writer.submit(_Halt(text, unbegun, wrong, self.office.clock.now_ms()))

    async def _next(self) -> TextRow | None:
        async with self.claiming:
            while not self.claimed and self.left > 0 and not self.is_halted:
                await self._claim()
            return self.claimed.popleft() if self.claimed and not self.is_halted else None

    async def _claim(self) -> None:
        """Claim the next few; with nothing due, or the minute's texts gone, there are none left."""
        store, now_ms = self.office.store, self.office.clock.now_ms()
        tried = await store.count_records(TextRow, Wanted((Where("tried_at", ">", now_ms - MS_PER_MINUTE),)))
        limit = min(self.per_minute - tried, self.left, CLAIMED_AT_ONCE)
        due = Wanted(
            (Where("state", "=", WAITING), Where("next_try_at", "<=", now_ms)),
            ("next_try_at", "reference"),
            max(limit, 0),
        )
        rows = await store.records(TextRow, due)
        self.left = self.left - len(rows) if rows else 0
        if rows:
            self.claimed.extend(await self.office.writer.submit(_Claim(self.office, rows)))


async def _hand_over(office: Office, texts: TextService, text: TextRow) -> bool:
    try:
        found = await texts.find(text.reference) if text.tries > 1 else None
        sent = found or await texts.send(
            TextToSend(text.reference, text.number, text.template, msgspec.json.decode(text.personalisation))
        )
    except SetUpWrong:
        raise
    except TextRefused as refused:
        _log.warning("text_refused", reference=text.reference, error=refused.error)
        await _settle(office, text, _Refused(f"{REFUSED} {refused.error}".strip()))
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


class _Halt:
    """Let nothing go any more: the text that showed it has failed, and those that were only claimed wait as before."""

    def __init__(self, text: TextRow, unbegun: Sequence[TextRow], wrong: SetUpWrong, now_ms: int) -> None:
        self.failed = _Settle([text], _Refused(f"{SET_UP}{wrong.cause}"))
        self.given_back = _Settle(unbegun, _unclaimed)
        self.halt = TextsHalted(name=HALT, cause=wrong.cause, template=wrong.template, halted_at=now_ms)

    def needs(self) -> Needs:
        needs = Needs(records={(TextsHalted, (HALT,))})
        needs.add(self.failed.needs())
        needs.add(self.given_back.needs())
        return needs

    def apply(self, world: World) -> None:
        self.failed.apply(world)
        self.given_back.apply(world)
        held = world.record(TextsHalted, HALT)
        # Several were in flight: the first of them says since when.
        if held is None or held.is_over:
            world.keep(self.halt)


def _unclaimed(text: TextRow) -> TextRow:
    """As it was before it was claimed: nobody handed it over."""
    return msgspec.structs.replace(
        text, state=WAITING, tries=text.tries - 1, tried_at=text.tried_at if text.tries > 1 else None
    )


async def _take_back(office: Office) -> None:
    """Let those that a crash left in flight wait again, long enough for the service to finish what it had begun."""
    left = await office.store.records(TextRow, Wanted((Where("state", "=", SENDING),)))
    if left:
        _log.info("texts_taken_back", count=len(left))
        await office.writer.submit(_Settle(left, _WaitAgain(office.clock.now_ms())))


class _WaitAgain(msgspec.Struct, frozen=True):
    """From now, not from when it was claimed: it may have been on its way until the crash."""

    now_ms: int

    def __call__(self, text: TextRow) -> TextRow:
        pause_ms = round(pause_s(text.reference, text.tries) * 1000)
        return msgspec.structs.replace(text, state=WAITING, next_try_at=self.now_ms + pause_ms)


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
