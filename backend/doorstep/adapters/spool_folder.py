"""Files on their way in, kept in a folder under random names until they are taken in or an hour has passed."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

NAME = re.compile(r"[0-9a-f]{32}")


class SpoolFolder:
    """The folder is made at the first file, for the server's eyes only: rows hold names, addresses and numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self) -> tuple[str, BinaryIO]:
        """A new file to write to, and its name."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(16)
        descriptor = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        return name, os.fdopen(descriptor, "w+b")

    def open(self, name: str) -> BinaryIO | None:
        """A file that is kept, to read from its beginning."""
        try:
            return (self._folder / name).open("rb") if NAME.fullmatch(name) else None
        except FileNotFoundError:
            return None

    def drop(self, name: str) -> None:
        """Keep it no longer."""
        if NAME.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    def older_than(self, ms: int) -> Sequence[str]:
        """The names of those last written before an instant."""
        if not self._folder.is_dir():
            return []
        names = [entry.name for entry in os.scandir(self._folder) if entry.stat().st_mtime_ns // 1_000_000 < ms]
        return sorted(name for name in names if NAME.fullmatch(name))
