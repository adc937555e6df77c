"""The phones of a benchmark: requests made beforehand, sent over plain sockets, timed one visit at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Figures:
    """Visits a second over the whole run, and the median and 99th percentile of one visit, in ms."""

    rate: float
    p50: float
    p99: float


async def run_phones(port: int, jobs: Sequence[Sequence[Sequence[bytes]]]) -> Figures:
    """Run every phone's visits, all phones at once; each visit is a few requests, all of which must succeed."""
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_phone(port, visits, times) for visits in jobs))
    seconds = time.perf_counter() - began
    times.sort()
    return Figures(
        len(times) / seconds, times[len(times) // 2] * 1000, times[min(len(times) - 1, int(len(times) * 0.99))] * 1000
    )


AFTER = b'"after":                0'
"""The place in a sync where a phone says how far it has read its feed; as long whatever stands there."""


async def _phone(port: int, visits: Sequence[Sequence[bytes]], times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    after = b"0"
    for requests in visits:
        began = time.perf_counter()
        for request in requests:
            writer.write(_at(request, after))
            body = await _expect_success(reader)
            if b'"next":' in body:
                after = body.rpartition(b'"next":')[2].rstrip(b"}")
        times.append(time.perf_counter() - began)
    writer.close()


def _at(request: bytes, after: bytes) -> bytes:
    """A sync with the phone's cursor in it; a photo as it is."""
    if not request.startswith(b"POST /api/sync"):
        return request
    return request.replace(AFTER, b'"after":' + after.rjust(len(AFTER) - 8))


async def _expect_success(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    body = await reader.readexactly(length)
    if head[9:10] != b"2" or b'"refused":[{' in body:
        raise RuntimeError(f"the server refused: {head!r} {body!r}")
    return body
