"""Who wants no reminders: recorded by their own text or by a planner, and lifted for a reason, never forgotten."""

from __future__ import annotations

import msgspec

from doorstep.application.access import sees_patch
from doorstep.application.office import Office, new_id
from doorstep.application.records import Wanted
from doorstep.application.reminders.numbers import is_mobile, normalised
from doorstep.application.reminders.planning import OPTED_OUT
from doorstep.application.reminders.text_rows import DROPPED, WAITING, OptOut, TextRow
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused

BY_TEXT, BY_PLANNER = "text", "planner"
MOST_REASON = 1_000


async def opt_outs(office: Office, planner: Person) -> list[OptOut]:
    """All that this person may see, lifted ones too, the newest first. One of no patch is everybody's."""
    found = await office.store.records(OptOut, Wanted((), ("-recorded_at", "number")))
    return [each for each in found if not each.patch or sees_patch(planner, each.patch)]


async def opt_out(office: Office, planner: Person, number: str, reason: str) -> OptOut:
    """A planner's word that a resident wants no reminders. Raises Refused with the field at fault."""
    one_form = normalised(number)
    if not is_mobile(one_form):
        raise Refused("invalid", "That is no mobile number: it begins with 07, or with +44 7.", path="number")
    made = opted_out(one_form, planner.patch, BY_PLANNER, planner.person_id, checked_reason(reason), office)
    return await office.writer.submit(Record(made))


async def lift_opt_out(office: Office, planner: Person, opt_out_id: str, reason: str) -> None:
    """Texts may go there again, because somebody said so. Raises Refused with the field at fault."""
    words = checked_reason(reason)
    found = await opt_outs(office, planner)
    held = next((each for each in found if each.opt_out_id == opt_out_id and not each.is_lifted), None)
    if held is None:
        raise Refused("not-found", "There is no such opt-out, or it was lifted. Look at the list again.")
    lifted = msgspec.structs.replace(
        held, is_lifted=True, lifted_at=office.clock.now_ms(), lifted_by=planner.person_id, lifted_reason=words
    )
    await office.writer.submit(_Lift(lifted))


def opted_out(number: str, patch: str, how: str, by: str, reason: str, office: Office) -> OptOut:
    """What is kept of a number whose owner wants no texts from now on."""
    return OptOut(
        number=number,
        opt_out_id=new_id(),
        patch=patch,
        how=how,
        recorded_at=office.clock.now_ms(),
        recorded_by=by,
        reason=reason,
    )


def checked_reason(reason: str) -> str:
    """A reason as it is kept. Raises Refused where there is none, or too much of it."""
    words = reason.strip()
    if not words:
        raise Refused("invalid", "Say why, in a few words.", path="reason")
    if len(words) > MOST_REASON:
        raise Refused("invalid", f"The reason has at most {MOST_REASON} characters.", path="reason")
    return words


class Record:
    """Record an opt-out: no waiting text goes there any more. One that stands already stays as it is."""

    def __init__(self, made: OptOut) -> None:
        self.made = made

    def needs(self) -> Needs:
        """The opt-out that stands, and the texts that wait."""
        return Needs(records={(OptOut, self.made.key)}, groups={(TextRow, "number", self.made.number)})

    def apply(self, world: World) -> OptOut:
        """Gives the one that stands."""
        held = world.record(OptOut, self.made.number)
        if held is not None and not held.is_lifted:
            return held
        world.keep(self.made)
        for text in world.group(TextRow, "number", self.made.number):
            if text.state == WAITING:
                world.keep(msgspec.structs.replace(text, state=DROPPED, fault=OPTED_OUT))
        return self.made


class _Lift:
    def __init__(self, lifted: OptOut) -> None:
        self.lifted = lifted

    def needs(self) -> Needs:
        return Needs(records={(OptOut, self.lifted.key)}, groups={(TextRow, "number", self.lifted.number)})

    def apply(self, world: World) -> None:
        world.keep(self.lifted)
        let_go_again(world, self.lifted.number, OPTED_OUT, self.lifted.lifted_at or 0)


def let_go_again(world: World, number: str, why: str, now_ms: int) -> None:
    """Let texts that were dropped for this reason, and never handed over, wait again where they are still of use."""
    for text in world.group(TextRow, "number", number):
        if text.state == DROPPED and text.fault == why and text.tries == 0 and text.last_at >= now_ms:
            world.keep(msgspec.structs.replace(text, state=WAITING, fault="", next_try_at=text.due_at))
