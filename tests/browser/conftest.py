"""One filled folder and one copy of the built phone for all browser tests; a server and a browser for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.breaking_link import BreakingLink
from tests.browser.chromium import launching
from tests.browser.serving import ROOT, Server, a_copy

# A busy machine may be slow; a condition that holds is never waited for longer than it takes.
expect.set_options(timeout=15_000)

Serve = Callable[..., Server]
Join = Callable[[Server], BreakingLink]


@pytest.fixture(scope="session")
def built_phone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that nobody's build changes its files while tests load them."""
    built = Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist"))
    assert (built / "index.html").is_file(), f"{built} is not built: run script/setup"
    assert (built / "office" / "office.css").is_file(), f"{built} lacks the office's styles: run script/setup"
    copy = tmp_path_factory.mktemp("built") / "static"
    shutil.copytree(built, copy)
    return copy


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, built_phone: Path) -> Path:
    """The invented landlord's folder, filled once."""
    server = Server(tmp_path_factory.mktemp("seeded") / "landlord", built_phone)
    server.start()
    server.stop()
    return server.data


@pytest.fixture
def serve(tmp_path: Path, seeded: Path, built_phone: Path) -> Iterator[Serve]:
    """Starts servers, each over a copy of the filled folder; all of them end with the test."""
    started: list[Server] = []

    def start(rules: Path | None = None) -> Server:
        server = Server(a_copy(seeded, tmp_path / f"landlord{len(started)}"), built_phone, rules)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def join() -> Iterator[Join]:
    """Puts a link that can break between a phone and a server."""
    made: list[BreakingLink] = []

    def link(server: Server) -> BreakingLink:
        made.append(BreakingLink(server.port))
        return made[-1]

    yield link
    for one in made:
        one.close()


# Playwright's own loop runs in this thread while it is open; closed after each module, it leaves asynchronous tests be.
@pytest.fixture(scope="module")
def engine() -> Iterator[Playwright]:
    """Playwright."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(engine: Playwright) -> Iterator[Browser]:
    """One browser for a module; each test opens contexts of its own in it."""
    browser = engine.chromium.launch(**launching())
    yield browser
    browser.close()
