"""Bodies too large for memory, on their way to a file: what comes is written as it comes, and no more than may be."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from typing import Any, BinaryIO

from doorstep.application.store import StoreFull
from doorstep.web.problems import InputFault
from doorstep.web.requests import WebRequest

AT_ONCE = 1 << 20
TOO_LARGE = "The file is larger than {megabytes} MB. Send it in parts."


async def body_pieces(request: WebRequest, most_bytes: int) -> AsyncIterator[bytes]:
    """The body as it comes in. Raises InputFault for more than that, or where it breaks off."""
    announced, came = request.headers.get("content-length", ""), 0
    while True:
        if announced.isdigit() and int(announced) > most_bytes:
            raise too_large(most_bytes)
        message: Any = await request.receive()
        if message["type"] == "http.disconnect":
            raise InputFault(400, "broken-off", "The connection broke off. Send the file again.")
        if body := message.get("body"):
            came += len(body)
            if came > most_bytes:
                raise too_large(most_bytes)
            yield body
        if not message.get("more_body"):
            return


def too_large(most_bytes: int) -> InputFault:
    """More came than may come."""
    return InputFault(413, "too-large", TOO_LARGE.format(megabytes=most_bytes // 1_000_000))


class Writing:
    """A file that is written beside the server's other work. Raises StoreFull where the disk is full."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._held = file, bytearray()

    async def add(self, piece: bytes) -> None:
        """Some more of it."""
        self._held += piece
        if len(self._held) >= AT_ONCE:
            await self.end()

    async def end(self) -> None:
        """What is left."""
        held, self._held = bytes(self._held), bytearray()
        try:
            await asyncio.to_thread(self._file.write, held)
            await asyncio.to_thread(self._file.flush)
        except OSError as fault:
            if fault.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreFull("The disk is full: nothing was kept. Free some space.") from fault
            raise
