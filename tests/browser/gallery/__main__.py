"""Keeps a picture of every screen for people to look at: `python -m tests.browser.gallery OUT`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.browser.chromium import launching
from tests.browser.gallery.eyes import Photographer
from tests.browser.gallery.office import Office
from tests.browser.gallery.office_eyes import OfficePhotographer, office_for
from tests.browser.gallery.office_walks import WALKS as OFFICE_WALKS
from tests.browser.gallery.sheet import write_sheet
from tests.browser.gallery.stage import Walk
from tests.browser.gallery.walking import LOCALES, stage_for
from tests.browser.gallery.walks import WALKS
from tests.browser.serving import ROOT
from tests.browser.words import speak


def main() -> int:
    """Take the pictures of all walks, or of those that are named; a walk that breaks off is told and the rest go on."""
    parser = argparse.ArgumentParser(description="Keep a picture of every screen and state.")
    parser.add_argument("folder", type=Path, metavar="OUT")
    parser.add_argument("--walk", action="append", default=[], help="only this walk; may be given several times")
    parser.add_argument("--language", choices=tuple(LOCALES), default="en", help="what the phone speaks (en)")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    static = Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist"))
    expect.set_options(timeout=15_000)
    speak(arguments.language)
    shown: dict[str, list[str]] = {}
    failures = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launching())
        for walk in (one for one in WALKS if not arguments.walk or one.name in arguments.walk):
            started = time.monotonic()
            shown[walk.name], is_whole = taken(browser, walk, static, folder)
            failures += not is_whole
            print(f"{walk.name}: {len(shown[walk.name])} screens in {time.monotonic() - started:.0f} s")
        for name, walk_office in OFFICE_WALKS.items():
            # The walks of the office know its buttons by their English names.
            if arguments.language != "en" or (arguments.walk and f"office {name}" not in arguments.walk):
                continue
            shown[f"office {name}"], is_whole = taken_in_office(browser, name, walk_office, static, folder)
            failures += not is_whole
        browser.close()
    write_sheet(folder, shown)
    print(folder / "index.html")
    return 1 if failures else 0


def taken(browser: Browser, walk: Walk, static: Path, folder: Path) -> tuple[list[str], bool]:
    """The names of what was kept, and whether the walk came to its end."""

    def eyes(page: Page) -> Photographer:
        return Photographer(page, folder, walk.name)

    with tempfile.TemporaryDirectory() as data, stage_for(browser, walk, static, Path(data), eyes, 2) as stage:
        photographer = stage.look
        assert isinstance(photographer, Photographer)
        try:
            walk.walk(stage)
        except (AssertionError, Error):
            traceback.print_exc()
            stage.phone.page.screenshot(path=folder / f"{walk.name}-broke-off.png")
            return photographer.seen, False
        return photographer.seen, True


def taken_in_office(
    browser: Browser, name: str, walk: Callable[[Office], None], static: Path, folder: Path
) -> tuple[list[str], bool]:
    """The names of the office's pages that were kept, and whether the walk came to its end."""
    photographer = OfficePhotographer(folder, name)
    with (
        tempfile.TemporaryDirectory() as data,
        office_for(browser, static, Path(data), photographer, photographer.opened, name) as office,
    ):
        try:
            walk(office)
        except (AssertionError, Error):
            traceback.print_exc()
            return photographer.seen, False
        return photographer.seen, True


if __name__ == "__main__":
    sys.exit(main())
