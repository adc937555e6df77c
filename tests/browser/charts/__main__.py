"""Keeps each picture of the analysis at its edges, to be looked at: `python -m tests.browser.charts OUT`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.charts.drawing import page_of
from tests.browser.charts.edges import every_picture
from tests.browser.chromium import launching
from tests.browser.serving import ROOT

SIZES = ((1280, 900), (360, 740))


def main() -> int:
    """Every kind at both sizes: as it is, in forced colours, and on paper."""
    parser = argparse.ArgumentParser(description="Keep each picture of the analysis at each of its edges.")
    parser.add_argument("folder", type=Path, metavar="OUT")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    styles = Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist")) / "office" / "office.css"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launching())
        page = browser.new_page()
        for kind, charts in every_picture().items():
            page.set_content(page_of(dict(charts), styles))
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(media="screen", forced_colors="none")
                keep_each(page, folder, f"{kind}-{width}")
                page.emulate_media(forced_colors="active", color_scheme="dark")
                page.screenshot(path=folder / f"{kind}-forced-{width}.png", full_page=True)
            page.emulate_media(media="print", forced_colors="none", color_scheme="light")
            page.pdf(path=folder / f"{kind}.pdf", format="A4")
        browser.close()
    print(folder)
    return 0


def keep_each(page: Page, folder: Path, name: str) -> None:
    """One file for each edge."""
    for section in page.locator("section[data-edge]").all():
        edge = (section.get_attribute("data-edge") or "").replace(" ", "-")
        section.screenshot(path=folder / f"{name}-{edge}.png")


if __name__ == "__main__":
    sys.exit(main())
