"""How long a pack takes to be made, checked and redacted: `python -m tests.bench.pack`.

One upheld visit of nine signed events with its photo, in an office over SQLite.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from doorstep.adapters.log_key import verifier
from doorstep.adapters.p256 import verifies
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.adapters.timestamps import is_stamp_of
from doorstep.application.pack.assemble import PackMaker
from doorstep.application.pack.opening import open_pack
from doorstep.application.pack.verify import Means, verify
from tests.makers import LOG_KEY, an_office, closed
from tests.pack.making import a_page, lived

TIMES = 5


async def measure(folder: Path) -> None:
    """Make it, write it, read it back and check it, each time anew."""
    store = await SqliteStore.open(folder / "pack.sqlite3")
    bench = await an_office(folder, store)
    living = await lived(bench)
    assert bench.office.report is not None
    maker = PackMaker(bench.office.report, a_page(folder))
    means = Means(verifier(LOG_KEY.vkey), verifies, is_stamp_of)
    for name, is_redacted in (("whole", False), ("redacted", True)):
        made, checked, size = [], [], 0
        for _ in range(TIMES):
            began = time.perf_counter()
            pack = await maker.assemble(bench.office, living.supervisor, living.visit_id, is_redacted=is_redacted)
            made.append(time.perf_counter() - began)
            file, size = folder / pack.name, len(pack.content)
            file.write_bytes(pack.content)
            began = time.perf_counter()
            found = verify(open_pack(file), means)
            checked.append(time.perf_counter() - began)
            assert found.faults == []
        print(
            f"{name:9} {size / 1000:6.0f} kB   made in {statistics.median(made):.3f} s   "
            f"checked in {statistics.median(checked):.3f} s   (median of {TIMES})"
        )
    await closed(bench)
    await store.close()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
