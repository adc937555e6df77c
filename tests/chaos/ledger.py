"""What the screens have said was saved: the promise that the office's log is held to at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Ledger:
    """What one phone has confirmed to its user. What was tried may have been saved too, if the end came in between."""

    kinds: Counter[str] = field(default_factory=Counter)
    notes: set[str] = field(default_factory=set)
    tried_notes: set[str] = field(default_factory=set)
    photos: set[str] = field(default_factory=set)

    def confirm(self, kind: str) -> None:
        """An event of this kind was shown as saved."""
        self.kinds[kind] += 1

    def try_note(self, words: str) -> None:
        """A thumb is about to save this note."""
        self.tried_notes.add(words)

    def confirm_note(self, words: str) -> None:
        """The note was shown as saved."""
        self.notes.add(words)
        self.confirm("note_added")

    def confirm_photo(self, sha256: str) -> None:
        """The photo was shown as kept: evidence from now on."""
        if sha256 not in self.photos:
            self.photos.add(sha256)
            self.confirm("card_photographed")

    @property
    def events(self) -> int:
        return self.kinds.total()
