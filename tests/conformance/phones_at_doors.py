"""Phones that state a wait at a door, as it truly happened: honest ones as ours works, hostile ones that say anything.

Time here is the truth, in ms; the server's clock tells it. A phone has a wall clock that may be wrong and moved, and a
monotonic one that stops in its sleep. What nobody can do, hostile or not: put an anchor or a planner's code into an
event before it was made, or hand the server an event before it was stated.
"""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple
from uuid import UUID

NOTED_MS = 2_000
"""The phone states a time out of view from this length on, as static_pwa/src/domain/stopwatch.ts has it."""


class Said(NamedTuple):
    """One event as a phone states it, and when it truly did."""

    kind: str
    truly_at: int
    at: int
    t: int
    mono: int
    boot: str
    own: dict[str, Any]


class HonestPhone:
    """A phone that runs our page: its stopwatch counts as static_pwa/src/domain/stopwatch.ts does."""

    def __init__(self, rng: Random, truly_at: int, wrong_by_ms: int) -> None:
        self.rng, self.truly_at, self.wrong_by_ms = rng, truly_at, wrong_by_ms
        self.mono, self.boot = rng.randrange(600_000), _boot(rng)
        self.t, self.last_t = 0, -1
        self.gap = {"hidden_ms": 0, "wall_ms": 0, "mono_ms": 0}
        self.was_out_of_view = False

    def in_view(self, ms: int) -> None:
        """The page is looked at."""
        self.truly_at += ms
        self.mono += ms
        self.t += ms

    def hidden(self, ms: int, awake_ms: int, moved_ms: int = 0) -> None:
        """In a pocket: asleep but for `awake_ms`; the wall clock is moved meanwhile, by a network or a hand."""
        self.truly_at += ms
        self.wrong_by_ms += moved_ms
        self.mono += awake_ms
        self._credit(ms + moved_ms, awake_ms)

    def restarted(self, ms: int, moved_ms: int = 0) -> None:
        """Killed, and started again after a while."""
        self.truly_at += ms
        self.wrong_by_ms += moved_ms
        self.mono, self.boot = self.rng.randrange(2_000), _boot(self.rng)
        self._credit(ms + moved_ms, 0)

    def moved(self, ms: int) -> None:
        """The wall clock is moved while the page is in view: it counts for nothing."""
        self.wrong_by_ms += ms

    def says(self, kind: str, **own: Any) -> list[Said]:
        """A tap: the event, and before it the gap that it must state."""
        noted = max(self.gap["hidden_ms"], abs(self.gap["wall_ms"])) >= NOTED_MS
        said = [self._one("clock_gap", self.gap)] if noted else []
        if noted:
            self.gap = dict.fromkeys(self.gap, 0)
        return [*said, self._one(kind, own)]

    @property
    def wall(self) -> int:
        """What the wall clock shows."""
        return self.truly_at + self.wrong_by_ms

    def _credit(self, wall_ms: int, mono_ms: int) -> None:
        credited = max(wall_ms, mono_ms, 0)
        self.t += credited
        added = {"hidden_ms": credited, "wall_ms": wall_ms, "mono_ms": mono_ms}
        self.gap = {name: ms + added[name] for name, ms in self.gap.items()}
        self.was_out_of_view = True

    def _one(self, kind: str, own: dict[str, Any]) -> Said:
        self.t = max(self.t, self.last_t + 1)
        self.last_t = self.t
        return Said(kind, self.truly_at, self.wall, self.t, self.mono, self.boot, own)


class HostilePhone:
    """A patched page, or no page at all: every number is what serves it, but that the stopwatch must rise."""

    def __init__(self, rng: Random, truly_at: int) -> None:
        self.rng, self.truly_at = rng, truly_at
        self.at, self.t, self.mono, self.boot = truly_at + rng.choice([0, 0, -900_000, 900_000]), 0, 5_000, _boot(rng)
        self.last_t = -1
        self.lies = rng.choice(["all", "stopwatch", "edge", "boot", "gap"])

    def passes(self, ms: int, claimed_ms: int) -> None:
        """So much time truly passes; so much is claimed."""
        self.truly_at += ms
        self.t += claimed_ms
        self.at += claimed_ms
        self.mono += claimed_ms if self.lies in ("all", "gap", "edge") else ms
        if self.lies == "boot":
            self.boot = _boot(self.rng)
        if self.lies == "all" and self.rng.random() < 0.1:
            self.mono += self.rng.choice([-40_000, -30_001, 30_000, 30_001])

    def measures(self, mono: int) -> None:
        """Claims to the millisecond what just suffices, or just does not."""
        if self.lies == "edge":
            self.at += mono - self.mono
            self.mono = mono

    def says(self, kind: str, **own: Any) -> list[Said]:
        """Whatever it likes to say, perhaps with a gap that never was."""
        gap = {"hidden_ms": 60_000, "wall_ms": 60_000, "mono_ms": 0}
        said = [self._one("clock_gap", gap)] if self.lies == "gap" and self.rng.random() < 0.5 else []
        return [*said, self._one(kind, own)]

    def _one(self, kind: str, own: dict[str, Any]) -> Said:
        self.t = max(self.t, self.last_t + 1)
        self.last_t = self.t
        return Said(kind, self.truly_at, self.at, self.t, max(self.mono, 0), self.boot, own)


def _boot(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128)))
