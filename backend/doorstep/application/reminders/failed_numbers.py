"""Numbers at which no text can arrive: each is something for a planner to mend, and gets no reminder until then."""

from __future__ import annotations

import msgspec

from doorstep.application.access import sees_patch
from doorstep.application.office import Office, new_id
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.opt_outs import checked_reason, let_go_again
from doorstep.application.reminders.planning import NUMBER_FAILED
from doorstep.application.reminders.text_rows import DONE, OPEN, FailedNumber, TextRow
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused


def failed_number(text: TextRow, now_ms: int) -> FailedNumber:
    """What is kept of the number of a text that the service says can never arrive."""
    return FailedNumber(
        number=text.number,
        failed_id=new_id(),
        appointment_id=text.appointment_id,
        patch=text.patch,
        status=text.status,
        failed_at=now_ms,
    )


async def failed_numbers(office: Office, planner: Person) -> list[FailedNumber]:
    """Those that are open and that this person may see, the oldest first."""
    found = await office.store.records(FailedNumber, Wanted((Where("state", "=", OPEN),), ("failed_at", "number")))
    return [each for each in found if sees_patch(planner, each.patch)]


async def close_failed_number(office: Office, planner: Person, failed_id: str, reason: str) -> None:
    """Somebody saw to it: texts may go to it again. Raises Refused with the field at fault."""
    words = checked_reason(reason)
    open_ones = await failed_numbers(office, planner)
    failed = next((each for each in open_ones if each.failed_id == failed_id), None)
    if failed is None:
        raise Refused("not-found", "There is no such number, or somebody has seen to it. Look at the list again.")
    await office.writer.submit(_Close(failed, planner.person_id, words, office.clock.now_ms()))


class _Close:
    def __init__(self, failed: FailedNumber, by: str, reason: str, now_ms: int) -> None:
        self.failed, self.by, self.reason, self.now_ms = failed, by, reason, now_ms

    def needs(self) -> Needs:
        return Needs(records={(FailedNumber, self.failed.key)}, groups={(TextRow, "number", self.failed.number)})

    def apply(self, world: World) -> None:
        done = msgspec.structs.replace(
            self.failed, state=DONE, done_at=self.now_ms, done_by=self.by, reason=self.reason
        )
        world.keep(done)
        let_go_again(world, self.failed.number, NUMBER_FAILED, self.now_ms)
