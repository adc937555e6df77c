"""A site for tests: an office over the store in memory, served in-process, with a client for each person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, cast

import httpx
from litestar import Litestar

from doorstep.application.rows import Person, Session
from doorstep.application.sign_in import _Begin, new_session
from doorstep.web.app import WebSettings, create_app
from tests.chains import Chain
from tests.makers import Bench, a_person, a_visit, an_id, an_office, send, upload

HOST = "doorstep.test"
NOTIFY_TOKEN = "a token that only the text service has".replace(" ", "-")
OWN = {"sec-fetch-site": "same-origin"}


@dataclass
class Signed:
    """Somebody at a browser or a phone: their client sends their cookie."""

    person: Person
    session: Session
    http: httpx.AsyncClient


@dataclass
class Site:
    """The web over one office."""

    bench: Bench
    app: Litestar
    clients: list[httpx.AsyncClient]
    folder: Path
    """Where the phone's build lies."""

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        """A client with that session's cookie, or with none."""
        cookies = {"doorstep_session": token} if token else {}
        transport = httpx.ASGITransport(cast("Any", self.app), raise_app_exceptions=False, client=("192.0.2.7", 4000))
        client = httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", cookies=cookies)
        self.clients.append(client)
        return client

    async def signed(self, number: int, role: str, patch: str = "", installation: int | None = None) -> Signed:
        """A new person of a role, signed in."""
        person = await a_person(self.bench, number, role, patch)
        installation_id = an_id(installation) if installation is not None else None
        token, session = new_session(self.bench.office, person, installation_id, self.bench.clock.ms)
        await self.bench.office.writer.submit(_Begin(session))
        return Signed(person, session, self.client(token))


async def a_site(folder: Path, *, is_secure: bool = False, proxies: int = 0, stream_seconds: float = 0.0) -> Site:
    """A site over a new office. Two files stand for the phone's build, two for the office's."""
    bench = await an_office(folder)
    phone, office_assets = folder / "phone", folder / "assets"
    (phone / "assets").mkdir(parents=True)
    office_assets.mkdir()
    (phone / "index.html").write_text("<!doctype html><title>Phone</title>")
    (phone / "sw.js").write_text("self.addEventListener('fetch', () => {});")
    (phone / "assets/main-abc123.js").write_text("export const much = 1;" * 100)
    (office_assets / "office.css").write_text("body { color: black }")
    settings = WebSettings(
        is_secure,
        phone,
        office_assets,
        proxies,
        logs_requests=False,
        stream_seconds=stream_seconds,
        notify_token=NOTIFY_TOKEN,
    )
    return Site(bench, create_app(settings, bench.office, bench.looker), [], phone)


async def a_recorded_visit(site: Site, operative: Signed, number: int = 1, reference: str = "A-1") -> Chain:
    """A whole visit, sent with its photo; it awaits the planner's call."""
    chain = await a_visit(site.bench, operative.session, number, reference)
    chain.whole()
    await send(site.bench, operative.session, chain.bodies)
    await upload(site.bench)
    return chain


def form_token_in(html: str) -> str:
    """The token of the forms of a page."""
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', html)
    assert found, html
    return found[1]


def words_in(html: str) -> str:
    """A page's text as a person reads it."""
    body = html.partition("<body")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


async def read_visit(signed: Signed, chain: Chain) -> str:
    """The page's text."""
    answer = await signed.http.get(f"/office/visits/{chain.visit_id}")
    assert answer.status_code == 200
    return words_in(answer.text)


def row_of(page: str, title: str) -> str:
    """The text of one row of the checks."""
    return words_in(f"<body>{page.partition(title)[2].partition('</tr>')[0]}")
