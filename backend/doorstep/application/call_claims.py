"""Who has a call: one planner at a time about an appointment and an operative, so that no call is taken twice.

Opening the form takes the call. It is over when the call is saved, when whoever has it says that they do not, or when
its code has run out; until then another planner takes it over only by saying so, with a reason that is logged.
What was said in a call may be saved by whoever opened it even after that: a claim keeps people apart, and is no
evidence of anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.records import Record, Wanted, Where
from doorstep.application.rows import Person
from doorstep.application.store import Store
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.instants import parse_instant
from doorstep.domain.office_events import PlannerCallBegun, PlannerCallReleased

Contact = tuple[str, str]
"""An appointment and an operative, by their ids."""


class CallClaim(Record, frozen=True, kw_only=True):
    """The call that is open about one contact; instants in ms. `took_from` is the planner who had it before, if any."""

    TABLE: ClassVar[str] = "call_claims"
    KEY: ClassVar[tuple[str, ...]] = ("appointment_id", "operative_id")
    IS_PROJECTION: ClassVar[bool] = True

    appointment_id: str
    operative_id: str
    call_id: str
    planner_id: str
    since: int
    until: int
    took_from: str = ""
    reason: str = ""

    @property
    def contact(self) -> Contact:
        """What it is about."""
        return self.appointment_id, self.operative_id


def claim_of(event: PlannerCallBegun, since: int, before: CallClaim | None) -> CallClaim:
    """The claim that a call which was opened at `since` makes; `before` is the one that it took over, if it did."""
    took_over = before is not None and before.call_id == event.took_over_from and before.planner_id != event.actor_id
    return CallClaim(
        appointment_id=event.appointment_id,
        operative_id=event.operative_id,
        call_id=event.call_id,
        planner_id=event.actor_id,
        since=since,
        until=parse_instant(event.expires_at, "expires_at"),
        took_from=before.planner_id if before and took_over else "",
        reason=event.reason if took_over else "",
    )


async def open_claims(store: Store, now_ms: int) -> Mapping[Contact, CallClaim]:
    """Every call that somebody has at this moment, by what it is about."""
    claims = await store.records(CallClaim, Wanted(where=(Where("until", ">", now_ms),)))
    return {claim.contact: claim for claim in claims}


def end_claim(world: World, call_id: str) -> CallClaim | None:
    """Nobody has this call any longer. The work needs the group of claims with its `call_id`."""
    for claim in world.group(CallClaim, "call_id", call_id):
        world.drop(CallClaim, *claim.contact)
        return claim
    return None


async def release_planner_call(office: Office, planner: Person, call_id: str) -> bool:
    """Give up a call that one has; False where one has it no longer. Raises Refused where it never was one's own."""
    return await office.writer.submit(_Release(office, planner, call_id))


class _Release:
    def __init__(self, office: Office, planner: Person, call_id: str) -> None:
        self.planner, self.call_id = planner, call_id
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(calls={self.call_id}, groups={(CallClaim, "call_id", self.call_id)})

    def apply(self, world: World) -> bool:
        row = world.call_rows.get(self.call_id)
        if row is None or row.planner_id != self.planner.person_id:
            raise Refused("not-found", "There is no such call of yours.")
        claim = end_claim(world, self.call_id)
        if claim is None:
            return False
        log_event(
            world,
            PlannerCallReleased,
            self.planner.person_id,
            self.now_ms,
            call_id=self.call_id,
            appointment_id=row.appointment_id,
            operative_id=row.operative_id,
        )
        return True
