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
MOST_SHOWN: Final = 200


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a pack: the file at fault, and the code of its sentence with what it needs."""

    file: str
    code: str
    facts: dict[str, Any] = {}

    @property
    def words(self) -> str:
        """The sentence, which names the file."""
        return _filled(WORDS["faults"][self.code], {"file": self.file} | self.facts)


class Note(msgspec.Struct, frozen=True):
    """One thing that was not checked, or not here."""

    code: str
    facts: dict[str, Any] = {}

    @property
    def words(self) -> str:
        """The sentence."""
        return _filled(WORDS["not_checked"][self.code], self.facts)


class Found(msgspec.Struct, frozen=True):
    """What a step found: nothing wrong is no faults. `is_unchecked` where it could not be done at all."""

    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()
    is_unchecked: bool = False


def chain_words(fault: str) -> str:
    """Why an event does not count, within a sentence."""
    return WORDS["chain_faults"].get(fault, fault)


def _filled(sentence: str, facts: dict[str, Any]) -> str:
    return sentence.format(**{name: _printable(str(value)) for name, value in facts.items()})


def _printable(text: str) -> str:
    """A stranger's text may not move the cursor of the terminal that it is shown on, nor fill it."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[:MOST_SHOWN])
    return shown + "..." * (len(text) > MOST_SHOWN)
