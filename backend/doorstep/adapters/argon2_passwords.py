"""Passwords as Argon2id hashes, made and checked in threads: each takes tens of milliseconds on purpose."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Argon2id with the library's current parameters (RFC 9106, low memory). At most two at once, for the memory."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys = self._hasher.hash("nobody has this password")
        self._turns = asyncio.Semaphore(2)

    async def hashed(self, password: str) -> str:
        """A hash to store."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, password: str, password_hash: str) -> bool:
        """Whether a password fits; an unknown person's takes as long, so that the time tells nothing."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, password, password_hash)

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            self._hasher.verify(password_hash or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)
