"""Runs the server under load, kills it with SIGKILL at moments from a seed, and looks at what is left each time."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from doorstep.application.audit import Audited, faults
from doorstep.main import open_office
from doorstep.settings import read_settings
from tests.kills.load import SendingPhone, phones_at_work, send_all

SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS = 0.1, 2.0
START_SECONDS = 60


@dataclass
class Killed:
    """What a run came to. `lost` and `unsound` say what went wrong; both are empty where all is well."""

    kills: int
    acknowledged: int
    entries: int
    in_mid_write: int
    lost: list[str]
    unsound: list[str]
    seconds: float


class Server:
    """A real server on a data folder, which may be killed and started again; phones find it by `port`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 1
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Its process, once it was started."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "doorstep.cli", "serve", "--data", str(self.folder), "--port", "0"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | {"DOORSTEP_IS_SECURE": "no"},
        )
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS)
        self.port = int(line.decode().rsplit(":", 1)[1])

    async def kill(self) -> None:
        """Kill it as a power cut would: it gets no word."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()


async def run(folder: Path, kills: int, phones: int, visits: int, seed: int) -> Killed:
    """Kill the server so many times while phones send; after each kill look for what was acknowledged, and audit."""
    random = Random(seed)
    began = time.perf_counter()
    sending = await phones_at_work(folder, phones, visits, seed)
    server, is_over = Server(folder), asyncio.Event()
    killed = Killed(0, 0, 0, 0, [], [], 0.0)
    await server.start()
    load = asyncio.create_task(send_all(sending, lambda: server.port, is_over))
    while killed.kills < kills and not load.done():
        await asyncio.sleep(random.uniform(SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS))
        await server.kill()
        killed.kills += 1
        await _look(folder, sending, killed)
        await server.start()
    is_over.set()
    await load
    await server.kill()
    await _look(folder, sending, killed)
    killed.seconds = time.perf_counter() - began
    return killed


async def _look(folder: Path, sending: list[SendingPhone], killed: Killed) -> None:
    """While nobody serves: is all there that anybody was told is there, and is everything sound?"""
    told = {phone.installation_id: phone.acked for phone in sending}
    with sqlite3.connect(folder / "doorstep.sqlite3") as held:
        found = held.execute("SELECT installation_id,seq,sha256 FROM log WHERE installation_id IS NOT NULL")
        rows = {(of, seq): sha256.hex() for of, seq, sha256 in found}
    for phone in sending:
        killed.lost += [
            f"after kill {killed.kills}: event {seq} of {phone.installation_id}"
            for seq in range(1, told[phone.installation_id] + 1)
            if rows.get((phone.installation_id, seq)) != phone.hashes[seq - 1]
        ]
    killed.in_mid_write += any(
        (phone.installation_id, phone.acked + 1) in rows for phone in sending if phone.acked < len(phone.bodies)
    )
    killed.acknowledged, audited = sum(told.values()), Audited()
    async with open_office(read_settings({}, data=folder), adopts=False) as running:
        async for fault in faults(running.office, audited):
            killed.unsound.append(f"after kill {killed.kills}: {fault}")
            break
    killed.entries = audited.entries
