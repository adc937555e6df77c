"""How many texts a key may send: 3,000 in any minute, or as many as a bucket of tokens holds and takes in."""

from __future__ import annotations

from collections import deque
from math import ceil
from typing import Protocol

MINUTE_S = 60.0
MOST_IN_BUCKET = 1001


class Rate(Protocol):
    """A limit that counts each request as it comes."""

    def takes(self, now_s: float) -> bool:
        """Whether one more may come now."""


class Rolling:
    """So many in any 60 seconds, as the contract says; what was turned away is not counted."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._taken: deque[float] = deque()

    def takes(self, now_s: float) -> bool:
        """Whether one more may come now."""
        while self._taken and self._taken[0] <= now_s - MINUTE_S:
            self._taken.popleft()
        if len(self._taken) >= self._per_minute:
            return False
        self._taken.append(now_s)
        return True


class Bucket:
    """Tokens that come in evenly, of which no more than a third of a minute's are kept: how Notify is said to count.

    The contract does not promise the burst of the whole minute's, so we are tried against this too.
    """

    def __init__(self, per_minute: int) -> None:
        self._each_s = per_minute / MINUTE_S
        self._most = min(ceil(per_minute / 3) + 1, MOST_IN_BUCKET)
        self._held, self._at = float(self._most), 0.0

    def takes(self, now_s: float) -> bool:
        """Whether one more may come now."""
        self._held = min(self._most, self._held + max(0.0, now_s - self._at) * self._each_s)
        self._at = max(self._at, now_s)
        if self._held < 1:
            return False
        self._held -= 1
        return True
