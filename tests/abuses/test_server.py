"""Abuses of the machine: a disk that is full, and a server that is killed while it takes things in (35 and 36)."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from pathlib import Path

import msgspec

from doorstep.application.audit import Audited, faults
from doorstep.main import open_office
from doorstep.settings import read_settings
from tests.kills.load import SendingPhone, ask, phones_at_work
from tests.kills.run import Server, run

KILLS = 3
ROOM_BYTES = 30_000


async def _send_until(server: Server, phone: SendingPhone, wanted: int) -> tuple[int, bytes]:
    """Send batch after batch until one is answered with that status, and again to the same one.

    Gives how far the phone was told, and the body.
    """
    told = 0
    for first, last in phone.batches:
        status, body = await ask(server.port, phone.request(first, last))
        if status == wanted:
            # Smaller ones may find room between the two: what did not fit does not fit.
            assert (await ask(server.port, phone.request(first, last)))[0] == wanted
            return told, body
        told = int(msgspec.json.decode(body)["ack"])
    return told, b""


async def test_35_a_full_disk_gives_no_receipt_and_loses_nothing(tmp_path: Path) -> None:
    """No file of a real server may grow: it says that the disk is full, keeps what it had, and recovers by itself."""
    folder = tmp_path / "data"
    (phone,) = await phones_at_work(folder, phones=1, visits=60, seed=3)
    server = Server(folder)
    await server.start()
    assert server.pid is not None
    largest = max(file.stat().st_size for file in folder.glob("doorstep.sqlite3*"))
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (largest + ROOM_BYTES, hard))
    told, body = await _send_until(server, phone, 507)
    assert b"/problems/store-full" in body
    assert b"disk is full" in body
    assert told < len(phone.bodies)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert await _send_until(server, phone, 507) == (len(phone.bodies), b"")
    await server.kill()
    with sqlite3.connect(folder / "doorstep.sqlite3") as held:
        rows = held.execute("SELECT sha256 FROM log WHERE installation_id IS NOT NULL ORDER BY seq")
        assert [sha256.hex() for (sha256,) in rows] == phone.hashes
    async with open_office(read_settings({}, data=folder), adopts=False) as running:
        assert [fault async for fault in faults(running.office, Audited())] == []


async def test_36_a_kill_while_taking_in_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Killed under load: every event that a phone was told is durable is there, and the audit finds nothing.

    The long form is `python -m tests.kills --kills 60`.
    """
    killed = await asyncio.wait_for(run(tmp_path / "data", KILLS, phones=4, visits=60, seed=7), 120)
    assert (killed.lost, killed.unsound) == ([], [])
    assert killed.kills == KILLS
    assert killed.acknowledged > 0
