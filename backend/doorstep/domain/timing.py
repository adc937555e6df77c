"""Whether a stretch of time at the door was as long as it had to be: five rules, in their order, over whole numbers.

Three clocks speak of it. The server's bounds (domain/bounds.py) cannot be argued with: `lo` is not after the truth and
`hi` is not before it. The phone's monotonic clock cannot be moved, but stops while the phone sleeps, so it is a lower
bound. Its wall clock goes on, but can be moved. For a stretch from `began` to `ended` that must last `needed_ms`:

1. `contradicted` where the server's bounds leave too little room for it.
2. `proven` where the server's bounds leave no room for less.
3. `contradicted` where one run of the page, never hidden, measured too little. Only then: an honest phone that slept,
   or whose clock was put right, must not be accused, as it would be by any rule on the wall clock.
4. `consistent` where one run of the page measured enough and the wall clock agrees.
5. `unsupported` otherwise: it slept, or was started anew, or its clock was moved. Innocent, and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

CLOCKS_AGREE_MS: Final = 30_000
"""How far two clocks may part and still agree: a network puts a phone's clock right by seconds."""


class Moment(NamedTuple):
    """What is known of when an event was stated: by the phone's clocks, and between which of the server's times.

    `n` is the event's place in its chain; `lo_by` and `hi_by` say where the bounds come from, as in domain/bounds.py.
    """

    at: int
    mono: int
    boot: str
    lo: int | None
    hi: int
    n: int = 0
    lo_by: str = ""
    hi_by: str = "receipt"


class Stretch(NamedTuple):
    """A stretch of time that had to last `needed_ms`, counted from no earlier than `opens_at` where that is given.

    `ended` is the event until which it must have lasted. `over_hi` is the earliest `hi` of all the events that say it
    was over by then. `needed_on_phone_ms` is what the phone's own clocks must show from `began` to `ended`: it also
    holds what the phone had to wait for `opens_at`.
    """

    began: Moment
    ended: Moment
    over_hi: int
    needed_ms: int
    needed_on_phone_ms: int
    opens_at: int | None = None
    was_hidden: bool = False
    over_hi_by: str = "receipt"

    @property
    def least_ms(self) -> int | None:
        """It lasted at least so long, by the server's times; None where nothing says so."""
        return None if self.ended.lo is None else self.ended.lo - _latest(self.began.hi, self.opens_at)

    @property
    def most_ms(self) -> int | None:
        """When it was first said to be over it had lasted at most so long, by the server's times.

        Only by its own wall clock could the phone know when the window opened: a few seconds fast is no lie.
        """
        opened_at = None if self.opens_at is None else self.opens_at - CLOCKS_AGREE_MS
        if self.began.lo is None and opened_at is None:
            return None
        return self.over_hi - _latest(self.began.lo, opened_at)

    @property
    def mono_ms(self) -> int:
        """What the phone's monotonic clock measured, where it is one run of the page."""
        return self.ended.mono - self.began.mono

    @property
    def wall_ms(self) -> int:
        """What the phone's wall clock says."""
        return self.ended.at - self.began.at

    @property
    def is_one_run(self) -> bool:
        """Whether the page was not started anew in between: monotonic times of two starts cannot be compared."""
        return self.began.boot == self.ended.boot

    @property
    def do_clocks_agree(self) -> bool:
        """Whether the phone's two clocks tell the same."""
        return abs(self.wall_ms - self.mono_ms) <= CLOCKS_AGREE_MS


class Rule(NamedTuple):
    """One of the five: the grade it gives where it holds."""

    rule: str
    grade: str
    holds: Callable[[Stretch], bool]


def is_short_by_bounds(stretch: Stretch) -> bool:
    """Even the widest reading of the server's times is too short."""
    return stretch.most_ms is not None and stretch.most_ms < stretch.needed_ms


def is_long_by_bounds(stretch: Stretch) -> bool:
    """Even the narrowest reading of the server's times is long enough."""
    return stretch.least_ms is not None and stretch.least_ms >= stretch.needed_ms


def is_short_as_measured(stretch: Stretch) -> bool:
    """The page ran and was in view throughout, and its own clock counted too little."""
    return stretch.is_one_run and not stretch.was_hidden and stretch.mono_ms < stretch.needed_on_phone_ms


def is_long_as_measured(stretch: Stretch) -> bool:
    """The page's own clock counted enough, and the wall clock agrees with it."""
    return stretch.is_one_run and stretch.mono_ms >= stretch.needed_on_phone_ms and stretch.do_clocks_agree


def is_anything(_: Stretch) -> bool:
    """Whatever is left."""
    return True


RULES: Final[tuple[Rule, ...]] = (
    Rule("short_by_bounds", "contradicted", is_short_by_bounds),
    Rule("long_by_bounds", "proven", is_long_by_bounds),
    Rule("short_as_measured", "contradicted", is_short_as_measured),
    Rule("long_as_measured", "consistent", is_long_as_measured),
    Rule("unmeasured", "unsupported", is_anything),
)
"""In this order: the first that holds decides."""


def grade_wait(stretch: Stretch, rules: Sequence[Rule] = RULES) -> tuple[str, str]:
    """The grade of a stretch of time, and the name of the rule that gave it."""
    return next((rule.grade, rule.rule) for rule in rules if rule.holds(stretch))


def _latest(*instants: int | None) -> int:
    return max(instant for instant in instants if instant is not None)
