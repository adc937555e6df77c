"""Writes one piece of a photo that is still coming, and gives the photo its name when the last piece fits its hash."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from doorstep.adapters.photo_layout import PhotoLayout, is_photo_name, make_folder, sync_folder
from doorstep.application.photos import HashWrong, OffsetWrong, PhotosFull, Received

if TYPE_CHECKING:
    from hashlib import _Hash

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# A running hash is about 300 bytes; a forgotten one costs a second reading of at most 12 MB, never correctness.
_REMEMBERED = 1_000
_READ_BYTES = 1_000_000


@dataclass(slots=True)
class Piece:
    """Bytes of one photo of `length` bytes, to be put at `offset`."""

    sha256: str
    offset: int
    length: int
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0

    @property
    def end(self) -> int:
        return self.offset + self.size

    def add(self, chunk: bytes) -> None:
        self.chunks.append(chunk)
        self.size += len(chunk)

    def following(self) -> Piece:
        return Piece(self.sha256, self.end, self.length)


@dataclass(frozen=True, slots=True)
class _Running:
    """The hash of a partial file as this process last left it; `seen` shows whether anybody touched it since."""

    digest: _Hash
    seen: tuple[int, int, int]


class PartialPhotos:
    """Blocking file work, for a thread. Every call locks the one file it touches, against threads and processes."""

    def __init__(self, layout: PhotoLayout) -> None:
        self._layout = layout
        self._running: OrderedDict[str, _Running] = OrderedDict()
        self._running_lock = Lock()

    def received(self, sha256: str) -> Received:
        """What is held; a whole photo is said to be complete only when a power cut could no longer take its name."""
        with suppress(FileNotFoundError):
            return self._complete(sha256)
        with suppress(FileNotFoundError):
            return Received(self._layout.partial(sha256).stat().st_size, is_complete=False)
        # Between the two looks the photo may have got its name.
        with suppress(FileNotFoundError):
            return self._complete(sha256)
        return Received(0, is_complete=False)

    def keep(self, piece: Piece, is_last: bool) -> Received:
        """Write a piece where the held bytes end. The last one before an answer is made durable."""
        with suppress(FileNotFoundError):
            return self._complete(piece.sha256)
        try:
            with self._opened(piece) as fd:
                return self._keep_in(fd, piece, is_last)
        except FileNotFoundError:
            # Nothing is held under this offset, or another sender has just given the photo its name.
            held = self.received(piece.sha256)
            if held.is_complete:
                return held
            raise OffsetWrong(held) from None
        except OSError as error:
            raise _told(error) from error

    def let_go(self, before_ms: int) -> int:
        """Drop what half came and was last added to before that instant. A phone that comes back after all sends it
        from its beginning: it keeps a photo's bytes until the whole of it is here. Gives how many were dropped.
        """
        dropped = 0
        for path in [path for path in self._layout.partials.iterdir() if is_photo_name(path.name)]:
            with suppress(FileNotFoundError, BlockingIOError):
                dropped += self._let_go(path, before_ms)
        return dropped

    def _let_go(self, path: Path, before_ms: int) -> bool:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            # Whoever is adding to it holds this lock; once we have it, only the file that still has the name counts.
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = os.fstat(fd)
            if path.stat().st_ino != found.st_ino or found.st_mtime_ns >= before_ms * 1_000_000:
                return False
            path.unlink()
            return True
        finally:
            os.close(fd)

    def _keep_in(self, fd: int, piece: Piece, is_last: bool) -> Received:
        path = self._layout.partial(piece.sha256)
        held = os.fstat(fd).st_size
        if held == 0 and not piece.size and piece.length:
            path.unlink()
            if piece.offset == 0:
                return Received(0, is_complete=False)
        if held != piece.offset:
            raise OffsetWrong(Received(held, is_complete=False))
        digest = self._digest(fd, piece.sha256)
        try:
            data = b"".join(piece.chunks)
            _write(fd, data, piece.offset)
            digest.update(data)
            if is_last or piece.end == piece.length:
                os.fsync(fd)
            if piece.end == piece.length:
                self._name_if_true(digest.hexdigest(), piece.sha256)
            elif is_last:
                sync_folder(path.parent)
        except OSError:
            # Nothing of this piece was acknowledged. After a failed fsync the system may hold bytes that the disk
            # does not, so they are dropped, never built upon: the running hash is not remembered either.
            self._take_back(fd, piece)
            raise
        if piece.end == piece.length:
            return self._complete(piece.sha256)
        self._remember(fd, piece.sha256, digest)
        return Received(piece.end, is_complete=False)

    def _name_if_true(self, digest: str, sha256: str) -> None:
        partial, original = self._layout.partial(sha256), self._layout.original(sha256)
        if digest != sha256:
            partial.unlink()
            raise HashWrong
        make_folder(original.parent)
        partial.rename(original)

    def _complete(self, sha256: str) -> Received:
        original = self._layout.original(sha256)
        size = original.stat().st_size
        sync_folder(original.parent)
        return Received(size, is_complete=True)

    def _take_back(self, fd: int, piece: Piece) -> None:
        if piece.offset:
            os.ftruncate(fd, piece.offset)
        else:
            with suppress(FileNotFoundError):
                self._layout.partial(piece.sha256).unlink()

    @contextmanager
    def _opened(self, piece: Piece) -> Iterator[int]:
        """The locked partial file; FileNotFoundError when there is none and the piece is not the first."""
        path = self._layout.partial(piece.sha256)
        flags = os.O_RDWR | os.O_CLOEXEC | (0 if piece.offset else os.O_CREAT)
        fd = os.open(path, flags, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            # Whoever held the lock before may have renamed or dropped the file: then this is no longer the partial.
            if path.stat().st_ino != os.fstat(fd).st_ino:
                raise FileNotFoundError(path)
            yield fd
        finally:
            os.close(fd)

    def _digest(self, fd: int, sha256: str) -> _Hash:
        with self._running_lock:
            running = self._running.pop(sha256, None)
        if running is not None and running.seen == _seen(fd):
            return running.digest
        digest, at = hashlib.sha256(), 0
        while data := os.pread(fd, _READ_BYTES, at):
            digest.update(data)
            at += len(data)
        return digest

    def _remember(self, fd: int, sha256: str, digest: _Hash) -> None:
        with self._running_lock:
            self._running[sha256] = _Running(digest, _seen(fd))
            if len(self._running) > _REMEMBERED:
                self._running.popitem(last=False)


def _seen(fd: int) -> tuple[int, int, int]:
    state = os.fstat(fd)
    return state.st_ino, state.st_size, state.st_mtime_ns


def _write(fd: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, at)
        view, at = view[written:], at + written


def _told(error: OSError) -> Exception:
    return PhotosFull() if error.errno in _NO_ROOM else error
