"""Take in what a phone sends: keep every body, in the order of its queue, and say how far that got.

A body that does not fit is kept with its fault and never blocks the queue behind it. Sending again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from doorstep.application.office import Office
from doorstep.application.rows import FeedItem, PhotoUse, Session
from doorstep.application.settle_visits import keep_stray_row, settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.chain import body_hash
from doorstep.domain.dossier import Stated
from doorstep.domain.events import PHOTOGRAPHS, Event, Malformed, read_event
from doorstep.domain.linking import link
from doorstep.domain.standing import Settled

MOST_EVENTS = 50
FEED_PAGE = 100


class Sent(msgspec.Struct, frozen=True):
    """One event of a phone's queue: `seq` counts the queue from 1, `body` is the exact JSON text."""

    seq: int
    body: str


class RefusedEvent(msgspec.Struct, frozen=True):
    """An event that was kept but does not count, and why."""

    seq: int
    reason: str


class Accepted(msgspec.Struct, frozen=True):
    """Everything up to `ack` is durable and need not be sent again."""

    ack: int
    refused: list[RefusedEvent]


async def accept_events(
    office: Office, session: Session, sent: Sequence[Sent], after: int
) -> tuple[Accepted, Sequence[FeedItem]]:
    """Keep the events of one request, and give the operative's feed beyond `after`."""
    if session.installation_id is None:
        raise Refused("no-installation", "Sign in again on this phone, with its installation_id, before sending.")
    arrivals = [_Arrival(event) for event in sorted(sent, key=lambda event: event.seq)]
    if len({arrival.seq for arrival in arrivals}) < len(arrivals):
        raise Refused("seq-twice", "Two events of this request have the same seq. Send each once.")
    work = AcceptEvents(session.installation_id, session.person.person_id, arrivals, after, office)
    accepted, feed = await office.writer.submit(work)
    if feed is None:
        feed = await office.store.feed(session.person.person_id, after, FEED_PAGE)
    return accepted, feed


class _Arrival:
    """One event as it came: read before the transaction, which must be short."""

    def __init__(self, sent: Sent) -> None:
        self.seq = sent.seq
        self.body = sent.body.encode()
        self.sha256 = body_hash(self.body)
        self.event: Event | None = None
        try:
            self.event = read_event(self.body)
            self.visit_id: str | None = self.event.visit_id
        except Malformed as malformed:
            self.visit_id = malformed.visit_id


class AcceptEvents:
    """The work of one sync request."""

    def __init__(
        self, installation_id: str, operative_id: str, arrivals: Sequence[_Arrival], after: int, office: Office
    ) -> None:
        self.installation_id = installation_id
        self.operative_id = operative_id
        self.arrivals = arrivals
        self.after = after
        self.rules = office.rules
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        """The visits and appointments that the events speak of, and what was delivered before."""
        needs = Needs(installations={self.installation_id}, feeds={self.operative_id})
        for arrival in self.arrivals:
            needs.receipts.add((self.installation_id, arrival.seq))
            needs.bodies.add(arrival.sha256)
            if arrival.visit_id:
                needs.visits.add(arrival.visit_id)
            if event := arrival.event:
                needs.holders |= {(event.actor_id, self.installation_id), (event.actor_id, event.device_id)}
                if event.kind == "visit_started":
                    needs.appointments.add(event.text("appointment_id"))
                elif event.kind in PHOTOGRAPHS:
                    needs.photos.add(event.text("photo_sha256"))
                    needs.sources.add(event.text("source_sha256"))
        return needs

    def apply(self, world: World) -> tuple[Accepted, Sequence[FeedItem] | None]:
        """Keep what follows the last acknowledged event without a gap, then settle the visits that it touched.

        Gives the operative's feed too, where this batch wrote all that is new in it: a read less for most phones.
        """
        ack = world.acks.get(self.installation_id, 0)
        for arrival in self.arrivals:
            held = world.receipts.get((self.installation_id, arrival.seq))
            if arrival.seq <= ack and held != arrival.sha256:
                raise Refused(
                    "seq-reused",
                    f"Event {arrival.seq} of this installation was received before with other content. "
                    "Take a new installation id, sign in with it, and send again what was not acknowledged.",
                )
        for arrival in self.arrivals:
            if arrival.seq == ack + 1:
                self._keep(world, arrival)
                ack += 1
        world.acks[self.installation_id] = ack
        world.changes.acks[self.installation_id] = (ack, self.now_ms)
        touched = {arrival.visit_id for arrival in self.arrivals if arrival.visit_id and arrival.seq <= ack}
        for visit_id in touched & world.strays.keys():
            keep_stray_row(world, visit_id)
        homes = {world.homes[visit_id] for visit_id in touched | world.sharing(touched) if visit_id in world.homes}
        settled = settle_appointments(world, homes, self.rules.policies, self.now_ms)
        faults = {visit_id: now.faults for visit_id, now in settled.items()}
        faults |= {visit_id: link(world.strays[visit_id]).faults for visit_id in touched & world.strays.keys()}
        refused = [event for arrival in self.arrivals for event in _refused(arrival, ack, world, settled, faults)]
        return Accepted(ack, refused), world.new_in_feed(self.operative_id, self.after)

    def _keep(self, world: World, arrival: _Arrival) -> None:
        world.receipts[self.installation_id, arrival.seq] = arrival.sha256
        if arrival.sha256 in world.known:
            world.changes.repeats.append((self.installation_id, arrival.seq, arrival.sha256))
            return
        event, fault = arrival.event, self._fault(world, arrival.event)
        entry = world.append(
            event.kind if event else "malformed",
            arrival.body,
            self.now_ms,
            visit_id=arrival.visit_id,
            actor_id=event.actor_id if event else None,
            installation_id=self.installation_id,
            seq=arrival.seq,
            n=event.n if event else None,
            fault=fault,
            sha256=arrival.sha256,
        )
        if arrival.visit_id is None:
            return
        if event and not fault and event.kind in PHOTOGRAPHS:
            sha256, size_bytes = event.text("photo_sha256"), int(event.own["size_bytes"])
            source_sha256 = event.text("source_sha256")
            world.add_use(
                PhotoUse(entry.position, event.visit_id, sha256, self.installation_id, size_bytes, source_sha256)
            )
        stated = Stated(entry.position, entry.sha256, arrival.visit_id, self.now_ms, fault, event)
        world.add_stated(stated, arrival.visit_id)

    def _fault(self, world: World, event: Event | None) -> str | None:
        """What can be said of an event by itself; the faults of its place in the chain are derived later."""
        if event is None:
            return "malformed"
        if event.kind == "visit_closed":
            outcome = self.rules.outcomes.get(event.text("outcome"))
            if outcome is None or outcome.by != "visit_closed":
                return "malformed"
        holders = {(event.actor_id, self.installation_id), (event.actor_id, event.device_id)}
        return None if holders & world.held else "wrong_actor"


def _refused(
    arrival: _Arrival, ack: int, world: World, settled: dict[str, Settled], faults: dict[str, dict[int, str]]
) -> list[RefusedEvent]:
    if arrival.seq > ack:
        return []
    now = settled.get(arrival.visit_id or "")
    reason = faults.get(arrival.visit_id or "", {}).get(world.known[arrival.sha256])
    if reason is None and arrival.event is None:
        reason = "malformed"
    if (
        reason is None
        and now
        and now.standing == "refused"
        and arrival.event
        and arrival.event.kind == "missed_recorded"
    ):
        reason = "not_allowed"
    return [RefusedEvent(arrival.seq, reason)] if reason else []
