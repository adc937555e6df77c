"""A landlord's reference of a home as one part of an address, where slashes, dots and spaces mean something else.

Letters, digits, `-` and `_` stand as they are; every other byte of its UTF-8 is `~` and two hexadecimal digits: `P 1/2`
is `P~201~2F2`. Servers and proxies decode `%2F` before they look for the route, and none of them touches `~`.
"""

from __future__ import annotations

import re

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_ESCAPED = re.compile(rb"~([0-9A-Fa-f]{2})")


def home_path(property_ref: str) -> str:
    """The reference as a part of an address."""
    held = property_ref.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _PLAIN else f"~{byte:02X}" for byte in held)


def property_ref_of(part: str) -> str:
    """The reference that a part of an address stands for; what was not written so stands for itself."""
    held = part.encode("utf-8", "surrogatepass")
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), held).decode("utf-8", "replace")


def home_url(property_ref: str) -> str:
    """The page of a home."""
    return f"/office/homes/{home_path(property_ref)}"
