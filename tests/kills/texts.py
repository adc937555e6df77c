"""`python -m tests.kills.texts --texts 10000`: so many due at once, a bad day at Notify, the server killed."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.kills.texting import Plan, run
from tests.stand_ins.notify import Manners


def main() -> int:
    """Print the figures; 1 where a text went twice or not at all, or a receipt was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills.texts")
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--per-minute", type=int, default=3000)
    parser.add_argument("--bucket", action="store_true", help="the stand-in counts by a bucket of tokens")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    manners = Manners(
        asked.seed, fails_before=0.02, fails_after=0.01, hangs_after=0.005, breaks_after=0.005, receipts_twice=0.05
    )
    plan = Plan(asked.texts, asked.kills, manners, asked.per_minute, asked.bucket, patience_s=1800)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(Path(folder), plan))
    for fault in found.unsound:
        print(fault)
    print(
        f"{plan.texts} texts due at once, {found.kills} kills: {found.taken} taken by the service, "
        f"{len(found.doubled)} twice, {found.unsent} not at all; {found.receipts} receipts kept of "
        f"{found.receipts_told} that came, {found.evidence} in the log as evidence"
    )
    print(
        f"the last text went after {found.sent_s:.0f} s, the last receipt was kept after {found.stored_s:.0f} s; "
        f"{plan.per_minute} a minute allow {plan.floor_s} s"
    )
    print(f"gone by then, per cent: seconds {found.gone_s}")
    print(f"answers to sending and asking {found.answers}; to receipts {found.calls}; texts in the office {found.left}")
    right = (found.taken, found.receipts, found.evidence) == (plan.texts,) * 3
    return 0 if right and not (found.doubled or found.unsent or found.unsound) else 1


if __name__ == "__main__":
    sys.exit(main())
