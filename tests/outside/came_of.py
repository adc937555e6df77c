"""What came of one file of appointments, told alike by the command and by the page, so that the two can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

COUNTED = {
    "rows": r"([\d,]+) rows:",
    "new": r"([\d,]+) (?:would be )?new",
    "changed": r"([\d,]+) (?:would be )?changed",
    "same": r"([\d,]+) as they were",
    "held": r"([\d,]+) (?:would be )?held",
}


@dataclass(frozen=True)
class Came:
    """The counts, by the names of COUNTED; each fault in words; or why the whole file was refused."""

    counts: tuple[int, ...] = ()
    faults: frozenset[str] = frozenset()
    refused: str = ""

    def __str__(self) -> str:
        if self.refused:
            return f"refused: {self.refused}"
        said = ", ".join(f"{name} {count}" for name, count in zip(COUNTED, self.counts, strict=True))
        return "\n".join([said, *(f"    {fault}" for fault in sorted(self.faults))])


def of_command(said: str, complaints: Sequence[str]) -> Came:
    """What the command printed and complained of, read as somebody reads it."""
    if not said:
        words = " ".join(complaints).removeprefix("doorstep: The file was refused: ")
        return Came(refused=words.removesuffix(" Nothing was taken in."))
    found = {name: re.search(pattern, said) for name, pattern in COUNTED.items()}
    counts = tuple(int(match[1].replace(",", "")) if match else 0 for match in found.values())
    return Came(counts, frozenset(complaints))
