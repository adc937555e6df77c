"""Every page and state of the office, at a desk and at 400%: nothing cut, covered, too small or against WCAG."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.gallery.eyes import told
from tests.browser.gallery.office_eyes import OfficeMeasurer, office_for
from tests.browser.gallery.office_walks import WALKS


@pytest.mark.parametrize("name", WALKS)
def test_office(chromium: Browser, built_phone: Path, tmp_path: Path, name: str) -> None:
    """Each page of the walk comes, and neither the measuring nor the console has anything against it."""
    measurer = OfficeMeasurer()
    with office_for(chromium, built_phone, tmp_path, measurer, measurer.opened, name) as office:
        WALKS[name](office)
    assert not measurer.faults, told(measurer.faults)
    assert measurer.heard == []
