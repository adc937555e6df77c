"""Has photos decoded in another process, one at a time, and starts that process again when it dies."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from doorstep.application.photos import Decoded, DecodingFailed, PhotosFull, Unreadable

_CHILD = (sys.executable, "-m", "doorstep.adapters.photo_decoder_child")
# Longer than the child's own limit: the process answers even for a photo that ran out of time.
_ANSWER_SECONDS = 90
_CLOSE_SECONDS = 2
_TRIES = 2
# The process reads hostile bytes: it gets none of the server's settings, where keys and passwords are.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "SYSTEMROOT")


class PhotoDecoder:
    """Makes the derivatives of photos that lie in a FolderPhotos's folder, beside them.

    `command` is the process to ask; the default is the decoder that comes with Doorstep.
    """

    def __init__(self, root: Path, command: Sequence[str] = _CHILD) -> None:
        self._root = root
        self._command = tuple(command)
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        """Make a complete photo's derivatives; Unreadable is final, since the same bytes will never read better.

        Raises PhotosFull or DecodingFailed when the photo is not to blame: ask again later.
        """
        async with self._turn:
            for _ in range(_TRIES):
                answer = await self._ask({"sha256": sha256, "root": str(self._root.absolute())})
                if answer is not None:
                    return _told(answer)
        raise DecodingFailed(f"The photo decoder died {_TRIES} times over one photo. It will be tried again later.")

    async def close(self) -> None:
        """End the decoder's process, after the photo it is at."""
        async with self._turn:
            process, self._process = self._process, None
            if process is None or process.stdin is None:
                return
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), _CLOSE_SECONDS)
            except TimeoutError:
                await _end(process)

    async def _ask(self, request: dict[str, str]) -> dict[str, Any] | None:
        """The answer, or None when the process died over it."""
        try:
            process = self._process = self._process or await self._start()
        except OSError as error:
            raise DecodingFailed(f"The photo decoder does not start: {error}. It will be tried again later.") from error
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                line = await _exchange(process, json.dumps(request).encode() + b"\n")
            answer = json.loads(line)
            return answer if isinstance(answer, dict) else None
        except (OSError, ValueError, TimeoutError):
            await self._drop(process)
            return None
        except BaseException:
            # Whoever asked has gone: the answer still to come would be taken for the next photo's.
            await self._drop(process)
            raise

    async def _start(self) -> Process:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        return await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, env=environment, start_new_session=True
        )

    async def _drop(self, process: Process) -> None:
        self._process = None
        await _end(process)


async def _exchange(process: Process, request: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError
    process.stdin.write(request)
    await process.stdin.drain()
    return await process.stdout.readline()


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _told(answer: dict[str, Any]) -> Decoded | Unreadable:
    if "decoded" in answer:
        return Decoded(**answer["decoded"])
    if "unreadable" in answer:
        return Unreadable(answer["unreadable"])
    if answer.get("is_full"):
        raise PhotosFull
    raise DecodingFailed(f"The photo decoder failed: {answer.get('failed')}. It will be tried again later.")
