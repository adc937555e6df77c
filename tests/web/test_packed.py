"""A packed body is read as the plain one is, and can be no bomb."""

from __future__ import annotations

import gzip
import json

import pytest

from doorstep.web.api.sync import MAX_SYNC_BYTES
from tests.makers import a_visit
from tests.web.browsing import Site

JSON = {"content-type": "application/json"}
GZIP = JSON | {"content-encoding": "gzip"}


async def test_a_packed_sync_is_the_same_sync(site: Site) -> None:
    """The same events, a part of the bytes; plain bodies stay welcome."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_visit(site.bench, operative.session)
    chain.whole()
    events = [{"seq": seq, "body": body} for seq, body in enumerate(chain.bodies, start=1)]
    plain = json.dumps({"installation_id": operative.session.installation_id, "after": 0, "events": events}).encode()
    packed = await operative.http.post("/api/sync", content=gzip.compress(plain), headers=GZIP)
    assert (packed.status_code, packed.json()["ack"]) == (200, len(events))
    assert len(events) > 1
    again = await operative.http.post("/api/sync", content=plain, headers=JSON)
    assert (again.status_code, again.json()["ack"]) == (200, len(events))


@pytest.mark.parametrize(
    ("body", "encoding", "status", "reason"),
    [
        (gzip.compress(b" " * (MAX_SYNC_BYTES + 1)), "gzip", 413, "too-large"),
        (gzip.compress(b"{}")[:-3], "gzip", 400, "malformed-gzip"),
        (gzip.compress(b"{}") + b"more", "gzip", 400, "malformed-gzip"),
        (gzip.compress(b"{}") + gzip.compress(b"{}"), "gzip", 400, "malformed-gzip"),
        (b"{}", "gzip", 400, "malformed-gzip"),
        (b"{}", "br", 415, "unknown-encoding"),
        (b"{}", "gzip, gzip", 415, "unknown-encoding"),
    ],
)
async def test_what_cannot_be_unpacked_is_refused(
    site: Site, body: bytes, encoding: str, status: int, reason: str
) -> None:
    """Too much, cut short, something after it, no gzip at all, another packing: each says what is wrong."""
    operative = await site.signed(1, "operative", "north", installation=1)
    answer = await operative.http.post("/api/sync", content=body, headers=JSON | {"content-encoding": encoding})
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{reason}")


async def test_the_limit_itself_is_allowed(site: Site) -> None:
    """One byte fewer than too many is unpacked whole, and then read."""
    operative = await site.signed(1, "operative", "north", installation=1)
    answer = await operative.http.post("/api/sync", content=gzip.compress(b" " * MAX_SYNC_BYTES), headers=GZIP)
    assert answer.status_code == 400
