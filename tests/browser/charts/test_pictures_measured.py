"""Every picture at every edge, measured as a browser draws it: nothing cut off, no words over words or over marks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.charts.drawing import page_of
from tests.browser.charts.edges import every_picture

MEASURES = (Path(__file__).parent / "measures.js").read_text("utf-8")
KINDS = pytest.mark.parametrize("kind", every_picture())


def opened(chromium: Browser, built_phone: Path, kind: str) -> Page:
    """A page with every picture of a kind."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_content(page_of(dict(every_picture()[kind]), built_phone / "office" / "office.css"))
    return page


@KINDS
def test_nothing_is_cut_off_or_lies_over_another(chromium: Browser, built_phone: Path, kind: str) -> None:
    """With the fonts that are there, at a desk, on a telephone and on paper."""
    page = opened(chromium, built_phone, kind)
    faults = {}
    for width, media in ((1280, "screen"), (360, "screen"), (720, "print")):
        page.emulate_media(media="print" if media == "print" else "screen")
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".ds-chart__image:visible").count() == len(every_picture()[kind])
        faults[width, media] = page.evaluate(MEASURES)
    page.context.close()
    assert faults == {size: [] for size in faults}


def test_a_persons_own_colours_leave_the_picture_on_paper(chromium: Browser, built_phone: Path) -> None:
    """In forced colours on black, every corner of a picture is still white, so that its black can be read."""
    page = opened(chromium, built_phone, "panels")
    page.emulate_media(forced_colors="active", color_scheme="dark")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    fills = page.locator(".ds-chart--wide .ds-chart__paper").evaluate_all(
        "(papers) => papers.map((each) => getComputedStyle(each).fill)"
    )
    page.context.close()
    assert set(fills) == {"rgb(255, 255, 255)"}
