"""A pack as the office assembles it, checked by the page that it brings, from a file and with the network off."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from doorstep.application.pack.assemble import PackMaker
from tests.browser.small_packs import zipped
from tests.browser.test_verify_page import check, flipped, page
from tests.makers import LOG_KEY, an_office, closed
from tests.pack.making import lived, unzipped

__all__ = ["page"]


async def _assembled(folder: Path, built: Path) -> bytes:
    bench = await an_office(folder)
    living = await lived(bench)
    assert bench.office.report is not None
    maker = PackMaker(bench.office.report, built / "verify.html")
    made = await maker.assemble(bench.office, living.supervisor, living.visit_id)
    await closed(bench)
    return made.content


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, built_phone: Path) -> bytes:
    """Made in a thread of its own: the browser's has a loop already."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(lambda: asyncio.run(_assembled(tmp_path_factory.mktemp("pack"), built_phone))).result()


def test_what_the_office_assembles_is_sound(page: Page, pack: bytes) -> None:
    """The page works out the same grades and the same verdict from the bytes of a real office's pack."""
    assert check(page, pack, LOG_KEY.vkey) == []
    expect(page.locator("#outcome")).to_have_text("This pack is sound.")
    expect(page.get_by_role("row", name="Took a photo of the card")).to_contain_text("Proven")


def test_any_file_of_it_that_was_touched_is_named(page: Page, pack: bytes) -> None:
    """Each file flipped by one bit, and each removed: that file is named, and no other."""
    files = unzipped(pack)
    for name, content in files.items():
        for changed in (flipped(content), None):
            wrong = check(page, zipped(files | {name: changed}), LOG_KEY.vkey)
            assert [line.partition(":")[0] for line in wrong] == [name], wrong
