"""True packs as an office makes them, once for all the tests that spoil them: whole, redacted, and another visit's."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from doorstep.adapters.log_key import verifier
from doorstep.adapters.p256 import verifies
from doorstep.adapters.timestamps import is_stamp_of
from doorstep.application.pack.assemble import PackMaker
from doorstep.application.pack.verify import Checked, Means, verify
from tests.makers import LOG_KEY, an_office, closed
from tests.pack.making import a_page, lived, unzipped

Files = dict[str, bytes]


@dataclass(frozen=True)
class TruePacks:
    """Two visits of one log. `whole` and `redacted` are of the first, `another` is of the second."""

    whole: bytes
    redacted: bytes
    another: bytes


@cache
def true_packs() -> TruePacks:
    """Made anew for each run: they hold what the office writes today."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_made(Path(folder)))


async def _made(folder: Path) -> TruePacks:
    bench = await an_office(folder)
    first, second = await lived(bench, 1), await lived(bench, 2)
    assert bench.office.report is not None
    maker = PackMaker(bench.office.report, a_page(folder))
    whole = await maker.assemble(bench.office, first.supervisor, first.visit_id)
    another = await maker.assemble(bench.office, second.supervisor, second.visit_id)
    redacted = await maker.assemble(bench.office, first.supervisor, first.visit_id, is_redacted=True)
    await closed(bench)
    return TruePacks(whole.content, redacted.content, another.content)


def whole_files() -> Files:
    """The first visit's files, to be spoilt."""
    return unzipped(true_packs().whole)


def checked(files: Files, vkey: str = LOG_KEY.vkey) -> Checked:
    """What the command's checks say of these files."""
    return verify(files, Means(verifier(vkey), verifies, is_stamp_of))


def at_fault(files: Files, vkey: str = LOG_KEY.vkey) -> list[str]:
    """The files that are named."""
    return [fault.file for fault in checked(files, vkey).faults]
