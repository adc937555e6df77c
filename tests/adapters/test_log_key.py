"""The log's key: private and whole, its own and no other's, and taken over only once the log says so."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from doorstep.adapters.log_key import (
    KEY_FILE,
    NEXT,
    Ed25519LogKey,
    LogKeyDamaged,
    kept_key,
    key_in_use,
    take_over,
    usable_key,
    verifier,
)
from tests.domain.test_checkpoint import PETER

PETERS_WORDS = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_a_signature_made_elsewhere_verifies() -> None:
    """A signed note of another program, under its own key: we check what the world checks."""
    sig = base64.b64decode(PETERS_LINE)[4:]
    assert verifier(PETER).verifies(PETERS_WORDS.encode(), sig)
    assert not verifier(PETER).verifies(PETERS_WORDS.encode() + b"x", sig)
    for malformed in (b"", sig[:-1], sig + b"\0", bytes(64)):
        assert not verifier(PETER).verifies(PETERS_WORDS.encode(), malformed)


def test_a_key_is_private_and_kept(tmp_path: Path) -> None:
    """For its owner's eyes, whole before it has its name, and the same one from then on."""
    (tmp_path / f"{KEY_FILE}.unfinished").write_bytes(b"cut short")
    made = key_in_use(tmp_path, None, "council", keeps=True)
    made.hand_out(tmp_path)
    again = key_in_use(tmp_path, made.vkey, "another name is given too late", keeps=True)
    assert (again.vkey, again.origin) == (made.vkey, "council")
    assert made.verifies(b"message", again.sign(b"message"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["log.key", "log.vkey"]
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert (tmp_path / "log.vkey").read_text() == f"{made.vkey}\n"


def test_whoever_looks_makes_no_key(tmp_path: Path) -> None:
    """An audit of a copied store leaves no key behind that the log does not name."""
    assert key_in_use(tmp_path, None, "", keeps=False).origin.startswith("doorstep/")
    other = Ed25519LogKey.made("council")
    assert key_in_use(tmp_path, other.vkey, "", keeps=False).origin == "council"
    assert list(tmp_path.iterdir()) == []


def test_another_key_than_the_log_names(tmp_path: Path) -> None:
    """A key that is lost or swapped signs nothing: what to do is said."""
    lost, other = Ed25519LogKey.made("council"), Ed25519LogKey.made("council")
    for keeps_other in (False, True):
        if keeps_other:
            other.keep(tmp_path)
        with pytest.raises(LogKeyDamaged, match=r"not the key that the log names.*Restore log\.key"):
            key_in_use(tmp_path, lost.vkey, "", keeps=True)


def test_a_key_takes_over_once_the_log_says_so(tmp_path: Path) -> None:
    """Wherever the power goes: before the log's word the old key signs, after it the new one."""
    old, new = Ed25519LogKey.made("council"), Ed25519LogKey.made("council")
    old.keep(tmp_path)
    new.keep(tmp_path, NEXT)
    assert key_in_use(tmp_path, old.vkey, "", keeps=True).vkey == old.vkey
    in_use = key_in_use(tmp_path, new.vkey, "", keeps=True)
    former = usable_key(tmp_path)
    assert (in_use.vkey, former and former.vkey) == (new.vkey, old.vkey)
    take_over(tmp_path)
    assert key_in_use(tmp_path, new.vkey, "", keeps=True).vkey == new.vkey
    assert not (tmp_path / f"{KEY_FILE}{NEXT}").exists()


@pytest.mark.parametrize("damage", ["empty", "cut", "no key", "swapped", "another kind"])
def test_a_damaged_key_is_refused(tmp_path: Path, damage: str) -> None:
    """It would sign what nobody can check."""
    file = tmp_path / KEY_FILE
    Ed25519LogKey.made("council").keep(tmp_path)
    vkey, _, pem = file.read_bytes().partition(b"\n")
    ec = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    content = {
        "empty": b"",
        "cut": vkey + b"\n" + pem[:50],
        "no key": b"\xff\n" + pem,
        "swapped": Ed25519LogKey.made("council").vkey.encode() + b"\n" + pem,
        "another kind": vkey + b"\n" + ec,
    }
    file.write_bytes(content[damage])
    with pytest.raises(LogKeyDamaged, match="Restore"):
        kept_key(tmp_path)
    assert usable_key(tmp_path) is None
