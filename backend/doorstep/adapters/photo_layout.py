"""Where each photo lies under the photos folder: what has half come, the originals, and what was made from them."""

from __future__ import annotations

import os
import re
from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")


class PhotoLayout:
    """`partial/HASH`, `originals/HA/HASH` and `derived/HA/HASH-SIZE.jpg`, all on one file system.

    A hash becomes part of a path, so one that is not 64 lowercase hex digits is refused here with ValueError.
    """

    def __init__(self, root: Path) -> None:
        self.partials = root / "partial"
        self.originals = root / "originals"
        self.derived = root / "derived"

    def partial(self, sha256: str) -> Path:
        return self.partials / _checked(sha256)

    def original(self, sha256: str) -> Path:
        return self.originals / f"{_checked(sha256)[:2]}/{sha256}"

    def derivative(self, sha256: str, size: int) -> Path:
        return self.derived / f"{_checked(sha256)[:2]}/{sha256}-{size}.jpg"


def is_photo_name(name: str) -> bool:
    """True for the name of a whole photo; False for what an editor or a backup left lying in the folder."""
    return _SHA256.fullmatch(name) is not None


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a renamed file survives a power cut only after this."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_folder(folder: Path) -> None:
    """Create a folder whose own name is durable."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


def _checked(sha256: str) -> str:
    if not is_photo_name(sha256):
        raise ValueError("A photo is named by its SHA-256: 64 lowercase hex digits.")
    return sha256
