"""Every screen and state of the phone, on a usual and a small one: nothing cut, covered, too small or against WCAG."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.faultless import Complaints
from tests.browser.gallery.eyes import Measurer, told
from tests.browser.gallery.stage import Walk
from tests.browser.gallery.walking import stage_for
from tests.browser.gallery.walks import WALKS


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_walk(chromium: Browser, built_phone: Path, tmp_path: Path, walk: Walk) -> None:
    """Each screen of the walk comes, and neither the measuring nor the console has anything against it."""
    with stage_for(chromium, walk, built_phone, tmp_path, Measurer) as stage:
        complaints = Complaints(stage.phone.page)
        walk.walk(stage)
        heard = [words for words in complaints.heard if not any(part in words for part in walk.complaints)]
        measurer = stage.look
        assert isinstance(measurer, Measurer)
        assert not measurer.faults, told(measurer.faults)
        assert heard == []
