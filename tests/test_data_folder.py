"""The data folder is its owner's: who else has an account on the machine reads no name, no photo and no key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from doorstep.main import KEY_BYTES, KeyDamaged, make_private, only_server, server_key


def rights(path: Path) -> int:
    """Who may do what, as in chmod."""
    return stat.S_IMODE(path.stat().st_mode)


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    """Whoever makes it, the server or a command, makes it for its owner only; what stood there keeps its rights."""
    made, again = tmp_path / "a/data", tmp_path / "b"
    make_private(made)
    with only_server(again):
        pass
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o750)
    make_private(shared)
    assert [rights(folder) for folder in (made, again, shared)] == [0o700, 0o700, 0o750]


def test_the_key_is_private_and_whole(tmp_path: Path) -> None:
    """Made once, for its owner's eyes; a key cut short is refused, because anybody could guess it."""
    (tmp_path / "server.key.unfinished").write_bytes(b"cut")
    key = server_key(tmp_path)
    assert (len(key), server_key(tmp_path)) == (KEY_BYTES, key)
    assert rights(tmp_path / "server.key") == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["server.key"]
    (tmp_path / "server.key").write_bytes(b"")
    with pytest.raises(KeyDamaged, match="Restore it"):
        server_key(tmp_path)
