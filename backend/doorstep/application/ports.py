"""The outside world, as the office sees it: what each thing must do, and nothing of how. Of the store, see store.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

from doorstep.application.audit_rules import AuditRules
from doorstep.application.data_exceptions.kinds import ExceptionRules
from doorstep.application.photos import Decoded, Received, Unreadable
from doorstep.application.rows import Checkpoint
from doorstep.application.rule_words import AllWords, DeclaredWords
from doorstep.application.wastage.rules import WastageRules
from doorstep.domain.policy import Policy


class Clock(Protocol):
    """The server's clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC."""


class LogVerifier(Protocol):
    """Who signed for a log: its name, and the key under which its signatures are checked."""

    @property
    def origin(self) -> str:
        """The log's name."""

    @property
    def vkey(self) -> str:
        """The key as it is handed out: a C2SP verifier key, by which everybody can check."""

    def verifies(self, message: bytes, sig: bytes) -> bool:
        """Whether this signature is by the key over the message; False for whatever is malformed."""


class LogKey(LogVerifier, Protocol):
    """The key with which this server signs checkpoints and anchors of its log."""

    def sign(self, message: bytes) -> bytes:
        """The signature over a message, 64 bytes."""


class OutsideFailed(Exception):
    """Somebody outside did not take, or give, what was asked of them; the message says who and why. Try again later."""


class Publisher(Protocol):
    """Somewhere that checkpoints are sent away to."""

    async def publish(self, checkpoint: Checkpoint) -> None:
        """Send one; it may be sent again. Raises OutsideFailed."""


class Timestamps(Protocol):
    """An authority that says when something was there, and is believed by who does not believe us."""

    async def timestamp(self, data: bytes) -> bytes:
        """Its signed word on these bytes' SHA-256: an RFC 3161 response, verified. Raises OutsideFailed."""

    def fault_of(self, token: bytes, data: bytes) -> str | None:
        """What is wrong with such a word on these bytes; None where it is genuine."""


class Photos(Protocol):
    """Photos' bytes by their SHA-256: resumable in, verbatim out. See application.photos for what it raises."""

    async def received(self, sha256: str) -> Received:
        """How much of a photo is held durably."""

    async def append(self, sha256: str, offset: int, length: int, chunks: AsyncIterator[bytes]) -> Received:
        """Keep bytes from `offset` on as they stream; durable before it returns, or when the stream breaks off."""

    def original(self, sha256: str) -> Path | None:
        """The whole original, exactly as sent; None until it is whole."""

    def derivative(self, sha256: str, size: int) -> Path | None:
        """A stripped copy, `size` pixels on its longest side; None until it is made."""

    async def complete(self) -> list[str]:
        """The hashes of all whole originals."""

    async def let_go(self, before_ms: int) -> int:
        """Drop photos that half came, to which nothing was added since that instant; gives how many there were."""


class Decoder(Protocol):
    """Makes a photo's derivatives, apart from this process. Raises DecodingFailed where it, not the photo, failed."""

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        """What could be read of a whole photo, or why nothing could."""


class Lookalikes(Protocol):
    """Finds photos that look the same as another; what it finds is for a person to compare, and proves nothing."""

    def hold(self, dhashes: Mapping[str, str]) -> None:
        """Hold photos by SHA-256 with their difference hashes; empty ones look like nothing."""

    def near(self, dhash: str) -> list[str]:
        """The held photos that look like one with this hash, the likest first."""


class Passwords(Protocol):
    """Password hashing, slow on purpose and off the event loop."""

    async def hashed(self, password: str) -> str:
        """A hash to store."""

    async def is_right(self, password: str, password_hash: str) -> bool:
        """Whether a password fits; takes as long for an unknown person, whose hash is empty."""


class Verifies(Protocol):
    """Whether a signature, 64 bytes, is by a phone's key (65 bytes) over a message; False for whatever is malformed."""

    def __call__(self, public_key: bytes, message: bytes, sig: bytes) -> bool: ...


class Outcome(Protocol):
    """How a visit can end, from rules/outcomes.toml."""

    @property
    def side(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def words(self) -> str: ...


class Rules(Protocol):
    """The rules in force and all there have been: data, loaded at start and when told to."""

    @property
    def policies(self) -> Mapping[str, Policy]: ...
    @property
    def outcomes(self) -> Mapping[str, Outcome]: ...
    @property
    def declarations(self) -> Mapping[str, DeclaredWords]: ...
    @property
    def words(self) -> AllWords: ...
    @property
    def exceptions(self) -> ExceptionRules: ...
    @property
    def audit(self) -> AuditRules: ...
    @property
    def wastage(self) -> WastageRules: ...

    def in_force(self, day: date) -> Policy:
        """The policy for windows that start on that London date. Raises LookupError where there is none."""
