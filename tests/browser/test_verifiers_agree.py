"""The page and the command say the same of a pack that an office made: sound, redacted, or spoilt file by file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import office_context
from tests.browser.small_packs import zipped
from tests.browser.test_verify_page import check, flipped
from tests.makers import LOG_KEY
from tests.pack.making import unzipped
from tests.pack.true_packs import Files, TruePacks, checked


@pytest.fixture(scope="module")
def packs() -> TruePacks:
    """Made in a process of their own: a browser's own loop runs in this one."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from tests.pack.true_packs import true_packs

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        return beside.submit(true_packs).result()


@pytest.fixture
def page(chromium: Browser, built_phone: Path, tmp_path: Path) -> Iterator[Page]:
    """The page, opened from a file with the network off."""
    alone = tmp_path / "verify.html"
    alone.write_bytes((built_phone / "verify.html").read_bytes())
    context = chromium.new_context(**office_context())
    context.set_offline(True)
    opened = context.new_page()
    opened.goto(alone.as_uri())
    yield opened
    context.close()


def said_by_both(page: Page, files: Files) -> list[str]:
    """What is wrong, in words that the two have to share."""
    by_page = check(page, zipped(dict(files)), LOG_KEY.vkey)
    by_command = [fault.words for fault in checked(files).faults]
    assert sorted(by_page) == sorted(by_command)
    return by_page


def test_both_find_a_true_pack_sound(page: Page, packs: TruePacks) -> None:
    """Whole and redacted; the second is not called sound by either."""
    assert said_by_both(page, unzipped(packs.whole)) == []
    expect(page.locator("#outcome")).to_have_text("This pack is sound.")
    assert said_by_both(page, unzipped(packs.redacted)) == []
    expect(page.locator("#outcome")).to_have_text("Nothing wrong was found.")


def test_both_name_the_same_file(page: Page, packs: TruePacks) -> None:
    """Every file flipped by a bit, removed, and taken from another visit's pack; and one too many."""
    files, another = unzipped(packs.whole), unzipped(packs.another)
    for name, content in files.items():
        left = {other: kept for other, kept in files.items() if other != name}
        spoilt = [left, files | {name: flipped(content)}]
        if another.get(name, content) != content:
            spoilt.append(files | {name: another[name]})
        for each in spoilt:
            assert [line.partition(":")[0] for line in said_by_both(page, each)] == [name]
    assert said_by_both(page, files | {"extra.txt": b"x"})
