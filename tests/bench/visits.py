"""How many visits a second are acknowledged: `python -m tests.bench.visits`, beside a floor taken in the same run.

A visit is one sync of 9 events and, with --photo, one upload of a 240 kB photo. Each phone sends its visits one after
another over one connection; a visit's time is from its first byte to its last acknowledgement. With --signed the
phones are enrolled, and every event carries its signature, made beforehand. The floor is plain
`sqlite3`: one transaction a visit, the same rows, the same durability, on the same disk, in one thread, with the
photo as a plain file synced in the same way.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.bench.floor import floor
from tests.bench.load import Figures, run_phones
from tests.bench.serving import prepare, serving

PHOTO_BYTES = 240_000


async def measure(
    folder: Path, phones: int, visits: int, photo_bytes: int, *, is_signed: bool
) -> tuple[Figures, int, float]:
    """Figures, the server's resident memory in bytes at the end, and the floor in visits a second."""
    prepared = await prepare(folder, phones, visits, photo_bytes, is_signed=is_signed)
    with serving(folder) as server:
        figures = await run_phones(server.port, prepared.jobs)
        memory = server.memory()
    return figures, memory, floor(folder, photo_bytes)


def main() -> None:
    """Print one line for each number of phones, with and without a photo."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", default="1,8,32")
    parser.add_argument("--visits", type=int, default=960, help="visits in each run, shared among its phones")
    parser.add_argument("--disk", type=Path, default=None, help="a folder on the disk to measure (default: temporary)")
    parser.add_argument("--only", choices=("photo", "plain"), default=None)
    parser.add_argument("--signed", action="store_true", help="enrolled phones, each event with its signature")
    arguments = parser.parse_args()
    sys.setswitchinterval(0.0005)
    print(f"{os.cpu_count()} cores, {arguments.visits} visits a run; times in ms, memory of the server process")
    columns = {"photo": 6, "phones": 6, "visits/s": 9, "p50": 7, "p99": 7, "p99/p50": 8, "MB": 5, "floor/s": 8}
    print(" ".join(f"{column:>{width}}" for column, width in columns.items()), "ratio")
    for photo_bytes in (0, PHOTO_BYTES):
        if arguments.only == ("photo" if photo_bytes == 0 else "plain"):
            continue
        for phones in map(int, arguments.phones.split(",")):
            with tempfile.TemporaryDirectory(dir=arguments.disk) as name:
                measured = measure(Path(name), phones, arguments.visits, photo_bytes, is_signed=arguments.signed)
                figures, memory, floor_rate = asyncio.run(measured)
            print(
                f"{'240 kB' if photo_bytes else 'none':>6} {phones:>6} {figures.rate:>9.0f} {figures.p50:>7.1f} "
                f"{figures.p99:>7.1f} {figures.p99 / figures.p50:>8.1f} {memory / 1e6:>5.0f} {floor_rate:>8.0f} "
                f"{figures.rate / floor_rate:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
