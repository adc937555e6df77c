"""A folder of reports: each file durable before it has its name, for its owner's eyes only, and never written over."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

HALF: Final = ".part"
HOUR_S: Final = 3_600


class ReportShelf:
    """Files by name; a name has its content's hash in it, so that one that is there already is the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file, durably. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._folder / f"{name}.{secrets.token_hex(4)}{HALF}"
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            half.replace(self._folder / name)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, name: str) -> bytes:
        """A file. Raises OSError where it is not there."""
        return (self._folder / name).read_bytes()

    def drop_others(self, beginning: str, kept: Collection[str]) -> None:
        """Drop the files whose names begin so, but for these. One that may be being written is let be."""
        for file in self._folder.glob(f"{beginning}*"):
            is_half = file.suffix == HALF
            if file.name not in kept and not (is_half and time.time() - file.stat().st_mtime < HOUR_S):
                file.unlink(missing_ok=True)
