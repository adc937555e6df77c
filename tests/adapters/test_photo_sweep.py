"""Photos that half came and were abandoned are let go of; whatever still comes is not, and loses nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.application.photos import OffsetWrong, Received

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000
PHOTO = bytes(range(256)) * 1000
NAME = hashlib.sha256(PHOTO).hexdigest()
HALF = 100_000


async def streamed(content: bytes) -> AsyncIterator[bytes]:
    """The bytes of one request."""
    yield content


async def half_come(folder: Path, days_ago: int) -> FolderPhotos:
    """A folder with one photo of which half came so long ago."""
    photos = FolderPhotos(folder)
    await photos.append(NAME, 0, len(PHOTO), streamed(PHOTO[:HALF]))
    at = (NOW_MS - days_ago * DAY_MS) * 1_000_000
    os.utime(folder / "partial" / NAME, ns=(at, at))
    return photos


async def test_abandoned(tmp_path: Path) -> None:
    """What is older goes; its phone is told the true offset, 0, and brings the whole photo."""
    photos = await half_come(tmp_path, days_ago=61)
    assert await photos.let_go(NOW_MS - 60 * DAY_MS) == 1
    assert await photos.received(NAME) == Received(0, is_complete=False)
    with pytest.raises(OffsetWrong) as wrong:
        await photos.append(NAME, HALF, len(PHOTO), streamed(PHOTO[HALF:]))
    assert wrong.value.received == Received(0, is_complete=False)
    assert (await photos.append(NAME, 0, len(PHOTO), streamed(PHOTO))).is_complete


async def test_still_coming(tmp_path: Path) -> None:
    """What is younger stays, and goes on where it stood; a whole photo is nobody's half."""
    photos = await half_come(tmp_path, days_ago=59)
    assert await photos.let_go(NOW_MS - 60 * DAY_MS) == 0
    assert (await photos.append(NAME, HALF, len(PHOTO), streamed(PHOTO[HALF:]))).is_complete
    assert await photos.let_go(2 * NOW_MS) == 0
    assert await photos.complete() == [NAME]


async def test_foreign_files(tmp_path: Path) -> None:
    """What somebody else left in the folder is not ours to delete."""
    photos = await half_come(tmp_path, days_ago=0)
    (tmp_path / "partial" / "notes.txt").write_text("a backup's own")
    assert await photos.let_go(2 * NOW_MS) == 1
    assert (tmp_path / "partial" / "notes.txt").exists()
