"""One site for each test of the web; for tests in a real browser, one site and one browser for each file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launching
from tests.makers import closed
from tests.web.browsing import Site, a_site
from tests.web.office_in_browser import Serving


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """The web over an office in memory."""
    made = await a_site(tmp_path)
    yield made
    for client in made.clients:
        await client.aclose()
    await closed(made.bench)


@pytest.fixture(scope="module")
def serving(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One server for the file, of the kind that the file names as its `SITE`."""
    made: Serving = request.module.SITE(tmp_path_factory.mktemp("site"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launching())
        yield browser
        browser.close()
