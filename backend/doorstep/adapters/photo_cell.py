"""A cell for one untrusted picture: a forked child with little memory and time, which can open no file and no network.

The child gets the picture as an open file and answers through one pipe. Whatever it does, crash included, the process
that forked it goes on; even a child that a picture has taken over holds nothing but that picture and that pipe.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from doorstep.adapters.photo_derivatives import DAMAGED, TOO_HEAVY, TOO_SLOW, Derivatives, derive
from doorstep.application.photos import MAX_BYTES, Decoded, Unreadable

UNKNOWN_ADDRESS_SPACE_BYTES = 1 << 30
MEMORY_BYTES = 400_000_000
CPU_SECONDS = 10
# Only a machine that starves the child gets here before the CPU limit does: then the picture is not to blame.
WALL_SECONDS = 60
MAX_ANSWER_BYTES = 8_000_000
_PIPE_BYTES = 1_000_000
_NOBODY = 65534
_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGSYS}

Opening = Callable[[bytes], Derivatives | Unreadable]


class CellFailed(Exception):
    """The child could not do its work for a reason that is not the picture's."""


def open_in_cell(
    photo_fd: int, opening: Opening = derive, cpu_seconds: int = CPU_SECONDS, wall_seconds: float = WALL_SECONDS
) -> Derivatives | Unreadable:
    """Have the open file's bytes opened in a child of its own. Raises CellFailed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(photo_fd, writing, opening, cpu_seconds)
    os.close(writing)
    answer = b""
    try:
        answer = _collect(reading, wall_seconds)
    finally:
        os.close(reading)
        # The child has answered, or has gone, or is not to go on: a kill is right in each case.
        if not _has_gone(child):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return _understood(answer, status)


def _be_the_child(photo_fd: int, writing: int, opening: Opening, cpu_seconds: int) -> NoReturn:
    try:
        # The parent's pipes to the server: an answer forged through them would be believed.
        os.close(0)
        os.close(1)
        data = _whole(photo_fd)
        _lock_in(cpu_seconds)
        _send(writing, _answer(data, opening))
    finally:
        # Never return into the parent's code, whatever happened.
        os._exit(0)


def _lock_in(cpu_seconds: int) -> None:
    # For a child whose parent is killed: nobody else would end it.
    signal.alarm(WALL_SECONDS)
    if os.geteuid() == 0:
        # Root may raise its own limits. In some containers there is nobody else to become.
        with suppress(OSError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    limits = {
        resource.RLIMIT_CPU: (cpu_seconds, cpu_seconds + 2),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
        # No further file, socket or pipe can be opened; the ones that are open stay so.
        resource.RLIMIT_NOFILE: (0, 0),
        # Nor can it start a process, to live on after it.
        resource.RLIMIT_NPROC: (0, 0),
    }
    if sys.platform == "linux":
        memory = _address_space_bytes() + MEMORY_BYTES
        limits = {resource.RLIMIT_AS: (memory, memory), **limits}
    for which, limit in limits.items():
        resource.setrlimit(which, limit)


def _address_space_bytes() -> int:
    """What this process takes up already. Where nobody mounted /proc, more than it ever does."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return UNKNOWN_ADDRESS_SPACE_BYTES


def _answer(data: bytes, opening: Opening) -> tuple[dict[str, object], list[bytes]]:
    try:
        made = opening(data)
    except MemoryError:
        made = TOO_HEAVY
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}, []
    if isinstance(made, Unreadable):
        return {"unreadable": made.why}, []
    sizes = [[size, len(jpeg)] for size, jpeg in made.jpegs.items()]
    return {"decoded": asdict(made.decoded), "jpegs": sizes}, list(made.jpegs.values())


def _send(writing: int, answer: tuple[dict[str, object], list[bytes]]) -> None:
    header, jpegs = answer
    view = memoryview(b"".join([json.dumps(header).encode(), b"\n", *jpegs]))
    while view:
        view = view[os.write(writing, view) :]


def _whole(photo_fd: int) -> bytes:
    """The file's bytes, and one more than a photo may have when it has more."""
    parts, left = [], MAX_BYTES + 1
    while left and (part := os.read(photo_fd, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _collect(reading: int, wall_seconds: float) -> bytes:
    """All the child says, until it falls silent for good, says too much, or its time is up."""
    parts, size = [], 0
    ends_at = time.monotonic() + wall_seconds
    while size <= MAX_ANSWER_BYTES:
        left = ends_at - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            raise CellFailed(f"The decoder's child got nowhere in {wall_seconds} seconds: is the machine overloaded?")
        part = os.read(reading, _PIPE_BYTES)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _has_gone(child: int) -> bool:
    """Whether the child has ended; it stays to be waited for, so that its number cannot have become another's."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _understood(answer: bytes, status: int) -> Derivatives | Unreadable:
    if os.WIFSIGNALED(status) and not answer:
        return _fallen(signal.Signals(os.WTERMSIG(status)))
    header, _, rest = answer.partition(b"\n")
    try:
        said = json.loads(header)
        if "unreadable" in said:
            return Unreadable(str(said["unreadable"]))
        if "failed" in said:
            raise CellFailed(str(said["failed"]))
        return Derivatives(Decoded(**said["decoded"]), _cut(rest, said["jpegs"]))
    except (ValueError, TypeError, KeyError) as error:
        raise CellFailed("The decoder's child ended without a whole answer.") from error


def _cut(rest: bytes, sizes: list[list[int]]) -> dict[int, bytes]:
    jpegs = {}
    for size, length in sizes:
        jpegs[size], rest = rest[:length], rest[length:]
        if len(jpegs[size]) != length:
            raise ValueError("a derivative is cut short")
    return jpegs


def _fallen(by: signal.Signals) -> Unreadable:
    if by == signal.SIGXCPU:
        return TOO_SLOW
    if by in _CRASHES:
        return DAMAGED
    # SIGKILL is the system running out of memory for everybody, or an administrator: not this picture's doing.
    raise CellFailed(f"The decoder's child was ended by {by.name}.")
