"""How long what residents said is kept: their times for some weeks; nothing of a home under dispute goes meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.text_rows import ReplyTask
from doorstep.application.resident.rows import DisputeRow, GivenTimes
from doorstep.application.world import Needs, World
from doorstep.domain.instants import MS_PER_DAY
from doorstep.domain.office_events import SYSTEM, BodiesErased

MOST_AT_ONCE = 100
OPEN = Wanted((Where("answered_at", "=", None),), ("disputed_at",))


async def disputed_visits(office: Office) -> tuple[str, ...]:
    """The visits of which a resident waits for an answer."""
    return tuple({row.visit_id for row in await office.store.records(DisputeRow, OPEN)})


async def disputed_appointments(office: Office) -> tuple[str, ...]:
    """The appointments of those visits: what was said and sent about them is kept until the answer."""
    return tuple({row.appointment_id for row in await office.store.records(DisputeRow, OPEN)})


async def disputed_homes(office: Office) -> tuple[str, ...]:
    """The homes of those visits: what was known of them is kept until the answer."""
    held = await office.store.appointments_held(await disputed_appointments(office))
    return tuple({row.property_ref for row in held.values()})


async def forget_times(office: Office, days: int) -> int:
    """Erase when residents said that they are in, so many days ago, from the log and from tasks; gives how many."""
    before = office.clock.now_ms() - days * MS_PER_DAY
    held = Where("visit_id", "not in", await disputed_visits(office))
    old = Wanted((Where("given_at", "<", before), held), ("given_at",), MOST_AT_ONCE)
    erased = 0
    while times := await office.store.records(GivenTimes, old):
        count = await office.writer.submit(_Forget(office, times, days))
        if count == 0:
            break
        erased += count
    return erased


class _Forget:
    def __init__(self, office: Office, times: Sequence[GivenTimes], days: int) -> None:
        self.times, self.now_ms = times, office.clock.now_ms()
        self.reason = f"said more than {days} days ago"

    def needs(self) -> Needs:
        tasks = {(ReplyTask, (each.text_id,)) for each in self.times}
        return Needs(records={(GivenTimes, each.key) for each in self.times} | tasks)

    def apply(self, world: World) -> int:
        for each in self.times:
            if task := world.record(ReplyTask, each.text_id):
                world.keep(msgspec.structs.replace(task, words=""))
        positions = sorted(each.position for each in self.times if world.record(GivenTimes, *each.key))
        if not positions:
            return 0
        _, entry = log_event(world, BodiesErased, SYSTEM, self.now_ms, positions=positions, reason=self.reason)
        world.changes.erased |= dict.fromkeys(positions, entry.position)
        for position in positions:
            world.drop(GivenTimes, position)
        return len(positions)
