"""A phone's signature counts only in its one form, and only over the bytes that it was made over."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from doorstep.adapters.p256 import is_public_key, verifies

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
PRIVATE = derive_private_key(0x5EED, SECP256R1())
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
MESSAGE = b"doorstep/event/v1\n{}"
R, S = decode_dss_signature(PRIVATE.sign(MESSAGE, ECDSA(SHA256())))


def raw(r: int, s: int) -> bytes:
    """Two numbers of 32 bytes each."""
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


# The example of RFC 6979, A.2.5: key, message "sample", signature with SHA-256.
RFC_KEY = bytes.fromhex(
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f51"
    "77a3c294d4462299"
)
RFC_SIG = bytes.fromhex(
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064d"
    "c4ab2f843acda8"
)


def test_a_published_signature() -> None:
    """A value that others computed: what verifies is not only what the same library signed."""
    assert verifies(RFC_KEY, b"sample", RFC_SIG)
    assert not verifies(RFC_KEY, b"Sample", RFC_SIG)


def test_its_twin_verifies_too() -> None:
    """(r, n-s) is as good a signature: nothing may be told apart by its signature's bytes."""
    assert verifies(PUBLIC, MESSAGE, raw(R, S))
    assert verifies(PUBLIC, MESSAGE, raw(R, ORDER - S))


@pytest.mark.parametrize(
    "sig",
    [
        raw(R, S)[:63],
        raw(R, S) + b"\0",
        b"",
        raw(0, S),
        raw(R, 0),
        raw(ORDER, S),
        raw(R, ORDER),
        raw(R, 2**256 - 1),
        raw(S, R),
        raw(R, S ^ 1),
        PRIVATE.sign(MESSAGE, ECDSA(SHA256())),
    ],
)
def test_what_is_no_signature(sig: bytes) -> None:
    """63 or 65 bytes, numbers out of range, another's numbers, another encoding: refused without an error."""
    assert not verifies(PUBLIC, MESSAGE, sig)


@pytest.mark.parametrize(
    "key",
    [
        PUBLIC[1:],
        PUBLIC + b"\0",
        PRIVATE.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint),
        b"\x06" + PUBLIC[1:],
        PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1]),
        b"\x04" + FIELD.to_bytes(32, "big") + PUBLIC[33:],
        b"\0" * 65,
        b"",
    ],
)
def test_what_is_no_key(key: bytes) -> None:
    """Another length or form, or a point that is not on the curve: neither a key, nor an error."""
    assert not is_public_key(key)
    assert not verifies(key, MESSAGE, raw(R, S))


def test_a_key() -> None:
    """65 bytes of a point on the curve."""
    assert is_public_key(PUBLIC)
