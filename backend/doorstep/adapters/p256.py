"""Whether a signature is by a phone's key: ECDSA over P-256 with SHA-256, in the one form that browsers make."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

PUBLIC_KEY_BYTES: Final = 65
SIGNATURE_BYTES: Final = 64
_UNCOMPRESSED: Final = 0x04
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve's group, by FIPS 186
_SCHEME: Final = ECDSA(SHA256())


def is_public_key(public_key: bytes) -> bool:
    """Whether these are the 65 bytes of an uncompressed point (0x04, X, Y) that lies on the curve."""
    return _key(public_key) is not None


def verifies(public_key: bytes, message: bytes, sig: bytes) -> bool:
    """Whether `sig`, r and s of 32 bytes each, is by that key over that message. False for whatever is malformed.

    Of one signature (r, s) anybody can make another, (r, n-s), that verifies too: a signature names nothing, only the
    hash of the message does.
    """
    key = _key(public_key)
    if key is None or len(sig) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big")
    if not (1 <= r < _ORDER and 1 <= s < _ORDER):
        return False
    try:
        key.verify(encode_dss_signature(r, s), message, _SCHEME)
    except InvalidSignature:
        return False
    return True


def _key(public_key: bytes) -> EllipticCurvePublicKey | None:
    if len(public_key) != PUBLIC_KEY_BYTES or public_key[0] != _UNCOMPRESSED:
        return None
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public_key)
    except ValueError:
        return None
