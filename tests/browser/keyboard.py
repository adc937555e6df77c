"""A page walked by its keyboard: Tab comes to everything, in the order of the page, is always seen, and goes on."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

KEYS = (Path(__file__).parent / "gallery" / "keys.js").read_text()
KINDS = """[...document.querySelectorAll("button, a[href], input:not([type=hidden]), textarea, select, [tabindex]")]
    .filter((each) => !each.closest(".govuk-error-summary"))
    .map((each) => [each, each.parentElement].map(({ tagName, type, className }) => `${tagName} ${type} ${className}`))
    .map((pair) => pair.join(" in "))"""
PARTS_OF_A_DATE = 4
MOST_STOPS = 200
BEYOND = 3
"""Presses after the last stop: the keyboard must leave it."""


def kinds_of_stops(page: Page) -> frozenset[str]:
    """What can have the focus on a page, by kind: pages that differ in rows, or in what is wrong, have the same."""
    return frozenset(page.evaluate(KINDS))


def faults_by_keyboard(page: Page) -> list[str]:
    """What somebody without a mouse cannot reach, see or leave, from the top to the end and back."""
    page.bring_to_front()
    url = page.url
    told: dict[str, Any] = page.evaluate(KEYS)
    names: list[str] = told["names"]
    presses = len(names) + told["parts"] * PARTS_OF_A_DATE + BEYOND
    for _ in range(presses):
        page.keyboard.press("Tab")
    page.evaluate("doorstepKeys.backwards()")
    for _ in range(presses - BEYOND):
        page.keyboard.press("Shift+Tab")
    notes: dict[str, list[dict[str, Any]]] = page.evaluate("doorstepKeys.notes()")
    found = _in_order("Tab", names, notes["forward"], range(len(names)))
    found += _in_order("Shift+Tab", names, notes["backward"], range(len(names) - 1, -1, -1))
    found += [fault for note in notes["forward"] + notes["backward"] for fault in note.get("faults", ())]
    if not told["skips"]:
        found.append("the first stop is no skip link")
    else:
        found += _skipped(page, url)
    return list(dict.fromkeys(found))


def _in_order(key: str, names: list[str], notes: list[dict[str, Any]], wanted: range) -> list[str]:
    """Each stop once, one after another; a part of the page that scrolls may be a stop of its own between them."""
    stray = [note["name"] for note in notes if note["at"] < 0 and note.get("name") and not note["scrolls"]]
    reached = [at for at, _ in groupby(note["at"] for note in notes if note["at"] >= 0)]
    if missing := [names[at] for at in wanted if at not in reached]:
        last = names[reached[-1]] if reached else "nowhere"
        return [f"{key} never comes to {', '.join(missing)}; it ends at {last}"]
    order = reached[: len(wanted)]
    wrong = [
        f"{key} comes to {names[at]} where {names[to]} is next"
        for at, to in zip(order, wanted, strict=True)
        if at != to
    ]
    return wrong[:1] + [f"{key} comes to what is no stop: {name}" for name in stray]


def _skipped(page: Page, url: str) -> list[str]:
    """From the very first stop, over the masthead; the page's address is as it was afterwards."""
    page.evaluate("document.querySelector('.govuk-skip-link').focus()")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    said: str = page.evaluate("doorstepKeys.skipped()")
    page.evaluate(
        "(url) => { history.replaceState(history.state, '', url); document.activeElement?.blur(); scrollTo(0, 0); }",
        url,
    )
    return [said] if said else []


def path_like(template: str) -> re.Pattern[str]:
    """Finds the addresses of a route: `/office/visits/{visit_id:str}` is any one visit's."""
    return re.compile(
        "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", template))
    )


class Keyboard:
    """Somebody at a page who has no mouse: everything is come to by Tab, and done by Enter, space bar and arrows."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press one key after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, wanted: Locator) -> None:
        """On by Tab, until it has the focus."""
        expect(wanted).to_be_visible()
        for _ in range(MOST_STOPS):
            if wanted.evaluate("(each) => each === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to {wanted}")

    def fill(self, label: str, words: str) -> None:
        """Type into a field, over what it says."""
        self.to(self.page.get_by_label(label, exact=True))
        self.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, select: Locator, words: str) -> None:
        """Down a list by its arrow, until it says so; a list that is typed at forgets what was typed too slowly."""
        self.to(select)
        self.press("Home")
        for _ in range(MOST_STOPS):
            if str(select.evaluate("(each) => each.selectedOptions[0].text")) == words:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{select} does not say {words}")

    def pick(self, radio: Locator) -> None:
        """Into a group of radio buttons by Tab, and down it by its arrow."""
        name = radio.get_attribute("name")
        for _ in range(MOST_STOPS):
            if self.page.evaluate("(name) => document.activeElement.name === name", name):
                break
            self.press("Tab")
        self.press("Space")
        for _ in range(MOST_STOPS):
            if radio.is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrow never comes to {radio}")

    def tick(self, box: Locator) -> None:
        """Tick a box by the space bar."""
        self.to(box)
        self.press("Space")
        expect(box).to_be_checked()

    def push(self, button: str) -> None:
        """Come to a button, press it, and wait for the page that answers."""
        self.follow(self.page.get_by_role("button", name=button, exact=True).first)

    def follow(self, link: Locator) -> None:
        """Come to a link, and go where it leads."""
        self.to(link)
        # What is looked for next may stand on the old page too.
        with self.page.expect_navigation():
            self.press("Enter")
