"""Keeps and opens the pictures that a vast landlord's demonstration draws: beside nobody's work, and without a wait.

The pictures are its own and harmless, so that no child process has to open them; and they reach the disk once a week,
before the log that tells of them does: see put_down.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from doorstep.adapters.photo_derivatives import derive
from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.adapters.photo_layout import PhotoLayout
from doorstep.application.photos import Decoded, Received, Unreadable


class QuickPhotos(FolderPhotos):
    """The photos' folder, written to at once."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._files = PhotoLayout(root)
        self._made: set[Path] = set()

    async def append(self, sha256: str, _offset: int, length: int, chunks: AsyncIterator[bytes]) -> Received:
        """Keep a whole picture; it comes in one piece."""
        data = b"".join([chunk async for chunk in chunks])
        self._write(self._files.original(sha256), data)
        return Received(length, is_complete=len(data) == length)

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        """What the picture shows; its smaller copies are made on the way."""
        made = derive(self._files.original(sha256).read_bytes())
        if isinstance(made, Unreadable):
            return made
        for size, jpeg in made.jpegs.items():
            self._write(self._files.derivative(sha256, size), jpeg)
        return made.decoded

    def _write(self, file: Path, data: bytes) -> None:
        if file.parent not in self._made:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(file.parent)
        file.write_bytes(data)
