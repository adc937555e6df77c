"""The forms of enrolling phones, of renewing their sessions, and of what the office sees of them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from doorstep.web.api.forms import Uuid

Code = Annotated[str, msgspec.Meta(max_length=100, description="The 10 characters that the office gave")]
PublicKey = Annotated[
    str, msgspec.Meta(max_length=200, description="A P-256 point, uncompressed, 65 bytes as base64url without padding")
]
Proof = Annotated[
    str, msgspec.Meta(max_length=200, description="A signature, r and s, 64 bytes as base64url without padding")
]


class MakeCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose phone is to be enrolled."""

    person_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class CodeMade(msgspec.Struct, frozen=True):
    """A code for one phone, shown this once, and until when it is good."""

    code: str
    expires_at: str


class Enrol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone's key, and that it holds it: `proof` signs the code, the person and the installation."""

    code: Code
    public_key: PublicKey
    proof: Proof


class Enrolled(msgspec.Struct, frozen=True):
    """The phone, as its events name it from now on."""

    device_id: str
    enrolled_at: str


class Renew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That this is the enrolled phone, now: `proof` signs the installation and an anchor of the last five minutes."""

    installation_id: Uuid
    anchor: Annotated[str, msgspec.Meta(max_length=300)]
    proof: Proof


class Revoke(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a phone's key counts no more."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class PhoneView(msgspec.Struct, frozen=True):
    """An enrolled phone: whose, since when, last heard, and how many events of nobody came from its installation."""

    device_id: str
    installation_id: str
    person_id: str
    name: str
    enrolled_at: str
    revoked_at: str | None
    heard_at: str | None
    quarantined: int


class Phones(msgspec.Struct, frozen=True):
    """Every phone that was ever enrolled, the newest first."""

    devices: list[PhoneView]
