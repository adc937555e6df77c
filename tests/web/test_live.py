"""The stream that tells planners when to look again: over a real socket, for as long as somebody may listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from doorstep.application.keep_people import person_left
from doorstep.web.api.live import MOST_STREAMS
from tests.makers import a_visit, closed, send
from tests.web.browsing import Signed, Site, a_site

PATIENCE = 10.0
SECONDS = 3600.0


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A site whose streams go on for an hour."""
    made = await a_site(tmp_path, stream_seconds=SECONDS)
    yield made
    for client in made.clients:
        await client.aclose()
    await closed(made.bench)


@asynccontextmanager
async def served(site: Site, port: int = 0) -> AsyncIterator[uvicorn.Server]:
    """The site on a port of its own: a stream needs a connection that stays open."""
    server = uvicorn.Server(uvicorn.Config(site.app, port=port, log_config=None, timeout_graceful_shutdown=5))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server tells nobody else
        await asyncio.sleep(0.01)
    try:
        yield server
    finally:
        site.bench.office.writer.news.end()
        server.should_exit = True
        await asyncio.wait_for(task, PATIENCE)


def address(server: uvicorn.Server) -> str:
    """Where it serves."""
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


class Ear:
    """One who listens: the marks that came, each with its id."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def mark(self) -> int:
        """The id of the next mark."""
        async with asyncio.timeout(PATIENCE):
            found = {}
            async for line in self._lines:
                name, _, value = line.partition(": ")
                found[name] = value
                if not line and "event" in found:
                    assert (found["event"], found["data"]) == ("board", "changed")
                    return int(found["id"])
        raise AssertionError("the stream ended")

    async def end(self) -> list[str]:
        """What came until the stream ended."""
        async with asyncio.timeout(PATIENCE):
            return [line async for line in self._lines]


@asynccontextmanager
async def listening(server: uvicorn.Server, planner: Signed, **headers: str) -> AsyncIterator[Ear]:
    """A planner's browser with the stream open."""
    async with (
        httpx.AsyncClient(base_url=address(server), cookies=planner.http.cookies, timeout=PATIENCE) as client,
        client.stream("GET", "/api/live", headers=headers) as response,
    ):
        assert response.status_code == 200
        yield Ear(response)


async def test_a_phones_sync_is_heard_at_once(site: Site) -> None:
    """A mark at the beginning, one with each change on the patch; nothing of anybody in it, and nothing kept."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.until_planner()
    async with served(site) as server, listening(server, planner) as ear:
        assert ear.response.headers["content-type"].startswith("text/event-stream")
        assert ear.response.headers["cache-control"] == "no-store"
        first = await ear.mark()
        await send(site.bench, operative.session, chain.bodies)
        assert await ear.mark() > first


async def test_another_patch_hears_nothing(site: Site) -> None:
    """What happens in the north is no news in the south, not even that something does."""
    operative = await site.signed(1, "operative", "north", installation=1)
    southerner = await site.signed(3, "operative", "south", installation=3)
    planner = await site.signed(2, "planner", "south")
    north = await a_visit(site.bench, operative.session)
    south = await a_visit(site.bench, southerner.session, 2, "A-2", patch="south")
    north.until_planner()
    south.start()
    async with served(site) as server, listening(server, planner) as ear:
        await ear.mark()
        await send(site.bench, operative.session, north.bodies)
        heard_north = site.bench.office.writer.news.position
        await send(site.bench, southerner.session, south.bodies)
        assert await ear.mark() == heard_north + len(south.bodies)


async def test_whoever_comes_back_is_told_only_what_they_missed(site: Site) -> None:
    """With the last id a stream begins silent where nothing happened since, and with a mark where something did."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.until_planner()
    async with served(site) as server:
        async with listening(server, planner) as ear:
            last = await ear.mark()
        async with listening(server, planner, **{"Last-Event-ID": str(last)}) as ear:
            await send(site.bench, operative.session, chain.bodies[:2])
            missed = await ear.mark()
            assert missed > last
        await send(site.bench, operative.session, chain.bodies[2:], 3)
        async with listening(server, planner, **{"Last-Event-ID": str(missed)}) as ear:
            assert await ear.mark() > missed


@pytest.mark.parametrize("how", ["signs out", "leaves", "expires"])
async def test_the_stream_ends_with_the_session(site: Site, how: str) -> None:
    """Nobody listens on after they may not; and the next time they are turned away."""
    planner = await site.signed(2, "planner", "north")
    token = planner.http.cookies["doorstep_session"]
    async with served(site) as server, listening(server, planner) as ear:
        await ear.mark()
        if how == "signs out":
            assert (await planner.http.delete("/api/session")).status_code == 204
        elif how == "leaves":
            await person_left(site.bench.office, planner.person.username)
        else:
            site.bench.clock.ms = planner.session.expires_at
            await site.signed(4, "planner", "north")
            operative = await site.signed(1, "operative", "north", installation=1)
            await a_visit(site.bench, operative.session)
        await ear.end()
    assert (await site.client(token).get("/api/live")).status_code == 401


async def test_a_server_that_stops_waits_for_no_stream(site: Site) -> None:
    """Who listens is sent home, and whoever comes after that is not kept either."""
    planner = await site.signed(2, "planner", "north")
    async with served(site) as server:
        async with listening(server, planner) as ear:
            await ear.mark()
            site.bench.office.writer.news.end()
            await ear.end()
        async with listening(server, planner) as ear:
            await ear.end()


async def test_a_session_holds_a_few_streams_at_most(site: Site) -> None:
    """Windows beyond that are told so, and look by themselves now and then; one that closes makes room."""
    planner = await site.signed(2, "planner", "north")
    news = site.bench.office.writer.news
    async with served(site) as server:
        with ExitStack() as held:
            for _ in range(MOST_STREAMS):
                held.enter_context(news.listening("north", planner.session.token_hash))
            refused = await planner.http.get("/api/live")
            assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-streams")
        assert news.count(planner.session.token_hash) == 0
        async with listening(server, planner) as ear:
            await ear.mark()
            assert news.count(planner.session.token_hash) == 1
        await until(lambda: news.count(planner.session.token_hash) == 0)


async def test_many_streams_at_once_are_no_more(site: Site) -> None:
    """Asked for in one moment, before any of them listens, they are as few as one after another."""
    planner = await site.signed(2, "planner", "north")
    news = site.bench.office.writer.news
    async with (
        served(site) as server,
        httpx.AsyncClient(base_url=address(server), cookies=planner.http.cookies, timeout=PATIENCE) as client,
    ):
        asked = (client.build_request("GET", "/api/live") for _ in range(3 * MOST_STREAMS))
        answers = await asyncio.gather(*(client.send(each, stream=True) for each in asked))
        heard = [answer.aiter_raw() for answer in answers]
        for each in heard:
            await anext(each, b"")
        assert news.count(planner.session.token_hash) == MOST_STREAMS
        await asyncio.gather(*(answer.aclose() for answer in answers))


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that happens elsewhere."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - a connection that closed is found out by the server's own loop
            await asyncio.sleep(0.01)


async def test_the_head_of_a_stream_ends(site: Site) -> None:
    """Whoever asks for the head alone is not kept waiting for a body that never comes whole."""
    planner = await site.signed(2, "planner", "north")
    answer = await planner.http.head("/api/live")
    assert (answer.status_code, answer.content) == (200, b"")
