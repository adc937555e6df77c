"""The next version of a built phone, made from the files of the last: other names for its assets, and other words."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

TEXT = {".html", ".js", ".css", ".json", ".webmanifest"}


def next_version(built: Path, to: Path, words: Mapping[str, str]) -> Path:
    """Copy a built phone, with some of its English words exchanged and each hashed name another one."""
    shutil.copytree(built, to)
    hashes = {found[1]: _another(found[1]) for file in (to / "assets").iterdir() if (found := _HASH.search(file.name))}
    left = set(words)
    for file in [file for file in to.rglob("*") if file.suffix in TEXT and "office" not in file.parts]:
        text = file.read_text()
        for old, new in words.items():
            # Whole strings only: as a bundler may quote them, and as a catalogue keeps its words apart.
            said = re.compile(rf"(?<=[\"'`~]){re.escape(old)}(?=[\"'`~])")
            if file.parent.name == "assets" and said.search(text):
                text, left = said.sub(json.dumps(new)[1:-1], text), left - {old}
        for old, new in hashes.items():
            text = text.replace(f"-{old}.", f"-{new}.")
        file.write_text(_CACHE.sub(lambda name: f'"doorstep-{_another(name[1])[:12]}"', text))
        if (found := _HASH.search(file.name)) and found[1] in hashes:
            file.rename(file.with_name(file.name.replace(found[1], hashes[found[1]])))
    assert not left, f"the phone does not say {left}"
    return to


_HASH = re.compile(r"-([\w-]{8})\.\w+$")
_CACHE = re.compile(r'"doorstep-([0-9a-f]{12})"')


def _another(name: str) -> str:
    """Another hash of at least as many characters, the same each time."""
    return hashlib.sha256(name.encode()).hexdigest()[: len(name)]
