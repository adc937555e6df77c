"""The chaos run: visits are made in tabs while browsers, server and network fail; then both sides are compared."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image
from playwright.async_api import Error, Playwright, async_playwright

from tests.browser.stored import Held
from tests.browser.words import said
from tests.chaos.compare import Found, compared
from tests.chaos.hand import Tab
from tests.chaos.landlord import PASSWORD, Landlord, prepared, username
from tests.chaos.ledger import Ledger
from tests.chaos.link import ChaosLink
from tests.chaos.phone import ChaosPhone

PHONES = 2
PHOTOS_A_VISIT = 10
SPARE_DOORS = 4
PATIENCE_S = 600
SHUT_S = (0.3, 1.5)
BROWSER, SERVER, IN_REQUEST = "browser", "server", "server in the middle of a request"


@dataclass(frozen=True)
class Plan:
    """How much is to be confirmed to the users, and how often something is killed meanwhile."""

    events: int
    photos: int
    kills: int
    tabs: int
    seed: int


@dataclass
class Run:
    """One run, and what it came to."""

    plan: Plan
    folder: Path
    static: Path
    random: Random
    kills: dict[str, int] = field(default_factory=lambda: {BROWSER: 0, SERVER: 0, IN_REQUEST: 0})
    phones: list[ChaosPhone] = field(default_factory=list)
    found: Found | None = None
    chaos_s: float = 0.0
    healing_s: float = 0.0
    sent_in_chaos: int = 0
    landlord: Landlord = None  # type: ignore[assignment]
    link: ChaosLink = None  # type: ignore[assignment]

    @property
    def events(self) -> int:
        return sum(phone.ledger.events for phone in self.phones)

    @property
    def photos(self) -> int:
        return sum(len(phone.ledger.photos) for phone in self.phones)

    @property
    def is_over(self) -> bool:
        is_killed = sum(self.kills.values()) >= self.plan.kills and not self.link.killing
        return self.events >= self.plan.events and self.photos >= self.plan.photos and is_killed

    async def carry_out(self) -> None:
        """Prepare, let everything fail, heal the network, wait until all is sent, and compare."""
        doors = self.plan.photos // PHOTOS_A_VISIT + SPARE_DOORS
        self.landlord = await prepared(self.folder, self.static, PHONES, doors, PHOTOS_A_VISIT)
        await asyncio.to_thread(self.landlord.start)
        self.link = ChaosLink(self.landlord.port, Random(f"link/{self.plan.seed}"))
        await self.link.open()
        try:
            async with async_playwright() as playwright:
                self.phones = [self._phone(playwright, place) for place in range(PHONES)]
                for phone in self.phones:
                    await phone.set_up()
                await self._chaos()
                held = await self._heal()
                for phone in self.phones:
                    await phone.close()
        finally:
            await self.link.end()
            self.landlord.stop()
        self.found = compared(
            self.landlord, [(phone.ledger, one) for phone, one in zip(self.phones, held, strict=True)]
        )

    def _phone(self, playwright: Playwright, place: int) -> ChaosPhone:
        ledger = Ledger()
        pictures = a_pile(self.folder / f"pictures{place}", Random(f"pictures/{self.plan.seed}/{place}"))
        mine = range(place, self.plan.tabs, PHONES)
        tabs = [
            Tab(f"tab {tab} of phone {place}", tab == place, ledger, pictures, (username(place), PASSWORD))
            for tab in mine
        ]
        profile = self.folder / f"profile{place}"
        return ChaosPhone(playwright, self.link.url, profile, tabs, ledger)

    async def _chaos(self) -> None:
        began = time.monotonic()
        self.link.is_breaking = True
        lives = [asyncio.create_task(self._live(phone, tab)) for phone in self.phones for tab in phone.tabs]
        fate = asyncio.create_task(self._strike())
        try:
            await asyncio.gather(fate, *lives)
        finally:
            for task in (fate, *lives):
                task.cancel()
        self.chaos_s = time.monotonic() - began

    async def _live(self, phone: ChaosPhone, tab: Tab) -> None:
        """One tab's hand, until enough is confirmed. Its acts fail while its browser is dead, and then only."""
        random = Random(f"{tab.name}/{self.plan.seed}")
        while not self.is_over:
            await phone.is_up.wait()
            deaths = phone.deaths
            try:
                if tab is phone.tabs[0] and random.random() < 0.05:
                    await phone.sign_in_again()
                await tab.step(is_note=self._is_note_due(random))
            except Error:
                if deaths == phone.deaths and phone.is_up.is_set():
                    raise

    def _is_note_due(self, random: Random) -> bool:
        """Notes and photos come to their ends together."""
        notes_behind = self.events / self.plan.events < self.photos / max(1, self.plan.photos)
        return random.random() < (0.85 if notes_behind or self.photos >= self.plan.photos else 0.25)

    async def _strike(self) -> None:
        """Kill by the count of what was confirmed, not by the clock: the same seed strikes at the same points."""
        for strike in range(1, self.plan.kills + 1):
            due = self.plan.events * strike // (self.plan.kills + 1)
            await self._until(partial(self._has_confirmed, due))
            await asyncio.sleep(self.random.uniform(0, 0.1))
            match strike % 4:
                case 0:
                    self.link.killing.append(self._kill_in_request)
                    await self._until(lambda: not self.link.killing)
                case 2:
                    await self.landlord.die_and_rise()
                    self.kills[SERVER] += 1
                case _:
                    await self.random.choice(self.phones).die_and_rise()
                    self.kills[BROWSER] += 1
            await self.link.shut_for(self.random.uniform(*SHUT_S))

    def _has_confirmed(self, events: int) -> bool:
        return self.events >= events

    async def _kill_in_request(self) -> None:
        await self.landlord.die_and_rise()
        self.kills[IN_REQUEST] += 1

    @staticmethod
    async def _until(is_so: Callable[[], object]) -> None:
        give_up = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < give_up, "it never came about"
            await asyncio.sleep(0.02)

    async def _heal(self) -> list[Held]:
        """From here on the network is whole, and each phone sends what it has."""
        began = time.monotonic()
        self.link.is_breaking = False
        self.sent_in_chaos = sum([(await phone.held()).queue["acked"] for phone in self.phones])
        for phone in self.phones:
            await self._all_sent(phone)
        self.healing_s = time.monotonic() - began
        return [await phone.held() for phone in self.phones]

    async def _all_sent(self, phone: ChaosPhone) -> None:
        page = phone.tabs[0].page
        give_up = time.monotonic() + PATIENCE_S
        while not (await phone.held()).is_all_sent:
            strip = await page.evaluate("window.hand.strip()")
            assert time.monotonic() < give_up, f"it is never sent; the phone says: {strip}"
            await phone.sign_in_again()
            # Looked for and tapped in one turn of the page: it may go by itself between two, and the button with it.
            words = said("strip.send_now")
            await page.evaluate(
                "(words) => [...document.querySelectorAll('.sent .go')]"
                ".find((button) => button.textContent.startsWith(words))?.click()",
                words,
            )
            await asyncio.sleep(1)


def a_pile(folder: Path, random: Random) -> Iterator[Path]:
    """Pictures with grain, no two alike, of 20 to 200 kB: some go in one piece, some in several."""
    folder.mkdir()
    number = 0
    while True:
        number += 1
        side = random.randrange(160, 640)
        grain = Image.frombytes("L", (side, side * 3 // 4), random.randbytes(side * (side * 3 // 4)))
        picture = grain.resize((side * 2, side * 3 // 4 * 2), Image.Resampling.BICUBIC).convert("RGB")
        written = BytesIO()
        picture.save(written, "JPEG", quality=85)
        file = folder / f"{number}.jpg"
        file.write_bytes(written.getvalue())
        yield file
