"""A network that breaks most connections, in every way in which TCP lets one break; it counts what it did."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

READ_BYTES = 16_384
HEADING_BYTES = 65_536
LINGER_NOT = struct.pack("ii", 1, 0)
WHOLE = "whole"
SLOW = "whole, but slow"
SILENT_S = (0.5, 3.0)
SLOW_S = 1.5
SLOW_PIECES = 30

FATES = {
    WHOLE: 22,
    SLOW: 6,
    "reset at once": 6,
    "closed at once": 4,
    "reset before the request": 6,
    "reset in the request": 12,
    "closed in the request": 8,
    "silent in the request, then reset": 4,
    "request whole, half closed towards the server": 4,
    "request whole, half closed towards the phone": 5,
    "reset before the answer": 12,
    "closed before the answer": 6,
    "reset in the answer": 8,
    "closed in the answer": 8,
    "silent in the answer, then reset": 4,
    "swallowed until the phone gave up": 0.6,
}
"""What may become of a connection, and how often beside the others."""
KEPT = {WHOLE, SLOW}
AT_ONCE = {"reset at once", "closed at once"}
CLOSED_PORT = "refused (how often the port was shut)"
NO_SERVER = "reset because the server was dead"
KILLED = "server killed in the request"


@dataclass
class Pair:
    """One connection: the phone's end and the server's."""

    phone: asyncio.StreamReader
    to_phone: asyncio.StreamWriter
    server: asyncio.StreamReader
    to_server: asyncio.StreamWriter

    def reset(self) -> None:
        """Both ends get an RST."""
        _reset(self.to_phone)
        _reset(self.to_server)

    def close(self) -> None:
        """Both ends get a FIN, after what was written before."""
        self.to_phone.close()
        self.to_server.close()


@dataclass
class ChaosLink:
    """Passes bytes between a port of its own and the server's; while `is_breaking`, each connection draws its fate."""

    server_port: int
    random: Random
    is_breaking: bool = False
    killing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Each is called once, in the middle of a request, when a part of the request has reached the server."""
    port: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    _listening: asyncio.Server | None = None
    _joined: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Take connections, on the same port as before where there was one."""
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def shut_for(self, seconds: float) -> None:
        """Refuse connections for a while; those that live, live on."""
        self.broken[CLOSED_PORT] += 1
        self._shut()
        await asyncio.sleep(seconds)
        await self.open()

    def _shut(self) -> None:
        if self._listening:
            self._listening.close()
        self._listening = None

    async def end(self) -> None:
        """End every connection and take no more."""
        self._shut()
        for task in self._joined:
            task.cancel()
        await asyncio.gather(*self._joined, return_exceptions=True)

    async def _accept(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._joined.add(task)
        fate = WHOLE
        if self.is_breaking:
            fate = self.random.choices(list(FATES), list(FATES.values()))[0]
        try:
            await self._live(phone, to_phone, fate)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        except asyncio.CancelledError:
            # Ended by us: streams complain of a handler that was cancelled.
            pass
        finally:
            self._joined.discard(task)
            to_phone.close()

    async def _live(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter, fate: str) -> None:
        if fate in AT_ONCE:
            self.broken[fate] += 1
            if fate == "reset at once":
                _reset(to_phone)
            return
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            self.broken[NO_SERVER] += self.is_breaking
            _reset(to_phone)
            return
        pair = Pair(phone, to_phone, server, to_server)
        # Browsers keep connections: some break at their first request, some later; a whole one ends after a few.
        good = self.random.choice((0, 0, 0, 1, 2)) + (fate in KEPT) if self.is_breaking else -1
        try:
            await _Requests(self, pair, fate, good).pass_on()
        finally:
            to_server.close()


@dataclass
class _Requests:
    """The requests of one connection, one after the other; after `good` whole ones, what its fate says happens."""

    link: ChaosLink
    pair: Pair
    fate: str
    good: int

    async def pass_on(self) -> None:
        while heading := await _heading(self.pair.phone):
            length = _length_in(heading)
            if self.link.killing and length > 1:
                await self._with_a_kill(heading, length)
                return
            if self.good == 0:
                # What breaks off because the other end went away first is broken too.
                self.link.broken[self.fate] += 1
                await self._break(heading, length)
                return
            self.good -= 1
            await self._whole(heading, length)
            if self.good == 0 and self.fate in KEPT:
                self.link.kept[self.fate] += 1
                self.pair.close()
                return

    async def _whole(self, heading: bytes, length: int) -> None:
        slowly = SLOW_S / SLOW_PIECES if self.fate == SLOW else 0.0
        await self._request(heading, length, len(heading) + length, slowly)
        await self._answer(heading, None, slowly)

    async def _request(self, heading: bytes, length: int, at_most: int, pause: float = 0.0) -> None:
        """Pass a request, up to so many of its bytes."""
        left = at_most - len(heading)
        self.pair.to_server.write(heading[:at_most])
        await self.pair.to_server.drain()
        size = max(200, length // SLOW_PIECES) if pause else READ_BYTES
        while left > 0:
            piece = await self.pair.phone.read(min(size, left))
            if not piece:
                raise ConnectionResetError
            left -= len(piece)
            self.pair.to_server.write(piece)
            await self.pair.to_server.drain()
            await asyncio.sleep(pause)

    async def _answer(self, heading: bytes, at_most: int | None, pause: float = 0.0) -> None:
        """Pass an answer, up to so many of its bytes."""
        answered = await _heading(self.pair.server)
        if not answered:
            raise ConnectionResetError
        has_body = not heading.startswith(b"HEAD ") and not re.match(rb"HTTP/1.1 (204|304)", answered)
        whole = answered + (await self.pair.server.readexactly(_length_in(answered)) if has_body else b"")
        passed = whole if at_most is None else whole[: min(at_most, len(whole) - 1)]
        size = max(20, len(passed) // SLOW_PIECES) if pause else len(passed)
        for at in range(0, len(passed), max(1, size)):
            self.pair.to_phone.write(passed[at : at + size])
            await self.pair.to_phone.drain()
            await asyncio.sleep(pause)

    async def _with_a_kill(self, heading: bytes, length: int) -> None:
        kill = self.link.killing.pop()
        self.link.broken[KILLED] += 1
        with suppress(OSError):
            await self._request(heading, length, len(heading) + self.link.random.randrange(1, length))
        await kill()
        self.pair.reset()

    async def _break(self, heading: bytes, length: int) -> None:
        random, pair, fate = self.link.random, self.pair, self.fate
        total = len(heading) + length
        if fate == "swallowed until the phone gave up":
            while await pair.phone.read(READ_BYTES):
                pass
        elif fate == "reset before the request":
            pair.reset()
        elif fate.endswith("in the request") or fate.startswith("silent in the request"):
            await self._request(heading, length, random.randrange(1, total))
            await self._end_as(fate)
        elif fate == "request whole, half closed towards the server":
            await self._request(heading, length, total)
            pair.to_server.write_eof()
            await self._answer(heading, None)
        elif fate == "request whole, half closed towards the phone":
            pair.to_phone.write_eof()
            await self._request(heading, length, total)
            await _heading(pair.server)
        else:
            await self._request(heading, length, total)
            await self._answer(heading, 0 if "before" in fate else random.randrange(1, 400))
            await self._end_as(fate)

    async def _end_as(self, fate: str) -> None:
        if fate.startswith("silent"):
            await asyncio.sleep(self.link.random.uniform(*SILENT_S))
        if "reset" in fate:
            self.pair.reset()
        else:
            self.pair.close()


async def _heading(stream: asyncio.StreamReader) -> bytes:
    """A request's or an answer's heading, with the empty line that ends it; nothing at the stream's end."""
    try:
        return await stream.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


def _length_in(heading: bytes) -> int:
    found = re.search(rb"\r\ncontent-length: *(\d+)", heading, re.IGNORECASE)
    return int(found[1]) if found else 0


def _reset(writer: asyncio.StreamWriter) -> None:
    """End with an RST, as a tunnel or a radio that lost the connection does."""
    bound = writer.get_extra_info("socket")
    with suppress(OSError):
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    writer.transport.abort()
