"""An outside authority's word on a checkpoint, made here by openssl: believed by its root certificate alone."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from doorstep.adapters.mail import AddressRefused
from doorstep.adapters.timestamps import TimestampAuthority
from doorstep.application.ports import OutsideFailed
from tests.adapters.timestamp_authority import Authority, at_work, made

NOTE = "doorstep/tests\n7\ncnJycg==\n\n— doorstep/tests c2ln\n".encode()
NOTE_HASH = hashlib.sha256(NOTE).digest()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that is trusted."""
    return made(tmp_path_factory.mktemp("trusted") / "authority")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that nobody trusts."""
    return made(tmp_path_factory.mktemp("stranger") / "authority")


async def test_a_checkpoint_is_stamped(authority: Authority, tmp_path: Path) -> None:
    """Its response verifies by its root, here and by openssl itself; over other bytes it does not."""
    with at_work(authority) as served:
        stamps = TimestampAuthority(served.url, served.root)
        token = await stamps.timestamp(NOTE)
    assert stamps.fault_of(token, NOTE) is None
    assert stamps.fault_of(token, NOTE + b"\n") is not None
    note, kept = tmp_path / "7.txt", tmp_path / "7.tsr"
    note.write_bytes(NOTE)
    kept.write_bytes(token)
    checked = subprocess.run(
        ["openssl", "ts", "-verify", "-data", note, "-in", kept, "-CAfile", authority.root], capture_output=True
    )
    assert b"Verification: OK" in checked.stdout + checked.stderr


async def test_a_stranger_is_not_believed(authority: Authority, stranger: Authority) -> None:
    """Anybody can stamp: only who leads to the root that was set up counts."""
    with at_work(stranger) as served, pytest.raises(OutsideFailed, match="not genuine"):
        await TimestampAuthority(served.url, authority.root).timestamp(NOTE)


async def test_an_altered_timestamp_is_named(authority: Authority) -> None:
    """What is no timestamp, a cut one, and one with another hash or signature in it."""
    with at_work(authority) as served:
        stamps = TimestampAuthority(served.url, served.root)
        token = await stamps.timestamp(NOTE)
    for junk in (b"", b"junk", token[:-1], token[: len(token) // 2], b"\x30\x00"):
        assert stamps.fault_of(junk, NOTE), junk
    # The hash that it is on, and the end of the authority's signature.
    for place in (token.index(NOTE_HASH) + 5, len(token) - 1):
        assert stamps.fault_of(token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :], NOTE), place


async def test_an_authority_that_is_away(authority: Authority) -> None:
    """The checkpoint waits for nobody: it is said, and asked again later."""
    with at_work(authority) as served:
        stamps = TimestampAuthority(served.url, served.root)
    with pytest.raises(OutsideFailed, match=r"^127.0.0.1 could not be reached"):
        await stamps.timestamp(NOTE)


def test_what_cannot_be_set_up(authority: Authority, tmp_path: Path) -> None:
    """An address that is none, and a root that is none: said at the start."""
    with pytest.raises(AddressRefused, match="no address"):
        TimestampAuthority("example.org", authority.root)
    (tmp_path / "empty.pem").write_text("")
    for roots in (tmp_path / "none.pem", tmp_path / "empty.pem"):
        with pytest.raises(AddressRefused, match="no root certificate"):
            TimestampAuthority("https://example.org", roots)
