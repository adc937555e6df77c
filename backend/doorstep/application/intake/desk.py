"""Where appointments come in: the forms that can be read, the place for files on their way, one run at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from doorstep.application.intake.formats import Formats

MEGABYTE = 1_000_000


class Spool(Protocol):
    """Files on their way in, each under a random name, readable by the server only."""

    def make(self) -> tuple[str, BinaryIO]:
        """A new file to write to, and its name."""

    def open(self, name: str) -> BinaryIO | None:
        """A file that is kept, to read from its beginning; None where it is gone."""

    def drop(self, name: str) -> None:
        """Keep it no longer; in silence where it is gone."""

    def older_than(self, ms: int) -> Sequence[str]:
        """The names of those last written before an instant."""


@dataclass
class Intake:
    """What taking in needs beside the office itself. `gate` lets one run through; `under_way` are runs of pages."""

    formats: Formats
    spool: Spool
    most_bytes: int = 200 * MEGABYTE
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)
