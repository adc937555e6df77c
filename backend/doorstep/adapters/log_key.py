"""The log's own key: Ed25519, made at the first start; a secret file signs, a public one is what others check by.

`log.key` is for its owner's eyes only: the verifier key, which says the log's name, and below it the private key (PKCS
8). `log.vkey` is a copy of that first line, to hand out. A key that takes over waits in `log.key.next` until the log
says that it has.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from doorstep.domain.checkpoint import VerifierKey, is_name, read_vkey

KEY_FILE: Final = "log.key"
VKEY_FILE: Final = "log.vkey"
NEXT: Final = ".next"


class LogKeyDamaged(RuntimeError):
    """The log's key cannot be used; the message says what to do."""


class Ed25519Verifier:
    """Who signed: a log's public key under its name."""

    def __init__(self, key: VerifierKey) -> None:
        self.origin = key.name
        self.vkey = key.vkey
        self._public = Ed25519PublicKey.from_public_bytes(key.public_key)

    def verifies(self, message: bytes, sig: bytes) -> bool:
        """Whether this signature is by the key over the message; False for whatever is malformed."""
        try:
            self._public.verify(sig, message)
        except InvalidSignature:
            return False
        return True


class Ed25519LogKey(Ed25519Verifier):
    """The key with which this server signs for its log."""

    def __init__(self, private: Ed25519PrivateKey, origin: str) -> None:
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        super().__init__(VerifierKey(origin, public))
        self._private = private

    @classmethod
    def made(cls, origin: str) -> Ed25519LogKey:
        """A new key, which nobody else knows, for a log of that name."""
        return cls(Ed25519PrivateKey.generate(), origin)

    @classmethod
    def from_seed(cls, seed: bytes, origin: str) -> Ed25519LogKey:
        """The key that 32 bytes stand for."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed), origin)

    def sign(self, message: bytes) -> bytes:
        """The signature over a message, 64 bytes; of one message it is always the same."""
        return self._private.sign(message)

    def keep(self, data: Path, suffix: str = "") -> None:
        """Write the secret file."""
        pem = self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write_whole(data / f"{KEY_FILE}{suffix}", f"{self.vkey}\n".encode() + pem, 0o600)

    def hand_out(self, data: Path) -> None:
        """Write the public file, where it does not say this key yet."""
        file, content = data / VKEY_FILE, f"{self.vkey}\n".encode()
        if not file.exists() or file.read_bytes() != content:
            _write_whole(file, content, 0o644)


def verifier(vkey: str) -> Ed25519Verifier:
    """What checks signatures by this key. Raises NoteMalformed where it is none."""
    return Ed25519Verifier(read_vkey(vkey))


def kept_key(data: Path, suffix: str = "") -> Ed25519LogKey | None:
    """The key that the data folder holds; None where it holds none. Raises LogKeyDamaged where it cannot be read."""
    file = data / f"{KEY_FILE}{suffix}"
    if not file.exists():
        return None
    advice = "Restore log.key from the newest backup."
    try:
        vkey, _, pem = file.read_bytes().partition(b"\n")
        said, private = read_vkey(vkey.decode()), load_pem_private_key(pem, None)
    except (ValueError, TypeError) as fault:
        raise LogKeyDamaged(f"{file} is not whole: {fault}. {advice}") from fault
    if not isinstance(private, Ed25519PrivateKey):
        raise LogKeyDamaged(f"{file} is not of Ed25519. {advice}")
    key = Ed25519LogKey(private, said.name)
    if key.vkey != said.vkey:
        raise LogKeyDamaged(f"{file}: its first line is the verifier key of another. {advice}")
    return key


def usable_key(data: Path) -> Ed25519LogKey | None:
    """The key that the data folder holds; None where it holds none that can be used."""
    try:
        return kept_key(data)
    except LogKeyDamaged:
        return None


def key_in_use(data: Path, in_force: str | None, origin: str, *, keeps: bool) -> Ed25519LogKey:
    """The key that signs for the log, which says that the verifier key `in_force` does; None before it has begun.

    Without `keeps` the data folder is left as it is: for commands that look, and sign nothing that lasts. Raises
    LogKeyDamaged where the key is not the one that the log names.
    """
    if in_force is None:
        return _first_key(data, origin, keeps=keeps)
    key = usable_key(data)
    if key and key.vkey == in_force:
        return key
    waiting = kept_key(data, NEXT)
    if waiting and waiting.vkey == in_force:
        return waiting
    if not keeps:
        return Ed25519LogKey.made(read_vkey(in_force).name)
    kept_key(data)
    raise LogKeyDamaged(
        f"{data / KEY_FILE} is not the key that the log names ({in_force}). Restore log.key from the newest "
        "backup. If the key is lost for good, begin a new origin: doorstep log restored --checkpoint FILE, with "
        "the last checkpoint that was published."
    )


def _first_key(data: Path, origin: str, *, keeps: bool) -> Ed25519LogKey:
    if key := kept_key(data):
        return key
    if origin and not is_name(origin):
        raise LogKeyDamaged(f"{origin!r} cannot name a log: it takes no spaces and no plus.")
    key = Ed25519LogKey.made(origin or new_origin())
    if keeps:
        key.keep(data)
    return key


def new_origin() -> str:
    """A name for a log that nobody named: one that no other log has."""
    return f"doorstep/{secrets.token_hex(4)}"


def take_over(data: Path) -> None:
    """Give the key that waits its place."""
    (data / f"{KEY_FILE}{NEXT}").replace(data / KEY_FILE)
    _make_names_durable(data)


def _write_whole(file: Path, content: bytes, rights: int) -> None:
    # Whole before it has its name: a key cut short by a power cut would sign nothing that anybody can check.
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)
    _make_names_durable(file.parent)


def _make_names_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
