"""Protects photos on their way in: nothing lost that was acknowledged, nothing named that is not whole and true."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.application.photos import MAX_BYTES, HashWrong, OffsetWrong, Received, TooLong

PHOTO = bytes(range(256)) * 1_000
LARGE = os.urandom(3_300_000)


class DeadSpot(Exception):
    """What a web server raises when the phone has gone."""


def named(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def stream(data: bytes, chunk: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(data), chunk):
        yield data[start : start + chunk]


async def breaking(data: bytes) -> AsyncIterator[bytes]:
    async for chunk in stream(data):
        yield chunk
    raise DeadSpot


async def test_a_photo_in_one_go_is_complete_and_verbatim(tmp_path: Path) -> None:
    """The original is the phone's bytes, under their hash, and no partial is left beside it."""
    photos = FolderPhotos(tmp_path)
    assert await photos.append(named(PHOTO), 0, len(PHOTO), stream(PHOTO)) == Received(len(PHOTO), is_complete=True)
    original = photos.original(named(PHOTO))
    assert original is not None
    assert original.read_bytes() == PHOTO
    assert list((tmp_path / "partial").iterdir()) == []


async def test_a_photo_that_never_came_is_at_nought(tmp_path: Path) -> None:
    """A phone that asks first is told to start at 0, and asking leaves nothing behind."""
    photos = FolderPhotos(tmp_path)
    assert await photos.received(named(PHOTO)) == Received(0, is_complete=False)
    assert photos.original(named(PHOTO)) is None
    assert list((tmp_path / "partial").iterdir()) == []


async def test_a_photo_in_parts_is_joined(tmp_path: Path) -> None:
    """Each part is acknowledged at its end, and only the last one makes the photo complete."""
    photos = FolderPhotos(tmp_path)
    cuts = [0, 64_000, 192_000, len(PHOTO)]
    for start, end in itertools.pairwise(cuts):
        assert await photos.received(named(PHOTO)) == Received(start, is_complete=False)
        held = await photos.append(named(PHOTO), start, len(PHOTO), stream(PHOTO[start:end]))
        assert held == Received(end, is_complete=end == len(PHOTO))
    assert await photos.received(named(PHOTO)) == Received(len(PHOTO), is_complete=True)


@pytest.mark.parametrize("photo", [PHOTO, LARGE], ids=["small", "large"])
async def test_a_broken_stream_keeps_what_came(tmp_path: Path, photo: bytes) -> None:
    """A phone that is cut off at 80% goes on from 80%, and the break is not hidden from the caller."""
    photos, cut = FolderPhotos(tmp_path), len(photo) * 8 // 10
    with pytest.raises(DeadSpot):
        await photos.append(named(photo), 0, len(photo), breaking(photo[:cut]))
    assert await photos.received(named(photo)) == Received(cut, is_complete=False)
    assert photos.original(named(photo)) is None
    held = await photos.append(named(photo), cut, len(photo), stream(photo[cut:]))
    assert held.is_complete


async def test_a_cancelled_request_keeps_what_came(tmp_path: Path) -> None:
    """A server that gives up on a silent phone keeps the bytes that the phone has sent."""
    photos, waiting = FolderPhotos(tmp_path), asyncio.Event()

    async def silent() -> AsyncIterator[bytes]:
        yield PHOTO[:100_000]
        waiting.set()
        await asyncio.Event().wait()

    sending = asyncio.create_task(photos.append(named(PHOTO), 0, len(PHOTO), silent()))
    await waiting.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert await photos.received(named(PHOTO)) == Received(100_000, is_complete=False)


async def test_a_restart_resumes_and_still_checks_the_whole_hash(tmp_path: Path) -> None:
    """The running hash lives in memory; a new process reads again what an old one wrote."""
    await FolderPhotos(tmp_path).append(named(LARGE), 0, len(LARGE), stream(LARGE[:2_000_000]))
    photos = FolderPhotos(tmp_path)
    held = await photos.append(named(LARGE), 2_000_000, len(LARGE), stream(LARGE[2_000_000:]))
    assert held.is_complete


async def test_a_partial_changed_by_another_hand_is_read_again(tmp_path: Path) -> None:
    """A remembered hash is not believed of a file that somebody else has written since."""
    photos = FolderPhotos(tmp_path)
    await photos.append(named(PHOTO), 0, len(PHOTO), stream(PHOTO[:100_000]))
    (tmp_path / "partial" / named(PHOTO)).write_bytes(bytes(100_000))
    with pytest.raises(HashWrong):
        await photos.append(named(PHOTO), 100_000, len(PHOTO), stream(PHOTO[100_000:]))
    assert photos.original(named(PHOTO)) is None


@pytest.mark.parametrize("offset", [1, 63_999, 64_001, len(PHOTO)])
async def test_a_wrong_offset_gives_the_true_one(tmp_path: Path, offset: int) -> None:
    """Bytes are only ever put where the held ones end."""
    photos = FolderPhotos(tmp_path)
    await photos.append(named(PHOTO), 0, len(PHOTO), stream(PHOTO[:64_000]))
    with pytest.raises(OffsetWrong) as refused:
        await photos.append(named(PHOTO), offset, len(PHOTO), stream(PHOTO[offset:]))
    assert refused.value.received == Received(64_000, is_complete=False)


async def test_an_offset_into_nothing_leaves_no_file(tmp_path: Path) -> None:
    """A phone that believes it has sent something is put right, and no empty partial is made."""
    photos = FolderPhotos(tmp_path)
    with pytest.raises(OffsetWrong) as refused:
        await photos.append(named(PHOTO), 5, len(PHOTO), stream(PHOTO[5:]))
    assert refused.value.received == Received(0, is_complete=False)
    assert list((tmp_path / "partial").iterdir()) == []


async def test_a_wrong_hash_drops_the_bytes(tmp_path: Path) -> None:
    """Bytes that are not the photo that was named get no name, and the phone starts again."""
    photos, other = FolderPhotos(tmp_path), PHOTO[:-1] + b"?"
    with pytest.raises(HashWrong):
        await photos.append(named(PHOTO), 0, len(other), stream(other))
    assert await photos.received(named(PHOTO)) == Received(0, is_complete=False)
    assert (await photos.append(named(PHOTO), 0, len(PHOTO), stream(PHOTO))).is_complete


async def test_more_bytes_than_announced_are_refused(tmp_path: Path) -> None:
    """A stream that does not end does not fill the disk."""
    photos = FolderPhotos(tmp_path)
    with pytest.raises(TooLong):
        await photos.append(named(PHOTO), 0, 1_000, stream(PHOTO))
    assert (await photos.received(named(PHOTO))).offset <= 1_000


async def test_more_bytes_than_a_photo_may_have_are_refused(tmp_path: Path) -> None:
    """The announcement alone is refused: nothing is read."""
    with pytest.raises(TooLong):
        await FolderPhotos(tmp_path).append(named(PHOTO), 0, MAX_BYTES + 1, stream(PHOTO))


async def test_a_complete_photo_is_complete_at_once(tmp_path: Path) -> None:
    """A phone that missed the answer sends again, and is told that all is well."""
    photos = FolderPhotos(tmp_path)
    for _ in range(2):
        assert (await photos.append(named(PHOTO), 0, len(PHOTO), stream(PHOTO))).is_complete
    assert (await photos.append(named(PHOTO), 64_000, len(PHOTO), stream(PHOTO[64_000:]))).is_complete


async def test_two_senders_of_one_photo_do_not_mix(tmp_path: Path) -> None:
    """A phone tries again while its old connection hangs: the new one finishes, the old one harms nothing."""
    photos, go_on = FolderPhotos(tmp_path), asyncio.Event()

    async def hanging() -> AsyncIterator[bytes]:
        yield PHOTO[:50_000]
        await go_on.wait()
        yield b"x" * (len(PHOTO) - 50_000)

    old = asyncio.create_task(photos.append(named(PHOTO), 0, len(PHOTO), hanging()))
    await asyncio.sleep(0)
    assert (await photos.append(named(PHOTO), 0, len(PHOTO), stream(PHOTO))).is_complete
    go_on.set()
    assert (await old).is_complete
    original = photos.original(named(PHOTO))
    assert original is not None
    assert original.read_bytes() == PHOTO


async def test_many_senders_of_one_photo_make_one_photo(tmp_path: Path) -> None:
    """Whoever wins each piece, the rest are told an offset or that it is complete, and the bytes are true."""
    photos = FolderPhotos(tmp_path)
    answers = await asyncio.gather(
        *(photos.append(named(LARGE), 0, len(LARGE), stream(LARGE)) for _ in range(8)), return_exceptions=True
    )
    assert all(isinstance(answer, Received | OffsetWrong) for answer in answers)
    held = await photos.received(named(LARGE))
    if not held.is_complete:
        held = await photos.append(named(LARGE), held.offset, len(LARGE), stream(LARGE[held.offset :]))
    assert held.is_complete


@pytest.mark.parametrize("name", ["", "abc", "../" * 21 + "a", "A" * 64, "0" * 63 + "\n"])
async def test_a_name_that_is_no_hash_touches_no_path(tmp_path: Path, name: str) -> None:
    """What stands in a URL never becomes a path by itself."""
    photos = FolderPhotos(tmp_path)
    with pytest.raises(ValueError, match="64 lowercase hex"):
        await photos.append(name, 0, 3, stream(b"abc"))
    with pytest.raises(ValueError, match="64 lowercase hex"):
        photos.original(name)


async def test_the_scan_at_start_lists_whole_photos_and_names_those_a_kill_left_unnamed(tmp_path: Path) -> None:
    """A photo whose last byte was written just before a kill is complete after the restart, without the phone."""
    photos = FolderPhotos(tmp_path)
    await photos.append(named(PHOTO), 0, len(PHOTO), stream(PHOTO))
    await photos.append(named(LARGE), 0, len(LARGE), stream(LARGE[:70_000]))
    unnamed = b"whole, but killed before its name"
    (tmp_path / "partial" / named(unnamed)).write_bytes(unnamed)
    (tmp_path / "partial" / ".DS_Store").write_bytes(b"")
    restarted = FolderPhotos(tmp_path)
    assert await restarted.complete() == sorted([named(PHOTO), named(unnamed)])
    assert await restarted.received(named(LARGE)) == Received(70_000, is_complete=False)


async def test_only_made_derivatives_are_found(tmp_path: Path) -> None:
    """A derivative that no decoder has made, or in a size that none makes, is not there."""
    photos = FolderPhotos(tmp_path)
    assert photos.derivative(named(PHOTO), 400) is None
    made = tmp_path / "derived" / named(PHOTO)[:2] / f"{named(PHOTO)}-400.jpg"
    made.parent.mkdir()
    made.write_bytes(b"jpeg")
    assert photos.derivative(named(PHOTO), 400) == made
    assert photos.derivative(named(PHOTO), 401) is None


def look_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.005)


def is_waited_for(file: Path) -> bool:
    """Whether somebody stands in the queue for the file's lock, as Linux lists it."""
    waiting = [line for line in Path("/proc/locks").read_text().splitlines() if " -> " in line]
    return any(f":{file.stat().st_ino} " in line for line in waiting)


async def test_a_photo_that_another_process_finishes_meanwhile_is_complete_and_untouched(tmp_path: Path) -> None:
    """While one server hands over to the next, both may hold a phone's connection: the second one waits, then looks."""
    photos, held = FolderPhotos(tmp_path), 64_000
    await photos.append(named(PHOTO), 0, len(PHOTO), stream(PHOTO[:held]))
    partial, original = tmp_path / "partial" / named(PHOTO), tmp_path / "originals" / named(PHOTO)[:2] / named(PHOTO)
    with partial.open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        sending = asyncio.create_task(photos.append(named(PHOTO), held, len(PHOTO), stream(PHOTO[held:])))
        await asyncio.to_thread(look_until, lambda: sending.done() or is_waited_for(partial))
        assert not sending.done()
        other.seek(held)
        other.write(PHOTO[held:])
        other.flush()
        original.parent.mkdir()
        partial.rename(original)
    assert await sending == Received(len(PHOTO), is_complete=True)
    assert original.read_bytes() == PHOTO
