"""Who may ask GOV.UK Notify: a JWT signed by one of the service's keys, made within 30 seconds of Notify's own clock.

Written from the contract, with the standard library alone: it shares nothing with the client that it judges.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST_SKEW_S = 30
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True)
class Key:
    """An API key of one service; `kind` is live, team or test."""

    name: str
    service_id: str
    secret: str
    kind: str = "live"

    @property
    def text(self) -> str:
        """The key as it is shown once."""
        return f"{self.name}-{self.service_id}-{self.secret}"


class Denied(Exception):
    """The token is not believed: 401 where there is none, 403 where it is wrong."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def key_of(authorization: str, keys: Sequence[Key], now_s: float) -> Key:
    """The key that signed a request's token. Raises Denied."""
    if not authorization:
        raise Denied(401, "Unauthorized: authentication token must be provided")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Denied(401, "Unauthorized: authentication bearer scheme must be used")
    parts = token.strip().split(".")
    head, claims = (_read(part) for part in parts[:2]) if len(parts) == 3 else ({}, {})
    if head.get("alg") != "HS256":
        raise Denied(403, "Invalid token: algorithm used is not HS256")
    issuer, issued_at = claims.get("iss"), claims.get("iat")
    if not isinstance(issuer, str):
        raise Denied(403, "Invalid token: iss field not provided")
    if not UUID.fullmatch(issuer):
        raise Denied(403, "Invalid token: service id is not the right data type")
    own = [key for key in keys if key.service_id == issuer]
    if not own:
        raise Denied(403, "Invalid token: service not found")
    signed = next((key for key in own if hmac.compare_digest(_signature(key, parts), _bytes(parts[2]))), None)
    if signed is None:
        raise Denied(403, "Invalid token: API key not found")
    if not isinstance(issued_at, int):
        raise Denied(403, "Invalid token: iat field not provided")
    if abs(now_s - issued_at) > MOST_SKEW_S:
        raise Denied(403, "Error: Your system clock must be accurate to within 30 seconds")
    return signed


def _signature(key: Key, parts: Sequence[str]) -> bytes:
    return hmac.new(key.secret.encode(), f"{parts[0]}.{parts[1]}".encode(), hashlib.sha256).digest()


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return b""


def _read(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(part))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
