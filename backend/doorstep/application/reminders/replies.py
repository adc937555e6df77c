"""Residents' texts to us: each becomes a task for a planner, and changes nothing by itself, but for STOP."""

from __future__ import annotations

import msgspec

from doorstep.application.access import sees_patch
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.numbers import normalised
from doorstep.application.reminders.opt_outs import BY_TEXT, Record, checked_reason, opted_out
from doorstep.application.reminders.reply_words import STOP, kind_of
from doorstep.application.reminders.text_rows import DONE, DROPPED, OPEN, ReplyTask, TextRow
from doorstep.application.reminders.text_service import InboundText
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY
from doorstep.domain.office_events import SYSTEM

MOST_WORDS = 2_000
MOST_SHOWN = 200
STILL_ABOUT_MS = MS_PER_DAY
"""A reply within a day of the window's start is still about that appointment: "nobody came"."""


async def take_text(office: Office, text: InboundText) -> bool:
    """Keep a resident's text as a task; False where it was kept before. One that only says STOP is heeded at once."""
    return await office.writer.submit(_Take(office, text))


async def replies(office: Office, planner: Person, state: str = OPEN) -> list[ReplyTask]:
    """The tasks that this person may see: open ones the oldest first, done ones the newest first.

    One of no appointment is of no patch, and so is everybody's.
    """
    order = ("received_at", "text_id") if state == OPEN else ("-done_at", "text_id")
    wanted = Wanted((Where("state", "=", state),), order, None if planner.patch else MOST_SHOWN)
    found = await office.store.records(ReplyTask, wanted)
    return [task for task in found if not task.patch or sees_patch(planner, task.patch)][:MOST_SHOWN]


async def find_reply(office: Office, planner: Person, text_id: str) -> ReplyTask:
    """One of those that this person may see. Raises Refused where it is none of them."""
    task = await office.store.record(ReplyTask, text_id)
    if task is None or (task.patch and not sees_patch(planner, task.patch)):
        raise Refused("not-found", "There is no such reply on your patch. Look at the list again.")
    return task


async def finish_reply(office: Office, planner: Person, text_id: str, reason: str) -> None:
    """A planner saw to it, and says how. Raises Refused with the field at fault."""
    words = checked_reason(reason)
    await find_reply(office, planner, text_id)
    await office.writer.submit(_Finish(text_id, planner.person_id, words, office.clock.now_ms()))


class _Take:
    def __init__(self, office: Office, text: InboundText) -> None:
        self.text, self.number = text, normalised(text.number)
        self.now_ms = office.clock.now_ms()
        self.opt_out = Record(opted_out(self.number, "", BY_TEXT, SYSTEM, "", office))

    def needs(self) -> Needs:
        needs = Needs(records={(ReplyTask, (self.text.text_id,))}, groups={(TextRow, "number", self.number)})
        needs.add(self.opt_out.needs())
        return needs

    def apply(self, world: World) -> bool:
        if world.record(ReplyTask, self.text.text_id):
            return False
        about = self._about(world)
        kind = kind_of(self.text.message)
        task = ReplyTask(
            text_id=self.text.text_id,
            appointment_id=about.appointment_id if about else "",
            patch=about.patch if about else "",
            number=self.number,
            kind=kind,
            words=self.text.message[:MOST_WORDS],
            # One from years to come would never be forgotten.
            received_at=min(self.text.at, self.now_ms),
        )
        if kind == STOP:
            standing = self.opt_out.apply(world)
            if about and not standing.patch:
                world.keep(msgspec.structs.replace(standing, patch=about.patch))
            task = msgspec.structs.replace(task, state=DONE, done_at=self.now_ms, done_by=SYSTEM)
        world.keep(task)
        return True

    def _about(self, world: World) -> TextRow | None:
        """The text that they seem to answer: the last one sent about a window that is ahead, or only just began."""
        texts = [
            text
            for text in world.group(TextRow, "number", self.number)
            if text.starts_at > self.text.at - STILL_ABOUT_MS and (text.state != DROPPED or text.fault == "opted_out")
        ]
        # Of those not sent yet, the next one is what they may have in mind.
        return max(texts, key=lambda text: (text.sent_at or 0, -text.starts_at, text.reference), default=None)


class _Finish:
    def __init__(self, text_id: str, by: str, reason: str, now_ms: int) -> None:
        self.text_id, self.by, self.reason, self.now_ms = text_id, by, reason, now_ms

    def needs(self) -> Needs:
        return Needs(records={(ReplyTask, (self.text_id,))})

    def apply(self, world: World) -> None:
        task = world.record(ReplyTask, self.text_id)
        if task is None or task.state == DONE:
            raise Refused("reply-done", "Somebody has seen to this reply already.")
        done = msgspec.structs.replace(task, state=DONE, done_at=self.now_ms, done_by=self.by, reason=self.reason)
        world.keep(done)
