"""Take in what a phone sends: keep every body, in the order of its queue, and say how far that got.

A body that does not fit is kept with its fault and never blocks the queue behind it. What cannot be shown to be an
enrolled phone's is of nobody: it is kept aside, acknowledged and told. Sending again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from doorstep.application.arrivals import Arrival, Sent
from doorstep.application.office import Office
from doorstep.application.ports import Rules
from doorstep.application.rows import DeviceRow, FeedItem, PhotoUse, Quarantined, Session
from doorstep.application.settle_visits import keep_stray_row, settle_appointments
from doorstep.application.vouching import Vouching, look_at_signatures
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.dossier import Stated
from doorstep.domain.events import PHOTOGRAPHS, Event
from doorstep.domain.linking import link
from doorstep.domain.standing import Settled

MOST_EVENTS = 50
FEED_PAGE = 100
MOST_KEPT_ASIDE = 500
"""So many bodies of nobody are kept for one installation, beyond them their hashes only: a flood fills no disk."""


class RefusedEvent(msgspec.Struct, frozen=True):
    """An event that was kept but does not count, and why."""

    seq: int
    reason: str


class Accepted(msgspec.Struct, frozen=True):
    """Everything up to `ack` is durable and need not be sent again. `device` is the phone, where it is enrolled."""

    ack: int
    refused: list[RefusedEvent]
    device: DeviceRow | None = None


async def accept_events(
    office: Office, session: Session, sent: Sequence[Sent], after: int
) -> tuple[Accepted, Sequence[FeedItem]]:
    """Keep the events of one request, and give the operative's feed beyond `after`."""
    if session.installation_id is None:
        raise Refused("no-installation", "Sign in again on this phone, with its installation_id, before sending.")
    now_ms = office.clock.now_ms()
    in_order = sorted(sent, key=lambda event: event.seq)
    if len({event.seq for event in in_order}) < len(in_order):
        raise Refused("seq-twice", "Two events of this request have the same seq. Send each once.")
    arrivals = [Arrival(event, office.anchors, now_ms) for event in in_order]
    phones = await _phones(office, session.installation_id, arrivals)
    keys = {phone.device_id: phone.public_key for phone in phones}
    vouching = await look_at_signatures(arrivals, keys, office.verifies)
    work = AcceptEvents(session, arrivals, after, office.rules, now_ms, phones, vouching)
    accepted, feed = await office.writer.submit(work)
    if feed is None:
        feed = await office.store.feed(session.person.person_id, after, FEED_PAGE)
    return accepted, feed


async def _phones(office: Office, installation_id: str, arrivals: Sequence[Arrival]) -> Sequence[DeviceRow]:
    """The enrolled phones that signed events name; a phone without a key costs no look."""
    named = {arrival.event.device_id for arrival in arrivals if arrival.event and arrival.is_signed}
    return await office.store.devices_of(installation_id, sorted(named)) if named else ()


class AcceptEvents:
    """The work of one sync request; its signatures, by these phones, were looked at before."""

    def __init__(
        self,
        session: Session,
        arrivals: Sequence[Arrival],
        after: int,
        rules: Rules,
        now_ms: int,
        phones: Sequence[DeviceRow],
        vouching: Vouching,
    ) -> None:
        self.installation_id = str(session.installation_id)
        self.operative_id = session.person.person_id
        self.arrivals = arrivals
        self.after = after
        self.rules = rules
        self.now_ms = now_ms
        self.phones = phones
        self.vouching = vouching
        self.signing_id = ""

    def needs(self) -> Needs:
        """The visits and appointments that the events speak of, and what was delivered before."""
        needs = Needs(installations={self.installation_id}, feeds={self.operative_id})
        homes = {phone.device_id: {phone.installation_id, phone.lives_on} for phone in self.phones}
        for arrival in self.arrivals:
            needs.receipts.add((self.installation_id, arrival.seq))
            needs.bodies.add(arrival.sha256)
            if arrival.visit_id:
                needs.visits.add(arrival.visit_id)
            if event := arrival.event:
                needs.devices.add(event.device_id)
                needs.holders |= {(event.actor_id, self.installation_id), (event.actor_id, event.device_id)}
                needs.holders |= {(event.actor_id, home) for home in homes.get(event.device_id, ())}
                if not arrival.is_signed:
                    needs.unsigned |= {self.installation_id, event.device_id}
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
        refused = self._settled(world, ack)
        return Accepted(ack, refused, self._device(world)), world.new_in_feed(self.operative_id, self.after)

    def _settled(self, world: World, ack: int) -> list[RefusedEvent]:
        """Settle the visits that were touched; gives what does not count of what was sent."""
        touched = {arrival.visit_id for arrival in self.arrivals if arrival.visit_id and arrival.seq <= ack}
        for visit_id in touched & world.strays.keys():
            keep_stray_row(world, visit_id)
        homes = {world.homes[visit_id] for visit_id in touched | world.sharing(touched) if visit_id in world.homes}
        settled = settle_appointments(world, homes, self.rules.policies, self.now_ms)
        faults = {visit_id: now.faults for visit_id, now in settled.items()}
        faults |= {visit_id: link(world.strays[visit_id]).faults for visit_id in touched & world.strays.keys()}
        refused = []
        for arrival in self.arrivals:
            if arrival.seq > ack:
                continue
            aside = world.aside.get((self.installation_id, arrival.seq))
            if reason := aside or _why_refused(arrival, world, settled, faults):
                refused.append(RefusedEvent(arrival.seq, reason))
        return refused

    def _keep(self, world: World, arrival: Arrival) -> None:
        place = (self.installation_id, arrival.seq)
        world.receipts[place] = arrival.sha256
        if arrival.sha256 in world.known:
            world.changes.repeats.append((*place, arrival.sha256))
            return
        if fault := self._why_of_nobody(world, arrival):
            self._keep_aside(world, arrival, fault)
            return
        event, fault = arrival.event, self._fault(world, arrival)
        sig = arrival.sig if event else None
        if event and sig:
            self._hear(world, event.device_id, fault)
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
            sig=sig,
        )
        if arrival.visit_id is None:
            return
        if event and not fault and event.kind in PHOTOGRAPHS:
            sha256, size_bytes = event.text("photo_sha256"), int(event.own["size_bytes"])
            source_sha256 = event.text("source_sha256")
            world.add_use(
                PhotoUse(entry.position, event.visit_id, sha256, self.installation_id, size_bytes, source_sha256)
            )
        is_signed = sig is not None
        stated = Stated(entry.position, entry.sha256, arrival.visit_id, self.now_ms, fault, event, is_signed)
        world.add_stated(stated, arrival.visit_id)

    def _hear(self, world: World, device_id: str, fault: str | None) -> None:
        """An enrolled phone was heard here: from now on everything of this installation is signed."""
        world.signing.add(self.installation_id)
        self.signing_id = device_id
        device = world.devices[device_id]
        if fault is None and device.lives_on != self.installation_id:
            world.devices[device_id] = world.changes.devices[device_id] = device.heard_on(self.installation_id)

    def _why_of_nobody(self, world: World, arrival: Arrival) -> str | None:
        """Why an event cannot be shown to be anybody's. What has no readable device is `malformed`, and in the log.

        An enrolled phone signs everything. Until its first signed event has come it may not know yet that it is
        enrolled: the answer was lost, say, in a dead spot, and its operative went on recording without a key. From then
        on nobody else can bring anything in its name either: an event without a key names the installation it is of.
        """
        event = arrival.event
        if event is None:
            return None
        if event.device_id in world.devices:
            if not arrival.is_signed:
                return "unsigned"
            return None if self.vouching.is_signed(arrival, world.known) else "bad_signature"
        if arrival.is_signed:
            return "unknown_device"
        return "unsigned" if {self.installation_id, event.device_id} & world.signing else None

    def _keep_aside(self, world: World, arrival: Arrival, fault: str) -> None:
        count = world.kept_aside.get(self.installation_id, 0)
        body = arrival.body if count < MOST_KEPT_ASIDE else None
        world.kept_aside[self.installation_id] = count + 1
        world.aside[self.installation_id, arrival.seq] = fault
        world.changes.quarantined.append(
            Quarantined(self.installation_id, arrival.seq, arrival.sha256, self.operative_id, fault, body, self.now_ms)
        )

    def _fault(self, world: World, arrival: Arrival) -> str | None:
        """What can be said of an event by itself; the faults of its place in the chain are derived later."""
        event = arrival.event
        if event is None or not self._is_known_outcome(event):
            return "malformed"
        device = world.devices.get(event.device_id)
        if device and device.revoked_at is not None:
            return "revoked"
        of = {self.installation_id, event.device_id} | ({device.installation_id, device.lives_on} if device else set())
        if not {(event.actor_id, installation_id) for installation_id in of} & world.held:
            return "wrong_actor"
        return "bad_anchor" if arrival.has_bad_anchor else None

    def _is_known_outcome(self, event: Event) -> bool:
        outcome = self.rules.outcomes.get(event.text("outcome")) if event.kind == "visit_closed" else None
        return event.kind != "visit_closed" or (outcome is not None and outcome.by == "visit_closed")

    def _device(self, world: World) -> DeviceRow | None:
        """The enrolled phone that is asking: the newest of its installation, or the one whose events it delivers.

        A phone that had to take a new installation id after it was revoked hears by its key that it was.
        """
        here = [row for row in world.devices.values() if row.lives_on == self.installation_id]
        if here:
            return max(here, key=lambda row: row.position)
        return world.devices.get(self.signing_id)


def _why_refused(
    arrival: Arrival, world: World, settled: dict[str, Settled], faults: dict[str, dict[int, str]]
) -> str | None:
    now = settled.get(arrival.visit_id or "")
    reason = faults.get(arrival.visit_id or "", {}).get(world.known[arrival.sha256])
    if reason is None and arrival.event is None:
        return "malformed"
    is_missed = arrival.event is not None and arrival.event.kind == "missed_recorded"
    if reason is None and is_missed and now and now.standing == "refused":
        return "not_allowed"
    return reason
