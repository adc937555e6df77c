"""`python -m tests.kills --kills 60`: kill the server under load so many times, and say what was lost."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.kills.run import run


def main() -> int:
    """Print the figures; 1 where anything acknowledged was lost, or the audit found anything."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--phones", type=int, default=8)
    parser.add_argument("--visits", type=int, default=600, help="on every phone; enough that none runs out")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        killed = asyncio.run(run(Path(folder) / "data", asked.kills, asked.phones, asked.visits, asked.seed))
    for fault in [*killed.lost, *killed.unsound]:
        print(fault)
    print(
        f"{killed.kills} kills, {killed.in_mid_write} of them between a commit and its answer; "
        f"{killed.acknowledged} events acknowledged, {len(killed.lost)} lost; {killed.entries} log entries at the end, "
        f"{len(killed.unsound)} audits with a fault; {killed.seconds:.0f} s"
    )
    return 1 if killed.lost or killed.unsound or killed.kills < asked.kills else 0


if __name__ == "__main__":
    sys.exit(main())
