"""What the checks of a pack find, and its words: one table, that the checking page reads too."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import msgspec

WORDS: Final[dict[str, dict[str, str]]] = msgspec.json.decode(
    files("doorstep.application.pack").joinpath("words.json").read_bytes()
)
STEPS: Final = tuple(WORDS["steps"])
"""The steps in the order in which they are told."""


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a pack: the file at fault, and the code of its sentence with what it needs."""

    file: str
    code: str
    facts: dict[str, Any] = {}

    @property
    def words(self) -> str:
        """The sentence, which names the file."""
        return WORDS["faults"][self.code].format(**({"file": self.file} | self.facts))


class Note(msgspec.Struct, frozen=True):
    """One thing that was not checked, or not here."""

    code: str
    facts: dict[str, Any] = {}

    @property
    def words(self) -> str:
        """The sentence."""
        return WORDS["not_checked"][self.code].format(**self.facts)


class Found(msgspec.Struct, frozen=True):
    """What a step found: nothing wrong is no faults. `is_unchecked` where it could not be done at all."""

    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()
    is_unchecked: bool = False


def chain_words(fault: str) -> str:
    """Why an event does not count, within a sentence."""
    return WORDS["chain_faults"].get(fault, fault)
