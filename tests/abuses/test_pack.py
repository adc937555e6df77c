"""Abuses of an evidence pack: a photo or an event in it exchanged for another (40)."""

from __future__ import annotations

import hashlib
import json

from tests.pack.making import unzipped
from tests.pack.true_packs import Files, at_fault, true_packs, whole_files


def _named(files: Files, start: str) -> list[str]:
    return [name for name in files if name.startswith(start)]


def _with_its_hash(files: Files, name: str, content: bytes) -> Files:
    """The file exchanged, and the manifest made to fit: as far as a forger without the log's key can go."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    return files | {name: content, "manifest.json": json.dumps(manifest).encode()}


def test_40_a_photo_exchanged_in_a_pack_is_named() -> None:
    """By its own hash; and with a manifest that was made to fit, the manifest is named, which the log vouches for."""
    files = whole_files()
    (photo,) = _named(files, "photos/")
    assert at_fault(files | {photo: b"another photo"}) == [photo]
    assert "manifest.json" in at_fault(_with_its_hash(files, photo, b"another photo"))


def test_40_an_event_exchanged_in_a_pack_is_named() -> None:
    """Each event, for another visit's and for an altered one, with the manifest as it was or made to fit."""
    files, another = whole_files(), unzipped(true_packs().another)
    others = [another[name] for name in _named(another, "entries/")]
    for place, name in enumerate(_named(files, "entries/")):
        altered = files[name].replace(b'"', b" ", 1)
        for content in (others[place % len(others)], altered):
            if content != files[name]:
                assert at_fault(files | {name: content}) == [name]
                named = at_fault(_with_its_hash(files, name, content))
                assert set(named) >= {"manifest.json", name}
