"""Protects photos from a killed server and a full disk, with real processes that are really killed."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.application.photos import Received

SEED = 20_261_101

# Takes in photos from a seed for ever, and prints each hash once it is acknowledged, as a phone would learn it.
TAKE_IN = """
import asyncio, hashlib, random, sys
from pathlib import Path
from doorstep.adapters.photo_folder import FolderPhotos
async def stream(data):
    for at in range(0, len(data), 65536):
        yield data[at:at + 65536]
async def sender(photos, seed):
    rng = random.Random(seed)
    while True:
        data = rng.randbytes(rng.choice([3_000, 240_000, 2_500_000]))
        name = hashlib.sha256(data).hexdigest()
        print("begun", seed, len(data), name, flush=True)
        if (await photos.append(name, 0, len(data), stream(data))).is_complete:
            print("acknowledged", seed, len(data), name, flush=True)
async def main():
    photos = FolderPhotos(Path(sys.argv[1]))
    await asyncio.gather(*(sender(photos, int(sys.argv[2]) + i) for i in range(4)))
asyncio.run(main())
"""

# Takes in one photo with a limit on the size of any file: the system refuses the write as a full disk does.
TAKE_IN_FULL = """
import asyncio, resource, sys
from pathlib import Path
from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.application.photos import PhotosFull
async def stream(data):
    for at in range(0, len(data), 65536):
        yield data[at:at + 65536]
async def main():
    root, name, offset, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    data = Path(sys.argv[5]).read_bytes()
    photos = FolderPhotos(root)
    try:
        print(await photos.append(name, offset, len(data), stream(data[offset:])))
    except PhotosFull as full:
        print("full:", full, (await photos.received(name)).offset)
asyncio.run(main())
"""


async def stream(data: bytes) -> AsyncIterator[bytes]:
    yield data


def killed_after(root: Path, acknowledgements: int) -> list[list[str]]:
    """What a process that takes in photos said before it was killed: [what, sender, size, hash] each."""
    process = subprocess.Popen([sys.executable, "-c", TAKE_IN, str(root), str(SEED)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines, acknowledged = [], 0
    while acknowledged < acknowledgements:
        lines.append(process.stdout.readline())
        acknowledged += lines[-1].startswith("acknowledged")
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.readlines()
    process.wait()
    return [line.split() for line in lines if line.endswith("\n")]


def taken_in_when_full(root: Path, name: str, offset: int, source: Path) -> str:
    """What a process says that may make no file of more than 300,000 bytes."""
    arguments = [str(root), name, str(offset), "300000", str(source)]
    command = [sys.executable, "-c", TAKE_IN_FULL, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("acknowledged_before_kill", [1, 4, 9, 15])
async def test_a_kill_loses_nothing_acknowledged_and_names_nothing_partial(
    tmp_path: Path, acknowledged_before_kill: int
) -> None:
    """A kill -9 amid uploads leaves whole, true photos and partials that resume at their true length."""
    told = killed_after(tmp_path, acknowledged_before_kill)
    for file in (tmp_path / "originals").rglob("*"):
        if file.is_file():
            assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name
    photos = FolderPhotos(tmp_path)
    complete = set(await photos.complete())
    assert {name for what, _, _, name in told if what == "acknowledged"} <= complete
    senders = {seed: random.Random(int(seed)) for _, seed, _, _ in told}
    for what, seed, size, name in told:
        if what == "begun":
            sender = senders[seed]
            data = sender.randbytes(sender.choice([3_000, 240_000, 2_500_000]))
            assert (len(data), hashlib.sha256(data).hexdigest()) == (int(size), name)
            held = await photos.received(name)
            if not held.is_complete:
                partial = tmp_path / "partial" / name
                assert data[: held.offset] == (partial.read_bytes() if partial.exists() else b"")
                held = await photos.append(name, held.offset, len(data), stream(data[held.offset :]))
            assert held == Received(len(data), is_complete=True)


@pytest.mark.parametrize("held_before", [0, 150_000])
async def test_a_full_disk_acknowledges_nothing_and_resumes_later(tmp_path: Path, held_before: int) -> None:
    """The phone is told that there is no room, and what it had sent before still stands when there is."""
    root, data = tmp_path / "photos", random.Random(SEED).randbytes(2_400_000)
    name = hashlib.sha256(data).hexdigest()
    source = tmp_path / "source"
    source.write_bytes(data)
    photos = FolderPhotos(root)
    if held_before:
        await photos.append(name, 0, len(data), stream(data[:held_before]))
    said = taken_in_when_full(root, name, held_before, source)
    assert said.startswith("full: The disk for photos is full. Free some space")
    assert said.split()[-1] == str(held_before)
    assert photos.original(name) is None
    held = await photos.received(name)
    assert held == Received(held_before, is_complete=False)
    assert (await photos.append(name, held.offset, len(data), stream(data[held.offset :]))).is_complete
