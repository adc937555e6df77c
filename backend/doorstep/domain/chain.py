"""The hash-linked chain of a visit's bodies, and the short codes that people write, speak and read from it.

Hashes are lowercase hex SHA-256 of a body's exact bytes. Codes for writing and speaking are drawn from an alphabet
without look-alikes (no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V), so that a card can be read from a photo.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

ALPHABET: Final = "34679ACDEFGHJKMNPQRTWXY"
CARD_CODE_LENGTH: Final = 5
READ_BACK_LENGTH: Final = 8
SPOKEN_CODE_LENGTH: Final = 8
SPOKEN_CODE_DOMAIN: Final = "doorstep/planner-code/v1"

# Damm's totally anti-symmetric quasigroup of order 10 (H. M. Damm, 2004): catches every single wrong digit and every
# swap of two neighbours, which are the slips that people make on the telephone.
DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def body_hash(body: bytes) -> str:
    """The name of a body: lowercase hex SHA-256 of its bytes."""
    return hashlib.sha256(body).hexdigest()


def root_prev(snapshot_sha256: str, policy_version: str) -> str:
    """What a visit's first event must follow: it binds the chain to the snapshot and to the policy's version."""
    return body_hash(f"{snapshot_sha256}\n{policy_version}".encode())


def _letters(sha256: str, count: int) -> list[int]:
    number = int(sha256[:16], 16) % len(ALPHABET) ** count
    values = []
    for _ in range(count):
        number, value = divmod(number, len(ALPHABET))
        values.append(value)
    return values[::-1]


def card_code(arrived_sha256: str) -> str:
    """The 5 characters to write on the card, from the hash of the first `arrived`: no old photo can show them."""
    return "".join(ALPHABET[value] for value in _letters(arrived_sha256, CARD_CODE_LENGTH))


def read_back(planner_code_typed_sha256: str) -> str:
    """The 8 characters that the operative reads to the planner, from the hash of `planner_code_typed`.

    Seven commit to the chain; the eighth is the sum of i x value(i) for i = 1 to 7, modulo 23.
    """
    values = _letters(planner_code_typed_sha256, READ_BACK_LENGTH - 1)
    return "".join(ALPHABET[value] for value in [*values, _weighted(values)])


def is_read_back(text: str) -> bool:
    """Whether 8 characters could be a read-back: letters of the alphabet, and the check character right."""
    if len(text) != READ_BACK_LENGTH or any(character not in ALPHABET for character in text):
        return False
    values = [ALPHABET.index(character) for character in text]
    return values[-1] == _weighted(values[:-1])


def _weighted(values: list[int]) -> int:
    return sum(place * value for place, value in enumerate(values, start=1)) % len(ALPHABET)


def spoken_code(key: bytes, appointment_id: str, operative_id: str, call_id: str) -> str:
    """The 8 digits that a planner says aloud: 7 from an HMAC-SHA256 under the server's key, and Damm's check digit."""
    message = "\n".join((SPOKEN_CODE_DOMAIN, appointment_id, operative_id, call_id)).encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    digits = f"{int.from_bytes(digest[:8], 'big') % 10**7:07d}"
    return digits + str(_damm(digits))


def is_spoken_code(digits: str) -> bool:
    """Whether 8 digits could be a spoken code, by its check digit alone: a slip is caught during the call."""
    is_form = len(digits) == SPOKEN_CODE_LENGTH and digits.isascii() and digits.isdigit()
    return is_form and _damm(digits) == 0


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return interim
