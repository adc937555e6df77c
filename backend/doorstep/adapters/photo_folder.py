"""Keeps photos in a folder, each under the SHA-256 of its bytes, and resumes an upload from wherever it broke off."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from doorstep.adapters.photo_layout import PhotoLayout, is_photo_name, make_folder, sync_folder
from doorstep.adapters.photo_partial import PartialPhotos, Piece
from doorstep.application.photos import (
    DERIVATIVE_SIZES,
    MAX_BYTES,
    HashWrong,
    OffsetWrong,
    PhotosFull,
    Received,
    TooLong,
)

T = TypeVar("T")

# A phone's photo is about 130 kB: up to this size it is one call in one thread, with one write and one fsync.
MAX_PIECE_BYTES = 1_000_000
MIN_PIECE_BYTES = 64_000
# However many phones send at once, this much of their bytes waits in memory (as long as pieces can shrink).
MEMORY_BUDGET_BYTES = 32_000_000


class FolderPhotos:
    """The photos of one office, in files.

    A photo's name exists only once all its bytes are on the disk with the right hash. The network is never waited for
    with a photo locked: when a phone's connection hangs and it tries again on another, whichever writes first wins
    and the other is told the true offset.
    """

    def __init__(self, root: Path, threads: int = 8) -> None:
        self._layout = PhotoLayout(root)
        for folder in (self._layout.partials, self._layout.originals, self._layout.derived):
            make_folder(folder)
        self._partials = PartialPhotos(self._layout)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="photos")
        self._streams = 0

    async def received(self, sha256: str) -> Received:
        """What is held of a photo; `Received(0, False)` when nothing has come."""
        return await self._off_the_loop(lambda: self._partials.received(sha256))

    async def append(self, sha256: str, offset: int, length: int, chunks: AsyncIterator[bytes]) -> Received:
        """Keep the bytes that come, from `offset` on, of a photo of `length` bytes; durable when it returns.

        What came before a stream broke off is kept, durably, and the break is raised again. Raises OffsetWrong,
        HashWrong, TooLong and PhotosFull as `application.photos` says of them; ValueError for a name that is no hash.
        """
        self._layout.partial(sha256)
        if length > MAX_BYTES:
            raise TooLong(MAX_BYTES)
        self._streams += 1
        try:
            return await self._keep_stream(Piece(sha256, offset, length), chunks)
        finally:
            self._streams -= 1

    def original(self, sha256: str) -> Path | None:
        """The file of a complete photo, byte for byte as the phone sent it."""
        return _if_there(self._layout.original(sha256))

    def derivative(self, sha256: str, size: int) -> Path | None:
        """The JPEG made from a photo whose longest side is at most `size` pixels, once a decoder has made it."""
        return _if_there(self._layout.derivative(sha256, size)) if size in DERIVATIVE_SIZES else None

    async def complete(self) -> list[str]:
        """The hashes of all complete photos, in order; for the scan at start.

        It also puts right what a kill left behind: a photo that was whole but not yet renamed gets its name, and
        every name is made durable before anybody relies on it.
        """
        return await self._off_the_loop(self._scan)

    async def let_go(self, before_ms: int) -> int:
        """Drop photos that half came, to which nothing was added since that instant; gives how many there were."""
        return await self._off_the_loop(lambda: self._partials.let_go(before_ms))

    async def _keep_stream(self, piece: Piece, chunks: AsyncIterator[bytes]) -> Received:
        try:
            async for chunk in chunks:
                if piece.end + len(chunk) > piece.length:
                    raise TooLong(piece.length)
                piece.add(chunk)
                if piece.size >= self._piece_bytes() and piece.end < piece.length:
                    # Moved on before the wait: whatever interrupts the wait, these bytes are not written twice.
                    # And let go of by this stream: a hundred of them would hold what is long on the disk.
                    keeping, piece = self._keep(piece, is_last=False), piece.following()
                    held = await keeping
                    if held.is_complete:
                        return held
        except (OffsetWrong, HashWrong, TooLong, PhotosFull):
            raise
        except BaseException:
            # The phone drove into a dead spot: what came is kept, so that it need not be sent again. If even that
            # fails, the break is still the news; the phone asks for the true offset before it goes on.
            with suppress(OffsetWrong, HashWrong, PhotosFull, OSError):
                await self._keep(piece, is_last=True)
            raise
        return await self._keep(piece, is_last=True)

    def _piece_bytes(self) -> int:
        return max(MIN_PIECE_BYTES, min(MAX_PIECE_BYTES, MEMORY_BUDGET_BYTES // self._streams))

    async def _keep(self, piece: Piece, is_last: bool) -> Received:
        return await self._off_the_loop(lambda: self._partials.keep(piece, is_last))

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        # Shielded: a request that is cancelled must not cancel a write that already stands in the queue.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._threads, work))

    def _scan(self) -> list[str]:
        for entry in sorted(self._layout.partials.iterdir()):
            if is_photo_name(entry.name) and entry.stat().st_size <= MAX_BYTES:
                size, digest = entry.stat().st_size, hashlib.sha256(entry.read_bytes()).hexdigest()
                if digest == entry.name:
                    # On a full disk it stays partial, and its phone's next try completes it.
                    with suppress(PhotosFull):
                        self._partials.keep(Piece(entry.name, size, size), is_last=True)
        shards = sorted(folder for folder in self._layout.originals.iterdir() if folder.is_dir())
        for folder in shards:
            sync_folder(folder)
        return sorted(file.name for folder in shards for file in folder.iterdir() if is_photo_name(file.name))


def _if_there(file: Path) -> Path | None:
    return file if file.is_file() else None
