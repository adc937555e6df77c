"""A rules folder with a policy that nobody has seen: three knocks 61 seconds apart, and a wait of 437 seconds."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.browser.serving import ROOT

KNOCKS, APART_S, WAIT_S = 3, 61, 437
CHANGES = {
    "knocked": (("Knocked twice", "Knocked three times"), ("at_least = 2", "at_least = 3"), ("= 120", "= 61")),
    "waited": (("Waited 15 minutes", "Waited 437 seconds"), ("= 900", "= 437")),
    # The card may be left while the wait still goes on: so the wait alone decides when the visit may be recorded.
    "card": (('after = ["waited", "extra_wait", "planner"]', 'after = ["planner"]'),),
    "card_photo": (('after = ["waited", "extra_wait", "planner"]', 'after = ["planner"]'),),
}


def with_unseen_policy(to: Path) -> tuple[Path, str]:
    """Copy the rules, add the policy as a version of today in London, and give the folder and the version."""
    shutil.copytree(ROOT / "rules", to)
    today = datetime.now(ZoneInfo("Europe/London")).date().isoformat()
    newest = max((to / "no_access").glob("*.toml"))
    version = today if newest.stem[:10] != today else f"{today}-9"
    text = re.sub(r"^version = .*$", f'version = "{version}"', newest.read_text(), flags=re.MULTILINE)
    text = re.sub(r"^in_force_from = .*$", f'in_force_from = "{today}"', text, flags=re.MULTILINE)
    clauses = text.split("[[clauses]]")
    for place, clause in enumerate(clauses):
        name = re.search(r'^clause = "(\w+)"', clause, flags=re.MULTILINE)
        for old, new in CHANGES.get(name[1], ()) if name else ():
            assert old in clauses[place], f"{old} is not in the clause {name}"
            clauses[place] = clauses[place].replace(old, new)
    (to / "no_access" / f"{version}.toml").write_text("[[clauses]]".join(clauses))
    return to, version
