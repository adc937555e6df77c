"""A phone of the chaos run: a real Chromium with its own profile, its tabs, and a hand in each; it can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, Error, Playwright

from tests.browser.chromium import launching, phone_context, pids_of
from tests.browser.driving import PREPARE
from tests.browser.stored import READ, Held
from tests.browser.words import said
from tests.chaos.hand import SCRIPT, Tab
from tests.chaos.ledger import Ledger

IS_KEPT_BY_WORKER = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
OPENING_TRIES = 5
PATIENCE_MS = 120_000
"""For a machine that is busy with other things: what holds is never waited for longer than it takes."""


@dataclass
class ChaosPhone:
    """One phone. `is_up` is clear while its browser is dead."""

    playwright: Playwright
    url: str
    profile: Path
    tabs: list[Tab]
    ledger: Ledger
    deaths: int = 0
    sign_ins: int = 0
    is_up: asyncio.Event = field(default_factory=asyncio.Event)
    _context: BrowserContext | None = None

    async def set_up(self) -> None:
        """Sign in once with a signal; closed in order afterwards, so that the browser keeps its session."""
        await self.launch()
        for _ in range(OPENING_TRIES):
            if await self.tabs[0].page.evaluate(IS_KEPT_BY_WORKER):
                break
            await self.tabs[0].page.reload()
            await self.tabs[0].page.wait_for_selector("main[data-screen]")
        await self.tabs[0].sign_in()
        await self.close()
        await self.launch()

    async def launch(self) -> None:
        """Open the browser and all tabs; the app comes from the phone itself, whatever the network does."""
        self._context = await self.playwright.chromium.launch_persistent_context(
            self.profile, **launching(), **phone_context()
        )
        await self._context.add_init_script(PREPARE)
        await self._context.add_init_script(SCRIPT)
        self._context.set_default_timeout(PATIENCE_MS)
        for tab in self.tabs:
            tab.page = await self._context.new_page()
            await tab.page.goto(f"{self.url}/door/")
            await tab.page.wait_for_selector("main[data-screen]")
        self.is_up.set()

    async def close(self) -> None:
        """Close the browser in order."""
        self.is_up.clear()
        if self._context:
            await self._context.close()
        self._context = None

    async def die_and_rise(self) -> None:
        """SIGKILL to every process of the browser, in the middle of whatever it does; then it is opened again."""
        self.is_up.clear()
        pids = pids_of(self.profile)
        assert pids, f"no browser runs on {self.profile}"
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.deaths += 1
        if self._context:
            with suppress(Error):
                await self._context.close()
        await asyncio.to_thread(until_none_of, self.profile)
        await self.launch()

    async def sign_in_again(self) -> None:
        """Where the session was lost with the browser's cookies: as the strip on every screen asks."""
        page = self.tabs[0].page
        if await page.evaluate("(words) => window.hand.shows(words)", said("strip.sign_in")):
            await page.evaluate("(words) => window.hand.go(words, '')", said("strip.sign_in"))
            await page.wait_for_selector('main[data-screen="sign-in"]')
        if await self.tabs[0].screen() == "sign-in":
            self.sign_ins += 1
            await self.tabs[0].sign_in()

    async def held(self) -> Held:
        """What the phone's store holds."""
        return Held(**await self.tabs[0].page.evaluate(READ))


def until_none_of(profile: Path) -> None:
    """Wait until the last process of a browser is gone: only then is its profile free."""
    while pids_of(profile):
        time.sleep(0.02)
