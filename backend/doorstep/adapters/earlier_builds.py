"""Keeps the hashed files of the phone's last builds: a page begun under an older one may still ask for a part of it."""

from __future__ import annotations

import filecmp
import shutil
from contextlib import suppress
from pathlib import Path

import msgspec

BUILDS = 3
"""How many builds are kept, the present one among them."""
_LIST = "builds.json"


def keep_assets(built: Path, kept: Path) -> Path:
    """Copy what `built` has under assets/ beside what earlier builds had, and let go of what only older ones had.

    Gives the folder of all that is kept. Names carry a hash of what is in the file, so no file ever changes.
    """
    kept.mkdir(parents=True, exist_ok=True)
    present = sorted(file.name for file in (built / "assets").glob("*") if file.is_file())
    if not present:
        return kept
    builds = [present, *(build for build in _read(kept / _LIST) if build != present)][:BUILDS]
    for name in present:
        if not _is_copy(kept / name, built / "assets" / name):
            # Whole before it has its name; and where a power cut took the bytes of a name all the same, copied again.
            shutil.copyfile(built / "assets" / name, kept / "unfinished")
            (kept / "unfinished").replace(kept / name)
    (kept / "unfinished").write_bytes(msgspec.json.encode(builds))
    (kept / "unfinished").replace(kept / _LIST)
    wanted = {name for build in builds for name in build} | {_LIST}
    for file in kept.iterdir():
        if file.name not in wanted:
            file.unlink()
    return kept


def _is_copy(copy: Path, file: Path) -> bool:
    return copy.exists() and filecmp.cmp(copy, file, shallow=False)


def _read(file: Path) -> list[list[str]]:
    with suppress(FileNotFoundError, msgspec.MsgspecError):
        return msgspec.json.decode(file.read_bytes(), type=list[list[str]])
    return []
