"""Forget whose numbers texts went to and what was said, once nobody needs to know any more."""

from __future__ import annotations

import msgspec

from doorstep.application.office import Office
from doorstep.application.records import Record, Wanted, Where, keep_records
from doorstep.application.reminders.text_rows import DONE, SENDING, WAITING, FailedNumber, ReplyTask, TextRow
from doorstep.application.resident.keeping import disputed_appointments
from doorstep.domain.instants import MS_PER_DAY

MOST_AT_ONCE = 500


async def forget_texts(office: Office, days: int) -> int:
    """Take numbers and words out of texts and replies of so many days ago; gives how many rows that were.

    That there was a text, and what became of it, stays. Opt-outs stay whole: without their number nobody could heed
    them. Failed numbers stay until somebody has seen to them, and as long again.
    """
    before = office.clock.now_ms() - days * MS_PER_DAY
    # What was said and sent about a visit that is under dispute is kept until the dispute is answered.
    kept_for = Where("appointment_id", "not in", await disputed_appointments(office))
    texts = (Where("starts_at", "<", before), Where("number", "!=", ""), Where("state", "!=", SENDING), kept_for)
    tasks = (Where("received_at", "<", before), Where("number", "!=", ""), kept_for)
    failed = (Where("state", "=", DONE), Where("done_at", "<", before))
    count = 0
    while True:
        old = await office.store.records(TextRow, Wanted(texts, ("starts_at",), MOST_AT_ONCE))
        said = await office.store.records(ReplyTask, Wanted(tasks, ("received_at",), MOST_AT_ONCE))
        mended = await office.store.records(FailedNumber, Wanted(failed, limit=MOST_AT_ONCE))
        kept: list[Record] = [_without_number(text) for text in old]
        kept += [msgspec.structs.replace(task, number="", words="") for task in said]
        if not kept and not mended:
            return count
        await keep_records(office, kept, [(FailedNumber, each.key) for each in mended])
        count += len(kept) + len(mended)


def _without_number(text: TextRow) -> TextRow:
    # One that still waited has long become useless: without its number it could not go anyway.
    state, fault = ("dropped", "begun") if text.state == WAITING else (text.state, text.fault)
    return msgspec.structs.replace(text, number="", personalisation="{}", state=state, fault=fault)
