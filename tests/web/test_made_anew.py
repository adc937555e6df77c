"""The rows of the lists deleted and made anew from the log: every page and every answer is what it was."""

from __future__ import annotations

import re
import sqlite3
import time
from pathlib import Path

import httpx

from doorstep.application.rebuild import rebuild
from doorstep.application.sign_in import _Begin, new_session
from doorstep.demo.run import prepare
from doorstep.main import Running, open_office
from doorstep.settings import Settings
from doorstep.web.app import WebSettings, create_app
from tests.makers import RULES, HeldClock, an_id

MOVES = re.compile(r'"(server_time|expires_at)":"[^"]*"')
"""What an answer says of the moment at which it was asked for."""


async def test_every_get_is_the_same(tmp_path: Path) -> None:
    """The demonstration's landlord, with visits in every standing, read by each role before and after."""
    settings = Settings(data=tmp_path / "data", rules=RULES, is_secure=False)
    await prepare(settings, 7)
    # The pages say what time it is: so it must not move between one reading and the next.
    async with open_office(settings, HeldClock(time.time_ns() // 1_000_000)) as running:
        tokens = await _signed_in(running)
        before = await _everything(running, tmp_path, tokens)
        with sqlite3.connect(settings.database) as held:
            assert held.execute("DELETE FROM visits").rowcount > 10
        held.close()
        assert await _everything(running, tmp_path, tokens) != before
        await rebuild(running.office.store, running.office.rules.policies)
        after = await _everything(running, tmp_path, tokens)
    assert {address for address in before if before[address] != after[address]} == set()


async def _signed_in(running: Running) -> dict[str, str]:
    """A token for one person of each role; the operative's is on a phone."""
    tokens: dict[str, str] = {}
    for person in await running.office.store.people():
        if (person.role not in tokens and not person.patch) or person.role == "operative":
            installation_id = an_id(99) if person.role == "operative" else None
            now_ms = running.office.clock.now_ms()
            tokens[person.role], session = new_session(running.office, person, installation_id, now_ms)
            await running.office.writer.submit(_Begin(session))
    return tokens


async def _everything(running: Running, folder: Path, tokens: dict[str, str]) -> dict[str, str]:
    """What each role reads: lists, visits, photos, their day; by role and address."""
    app = create_app(WebSettings(False, folder, folder, logs_requests=False), running.office, running.looker)
    visits = sorted(row["visit_id"] for row in await _rows(app, tokens["supervisor"]))
    photos = [row.sha256 for row in await running.office.store.photo_rows()]
    addresses = [
        "/api/me",
        "/api/day",
        "/api/visits",
        "/office/visits",
        "/office/board",
        *(f"/api/visits?standing={standing}" for standing in ("recorded", "upheld", "refused", "in_progress")),
        *(f"{prefix}/visits/{visit_id}" for visit_id in visits for prefix in ("/api", "/office")),
        *(f"/api/photos/{sha256}?size={size}" for sha256 in photos for size in ("400", "original")),
    ]
    read: dict[str, str] = {}
    for role, token in tokens.items():
        async with _client(app, token) as client:
            for address in addresses:
                answer = await client.get(address)
                content = MOVES.sub("", answer.text) if "json" in answer.headers["content-type"] else answer.text
                read[f"{role} {address}"] = f"{answer.status_code} {content}"
    return read


async def _rows(app: object, token: str) -> list[dict[str, str]]:
    async with _client(app, token) as client:
        rows: list[dict[str, str]] = (await client.get("/api/visits")).json()["visits"]
        return rows


def _client(app: object, token: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://doorstep.test", cookies={"doorstep_session": token})
