"""What a phone's key signs: one line that says what for, then the exact bytes; and how bytes stand in JSON.

A signature over an event says nothing about an enrolment or a renewal, since each begins with a line of its own.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final
from uuid import UUID

EVENT_DOMAIN: Final = b"doorstep/event/v1\n"
ENROLMENT_DOMAIN: Final = b"doorstep/enrol/v1\n"
RENEWAL_DOMAIN: Final = b"doorstep/renew/v1\n"
SIGNATURE_BYTES: Final = 64
PUBLIC_KEY_BYTES: Final = 65


def event_message(body: bytes) -> bytes:
    """What is signed of an event: its exact bytes, after a line that says that they are an event."""
    return EVENT_DOMAIN + body


def enrolment_message(code: str, person_id: str, installation_id: str) -> bytes:
    """What proves that whoever enrols a key holds it, made for this code, this person and this installation alone."""
    return ENROLMENT_DOMAIN + f"{code}\n{person_id}\n{installation_id}\n".encode()


def renewal_message(installation_id: str, anchor: str) -> bytes:
    """What proves that an enrolled phone asks for a longer session, now: the anchor dates it."""
    return RENEWAL_DOMAIN + f"{installation_id}\n{anchor}\n".encode()


def device_id_of(public_key: bytes) -> str:
    """The id of the phone that holds a key: made from the key, so that nobody can put another in its place."""
    return str(UUID(bytes=hashlib.sha256(public_key).digest()[:16], version=5))


def to_base64url(data: bytes) -> str:
    """Bytes as they stand in JSON: base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text: str, size: int) -> bytes | None:
    """The `size` bytes that a text stands for; None for any other text. One text each: no other is read."""
    try:
        data = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    return data if len(data) == size and to_base64url(data) == text else None
