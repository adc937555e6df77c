"""A server that is killed while it makes a month's report makes it the next time: whole, and once."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doorstep.adapters.report_shelf import HALF
from doorstep.application.board_report.editions import Edition, editions, shelf_name
from doorstep.application.board_report.months import last_over, named
from doorstep.application.board_report.schedule import make_due
from doorstep.main import open_office
from doorstep.settings import Settings, read_settings

PATIENCE_S = 60.0
FILES = 4


class LongAgo:
    """A clock of three months before now: a log that begins then is older than the month that ended last."""

    def now_ms(self) -> int:
        return round((datetime.now(UTC) - timedelta(days=92)).timestamp() * 1000)


async def begin(settings: Settings) -> None:
    """A landlord whose log began long ago."""
    async with open_office(settings, LongAgo()):
        pass


async def after(settings: Settings) -> tuple[list[Edition], list[bool], int]:
    """What the next start finds: the editions, whether two rounds of it made one, and how often the log tells of it."""
    async with open_office(settings) as running:
        office = running.office
        assert office.press is not None
        rounds = [await make_due(office, office.press) for _ in range(2)]
        told = [entry for entry in await office.store.entries(0, 10_000) if entry.kind == "report_issued"]
        return await editions(office), rounds, len(told)


@pytest.mark.parametrize("files", [1, 2, FILES])
def test_killed_while_it_is_made(tmp_path: Path, files: int) -> None:
    """Killed once so many of its files are there, whatever it had come to by then."""
    month = named(last_over(round(time.time() * 1000)))
    settings = read_settings(data=tmp_path / "data", report_day=1, report_hour=0)
    asyncio.run(begin(settings))
    environment = os.environ | {
        "DOORSTEP_DATA": str(settings.data),
        "DOORSTEP_PORT": "0",
        "DOORSTEP_REPORT_DAY": "1",
        "DOORSTEP_REPORT_HOUR": "0",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "doorstep.cli", "serve"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("Doorstep answers")
            until = time.monotonic() + PATIENCE_S
            while len(list(settings.reports.glob("*.html")) + list(settings.reports.glob("*.pdf"))) < files:
                assert time.monotonic() < until, "no report was begun"
        finally:
            os.kill(server.pid, signal.SIGKILL)
    held, rounds, told = asyncio.run(after(settings))
    assert rounds in ([True, False], [False, False])
    assert [(each.month, each.edition) for each in held] == [(month, 1)]
    assert told == 1
    for form, sha256 in held[0].hashes.items():
        assert hashlib.sha256((settings.reports / shelf_name(held[0], form)).read_bytes()).hexdigest() == sha256
    whole = {file.name for file in settings.reports.iterdir() if file.suffix != HALF}
    assert whole == {shelf_name(held[0], form) for form in held[0].hashes}
