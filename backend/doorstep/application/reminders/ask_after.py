"""Ask the text service about texts of which it never reported: its reports are tried a few times, and then are lost."""

from __future__ import annotations

import msgspec

from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.receipts import take_receipt
from doorstep.application.reminders.text_rows import SENT, TextRow
from doorstep.application.reminders.text_service import Receipt, SetUpWrong, TextDelayed, TextRefused, TextService
from doorstep.application.world import Needs, World
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR

AFTER_MS, HELD_FOR_MS, MOST_AT_ONCE = MS_PER_HOUR, 7 * MS_PER_DAY, 100
"""Asked each hour, as long as the service holds a text, and about so many in one go."""


async def ask_after(office: Office, texts: TextService) -> int:
    """Ask about texts that were sent over an hour ago; gives how many there was news of."""
    now_ms = office.clock.now_ms()
    silent = Wanted(
        (
            Where("state", "=", SENT),
            Where("sent_at", "<=", now_ms - AFTER_MS),
            Where("sent_at", ">", now_ms - HELD_FOR_MS),
        ),
        ("asked_at", "sent_at", "reference"),
        MOST_AT_ONCE,
    )
    news = 0
    for text in await office.store.records(TextRow, silent):
        if text.asked_at is not None and text.asked_at > now_ms - AFTER_MS:
            break
        try:
            news += await _ask(office, texts, text, now_ms)
        except (TextDelayed, SetUpWrong):
            break
    return news


async def _ask(office: Office, texts: TextService, text: TextRow, now_ms: int) -> bool:
    try:
        held = await texts.status(text.provider_id)
    except SetUpWrong:
        raise
    except TextRefused:
        held = None
    is_news = False
    if held is not None and held.status != text.status:
        at = now_ms if held.status_at is None else held.status_at
        is_news = await take_receipt(office, Receipt(held.provider_id, text.reference, held.status, at), "asked")
    await office.writer.submit(_Asked(text.reference, now_ms))
    return is_news


class _Asked:
    """Remember that we asked, of the text as it now is: a report that came meanwhile stands."""

    def __init__(self, reference: str, now_ms: int) -> None:
        self.reference, self.now_ms = reference, now_ms

    def needs(self) -> Needs:
        return Needs(records={(TextRow, (self.reference,))})

    def apply(self, world: World) -> None:
        now = world.record(TextRow, self.reference)
        if now is not None and now.state == SENT:
            world.keep(msgspec.structs.replace(now, asked_at=self.now_ms))
