"""Bodies that come packed with gzip, so that a phone on a bad link sends a quarter of the bytes."""

from __future__ import annotations

import zlib
from typing import Final

from doorstep.web.problems import InputFault

GZIP: Final = 16 + zlib.MAX_WBITS
"""What zlib calls one gzip member (RFC 1952), and nothing else."""


def unpack(body: bytes, encoding: bytes, at_most: int) -> bytes:
    """The body as it was before its Content-Encoding, of `at_most` bytes; without one, the body as it is.

    Raises InputFault: 415 for another encoding, 413 for more bytes (nothing beyond them is unpacked), 400 for a body
    that is not one whole gzip member.
    """
    if encoding in (b"", b"identity"):
        return body
    if encoding != b"gzip":
        fault = InputFault(415, "unknown-encoding", "Send the body plain, or with Content-Encoding: gzip.")
        fault.headers["Accept-Encoding"] = "gzip"
        raise fault
    unpacking = zlib.decompressobj(GZIP)
    try:
        plain = unpacking.decompress(body, at_most + 1)
    except zlib.error as fault:
        raise InputFault(400, "malformed-gzip", f"The body is not gzip that can be read: {fault}.") from None
    if len(plain) > at_most:
        raise InputFault(413, "too-large", f"Unpacked, the body has more than {at_most} bytes. Send less at a time.")
    if not unpacking.eof or unpacking.unused_data:
        raise InputFault(400, "malformed-gzip", "The body is not one whole gzip member.")
    return plain
