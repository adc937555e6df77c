"""From the log to messages on their way: each address has its place in the log, and the two move together.

The messages and the place are kept in one transaction: a crash loses no message, and makes none twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from doorstep.application.office import Office
from doorstep.application.records import Record, Wanted, Where
from doorstep.application.rows import Entry
from doorstep.application.webhooks.contract import TOLD_KINDS, body_of, message_of
from doorstep.application.webhooks.rows import ON, WAITING, Delivery, Endpoint
from doorstep.application.world import Needs, World

CHUNK = 500
MOST_CHUNKS = 40
"""So much of the log is looked at in one round: what an address missed while it was off must not hold up the others."""


async def make_deliveries(office: Office) -> int:
    """Make what has come into the log since each address's place in it; gives how many messages."""
    made = 0
    for endpoint in await office.store.records(Endpoint, Wanted((Where("state", "=", ON),))):
        position = endpoint.position
        for _ in range(MOST_CHUNKS):
            if position >= office.store.tree_head().size:
                break
            entries = await office.store.entries(position, CHUNK)
            if not entries:
                break
            deliveries = await _deliveries(office, endpoint, entries)
            if not await office.writer.submit(_Advance(endpoint, position, entries[-1].position, deliveries)):
                break
            position, made = entries[-1].position, made + len(deliveries)
    return made


async def _deliveries(office: Office, endpoint: Endpoint, entries: Sequence[Entry]) -> list[Delivery]:
    told = [entry for entry in entries if entry.kind in TOLD_KINDS]
    ids = sorted({entry.appointment_id for entry in told if entry.appointment_id})
    appointments = await office.store.appointments_held(ids) if ids else {}
    now_ms, made = office.clock.now_ms(), []
    for entry in told:
        message = message_of(entry, appointments.get(entry.appointment_id or ""), office.rules.outcomes)
        if message is not None:
            delivery_id = f"{endpoint.endpoint_id}-{entry.position}"
            made.append(
                new_delivery(
                    endpoint, delivery_id, now_ms, message.type, body_of(message), entry.position, entry.visit_id or ""
                )
            )
    return made


def new_delivery(
    endpoint: Endpoint, delivery_id: str, now_ms: int, kind: str, body: str, position: int = 0, visit_id: str = ""
) -> Delivery:
    """A message that waits to be sent, at once."""
    return Delivery(
        delivery_id=delivery_id,
        endpoint_id=endpoint.endpoint_id,
        position=position,
        visit_id=visit_id,
        type=kind,
        body=body,
        state=WAITING,
        tries=0,
        next_try_at=now_ms,
        made_at=now_ms,
        tried_at=None,
        done_at=None,
        status=None,
        fault="",
    )


class _Advance:
    """Keep the messages and the new place, where nobody has moved or ended the address meanwhile."""

    def __init__(self, endpoint: Endpoint, before: int, after: int, deliveries: list[Delivery]) -> None:
        self.endpoint_id = endpoint.endpoint_id
        self.before, self.after, self.deliveries = before, after, deliveries

    def needs(self) -> Needs:
        return Needs(records={(Endpoint, (self.endpoint_id,))})

    def apply(self, world: World) -> bool:
        endpoint = world.record(Endpoint, self.endpoint_id)
        if endpoint is None or endpoint.state != ON or endpoint.position != self.before:
            return False
        kept: list[Record] = [msgspec.structs.replace(endpoint, position=self.after), *self.deliveries]
        for record in kept:
            world.keep(record)
        return True
