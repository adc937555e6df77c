"""Passwords that are quick to check: the demonstration prints them, so that a slow hash would guard nothing.

A hash names its own cost, so the server checks these as it checks any other.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from doorstep.adapters.argon2_passwords import Argon2Passwords


class QuickPasswords(Argon2Passwords):
    """Argon2id at the least cost there is: thirty sign-ins would else be half of a short demonstration's start."""

    def __init__(self) -> None:
        super().__init__()
        self._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
