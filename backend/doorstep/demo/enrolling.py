"""Phones of the demonstration are enrolled like any other: each has a key, signs, and carries the server's time."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from doorstep.application.anchors import Anchors
from doorstep.application.enrol_phone import EnrolmentTries, enrol, make_enrolment_code
from doorstep.application.office import Office
from doorstep.application.ports import Clock
from doorstep.application.rows import Session
from doorstep.demo.phone import SimulatedPhone
from doorstep.domain.signing import enrolment_message, to_base64url

BITS_BELOW_ORDER = 248
"""A scalar of so many bits is below the order of P-256's group, whatever it is."""


class PhoneKey:
    """A phone's key, from a seed. It signs as browsers do, r and s of 32 bytes each, but the same in every run."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big") >> (256 - BITS_BELOW_ORDER)
        self._key = ec.derive_private_key(number + 1, ec.SECP256R1())
        self.public_key = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def __reduce__(self) -> tuple[type[PhoneKey], tuple[str]]:
        """Kept by its seed, where a past that is being lived is put down."""
        return PhoneKey, (self._seed,)

    def sign(self, message: bytes) -> bytes:
        """A signature over a message, 64 bytes."""
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


async def enrol_simulated(office: Office, session: Session, phone: SimulatedPhone) -> SimulatedPhone:
    """Enrol the phone that a session is on, as its operative would with a code from the office; gives the phone."""
    key = PhoneKey(f"key of {phone.installation_id}")
    made = await make_enrolment_code(office, None, session.person)
    proof = key.sign(enrolment_message(made.code, session.person.person_id, phone.installation_id))
    device = await enrol(
        office, EnrolmentTries(), session, made.code, to_base64url(key.public_key), to_base64url(proof)
    )
    phone.enrolled(device.device_id, key.sign)
    return phone


def office_at(office: Office, clock: Clock) -> Office:
    """The same office by another clock: what it signs of the time is by that clock too."""
    return replace(office, clock=clock, anchors=Anchors(office.log_key, clock, office.writer.tree_head))
