"""An anchor: the server's signed word that at some moment its log had this head; an event that holds one came later.

    <milliseconds since 1970>.<entries in the log>.<root, base64url>.<Ed25519 signature, base64url>

The signature is by the log's key over the lines of `anchor_message`. An anchor is a lower bound on time and no more:
whoever holds an old one may use it late, but nobody holds one early.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from doorstep.domain.log_tree import HASH_BYTES, TreeHead
from doorstep.domain.signing import SIGNATURE_BYTES, from_base64url, to_base64url

ANCHOR_DOMAIN: Final = "doorstep/anchor/v1"
_NUMBER: Final = "(0|[1-9][0-9]{0,14})"
_FORM: Final = re.compile(rf"{_NUMBER}\.{_NUMBER}\.([A-Za-z0-9_-]{{43}})\.([A-Za-z0-9_-]{{86}})", re.ASCII)


class AnchorMalformed(ValueError):
    """A text is no anchor: not in the one form that there is."""


class Anchor(msgspec.Struct, frozen=True):
    """What an anchor says: `at_ms` is the server's time, `size` and `root` its log's head then, `sig` 64 bytes."""

    at_ms: int
    size: int
    root: bytes
    sig: bytes


def read_anchor(text: str) -> Anchor:
    """Read an anchor by its form alone; whether it is genuine, its signature says. Raises AnchorMalformed."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise AnchorMalformed("an anchor is time.size.root.signature")
    root, sig = from_base64url(found[3], HASH_BYTES), from_base64url(found[4], SIGNATURE_BYTES)
    if root is None or sig is None:
        raise AnchorMalformed("an anchor's root and signature are base64url, each in its one form")
    return Anchor(int(found[1]), int(found[2]), root, sig)


def anchor_message(origin: str, at_ms: int, head: TreeHead) -> bytes:
    """What the log's key signs of an anchor."""
    return f"{ANCHOR_DOMAIN}\n{origin}\n{at_ms}\n{head.size}\n{to_base64url(head.root)}\n".encode()


def write_anchor(at_ms: int, head: TreeHead, sig: bytes) -> str:
    """The anchor as it is sent and embedded."""
    return f"{at_ms}.{head.size}.{to_base64url(head.root)}.{to_base64url(sig)}"
