"""Check that enrolled phones signed what is kept as theirs; a signature vouches for the chain before it too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from doorstep.application.ports import Verifies
from doorstep.application.rows import Entry
from doorstep.application.store import Store
from doorstep.domain.events import Event
from doorstep.domain.office_events import DeviceEnrolled, OfficeEvent
from doorstep.domain.signing import PUBLIC_KEY_BYTES, event_message, from_base64url

MOST_OPEN: Final = 2_000
"""So many chains wait for their next event; what comes later than that begins one of its own. What vouches for an event
was received with it, or after: hardly ever so much later."""


@dataclass
class _Chain:
    """A signed event, and the positions of those before it that it vouches for."""

    device_id: str
    head: Entry
    before: list[int]


class SignatureWalk:
    """The keys that the log enrolled, and the chains whose heads are still to be verified: verifying is what costs."""

    def __init__(self, verifies: Verifies) -> None:
        self._verifies = verifies
        self._keys: dict[str, bytes] = {}
        self._open: dict[str, _Chain] = {}
        self.verified = 0

    def add(self, entry: Entry, event: Event | OfficeEvent | None) -> None:
        """The next entry, with what was read of its body."""
        if isinstance(event, DeviceEnrolled):
            self._keys[event.device_id] = from_base64url(event.public_key, PUBLIC_KEY_BYTES) or b""
        elif isinstance(event, Event) and entry.sig is not None:
            chain = self._open.get(event.prev)
            if chain and chain.device_id == event.device_id:
                del self._open[event.prev]
                chain.before.append(chain.head.position)
                chain.head = entry
            else:
                chain = _Chain(event.device_id, entry, [])
            # Last in the dictionary again: the first is the one that has waited longest.
            self._open[entry.sha256] = chain

    async def faults(self, store: Store, most_open: int = MOST_OPEN) -> AsyncIterator[str]:
        """Verify the oldest heads until so many are left; where one fails, those before it speak for themselves."""
        while len(self._open) > most_open:
            chain = self._open.pop(next(iter(self._open)))
            head: Entry | None = chain.head
            while head and not self._is_signed(chain.device_id, head):
                yield f"{name_of(head)}: its signature is not by the phone {chain.device_id}, which it names."
                [head] = await store.entries(chain.before.pop() - 1, 1) if chain.before else [None]

    def _is_signed(self, device_id: str, entry: Entry) -> bool:
        self.verified += 1
        return self._verifies(self._keys.get(device_id, b""), event_message(entry.body), entry.sig or b"")


def name_of(entry: Entry) -> str:
    """An entry, as a fault names it."""
    return f"Log entry {entry.position} ({entry.kind}{f' of visit {entry.visit_id}' if entry.visit_id else ''})"
