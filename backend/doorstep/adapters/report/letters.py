"""Letters that the report's fonts have: an archive's PDF may not hold one that nobody can see, and so it is named."""

from __future__ import annotations

import unicodedata
from typing import Final

HAVE: Final = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x370, 0x377),
    (0x37A, 0x37F),
    (0x384, 0x38A),
    (0x38C, 0x38C),
    (0x38E, 0x3A1),
    (0x3A3, 0x482),
    (0x488, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x20A0, 0x20BF),
    (0x2190, 0x2193),
)
"""Ranges of code points that typst's own fonts hold without a hole; a test sets every one of them."""


def printable(text: str) -> str:
    """The text in composed form; what no font has is written as its code point, like [U+1F600]."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        letter if letter == "\n" or _is_had(ord(letter)) else f"[U+{ord(letter):04X}]" for letter in composed
    )


def _is_had(code: int) -> bool:
    return any(first <= code <= last for first, last in HAVE)
