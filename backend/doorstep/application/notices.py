"""Record that a resident was told of an appointment: as a text service reports, or as a person of the office says."""

from __future__ import annotations

from doorstep.application.access import may_see_appointment
from doorstep.application.change_appointment import recompose
from doorstep.application.composing import Notice
from doorstep.application.log_event import log_event
from doorstep.application.office import Office, new_id
from doorstep.application.rows import Person
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.instants import format_instant
from doorstep.domain.office_events import SYSTEM, NoticeRecorded

BY_HAND = ("letter", "call", "in_person")
"""The ways in which a person of the office tells a resident, and says so. No service reports back on any of them."""
TEXT_SERVICE = "text_service"
MOST_NOTE = 500
SOON_MS = 60_000
"""How far a form's time may lie ahead of the server's: people round up."""


async def record_told(
    office: Office, planner: Person, appointment_id: str, channel: str, sent_at: int, note: str
) -> Notice:
    """A person's word that the resident was told, at `sent_at` (ms). Raises Refused with the field at fault."""
    row = await office.store.appointment_row(appointment_id)
    if row is None or not may_see_appointment(planner, row):
        raise Refused("not-found", "There is no such appointment on your patch. Look it up again by its address.")
    if channel not in BY_HAND:
        raise Refused("invalid", f"channel is one of {', '.join(BY_HAND)}.", path="channel")
    if not 0 <= sent_at <= office.clock.now_ms() + SOON_MS:
        raise Refused("invalid", "Say when they were told: that cannot lie ahead.", path="sent_at")
    if len(note) > MOST_NOTE:
        raise Refused("invalid", f"The note has at most {MOST_NOTE} characters.", path="note")
    notice = Notice(
        notice_id=new_id(),
        appointment_id=appointment_id,
        channel=channel,
        sent_at=sent_at,
        status="delivered",
        status_at=sent_at,
        told_by=planner.person_id,
        note=note.strip(),
        tells_of=format_instant(row.starts_at),
    )
    await record_notice(office, notice, planner.person_id)
    return notice


async def record_notice(office: Office, notice: Notice, actor_id: str = SYSTEM) -> bool:
    """Log a notice as it now stands, and put it in its appointment's snapshot; False where just that is held already.

    The same notice_id again, with another status, is the same message of which more is known.
    """
    return await office.writer.submit(_Record(office, notice, actor_id))


class _Record:
    def __init__(self, office: Office, notice: Notice, actor_id: str) -> None:
        self.notice, self.actor_id = notice, actor_id
        self.rules, self.now_ms = office.rules, office.clock.now_ms()

    def needs(self) -> Needs:
        of = self.notice.appointment_id
        return Needs(composed={of}, records={(Notice, self.notice.key)})

    def apply(self, world: World) -> bool:
        notice = self.notice
        if world.record(Notice, notice.notice_id) == notice:
            return False
        log_event(
            world,
            NoticeRecorded,
            self.actor_id,
            self.now_ms,
            notice_id=notice.notice_id,
            appointment_id=notice.appointment_id,
            channel=notice.channel,
            sent_at=format_instant(notice.sent_at),
            status=notice.status,
            status_at="" if notice.status_at is None else format_instant(notice.status_at),
            told_by=notice.told_by,
            note=notice.note,
            tells_of=notice.tells_of,
        )
        world.keep(notice)
        touched = recompose(world, self.rules, self.actor_id, self.now_ms, {notice.appointment_id})
        settle_appointments(world, touched, self.rules.policies, self.now_ms)
        return True
