"""Compare every checkpoint with the log: those that are held here, and those that somebody else kept, who is believed.

A checkpoint that reaches into what a restore from backup lost cannot be compared: where the log names it, or a later
one, as the last that was published, it is explained; else it is not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from doorstep.application.checkpoints import is_signed_by
from doorstep.application.log_keys import KeyTerm, Restored, key_terms, restorings
from doorstep.application.ports import LogVerifier, Timestamps
from doorstep.application.store import Store
from doorstep.domain.checkpoint import Note, NoteMalformed, read_note, read_vkey

MOST_AT_ONCE = 500
NOT_OURS = "no key that was in force for this log then signed it."


async def checkpoint_faults(
    store: Store,
    verifier: Callable[[str], LogVerifier],
    given: Sequence[tuple[str, str]] = (),
    timestamps: Timestamps | None = None,
) -> AsyncIterator[str]:
    """What is wrong with each checkpoint, or with the log beside it, by size; `given` are names with notes.

    `verifier` makes of a verifier key what checks its signatures.
    """
    entries = await store.log_key_entries()
    comparing = _Comparing(store, key_terms(entries), restorings(entries), verifier)
    after = -1
    while held := await store.checkpoints(after, MOST_AT_ONCE):
        for checkpoint in held:
            name = f"The checkpoint of the first {checkpoint.size} entries"
            if fault := await comparing.fault(checkpoint.note, checkpoint.size):
                yield f"{name}: {fault}"
            elif timestamps and checkpoint.timestamp:
                fault = timestamps.fault_of(checkpoint.timestamp, checkpoint.note.encode())
                if fault:
                    yield f"{name}: its timestamp is not genuine: {fault}."
        after = held[-1].size
    for name, note in given:
        if fault := await comparing.fault(note, None):
            yield f"{name}: {fault}"


class _Comparing:
    """The log's own word on its keys and restores, to compare each note with."""

    def __init__(
        self,
        store: Store,
        terms: Sequence[KeyTerm],
        restored: Sequence[Restored],
        verifier: Callable[[str], LogVerifier],
    ) -> None:
        self._store = store
        self._terms = terms
        self._restored = restored
        self._verifier = verifier

    async def fault(self, text: str, size: int | None) -> str | None:
        """What is wrong with a note, or with the log beside it; None where they agree."""
        try:
            note = read_note(text)
        except NoteMalformed as malformed:
            return f"it is no checkpoint: {malformed}."
        if size not in (None, note.head.size):
            return f"it is filed as that, and says {note.head.size}."
        lost = self._lost_in(note)
        if lost and text == lost.checkpoint:
            return None
        if not self._is_signed(note, until=lost.position if lost else note.head.size):
            return NOT_OURS
        return self._fault_of_lost(note, lost) if lost else await self._fault_of_root(note)

    def _is_signed(self, note: Note, until: int) -> bool:
        """Whether the key in force signed it, which is the last by then that has its name."""
        named = [term for term in self._terms if read_vkey(term.vkey).name == note.origin and term.position <= until]
        return bool(named) and is_signed_by(note, self._verifier(named[-1].vkey))

    def _lost_in(self, note: Note) -> Restored | None:
        """The restore from backup that took the end of what a note covers."""
        ended = (held for held in self._restored if held.previous_origin == note.origin)
        return next((held for held in ended if held.position <= note.head.size), None)

    @staticmethod
    def _fault_of_lost(note: Note, lost: Restored) -> str | None:
        last = read_note(lost.checkpoint).head
        if note.head.size < last.size or note.head == last:
            return None
        return (
            f"it covers {note.head.size} entries of {note.origin}, which ended in a restore from backup (log entry "
            f"{lost.position}); that names one of {last.size} as the last that was published, and not this one."
        )

    async def _fault_of_root(self, note: Note) -> str | None:
        try:
            root = await self._store.root_at(note.head.size)
        except ValueError:
            return "the log is not so long any more: its end was cut off, or it was restored from a backup."
        if root != note.head.root:
            return f"the log's first {note.head.size} entries are not those that were signed: history was rewritten."
        return None
