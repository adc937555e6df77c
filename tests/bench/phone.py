"""Measures the phone in a real Chromium at a quarter of this machine's speed: `python -m tests.bench.phone`."""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, Request, sync_playwright

from tests.bench.phone_rules import with_quick_policy
from tests.browser.chromium import pocketed
from tests.browser.driving import Phone, until
from tests.browser.serving import ROOT, Server

SLOWER = 4
TWELVE_MEGAPIXELS = (4000, 3000)
CODE = "00000000"
EMPTY = "data:text/html,<main data-screen=nothing>Nothing</main>"
"""What this machine's browser needs for any page at all: figures of a noisy machine are read beside it."""

# When the first screen stood on the page, in ms since the page was asked for.
FIRST_SCREEN = """
window.firstScreenAt = new Promise((resolve) => new MutationObserver((_, seen) => {
  if (!document.querySelector("main[data-screen]")) return;
  seen.disconnect();
  requestAnimationFrame(() => resolve(performance.now()));
}).observe(document, { subtree: true, childList: true }));
"""
# From the click of a knock to the checklist that counts it: by then its event is durable.
KNOCK = """async () => {
  const said = () => document.querySelector('[data-clause="knocked"]')?.textContent;
  const before = said();
  const shown = new Promise((resolve) => new MutationObserver((_, seen) => {
    if (said() === before) return;
    seen.disconnect();
    resolve();
  }).observe(document.body, { subtree: true, childList: true, characterData: true }));
  const began = performance.now();
  document.querySelector(".dock .button").click();
  await shown;
  return performance.now() - began;
}"""
# From the file that the camera gave to the question whether it can be read: by then its bytes are durable.
PICKED = """
window.pickedAt = 0;
document.addEventListener("change", (event) => {
  if (event.target.id === "camera") window.pickedAt = performance.now();
}, true);
new MutationObserver((_, seen) => {
  if (!document.querySelector('main[data-screen="card-check"]')) return;
  seen.disconnect();
  window.photoTook = performance.now() - window.pickedAt;
}).observe(document, { subtree: true, childList: true });
"""


@dataclass(frozen=True)
class Row:
    """One figure beside its gate and its goal, all in the same unit."""

    what: str
    value: float
    gate: float
    goal: float
    unit: str

    def __str__(self) -> str:
        verdict = "goal met" if self.value <= self.goal else "gate met" if self.value <= self.gate else "MISSED"
        return f"{self.what:<42} {self.value:9.1f} {self.unit:<3} gate {self.gate:g}, goal {self.goal:g}: {verdict}"


def slow_down(context: BrowserContext, page: Page) -> None:
    """Give the page a quarter of the machine."""
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def percentile(figures: Sequence[float], share: float) -> float:
    """The smallest figure that so many of the others do not exceed."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, round(share * len(ordered)))]


def prepare(playwright: Playwright, server: Server, profile: Path) -> None:
    """Sign in once, with a signal, and let the phone keep its own files."""
    context, page = pocketed(playwright, profile, is_offline=False)
    phone = Phone(page, server.url)
    phone.open()
    phone.sign_in(server.person("operative"))
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), "the phone keeps its files", page)
    context.close()


def _first_screen(playwright: Playwright, profile: Path, address: str) -> float:
    context, page = pocketed(playwright, profile, is_offline=True)
    page.add_init_script(FIRST_SCREEN)
    slow_down(context, page)
    page.goto(address)
    took: float = page.evaluate("window.firstScreenAt")
    context.close()
    return took


def cold_starts(playwright: Playwright, server: Server, profile: Path, times: int) -> list[Row]:
    """Start the browser anew each time, with no network, and wait for today's visits."""
    took, empty = (
        [_first_screen(playwright, profile, address) for _ in range(times)]
        for address in (f"{server.url}/door/", EMPTY)
    )
    print(f"a page with nothing on it, {SLOWER}x CPU, same browser: {statistics.median(empty):.0f} ms p50")
    return [
        Row(f"cold offline start, {SLOWER}x CPU, p50", statistics.median(took), 650, 450, "ms"),
        Row(f"cold offline start, {SLOWER}x CPU, p90", percentile(took, 0.9), 900, 600, "ms"),
    ]


def a_visit(playwright: Playwright, server: Server, profile: Path, folder: Path, taps: int) -> list[Row]:
    """One visit without a signal, knock by knock, with a photo of 12 megapixels."""
    context, page = pocketed(playwright, profile, is_offline=True)
    page.add_init_script(PICKED)
    phone = Phone(page, server.url)
    phone.open()
    phone.tap("day.go")
    phone.tap("appointment.start")
    phone.arrive()
    while phone.button("request.yes").count():
        phone.tap("request.yes")
        page.wait_for_timeout(200)
    slow_down(context, page)
    took = []
    for _ in range(taps):
        took.append(page.evaluate(KNOCK))
        page.wait_for_timeout(100)
    _up_to_the_card(phone)
    photo_ms, photo_bytes = _photograph(phone, folder)
    context.close()
    return [
        Row(f"tap to durable, {SLOWER}x CPU, p95 of {taps}", percentile(took, 0.95), 50, 25, "ms"),
        Row(f"tap to durable, {SLOWER}x CPU, p50", statistics.median(took), 50, 25, "ms"),
        Row(f"photo picked to durable, {SLOWER}x CPU", photo_ms, 2000, 1000, "ms"),
        Row("photo", photo_bytes / 1000, 200, 130, "kB"),
    ]


def _up_to_the_card(phone: Phone) -> None:
    if phone.button("call.button$").count():
        phone.call_resident()
    phone.type_code(CODE)
    phone.save_contact()


def _photograph(phone: Phone, folder: Path) -> tuple[float, int]:
    """A picture with grain in it, as a camera's has: a flat one would be small for no good reason."""
    file = folder / "card.jpg"
    grain = Image.frombytes("L", (1000, 750), os.urandom(750_000)).resize(TWELVE_MEGAPIXELS, Image.Resampling.BICUBIC)
    Image.merge("RGB", [grain.point(lambda value, base=base: base + value // 6) for base in (60, 90, 70)]).save(file)
    phone.tap("card.open")
    with phone.page.expect_file_chooser() as chooser:
        phone.tap("card.photograph")
    chooser.value.set_files(file)
    phone.is_at("card-check")
    photo = phone.held().photos[0]
    return float(phone.page.evaluate("window.photoTook")), int(photo["size_bytes"])


def on_the_wire(playwright: Playwright, server: Server, person: Mapping[str, str], profile: Path) -> list[Row]:
    """An ordinary visit's events (as many as the main path states), as the phone sends them in one request."""
    context, page = pocketed(playwright, profile, is_offline=False)
    phone = Phone(page, server.url)
    phone.open()
    phone.sign_in(person)
    context.set_offline(True)
    phone.tap("day.go")
    phone.tap("appointment.start")
    phone.arrive()
    phone.note("Nobody in")
    for place in range(6):
        phone.note(f"Still nobody in, {place}")
    sent: list[bytes] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/api/sync") and request.post_data_buffer:
            sent.append(request.post_data_buffer)

    page.on("request", hear)
    context.set_offline(False)
    phone.is_sent()
    events = len(phone.held().events)
    context.close()
    body = max(sent, key=len)
    return [Row(f"a visit's {events} events on the wire", len(body) / 1000, 4, 3, "kB")]


def main() -> None:
    """Print every figure beside its gate."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--starts", type=int, default=10)
    asked.add_argument("--taps", type=int, default=50)
    given: Any = asked.parse_args()
    built = Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist"))
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        server = Server(folder / "landlord", built, with_quick_policy(folder / "rules", given.taps))
        server.start()
        try:
            prepare(playwright, server, folder / "profile")
            rows = cold_starts(playwright, server, folder / "profile", given.starts)
            rows += a_visit(playwright, server, folder / "profile", folder, given.taps)
            rows += on_the_wire(playwright, server, server.operative(1), folder / "another")
        finally:
            server.stop()
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
