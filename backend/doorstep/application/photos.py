"""What is said of a photo's bytes: how many have come, why some were refused, and what a decoder could read of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

# The limits of what a phone may send. A phone's own resized photo is about 130 kB: these are for originals that the
# phone could not resize, and they keep a malicious image from costing more than a real one.
MAX_BYTES = 12_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE_PIXELS = 12_000

# The longest side, in pixels, of the pictures that are shown in place of an original.
DERIVATIVE_SIZES = (1600, 400)


@dataclass(frozen=True, slots=True)
class Received:
    """The bytes held of one photo: `offset` of them, and whether they are the whole photo with its hash checked."""

    offset: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo that opened. Sizes are pixels as shown (after its orientation); the rest is what the photo *claims*.

    `taken_at` is EXIF's own text, without a time zone, and is nobody's clock but the camera's. `dhash` says in 256
    bits, as 64 hex digits, how it looks; empty for a picture with nothing in it, which looks like every other such.
    """

    width: int
    height: int
    format: str
    taken_at: str | None
    model: str | None
    has_place: bool
    dhash: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A photo whose bytes are true to their hash but are no picture that may be shown; `why` is for the operative."""

    why: str


class OffsetWrong(Exception):
    """Bytes were offered from another place than the end of what is held; resume from `received.offset`."""

    def __init__(self, received: Received) -> None:
        super().__init__(f"{received.offset} bytes of this photo are held: send the rest from there.")
        self.received = received


class HashWrong(Exception):
    """All bytes came, but their SHA-256 is another: they were dropped, and the photo starts again from 0."""

    def __init__(self) -> None:
        super().__init__("The bytes are not the photo that was named: they were dropped. Send it again from the start.")


class TooLong(Exception):
    """More bytes came than were announced, or more were announced than a photo may have."""

    def __init__(self, allowed_bytes: int) -> None:
        super().__init__(f"A photo of at most {allowed_bytes} bytes was expected. Send a smaller copy of it.")
        self.allowed_bytes = allowed_bytes


class PhotosFull(Exception):
    """The disk has no room: nothing of this was acknowledged, and the phone keeps its copy and tries again later."""

    def __init__(self) -> None:
        super().__init__("The disk for photos is full. Free some space: the phones will send again by themselves.")


class DecodingFailed(Exception):
    """The decoder, not the photo, is at fault (it died, or ran out of time): try this photo again later."""


def file_hash(file: Path) -> str:
    """The SHA-256 of a file's bytes, in lowercase hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
