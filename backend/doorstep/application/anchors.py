"""Anchors as the server gives them out and knows them again: signed lower bounds on time, one a second at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from doorstep.application.ports import Clock, LogKey, LogVerifier
from doorstep.domain.anchor import AnchorMalformed, anchor_message, read_anchor, write_anchor
from doorstep.domain.log_tree import TreeHead

GOOD_FOR_MS: Final = 1_000
"""How long one is given out: a lower bound a second old is still true, and signing costs as much as an answer."""
SMALL_STEP_MS: Final = 5_000
"""By so much the server's clock may be set back without the anchors that it gave just before being called false."""
MOST_REMEMBERED: Final = 5_000
"""Phones that are online send back what they were given minutes ago: those need no verifying."""


class Anchors:
    """The log's head with the time, signed. `earlier` are the keys that signed before this one, each until when.

    What an earlier key signs for a later time is forged: a key that leaked is the reason why it was replaced.
    """

    def __init__(
        self, key: LogKey, clock: Clock, head: Callable[[], TreeHead], earlier: Sequence[tuple[LogVerifier, int]] = ()
    ) -> None:
        self._key = key
        self._clock = clock
        self._head = head
        self._verifiers: tuple[tuple[LogVerifier, int | None], ...] = ((key, None), *earlier)
        self._newest = ""
        self._newest_ms = 0
        self._genuine: dict[str, int] = {}

    def current(self) -> str:
        """An anchor of this moment, or of at most a second ago."""
        now_ms = self._clock.now_ms()
        if not self._newest or not -SMALL_STEP_MS <= now_ms - self._newest_ms < GOOD_FOR_MS:
            head = self._head()
            sig = self._key.sign(anchor_message(self._key.origin, now_ms, head))
            self._newest, self._newest_ms = write_anchor(now_ms, head, sig), now_ms
            self._remember(self._newest, now_ms)
        return self._newest

    def is_ours(self, text: str, now_ms: int) -> bool:
        """Whether this server signed it, with this key or one before it, and not later than now."""
        at_ms = self._genuine.get(text)
        if at_ms is None:
            at_ms = self._verified(text)
            if at_ms is None:
                return False
            self._remember(text, at_ms)
        return at_ms <= now_ms + SMALL_STEP_MS

    def _verified(self, text: str) -> int | None:
        """When it was made, if it is genuine."""
        try:
            anchor = read_anchor(text)
        except AnchorMalformed:
            return None
        head = TreeHead(anchor.size, anchor.root)
        for verifier, until_ms in self._verifiers:
            if until_ms is not None and anchor.at_ms > until_ms + SMALL_STEP_MS:
                continue
            if verifier.verifies(anchor_message(verifier.origin, anchor.at_ms, head), anchor.sig):
                return anchor.at_ms
        return None

    def _remember(self, text: str, at_ms: int) -> None:
        if len(self._genuine) >= MOST_REMEMBERED:
            # The oldest goes: a dictionary keeps the order in which it was filled.
            del self._genuine[next(iter(self._genuine))]
        self._genuine[text] = at_ms
