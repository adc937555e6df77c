"""Signatures of webhooks, as Standard Webhooks 1.0 has them: HMAC-SHA256 over id, time and body.

A secret is made from the server's key, the address and a number, and so is kept nowhere: not in the store, not in its
backups. It changes with the number. While an old one is still good, both sign.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from doorstep.application.webhooks.rows import Endpoint

PREFIX = "whsec_"


def secret_of(server_key: bytes, endpoint_id: str, number: int) -> str:
    """The secret as it is shown, once, to whoever keeps the other end: `whsec_` and 32 bytes in base64."""
    return PREFIX + base64.b64encode(_key(server_key, endpoint_id, number)).decode()


def signed_headers(server_key: bytes, endpoint: Endpoint, delivery_id: str, now_ms: int, body: bytes) -> dict[str, str]:
    """The three headers of a message sent now."""
    seconds = now_ms // 1000
    numbers = [endpoint.secret_number]
    if endpoint.old_until is not None and now_ms < endpoint.old_until:
        numbers.append(endpoint.secret_number - 1)
    signed = f"{delivery_id}.{seconds}.".encode() + body
    signatures = [_sign(_key(server_key, endpoint.endpoint_id, number), signed) for number in numbers]
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _key(server_key: bytes, endpoint_id: str, number: int) -> bytes:
    return hmac.new(server_key, f"doorstep/webhook/v1\n{endpoint_id}\n{number}".encode(), hashlib.sha256).digest()


def _sign(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
