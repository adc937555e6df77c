"""The two who look at the office's pages: at a desk, and with the page at 400%, which leaves 320 CSS px of width."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.browser.faultless import OFFICE_LEAST, PAPER_LEAST, SIZE_RULES, Complaints, faults_in_office, resize
from tests.browser.gallery.eyes import file_name
from tests.browser.gallery.landlord import Landlord
from tests.browser.gallery.made_visits import make_visits
from tests.browser.gallery.office import SHEET, SIZES, ZOOMED, LookAt, Office
from tests.browser.keyboard import faults_by_keyboard, kinds_of_stops


@contextmanager
def office_for(
    browser: Browser, static: Path, folder: Path, look: LookAt, opened: Callable[[Page], None], name: str
) -> Iterator[Office]:
    """The office of a landlord at 10:42, with visits in each standing; the empty one has none."""
    landlord = Landlord(folder / "landlord", static)
    landlord.start()
    try:
        visits = {} if name == "empty" else make_visits(landlord)
        yield Office(landlord, browser, visits, look, opened)
    finally:
        landlord.stop()


ERRORS = frozenset({"list of errors"})


@dataclass
class OfficeMeasurer:
    """Collects what is wrong, by the name of each page, and what the consoles complain of."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    complaints: list[Complaints] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    _walked: set[frozenset[str]] = field(default_factory=set)

    def opened(self, page: Page) -> None:
        """Listen to a new page."""
        self.complaints.append(Complaints(page))

    def __call__(self, page: Page, name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        """Look at a page, at each size."""
        found = []
        for size in sizes:
            resize(page, *size)
            rules = SIZE_RULES if size == ZOOMED else None
            least = PAPER_LEAST if size == SHEET else OFFICE_LEAST
            found += [f"at {size[0]} px: {fault}" for fault in faults_in_office(page, rules, least)]
        self.paths.add(urlsplit(page.url).path)
        # A page that differs from one before in its rows, or in what is wrong, is walked once; so is a list of errors.
        stops = {kinds_of_stops(page)} | {ERRORS for _ in range(page.locator(".govuk-error-summary").count())}
        if SHEET not in sizes and stops - self._walked:
            self._walked |= stops
            found += [f"by keyboard: {fault}" for fault in faults_by_keyboard(page)]
        if found:
            self.faults[name] = found

    @property
    def heard(self) -> list[str]:
        """Complaints, but for the answers that a form with faults gets."""
        return [one for each in self.complaints for one in each.heard if "status of 4" not in one]


@dataclass
class OfficePhotographer:
    """Keeps whole pages, as NAME-1280.png and NAME-320.png."""

    folder: Path
    walk: str
    seen: list[str] = field(default_factory=list)

    def opened(self, page: Page) -> None:
        """Nothing is listened to."""

    def __call__(self, page: Page, name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        """Keep a page."""
        for size in sizes:
            resize(page, *size)
            file = self.folder / f"{file_name(f'office-{self.walk}', name)}-{size[0]}.png"
            page.screenshot(path=file, full_page=True)
        self.seen.append(name)
