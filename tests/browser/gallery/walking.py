"""Walks a path: a landlord and a phone of its own, and whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import phone_context
from tests.browser.driving import Phone
from tests.browser.gallery.landlord import Landlord
from tests.browser.gallery.stage import Look, Stage, Walk
from tests.browser.serving import ROOT
from tests.browser.words import said

LOCALES = {"en": "en-GB", "cy": "cy-GB"}
"""A phone that is set to a language begins in it: the one that the words are read in."""


@contextmanager
def stage_for(
    browser: Browser, walk: Walk, static: Path, folder: Path, eyes: Callable[[Page], Look], scale: float = 1
) -> Iterator[Stage]:
    """The walk's stage, set; it is struck afterwards."""
    rules = walk.rules(folder / "rules") if walk.rules else ROOT / "rules"
    landlord = Landlord(folder / "landlord", static, rules)
    landlord.start()
    context = browser.new_context(
        **{**phone_context(), "device_scale_factor": scale, "locale": LOCALES[said("language")], **walk.context}
    )
    try:
        landlord.book(*walk.bookings)
        page = context.new_page()
        yield Stage(landlord, Phone(page, landlord.url, landlord.clock.now_ms()), folder, eyes(page))
    finally:
        context.close()
        landlord.stop()
