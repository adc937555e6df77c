"""What would be sent by a moment, without sending or changing anything: what is planned, and what is about to be."""

from __future__ import annotations

import msgspec

from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.plan_reminders import reckon
from doorstep.application.reminders.rules import ReminderRules
from doorstep.application.reminders.text_rows import DROPPED, SENDING, WAITING, TextRow


class Due(msgspec.Struct, frozen=True):
    """One text, and whether it is in the outbox already."""

    text: TextRow
    is_planned: bool


async def due_until(office: Office, rules: ReminderRules, until: int) -> list[Due]:
    """The texts that wait, or would be planned, and are due by then; those that would be dropped too, by when due."""
    planned = await office.store.records(
        TextRow,
        Wanted((Where("state", "in", (WAITING, SENDING)), Where("due_at", "<=", until)), ("due_at", "reference")),
    )
    fresh = {text.reference: text for text in await reckon(office, rules)}
    found = [Due(fresh.pop(text.reference, text), True) for text in planned]
    found += [Due(text, False) for text in fresh.values() if text.due_at <= until]
    return sorted(found, key=lambda due: (due.text.state == DROPPED, due.text.due_at, due.text.reference))
