"""A planner takes a file in on the page, in a real browser, and what came of it is read off the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import OFFICE_SIZE, PHONE_SIZE
from tests.outside.came_of import COUNTED, Came


@dataclass
class ByPage:
    """A planner at the page Imports; pictures of what they see are kept where a folder is given for them."""

    page: Page
    url: str
    pictures: Path | None
    kept: list[str] = field(default_factory=list)

    def look_at(self, file: Path, source: str) -> Came:
        """Upload a file, say what its columns are where that is asked, and read what would happen."""
        self.page.goto(f"{self.url}/office/imports")
        self.page.locator("#source").fill(source)
        self.page.locator("#file").set_input_files(file)
        self.page.get_by_role("button", name="Look at the file").click()
        expect(self.page.locator("h1")).to_contain_text(file.name)
        self._until_done()
        if (
            not self._counts()
            and (named := self.page.get_by_role("button", name="Look at the file with these")).count()
        ):
            named.click()
            self._until_done()
        return self._read(f"{file.name}, looked at")

    def take_in(self, file: Path) -> Came:
        """Take in what was looked at."""
        self.page.get_by_role("button", name="Take in").click()
        self._until_done()
        return self._read(f"{file.name}, taken in")

    def held(self, source: str) -> dict[str, list[str]]:
        """Open each row that this source has held: what it is called, and what the page says is wrong with it."""
        self.page.goto(f"{self.url}/office/imports")
        self._keep(f"{source}, held rows")
        rows = self.page.locator("table[aria-labelledby=held] tbody tr").filter(has_text=f"{source}, ")
        links = [str(link.get_attribute("href")) for link in rows.get_by_role("link").all()]
        return dict(self._held_row(f"{self.url}{link}") for link in links)

    def _held_row(self, url: str) -> tuple[str, list[str]]:
        self.page.goto(url)
        title = self.page.locator("h1").inner_text()
        self._keep(title)
        fields = self.page.locator("main .govuk-form-group--error")
        wrong = [f"{_words(each, 'label')}: {_words(each, '.govuk-error-message')}" for each in fields.all()]
        told = self.page.locator("main ul.govuk-list--bullet li").all_inner_texts()
        return title, [*wrong, *told]

    def _until_done(self) -> None:
        """A long file is read on beside the page: the planner asks again until it is done."""
        again = self.page.get_by_role("link", name="Look again")
        while again.count():
            again.click()

    def _counts(self) -> tuple[int, ...]:
        told = self.page.locator("main .govuk-summary-list__value").all_inner_texts()
        return tuple(int(words.replace(",", "")) for words in told[: len(COUNTED)])

    def _read(self, name: str) -> Came:
        self._keep(name)
        if (why := self.page.locator("main > .govuk-inset-text")).count():
            return Came(refused=why.inner_text())
        rows = [row.locator("th, td").all_inner_texts() for row in self.page.locator("table tbody tr").all()]
        return Came(self._counts(), frozenset(f"{place}, {column}: {words}" for place, column, words in rows))

    def _keep(self, name: str) -> None:
        if self.pictures is None:
            return
        self.kept.append(name)
        for width, height in (PHONE_SIZE, OFFICE_SIZE):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.screenshot(path=self.pictures / f"{len(self.kept):02}-{width}.png", full_page=True)


def _words(within: Locator, part: str) -> str:
    return within.locator(part).first.inner_text().replace("Error:", "").strip()
