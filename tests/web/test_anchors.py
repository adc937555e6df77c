"""Every answer of the API to somebody signed in carries an anchor, and nobody else gets one."""

from __future__ import annotations

import pytest

from doorstep.domain.anchor import anchor_message, read_anchor
from doorstep.domain.log_tree import TreeHead
from tests.makers import LOG_KEY, an_id
from tests.web.browsing import Site

HEADER = "doorstep-anchor"


async def test_an_answer_carries_the_logs_head(site: Site) -> None:
    """The time, the head as it then was, and the log key's signature over both; a second on, a new one."""
    operative = await site.signed(1, "operative", installation=1)
    first = (await operative.http.get("/api/me")).headers[HEADER]
    anchor = read_anchor(first)
    head = site.bench.office.writer.tree_head()
    assert (anchor.at_ms, TreeHead(anchor.size, anchor.root)) == (site.bench.clock.ms, head)
    assert LOG_KEY.verifies(anchor_message("doorstep/tests", anchor.at_ms, head), anchor.sig)
    body = {"installation_id": an_id(1), "after": 0, "events": []}
    assert (await operative.http.post("/api/sync", json=body)).headers[HEADER] == first
    site.bench.clock.ms += 1_000
    assert read_anchor((await operative.http.get("/api/day")).headers[HEADER]).at_ms == anchor.at_ms + 1_000


@pytest.mark.parametrize("path", ["/api/visits", "/api/nothing"])
async def test_a_refusal_carries_one_too(site: Site, path: str) -> None:
    """Whatever is answered to whoever is signed in dates what the phone does next; where nobody was asked for, none."""
    operative = await site.signed(1, "operative", installation=1)
    refused = await operative.http.get(path)
    assert refused.status_code >= 400
    assert (HEADER in refused.headers) == (path == "/api/visits")


@pytest.mark.parametrize("path", ["/api/me", "/healthz", "/office/sign-in", "/door/"])
async def test_a_stranger_gets_none(site: Site, path: str) -> None:
    """Without a session there is no anchor: it is for phones at work."""
    assert HEADER not in (await site.client().get(path)).headers


async def test_a_page_carries_none(site: Site) -> None:
    """Pages are for people; they embed no anchor in anything."""
    supervisor = await site.signed(1, "supervisor")
    assert HEADER not in (await supervisor.http.get("/office/visits")).headers
