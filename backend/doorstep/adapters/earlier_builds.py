"""Keeps the hashed files of the phone's last builds: a page begun under an older one may still ask for a part of it."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path

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
        if not (kept / name).exists():
            # Whole before it has its name: a power cut must not leave half a file under a name that says what is in it.
            shutil.copyfile(built / "assets" / name, kept / "unfinished")
            (kept / "unfinished").replace(kept / name)
    (kept / "unfinished").write_text(json.dumps(builds))
    (kept / "unfinished").replace(kept / _LIST)
    wanted = {name for build in builds for name in build} | {_LIST}
    for file in kept.iterdir():
        if file.name not in wanted:
            file.unlink()
    return kept


def _read(file: Path) -> list[list[str]]:
    builds: list[list[str]] = []
    with suppress(FileNotFoundError, ValueError):
        builds = json.loads(file.read_text())
    return builds
