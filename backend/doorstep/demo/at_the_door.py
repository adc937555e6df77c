"""One operative's visit as it went, driven through the office's own use cases: the phone sends, the planner logs."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec

from doorstep.application.accept_events import accept_events
from doorstep.application.decide_visit import decide_visit
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.london import london_time
from doorstep.application.office import Office
from doorstep.application.receive_photo import PhotoLooker, receive_photo
from doorstep.application.rows import Person, Session
from doorstep.application.serve_day import ServedAppointment
from doorstep.demo.card_picture import card_picture
from doorstep.demo.diary import Script
from doorstep.demo.landlord import REBOOKING_NUMBER
from doorstep.demo.phone import SimulatedPhone, SimulatedVisit
from doorstep.domain.instants import MS_PER_SECOND

MINUTE_MS = 60 * MS_PER_SECOND


@dataclass
class Door:
    """Everything that takes part in one visit. `arrives_at` is when the operative starts it, in ms since 1970."""

    office: Office
    looker: PhotoLooker
    phone: SimulatedPhone
    session: Session
    planner: Person
    supervisor: Person
    served: ServedAppointment
    arrives_at: int
    decides_at: int
    visit: SimulatedVisit = field(init=False)

    def begin(self) -> SimulatedVisit:
        """Start the visit from what the phone was served."""
        self.visit = self.phone.visit(self.served.row.snapshot, self.served.policy.version, self.arrives_at)
        return self.visit

    async def send(self) -> None:
        """Send all that the phone holds, as it does when it finds signal."""
        while events := self.phone.unsent():
            accepted, _ = await accept_events(self.office, self.session, events, 0)
            self.phone.acknowledged(accepted.ack)
            self.phone.learn(self.office.anchors.current())

    async def call_planner(self, saying: str | None) -> None:
        """Ring the planner, who speaks a code; `saying` is what they log, or None where they never save the call."""
        row = self.served.row.row
        call = await begin_planner_call(self.office, self.planner, row.appointment_id, self.phone.actor_id)
        self.visit.ask_planner(call.code)
        if saying is not None:
            await log_planner_call(self.office, self.planner, call.call_id, saying, "leave_card", self.visit.read_back)

    async def photograph(self) -> bytes:
        """The card at this door, with the code that only this visit has."""
        row = self.served.row.row
        arrived = london_time(self.visit.now_ms)
        lines = (f"{arrived:%A %d %B %Y, %H:%M}", f"Job {row.work_order_ref}", f"To rebook: {REBOOKING_NUMBER}")
        return card_picture(self.visit.card_code, lines, self.visit.visit_id)

    async def send_photo(self, photo: bytes) -> None:
        """Send a photo, and wait until the office has looked at it."""

        async def chunks() -> AsyncIterator[bytes]:
            yield photo

        sha256 = hashlib.sha256(photo).hexdigest()
        await receive_photo(self.office, self.looker, self.session, sha256, 0, len(photo), chunks())
        await self.looker.drained()

    async def decide(self, decision: str, reason: str, outcome: str | None = None) -> None:
        """A supervisor decides the visit."""
        await decide_visit(self.office, self.supervisor, self.visit.visit_id, decision, reason, outcome)


class Missed(msgspec.Struct, frozen=True):
    """How a visit went at which nobody came, where it went another way than it should."""

    planner_says: str | None = "Knocked twice and rang, nobody in. No sound from inside. Card agreed."
    wait_ms: int | None = None
    sends_photo: bool = True


AS_IT_SHOULD = Missed()


async def missed(door: Door, way: Missed = AS_IT_SHOULD) -> Script:
    """Nobody comes: everything at the door, out of signal, then all of it is sent."""
    yield door.arrives_at
    visit = door.begin()
    visit.arrive()
    arrived_t = visit.t
    visit.try_to_reach()
    yield visit.now_ms
    await door.call_planner(way.planner_says)
    photo = await door.photograph()
    visit.leave_card(hashlib.sha256(photo).hexdigest(), len(photo), visit.wait_out(arrived_t, way.wait_ms))
    visit.record_missed()
    yield visit.now_ms + 3 * MINUTE_MS
    await door.send()
    if way.sends_photo:
        yield visit.now_ms + 4 * MINUTE_MS
        await door.send_photo(photo)


async def decided(door: Door, decision: str, reason: str, outcome: str | None = None) -> Script:
    """Nobody comes, and at the end of the day a supervisor decides the visit."""
    async for at_ms in missed(door):
        yield at_ms
    yield door.decides_at
    await door.decide(decision, reason, outcome)


async def ended(door: Door, outcome: str, *steps: tuple[str, dict[str, int | str | bool]]) -> Script:
    """Another end than missed: what happened at the door, then the visit is closed with its outcome."""
    yield door.arrives_at
    visit = door.begin()
    visit.arrive()
    for kind, own in steps:
        visit.state(kind, 40 * MS_PER_SECOND, **own)
    is_attended = outcome in ("completed", "follow_on_required")
    visit.state("visit_closed", (50 if is_attended else 1) * MINUTE_MS, outcome=outcome)
    yield visit.now_ms + MINUTE_MS
    await door.send()


async def broken_off(door: Door) -> Script:
    """The phone dies after the first knock: what it had sent is all there is."""
    yield door.arrives_at
    visit = door.begin()
    visit.arrive()
    visit.state("door_knocked", 15 * MS_PER_SECOND, method="knock")
    yield visit.now_ms + MS_PER_SECOND
    await door.send()
