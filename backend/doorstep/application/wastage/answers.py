"""What a measure answers: groups with their rates, what is told apart, and all that a reader needs to check it."""

from __future__ import annotations

import msgspec

from doorstep.application.wastage.asking import Span
from doorstep.domain.wastage.counters import COUNTERS
from doorstep.domain.wastage.rate import Rate


class Told(msgspec.Struct, frozen=True):
    """A count that is told apart; `is_left_out` where it is in no whole."""

    counter: str
    count: int
    is_left_out: bool


class Group(msgspec.Struct, frozen=True):
    """One group: `value` has a part for each field of the dimension, none for the total; `rates` are by share."""

    value: tuple[str, ...]
    part: str
    counts: tuple[int, ...]
    rates: dict[str, Rate]

    def count(self, counter: str) -> int:
        """What one counter came to in it."""
        return self.counts[COUNTERS.index(counter)]


class Answer(msgspec.Struct, frozen=True):
    """`least_appointments` and `least_visits` say below which n no rate was given."""

    number: int
    name: str
    span: Span
    dimension: str
    part: str
    least_appointments: int
    least_visits: int
    total: Group
    groups: tuple[Group, ...]
    asides: tuple[Told, ...]
