"""What no screen may have: a violation found by axe, a target too small for a thumb, anything wider than the screen."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.chromium import PHONE_SIZE, SMALL_PHONE_SIZE

LEAST_TARGET_PX = 44
PRIMARY_PX = 56

# A radio, a tick or a hidden input is tapped by its label; a link within a sentence is as high as its line.
SMALL_TARGETS = f"""() => {{
  const found = [];
  for (const target of document.querySelectorAll("button, a[href], input, textarea, select, summary, label")) {{
    if (target.hidden || target.closest("[hidden], dialog:not([open])")) continue;
    if (target.matches("input") && target.closest("label")) continue;
    if (target.matches("label[for]")) continue;
    if (target.matches("p a")) continue;
    const {{ width, height }} = target.getBoundingClientRect();
    if (width === 0 || height === 0) continue;
    const least = target.matches(".dock .button") ? {PRIMARY_PX} : {LEAST_TARGET_PX};
    if (height < least || width < {LEAST_TARGET_PX})
      found.push(`${{target.tagName}}.${{target.className}} "${{target.textContent.trim().slice(0, 30)}}"` +
        ` is ${{Math.round(width)}} x ${{Math.round(height)}}, not ${{least}}`);
  }}
  return found;
}}"""
TOO_WIDE = """(width) => {
  const found = [];
  for (const each of document.querySelectorAll("body *")) {
    if (each.closest("svg, .ds-scroll")) continue;
    const { right, left, height } = each.getBoundingClientRect();
    const isSeen = height > 1 && getComputedStyle(each).visibility !== "hidden";
    if (isSeen && (right > width + 0.5 || left < -0.5))
      found.push(`${each.tagName}.${each.className} ends at ${right}`);
  }
  const most = document.documentElement.scrollWidth;
  if (most > width) found.push(`the page is ${most} wide`);
  return found;
}"""


class Complaints:
    """Everything that a page's console complained of, and every failure of its code."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.heard.append(f"failure: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.heard.append(f"{message.type}: {message.text}")


def violations(page: Page) -> list[str]:
    """What axe finds."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    response: dict[str, Any] = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {node['html'][:160]} ({node.get('failureSummary', '')})"
        for one in response["violations"]
        for node in one["nodes"]
    ]


def too_wide(page: Page, width: int) -> list[str]:
    """What reaches beyond a screen of that width."""
    found: list[str] = page.evaluate(TOO_WIDE, width)
    return found


def faults_on_phone(page: Page) -> list[str]:
    """Everything wrong with the screen that a phone shows now, on a usual phone and on a small one."""
    found = violations(page) + list(page.evaluate(SMALL_TARGETS))
    for width, height in (SMALL_PHONE_SIZE, PHONE_SIZE):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"at {width} px: {fault}" for fault in too_wide(page, width)]
    return found


def faults_in_office(page: Page) -> list[str]:
    """Everything wrong with a page of the office."""
    assert page.viewport_size
    return violations(page) + too_wide(page, page.viewport_size["width"])
