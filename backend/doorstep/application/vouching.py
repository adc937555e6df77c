"""Which events of a request their phone's key vouches for, with no more signatures looked at than that needs.

Each event names the one before it by its hash. So a signature over the last of a line vouches for the whole line: only
where one fails, or a body was altered under way, the one before it has to stand by its own. Verifying takes 0.1 ms, and
would otherwise be what limits the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from doorstep.application.arrivals import Arrival
from doorstep.application.ports import Verifies
from doorstep.domain.events import Event
from doorstep.domain.signing import event_message

MOST_AT_ONCE = 8
"""So many are verified while nobody else is served; a queue of more, which is altered or hostile, gets a thread."""


async def vouched_for(arrivals: Iterable[Arrival], keys: Mapping[str, bytes], verifies: Verifies) -> frozenset[str]:
    """The hashes of the bodies that are their phone's. `keys` are public keys by device_id."""
    vouching = _Vouching(arrivals, keys, verifies)
    if not vouching.go_on(MOST_AT_ONCE):
        await asyncio.to_thread(vouching.go_on)
    return frozenset(vouching.vouched)


class _Vouching:
    """The events that are signed in the right form by a known phone, the last of each line first."""

    def __init__(self, arrivals: Iterable[Arrival], keys: Mapping[str, bytes], verifies: Verifies) -> None:
        signed = [
            (arrival, arrival.event)
            for arrival in arrivals
            if arrival.event and arrival.sig and arrival.event.device_id in keys
        ]
        self._waiting = sorted(signed, key=lambda one: one[1].n)
        self._keys = keys
        self._verifies = verifies
        self._named: set[tuple[str, str]] = set()
        self.vouched: set[str] = set()

    def go_on(self, most: int | None = None) -> bool:
        """Look at what is left, but verify no more than `most` signatures. Gives whether nothing is left."""
        verified = 0
        while self._waiting:
            arrival, event = self._waiting[-1]
            if (event.device_id, arrival.sha256) not in self._named:
                if verified == most:
                    return False
                verified += 1
                if not self._is_own(arrival, event):
                    self._waiting.pop()
                    continue
            self._waiting.pop()
            self.vouched.add(arrival.sha256)
            self._named.add((event.device_id, event.prev))
        return True

    def _is_own(self, arrival: Arrival, event: Event) -> bool:
        sig = arrival.sig or b""
        return self._verifies(self._keys[event.device_id], event_message(arrival.body), sig)
