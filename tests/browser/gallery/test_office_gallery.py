"""Every page and state of the office, at a desk and at 400%: nothing cut, too small, against WCAG or out of reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.gallery.eyes import told
from tests.browser.gallery.office_eyes import OfficeMeasurer, office_for
from tests.browser.gallery.office_walks import PAGES_OF, WALKS
from tests.browser.keyboard import path_like


@pytest.mark.parametrize("name", WALKS)
def test_office(chromium: Browser, built_phone: Path, tmp_path: Path, name: str) -> None:
    """Each page of the walk comes; the measuring, the keyboard and the console have nothing against it."""
    measurer = OfficeMeasurer()
    with office_for(chromium, built_phone, tmp_path, measurer, measurer.opened, name) as office:
        WALKS[name](office)
    assert not measurer.faults, told(measurer.faults)
    assert measurer.heard == []
    shown = {one for one in PAGES_OF.get(name, "").split() if any(map(path_like(one).fullmatch, measurer.paths))}
    assert shown == set(PAGES_OF.get(name, "").split())
