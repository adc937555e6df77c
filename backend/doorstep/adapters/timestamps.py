"""RFC 3161 timestamps: an outside authority signs that it saw a hash, and when; its root certificate is held here."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from doorstep.adapters.checkpoint_post import post, web_address
from doorstep.adapters.mail import AddressRefused
from doorstep.application.ports import OutsideFailed

DIGESTS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}
"""The hashes that a timestamp may be of, by their object identifiers."""


class TimestampAuthority:
    """One authority, by its address and by a file of root certificates (PEM) that its signatures must lead to."""

    def __init__(self, url: str, roots: Path) -> None:
        self._url = web_address(url)
        self._roots = _certificates(roots)

    async def timestamp(self, data: bytes) -> bytes:
        """Its response on these bytes' SHA-256. Raises OutsideFailed where it gives none that verifies."""
        return await asyncio.to_thread(self._timestamp, data)

    def _timestamp(self, data: bytes) -> bytes:
        request = TimestampRequestBuilder(data=data, hash_algorithm=HashAlgorithm.SHA256).build()
        answer = post(self._url, request.as_bytes(), "application/timestamp-query")
        if fault := self._fault(answer, data, request.nonce):
            raise OutsideFailed(f"The authority's timestamp is not genuine: {fault}.")
        return answer

    def fault_of(self, token: bytes, data: bytes) -> str | None:
        """What is wrong with a response on these bytes; None where it is genuine."""
        return self._fault(token, data, None)

    def _fault(self, token: bytes, data: bytes, nonce: int | None) -> str | None:
        return _fault(token, data, self._roots, nonce)


def stamp_fault(roots: Path) -> Callable[[bytes, bytes], str | None]:
    """What says what is wrong with a response on some bytes, by a file of root certificates. Raises AddressRefused."""
    trusted = _certificates(roots)
    return lambda token, data: _fault(token, data, trusted, None)


def is_stamp_of(token: bytes, data: bytes) -> bool:
    """Whether a response is of these bytes' hash; who signed it is not looked at."""
    try:
        imprint = decode_timestamp_response(token).tst_info.message_imprint
    except ValueError:
        return False
    digest = DIGESTS.get(imprint.hash_algorithm.dotted_string)
    return digest is not None and digest(data).digest() == imprint.message


def _fault(token: bytes, data: bytes, roots: list[Certificate], nonce: int | None) -> str | None:
    try:
        response: TimeStampResponse = decode_timestamp_response(token)
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(response, data)
    except (VerificationError, ValueError) as fault:
        return str(fault)
    return None


def _certificates(file: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as fault:
        raise AddressRefused(f"{file} holds no root certificate of the timestamp authority: {fault}.") from fault
