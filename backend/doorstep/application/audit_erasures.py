"""Check that a body which is missing was erased: by an entry of the log that names it, and only where that may be."""

from __future__ import annotations

from collections.abc import Iterator

from doorstep.application.audit_signatures import name_of
from doorstep.application.erasable import ERASABLE_KINDS
from doorstep.application.rows import Entry
from doorstep.domain.events import Event
from doorstep.domain.office_events import BodiesErased, OfficeEvent


def is_perhaps_erased(entry: Entry) -> bool:
    """Whether an entry lacks its body, and is of a kind whose bodies may be erased."""
    return not entry.body and entry.kind in ERASABLE_KINDS


class ErasureWalk:
    """What one pass over the log finds missing, and what its entries say was erased."""

    def __init__(self) -> None:
        self._missing: dict[int, str] = {}
        self._kept: dict[int, str] = {}
        self._wrong: list[str] = []

    def add(self, entry: Entry, event: Event | OfficeEvent | None) -> None:
        """The next entry, with what was read of its body."""
        if is_perhaps_erased(entry):
            self._missing[entry.position] = name_of(entry)
        elif entry.kind in ERASABLE_KINDS:
            self._kept[entry.position] = name_of(entry)
        if isinstance(event, BodiesErased):
            self._wrong += [wrong for position in event.positions if (wrong := self._wrong_of(entry, position))]

    def _wrong_of(self, by: Entry, position: int) -> str | None:
        """What is wrong with an erasure of one entry; nothing where its body is gone, as it should be."""
        if self._missing.pop(position, None):
            return None
        if name := self._kept.get(position):
            return f"{name}: log entry {by.position} says that its words were erased. Somebody put them back."
        return f"{name_of(by)}: it says that the words of log entry {position} were erased, which nobody may erase."

    def faults(self) -> Iterator[str]:
        """What was taken away without a word, and what an erasure says that cannot be."""
        for name in self._missing.values():
            yield f"{name}: its body is missing, and no entry of the log says that it was erased."
        yield from self._wrong
