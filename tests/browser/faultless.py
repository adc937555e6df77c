"""What no screen may have: a violation found by axe, small targets or words, and whatever is cut or covered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.chromium import PHONE_SIZE, SMALL_PHONE_SIZE

MEASURES = (Path(__file__).parent / "gallery" / "measures.js").read_text()
PHONE_LEAST = {"target": 44, "primary": 56, "text": 16, "middle": 72}
"""CSS px of a phone's targets, of its main buttons and its words, and how much of the middle is always seen."""
OFFICE_LEAST = {"target": 24, "primary": 0, "text": 14, "middle": 0}
"""A desk has a mouse: WCAG 2.2's least target."""
PAPER_LEAST = {"target": 0, "primary": 0, "text": 10.5, "middle": 0}
"""Paper is read close by, and not tapped: 8 points."""


class Complaints:
    """Everything that a page's console complained of, and every failure of its code."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.heard.append(f"failure: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.heard.append(f"{message.type}: {message.text}")


SIZE_RULES = {"runOnly": {"type": "rule", "values": ["scrollable-region-focusable", "target-size", "color-contrast"]}}
"""What axe can judge otherwise at another size; the rest holds for both, and takes most of its time."""


def violations(page: Page, rules: dict[str, Any] | None = None) -> list[str]:
    """What axe finds, by all of its rules or by some."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    response: dict[str, Any] = page.evaluate(
        "(rules) => axe.run({ resultTypes: ['violations'], preload: false, iframes: false, ...rules })", rules or {}
    )
    return [
        f"{one['id']}: {node['html'][:160]} ({node.get('failureSummary', '')})"
        for one in response["violations"]
        for node in one["nodes"]
    ]


def measured(page: Page, least: Mapping[str, float]) -> list[str]:
    """What is cut, covered, off the screen or too small, at the size that the page has now."""
    assert page.viewport_size
    found: list[str] = page.evaluate(f"(least) => ({MEASURES})(least)", {**least, "width": page.viewport_size["width"]})
    return found


def resize(page: Page, width: int, height: int) -> None:
    """Give the page another size, and let it be drawn."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def faults_on_phone(page: Page) -> list[str]:
    """Everything wrong with the screen that a phone shows now, on a usual phone and on a small one."""
    found = []
    for (width, height), rules in ((SMALL_PHONE_SIZE, SIZE_RULES), (PHONE_SIZE, None)):
        resize(page, width, height)
        found += [f"at {width} px: {fault}" for fault in measured(page, PHONE_LEAST) + violations(page, rules)]
    return found


def faults_in_office(
    page: Page, rules: dict[str, Any] | None = None, least: Mapping[str, float] = OFFICE_LEAST
) -> list[str]:
    """Everything wrong with a page of the office, at the size that it has."""
    return violations(page, rules) + measured(page, least)
