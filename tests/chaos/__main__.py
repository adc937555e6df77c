"""Runs chaos and prints what it came to: `python -m tests.chaos --events 2000 --photos 200 --kills 20 --seed 1`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.browser.serving import ROOT
from tests.chaos.link import CLOSED_PORT, NO_SERVER
from tests.chaos.run import PHONES, Plan, Run


def main() -> int:
    """0 where nothing was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--events", type=int, default=2000, help="to be confirmed to the users (%(default)s)")
    parser.add_argument("--photos", type=int, default=200, help="to be confirmed to the users (%(default)s)")
    parser.add_argument("--kills", type=int, default=20, help="SIGKILLs of browsers and server (%(default)s)")
    parser.add_argument("--tabs", type=int, default=3, help=f"in all, on {PHONES} phones (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    plan = Plan(given.events, given.photos, given.kills, given.tabs, given.seed)
    static = Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist"))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        run = Run(plan, Path(folder), static, Random(f"strikes/{plan.seed}"))
        asyncio.run(run.carry_out())
    print(table(run))
    return 0 if run.found and run.found.is_whole else 1


def table(run: Run) -> str:
    """The figures, a line each; then every fault."""
    found, link = run.found, run.link
    assert found
    # Where nobody could have answered, it was not the network that broke.
    broken = sum(count for fate, count in link.broken.items() if fate not in (CLOSED_PORT, NO_SERVER))
    whole = link.kept.total()
    rows: list[tuple[str, object]] = [
        ("phones, tabs", f"{PHONES}, {run.plan.tabs}"),
        ("seed", run.plan.seed),
        *((f"SIGKILLs of the {what}", count) for what, count in run.kills.items()),
        ("connections made while the network broke", broken + whole),
        ("  broken", f"{broken} ({broken * 100 // max(1, broken + whole)} %)"),
        *((f"  {fate}", count) for fate, count in link.kept.most_common()),
        *((f"  {fate}", count) for fate, count in link.broken.most_common()),
        ("sign-ins anew after a kill", sum(phone.sign_ins for phone in run.phones)),
        ("events confirmed to the user", run.events),
        ("photos confirmed to the user", run.photos),
        ("events acknowledged while the network broke", run.sent_in_chaos),
        ("events at the office", found.events),
        ("photos at the office", f"{found.photos} ({found.photo_bytes / 1e6:.1f} MB)"),
        ("visits by standing", ", ".join(f"{count} {standing}" for standing, count in sorted(found.visits.items()))),
        ("lost", len(found.lost)),
        ("doubled", len(found.doubled)),
        ("wrong hashes, chains or faults", len(found.wrong)),
        ("doorstep audit", found.audit),
        ("seconds of chaos, of sending the rest", f"{run.chaos_s:.0f}, {run.healing_s:.0f}"),
    ]
    lines = [f"{name:<50} {value}" for name, value in rows]
    faults = [*(f"LOST {one}" for one in found.lost), *(f"DOUBLED {one}" for one in found.doubled)]
    return "\n".join([*lines, *faults, *(f"WRONG {one}" for one in found.wrong)])


if __name__ == "__main__":
    sys.exit(main())
