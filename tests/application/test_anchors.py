"""Anchors are true lower bounds: made of the log's head, known again, and never another's, altered or of the future."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from doorstep.adapters.log_key import Ed25519LogKey
from doorstep.application.anchors import GOOD_FOR_MS, MOST_REMEMBERED, SMALL_STEP_MS, Anchors
from doorstep.domain.anchor import anchor_message, read_anchor, write_anchor
from doorstep.domain.log_tree import EMPTY_ROOT, TreeHead
from tests.makers import LOG_KEY, MORNING, HeldClock

HEAD = TreeHead(7, b"r" * 32)


@dataclass
class Counted:
    """The tests' key, which counts what is asked of it."""

    origin: str = LOG_KEY.origin
    vkey: str = LOG_KEY.vkey
    asked: list[str] = field(default_factory=list)

    def sign(self, message: bytes) -> bytes:
        self.asked.append("sign")
        return LOG_KEY.sign(message)

    def verifies(self, message: bytes, sig: bytes) -> bool:
        self.asked.append("verify")
        return LOG_KEY.verifies(message, sig)


@pytest.fixture
def clock() -> HeldClock:
    """A clock that stands still until it is moved."""
    return HeldClock()


def signed(key: Ed25519LogKey, at_ms: int, head: TreeHead = HEAD) -> str:
    """An anchor by that key."""
    return write_anchor(at_ms, head, key.sign(anchor_message(key.origin, at_ms, head)))


def test_one_is_given_for_a_second(clock: HeldClock) -> None:
    """Signing costs as much as an answer: the same one for a second, then the head as it is by then."""
    heads, key = [TreeHead(0, EMPTY_ROOT), HEAD], Counted()
    anchors = Anchors(key, clock, lambda: heads[0])
    first = anchors.current()
    heads.pop(0)
    clock.ms += GOOD_FOR_MS - 1
    assert anchors.current() == first
    clock.ms += 1
    anchor = read_anchor(anchors.current())
    assert (anchor.at_ms, TreeHead(anchor.size, anchor.root)) == (MORNING + GOOD_FOR_MS, HEAD)
    assert key.asked == ["sign"] * 2


def test_what_was_given_is_known_without_verifying(clock: HeldClock) -> None:
    """Most events bring back what their phone was given minutes ago; after a restart each is verified once."""
    key = Counted()
    anchors = Anchors(key, clock, lambda: HEAD)
    assert anchors.is_ours(anchors.current(), clock.ms)
    assert key.asked == ["sign"]
    verifying = Counted()
    restarted = Anchors(verifying, clock, lambda: HEAD)
    assert [restarted.is_ours(anchors.current(), clock.ms) for _ in range(3)] == [True] * 3
    assert verifying.asked == ["verify"]


def test_what_is_forgotten_is_still_known(clock: HeldClock) -> None:
    """However many were given since, an old one is ours: phones come back after days."""
    anchors = Anchors(LOG_KEY, clock, lambda: HEAD)
    first = anchors.current()
    for _ in range(MOST_REMEMBERED + 1):
        clock.ms += GOOD_FOR_MS
        anchors.current()
    assert len(anchors._genuine) == MOST_REMEMBERED
    assert anchors.is_ours(first, clock.ms)


def test_an_altered_one_is_not_ours(clock: HeldClock) -> None:
    """No digit of it may be another; another log's is no better, whoever made it, nor is what is none at all."""
    anchors = Anchors(LOG_KEY, clock, lambda: HEAD)
    time, size, root, sig = anchors.current().split(".")
    forged = [
        f"{int(time) - 1}.{size}.{root}.{sig}",
        f"{time}.{int(size) + 1}.{root}.{sig}",
        f"{time}.{size}.{'A' * 43}.{sig}",
        f"{time}.{size}.{root}.{'A' * 86}",
        signed(Ed25519LogKey.from_seed(b"l" * 32, "doorstep/another"), MORNING),
        signed(Ed25519LogKey.made(LOG_KEY.origin), MORNING),
        "",
        "1.2.3.4",
    ]
    assert [text for text in forged if anchors.is_ours(text, clock.ms)] == []


def test_an_earlier_key_vouches_for_its_own_time_only(clock: HeldClock) -> None:
    """Whoever has a key that leaked, and was replaced for it, makes no anchor of any later moment."""
    old = Ed25519LogKey.made(LOG_KEY.origin)
    anchors = Anchors(LOG_KEY, clock, lambda: HEAD, [(old, MORNING - 60_000)])
    assert anchors.is_ours(signed(old, MORNING - 60_000), clock.ms)
    assert not anchors.is_ours(signed(old, MORNING), clock.ms)


def test_one_of_the_future_is_not_ours(clock: HeldClock) -> None:
    """A genuine one from when the server's clock was wrong bounds nothing; a second's correction harms nobody."""
    anchors = Anchors(LOG_KEY, clock, lambda: HEAD)
    assert anchors.is_ours(signed(LOG_KEY, MORNING + SMALL_STEP_MS), MORNING)
    assert not anchors.is_ours(signed(LOG_KEY, MORNING + SMALL_STEP_MS + 1), MORNING)


def test_a_clock_that_is_set_back(clock: HeldClock) -> None:
    """By a little, the last anchor goes on; by much, what is given follows the clock at once."""
    anchors = Anchors(LOG_KEY, clock, lambda: HEAD)
    first = anchors.current()
    clock.ms -= SMALL_STEP_MS
    assert anchors.current() == first
    clock.ms -= 60_000
    assert read_anchor(anchors.current()).at_ms == clock.ms


def test_those_of_an_earlier_key_are_ours(clock: HeldClock) -> None:
    """A phone that was offline when the key was changed, or the log restored, has done nothing wrong."""
    earlier = [Ed25519LogKey.made(LOG_KEY.origin), Ed25519LogKey.made("before-the-restore")]
    anchors = Anchors(LOG_KEY, clock, lambda: HEAD, [(key, MORNING) for key in earlier])
    assert [anchors.is_ours(signed(key, MORNING - 1), MORNING) for key in earlier] == [True, True]
