"""The people of a benchmark at their browsers: so many at once, each asking for pages in turn, timed page by page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

PATIENCE_S = 120


class Asked(NamedTuple):
    """One page, and whose session asks for it."""

    path: str
    token: str = ""


class Times(NamedTuple):
    """How many were asked for, and the median, the 99th percentile and the longest of them, in ms."""

    pages: int
    p50: float
    p99: float
    longest: float


async def browse(port: int, users: int, pages: Sequence[Asked], each: int) -> Times:
    """Every user at once asks for so many pages one after another, beginning at a place of their own.

    Raises RuntimeError for any answer that is no page: a refusal is quick, and would be taken for speed.
    """
    seconds: list[float] = []
    turns = [[pages[(user * 7 + turn) % len(pages)] for turn in range(each)] for user in range(users)]
    await asyncio.gather(*(_user(port, turn, seconds) for turn in turns))
    seconds.sort()
    count = len(seconds)
    middle, rare = seconds[count // 2], seconds[min(count - 1, int(count * 0.99))]
    return Times(count, middle * 1e3, rare * 1e3, seconds[-1] * 1e3)


async def _user(port: int, pages: Sequence[Asked], seconds: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for asked in pages:
        began = time.perf_counter()
        cookie = f"Cookie: doorstep_session={asked.token}\r\n" if asked.token else ""
        writer.write(f"GET {asked.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n{cookie}\r\n".encode())
        status = await asyncio.wait_for(_answer(reader), PATIENCE_S)
        seconds.append(time.perf_counter() - began)
        if not 200 <= status < 400:
            raise RuntimeError(f"{asked.path} was answered with {status}")
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if b"content-length" in fields:
        await reader.readexactly(int(fields[b"content-length"]))
    elif fields.get(b"transfer-encoding") == b"chunked":
        while size := int((await reader.readline()).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head[9:12])
