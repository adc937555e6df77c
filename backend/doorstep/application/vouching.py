"""Which events of a request their phone's key vouches for, with no more signatures looked at than that needs.

Each event names the one before it by its hash. So a signature over the last of a line vouches for the whole line: only
where one fails, or a body was altered under way, the one before it has to stand by its own. Verifying takes 0.1 ms, and
would otherwise be what limits the server.

What vouches for an event has to be kept after it, so that the log alone shows it later: it is of the same stretch of
the queue, and was not received before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence

from doorstep.application.arrivals import Arrival
from doorstep.application.ports import Verifies
from doorstep.domain.events import Event
from doorstep.domain.signing import event_message

MOST_AT_ONCE = 8
"""So many are verified while nobody else is served; a queue of more, which is altered or hostile, gets a thread."""


async def look_at_signatures(arrivals: Sequence[Arrival], keys: Mapping[str, bytes], verifies: Verifies) -> Vouching:
    """Look at the signatures of a request, in order of `seq`. `keys` are public keys by device_id."""
    vouching = Vouching(arrivals, keys, verifies)
    if vouching.waiting and not vouching.go_on(MOST_AT_ONCE):
        await asyncio.to_thread(vouching.go_on)
    return vouching


class Vouching:
    """The events that are signed in the right form by a known phone; the later vouch for the earlier."""

    def __init__(self, arrivals: Sequence[Arrival], keys: Mapping[str, bytes], verifies: Verifies) -> None:
        self._keys, self._verifies = keys, verifies
        self._own: set[int] = set()
        self._through: dict[int, Arrival] = {}
        self._named: dict[tuple[int, str, str], Arrival] = {}
        self._verified: dict[int, bool] = {}
        self.waiting: list[tuple[int, Arrival, Event]] = []
        stretch, last = 0, 0
        for arrival in arrivals:
            stretch, last = stretch + (arrival.seq != last + 1), arrival.seq
            if arrival.event and arrival.sig and arrival.event.device_id in keys:
                self.waiting.append((stretch, arrival, arrival.event))

    def go_on(self, most: int | None = None) -> bool:
        """Look at what is left, the last first, but verify no more than `most`. Gives whether nothing is left."""
        verified = 0
        while self.waiting:
            stretch, arrival, event = self.waiting[-1]
            voucher = self._named.get((stretch, event.device_id, arrival.sha256))
            if voucher is None:
                if verified == most:
                    return False
                verified += 1
            self.waiting.pop()
            if voucher is not None:
                self._through[arrival.seq] = voucher
            elif self._verify(arrival, event):
                self._own.add(arrival.seq)
            else:
                continue
            self._named[stretch, event.device_id, event.prev] = arrival
        return True

    def is_signed(self, arrival: Arrival, received_before: Container[str]) -> bool:
        """Whether an event is its phone's, shown by its own signature or by what is received after it.

        Asked by place in the queue: the same body may stand there twice, with a wrong signature and with a right one.
        """
        if arrival.seq in self._own:
            return True
        voucher = self._through.get(arrival.seq)
        if voucher is None or arrival.event is None:
            return False
        if voucher.sha256 not in received_before and self.is_signed(voucher, received_before):
            return True
        return self._verify(arrival, arrival.event)

    def _verify(self, arrival: Arrival, event: Event) -> bool:
        """Once for each place in the queue: what stands behind a voucher that failed is asked of again and again."""
        known = self._verified.get(arrival.seq)
        if known is None:
            message = event_message(arrival.body)
            known = self._verifies(self._keys[event.device_id], message, arrival.sig or b"")
            self._verified[arrival.seq] = known
        return known
