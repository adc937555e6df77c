"""Finds photos that look the same: every photo's 256-bit difference hash in one array in memory, compared at once.

64 bits are too few: they matched 1.6 % of photos of different doors. A million hashes are 32 MB, and one look through
all of them takes tens of milliseconds, so there is no index to keep right.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

BYTES = 32
MOST_APART = 16
MOST_FOUND = 20
FIRST_ROOM = 1024


class Lookalikes:
    """The hashes so far, in the order in which they came, each with the SHA-256 of its photo."""

    def __init__(self) -> None:
        self._photos: list[str] = []
        self._hashes = np.zeros((FIRST_ROOM, BYTES // 8), dtype=np.uint64)

    def hold(self, dhashes: Mapping[str, str]) -> None:
        """Hold photos by SHA-256 with their difference hashes, 64 hex digits each; empty ones look like nothing."""
        held = [(sha256, dhash) for sha256, dhash in dhashes.items() if dhash]
        while len(self._photos) + len(held) > len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)])
        for sha256, dhash in held:
            self._hashes[len(self._photos)] = np.frombuffer(bytes.fromhex(dhash), dtype=np.uint64)
            self._photos.append(sha256)

    def near(self, dhash: str) -> list[str]:
        """The photos that differ in at most 16 of 256 bits, the nearest first, at most 20; none for an empty hash."""
        if not dhash or not self._photos:
            return []
        held = self._hashes[: len(self._photos)]
        wanted = np.frombuffer(bytes.fromhex(dhash), dtype=np.uint64)
        apart = np.bitwise_count(held ^ wanted).sum(axis=1)
        found = np.flatnonzero(apart <= MOST_APART)
        nearest = found[np.argsort(apart[found], kind="stable")][:MOST_FOUND]
        return [self._photos[place] for place in nearest]
