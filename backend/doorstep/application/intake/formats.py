"""The forms in which appointments come, as the office sees them: which there are, and how to tell one from another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    # A row becomes a booking, which the office itself is made of.
    from doorstep.application.intake.reading import Fault, Row


class Format(Protocol):
    """Reads one file, row by row and never whole."""

    def rows(self, file: BinaryIO) -> Iterator[Row | Fault]:
        """Its rows; a fault for what is no row at all. Raises FileRefused where the file cannot be read on."""


class Formats(Protocol):
    """Every form that the office can read."""

    @property
    def names(self) -> Sequence[str]:
        """What they are called, in settings and on pages."""

    def detect(self, head: bytes, name: str) -> str:
        """The likely form of a file, by its first bytes and what it is called. Raises FileRefused for none of ours."""

    def reader(self, name: str, mapping: Mapping[str, str], encoding: str) -> Format:
        """A reader; `mapping` and `encoding` matter to CSV only: their header to our column, and utf-8 or latin-1."""

    def headers(self, file: BinaryIO, encoding: str) -> Sequence[str]:
        """The columns that a CSV file names. Raises FileRefused where there are none to read."""

    def suggested(self, headers: Sequence[str]) -> Mapping[str, str]:
        """What these headers likely mean: theirs to ours, only where it can be told."""
