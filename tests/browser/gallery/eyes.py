"""The two who look at each screen: one measures it, one keeps its picture. Both see it on a usual and a small phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE_SIZE, SMALL_PHONE_SIZE
from tests.browser.faultless import faults_on_phone, resize


def is_shown(page: Page, screen: str, state: str) -> None:
    """Wait for the screen, and for its state where it has one."""
    wanted = f'main[data-screen="{screen}"]' + (f'[data-state="{state}"]' if state else "")
    expect(page.locator(wanted)).to_be_visible(timeout=20_000)


@dataclass
class Measurer:
    """Collects what is wrong, by the name of each screen."""

    page: Page
    faults: dict[str, list[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def __call__(self, name: str, screen: str, state: str = "") -> None:
        """Look at a screen."""
        is_shown(self.page, screen, state)
        assert name not in self.seen, f"two screens are called {name}"
        self.seen.append(name)
        if found := faults_on_phone(self.page):
            self.faults[name] = found


@dataclass
class Photographer:
    """Keeps pictures, as NAME-360.png and NAME-320.png."""

    page: Page
    folder: Path
    walk: str
    seen: list[str] = field(default_factory=list)

    def __call__(self, name: str, screen: str, state: str = "") -> None:
        """Keep a screen."""
        is_shown(self.page, screen, state)
        for width, height in (SMALL_PHONE_SIZE, PHONE_SIZE):
            resize(self.page, width, height)
            self.page.screenshot(path=self.folder / f"{file_name(self.walk, name)}-{width}.png")
        self.seen.append(name)


def told(faults: dict[str, list[str]]) -> str:
    """Each fault in a line, with the screens that have it."""
    having: dict[str, list[str]] = {}
    for name, found in faults.items():
        for fault in found:
            having.setdefault(fault, []).append(name)
    return "\n".join(f"{fault}\n    on {', '.join(names)}" for fault, names in having.items())


def file_name(walk: str, name: str) -> str:
    """A name that is safe in a folder and in an address."""
    return f"{walk}-{name}".replace(" ", "-").replace("/", "-")
