"""One site for each test of the web, closed when the test ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.makers import closed
from tests.web.browsing import Site, a_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """The web over an office in memory."""
    made = await a_site(tmp_path)
    yield made
    for client in made.clients:
        await client.aclose()
    await closed(made.bench)
