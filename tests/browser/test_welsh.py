"""Somebody who reads Welsh makes a whole visit and does the office's work in Welsh, without a word of English left."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from doorstep.adapters.policies import load_rules
from tests.browser.chromium import PHONE_SIZE, SMALL_PHONE_SIZE, office_context, phone_context
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.driving import Phone
from tests.browser.faultless import PHONE_LEAST, Complaints, measured, resize, violations
from tests.browser.main_path import walk_from_today
from tests.browser.serving import ROOT
from tests.browser.words import speak
from tests.words.test_two_languages import twins

OFFICE_PAGES = {
    "planner": (
        *("/office/board", "/office/board?q=dim+byd", "/office/visits", "/office/homes", "/office/reviews"),
        *("/office/imports", "/office/exceptions", "/office/exceptions/unknown_property", "/office/phones"),
        *("/office/reminders", "/office/replies", "/office/opt-outs"),
    ),
    "supervisor": ("/office/visits", "/office/visits?view=missed", "/office/visits?q=dim+byd"),
    "auditor": ("/office/visits?view=all", "/office/log"),
    "admin": ("/office/start", "/office/webhooks"),
}
READ = """() => {
  const said = [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest("script, style, noscript, [lang=en]") || !parent.checkVisibility()) continue;
    said.push(node.textContent.trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [alt], [placeholder]"))
    for (const name of ["aria-label", "alt", "placeholder"]) said.push(one.getAttribute(name) ?? "");
  return [document.title, ...said].filter((text) => text.length > 2);
}"""


@pytest.fixture(autouse=True)
def english_after() -> Iterator[None]:
    """What this file speaks, no other hears."""
    yield
    speak("en")


def english_only() -> frozenset[str]:
    """Every text that English has and Welsh has not: none of it may stand on a Welsh screen."""
    english, welsh = set[str](), set[str]()
    for _, ours, theirs in twins():
        english.update(ours.values())
        welsh.update(theirs.values())
    rules = load_rules(ROOT / "rules")
    for version, policy in rules.policies.items():
        said = rules.words["cy"].policies[version].clauses
        english.update(text for clause in policy.clauses for text in (clause.title, clause.ask, clause.why))
        welsh.update(text for words in said.values() for text in (words.title, words.ask, words.why))
    english.update(outcome.words for outcome in rules.outcomes.values())
    return frozenset(text for each in english - welsh for text in (each, each.rstrip(".")) if "{" not in text)


def left_in_english(page: Page, english: frozenset[str]) -> list[str]:
    """Texts of a page that are English and should be Welsh."""
    read: list[str] = page.evaluate(READ)
    return [f"English: {text}" for text in read if text in english]


def cut_or_faulty(page: Page) -> list[str]:
    """What the longer words of Welsh do to a small screen, and what axe finds."""
    found = []
    for size in (SMALL_PHONE_SIZE, PHONE_SIZE):
        resize(page, *size)
        found += [f"at {size[0]} px: {fault}" for fault in measured(page, PHONE_LEAST)]
    return found + violations(page)


def test_a_whole_visit_in_welsh(chromium: Browser, serve: Serve, tmp_path: Path) -> None:
    """Chosen once, on every screen up to the declaration; and what was declared are the Welsh words that were read."""
    server = serve()
    page = chromium.new_context(**phone_context()).new_page()
    complaints = Complaints(page)
    english = english_only()
    faults: dict[str, list[str]] = {}
    phone = Phone(page, server.url, int(time.time() * 1000))

    def look(name: str) -> None:
        if found := left_in_english(page, english) + cut_or_faulty(page):
            faults[name] = found

    phone.open()
    phone.sign_in(server.person("operative"))
    phone.tap("settings.title")
    phone.is_at("settings")
    page.get_by_label("Cymraeg").check()
    speak("cy")
    expect(page.locator("h1")).to_have_text("Gosodiadau")
    look("settings")
    page.reload()
    phone.is_at("today")
    assert page.evaluate("document.documentElement.lang") == "cy"
    walk_from_today(phone, tmp_path, look)
    assert faults == {}
    assert complaints.heard == []
    (recorded,) = phone.held().of_kind("missed_recorded")
    assert recorded["declaration"] == "2026-11-01-cy"


def test_a_phone_that_is_set_to_welsh_begins_in_welsh(chromium: Browser, serve: Serve) -> None:
    """Nobody has to read English to come to the setting; and what was chosen afterwards holds."""
    page = chromium.new_context(**phone_context() | {"locale": "cy-GB"}).new_page()
    server = serve()
    phone = Phone(page, server.url)
    speak("cy")
    phone.open()
    assert left_in_english(page, english_only()) == []
    phone.sign_in(server.person("operative"))
    phone.tap("settings.title")
    page.get_by_label("English").check()
    expect(page.locator("h1")).to_have_text("Settings")
    page.reload()
    phone.is_at("today")
    assert page.evaluate("document.documentElement.lang") == "en-GB"


def test_the_office_in_welsh(chromium: Browser, serve: Serve) -> None:
    """Each role's pages say that they are Welsh, are Welsh, and are as easy to use as the English ones."""
    server = serve()
    english = english_only()
    faults: dict[str, list[str]] = {}
    for role, paths in OFFICE_PAGES.items():
        page = chromium.new_context(**office_context()).new_page()
        desk = Desk(page, server.url, server.person(role))
        desk.sign_in()
        page.get_by_role("button", name="Cymraeg").click()
        expect(page.get_by_role("button", name="English")).to_be_visible()
        urls = [f"{server.url}{path}" for path in paths]
        if role == "supervisor":
            page.goto(f"{server.url}/office/visits?view=all")
            links = page.locator(".ds-table tbody th a")
            urls += [f"{server.url}{links.nth(place).get_attribute('href')}" for place in range(min(4, links.count()))]
        for url in urls:
            page.goto(url)
            assert page.evaluate("document.documentElement.lang") == "cy"
            if found := left_in_english(page, english) + violations(page):
                faults[f"{role} {url.removeprefix(server.url)}"] = found
        page.context.close()
    assert faults == {}, json.dumps(faults, indent=1, ensure_ascii=False)
