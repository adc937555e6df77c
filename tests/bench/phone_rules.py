"""A rules folder for the phone's benchmark: many knocks without a gap, and waits that are over at once."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.browser.serving import ROOT


def with_quick_policy(to: Path, knocks: int) -> Path:
    """Copy the rules, with a version of today in London that asks for so many knocks and for no wait."""
    shutil.copytree(ROOT / "rules", to)
    today = datetime.now(ZoneInfo("Europe/London")).date().isoformat()
    newest = max((to / "no_access").glob("*.toml"))
    version = today if newest.stem[:10] != today else f"{today}-9"
    text = newest.read_text()
    for pattern, now in (
        (r"^version = .*$", f'version = "{version}"'),
        (r"^in_force_from = .*$", f'in_force_from = "{today}"'),
        (r"^at_least = 2$", f"at_least = {knocks}"),
        (r"^apart_seconds = .*$", "apart_seconds = 0"),
        (r"^at_least_seconds = .*$", "at_least_seconds = 0"),
    ):
        text, changed = re.subn(pattern, now, text, flags=re.MULTILINE)
        assert changed, f"the policy has no line like {pattern}"
    (to / "no_access" / f"{version}.toml").write_text(text)
    return to
