"""What can be asked of the facts of appointments: sums by group, the rows behind a number, and single values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from doorstep.domain.wastage.counters import COUNTERS
from doorstep.domain.wastage.dimensions import DIMENSIONS, PARTS, TOTAL
from doorstep.domain.wastage.fact import Fact

FILTERS: Final = ("trade", "contractor", "operative_id", "priority", "window")
"""What a question can be narrowed to, beside the patch and the group."""
IMPLIES_AUDIT: Final = frozenset(
    """missed missed_upheld undecided put_to_audit decided upheld_or_overturned overturned missed_overturned returned
    complete_first_time waived waits near_the_least missed_with_pack disputed disputed_with_pack graded proven
    consistent unsupported contradicted with_photo photo_unreadable calls_named calls_unmatched sent sent_late
    sent_next_day had_requests requests_ignored sent_back""".split()
)
"""Counters of visits that were recorded as missed, and so few: a store finds them by an index."""


ONLY: Final = ("", *"unknown_order known_order rebooked completed never hazard first_of_order".split())
"""What becomes of appointments' orders, and what is no counter: `never` is known and not completed by a later one;
`first_of_order` is the first of its order among those that are asked about.
"""


class Span(msgspec.Struct, frozen=True):
    """Which appointments: London dates, both included; `patch` empty for all; `where` of FILTERS, each a value."""

    first_day: str
    last_day: str
    patch: str = ""
    where: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if unknown := [name for name, _ in self.where if name not in FILTERS]:
            raise ValueError(f"appointments are not narrowed by {', '.join(unknown)}")

    def holds(self, fact: Fact) -> bool:
        """Whether a fact is among them."""
        is_here = self.patch in ("", fact.patch) and self.first_day <= fact.day <= self.last_day
        return is_here and all(getattr(fact, name) == value for name, value in self.where)


class Sums(msgspec.Struct, frozen=True):
    """Every counter's sum, by the groups of a dimension, and further by `part`: patch, day, weekday or month."""

    span: Span
    dimension: str = TOTAL
    part: str = ""

    def __post_init__(self) -> None:
        if self.dimension not in DIMENSIONS or self.part not in PARTS:
            raise ValueError(f"nothing is summed by {self.dimension} and {self.part}")


class Summed(NamedTuple):
    """One group's sums: `counts` in the order of COUNTERS."""

    value: str
    part: str
    counts: tuple[int, ...]

    def count(self, counter: str) -> int:
        """What one counter came to."""
        return self.counts[COUNTERS.index(counter)]


class Behind(msgspec.Struct, frozen=True):
    """The appointments that a counter counted, one page of them, oldest first, beyond (day, appointment_id).

    With a dimension, those of one group of it, `value` as a sum names it, of a list one code; with a part, of one part.
    `only` is one of ONLY; `home` and `order` are of one home or order; with `among`, those of several groups.
    """

    span: Span
    counter: str
    dimension: str = TOTAL
    value: str = ""
    part: str = ""
    part_value: str = ""
    beyond: tuple[str, str] = ("", "")
    limit: int = 50
    only: str = ""
    home: str = ""
    order: str | None = None
    among: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.only not in ONLY:
            raise ValueError(f"appointments are not told apart by {self.only}")
        if self.counter not in COUNTERS or self.dimension not in DIMENSIONS or self.part not in PARTS:
            raise ValueError(f"nothing is counted by {self.counter}, {self.dimension} and {self.part}")


class Lengths(msgspec.Struct, frozen=True):
    """Single lengths in ms, of those facts in which there is one, for a median of each group."""

    span: Span
    field: str
    dimension: str = TOTAL

    def __post_init__(self) -> None:
        if self.field not in ("wait_ms", "decided_after_ms") or self.dimension not in DIMENSIONS:
            raise ValueError(f"no lengths are kept of {self.field} by {self.dimension}")


class Stale(NamedTuple):
    """A day whose summary is older than its facts, and how often those have changed."""

    day: str
    changes: int


class DaySummary(msgspec.Struct, frozen=True):
    """A day's sums by these dimensions and by patch, as its facts were after so many changes; all of them, or a piece.

    `rows` are (dimension, value, patch, counts).
    """

    day: str
    changes: int
    made_by: str
    dimensions: tuple[str, ...]
    rows: tuple[tuple[str, str, str, tuple[int, ...]], ...]
    is_last: bool = True

    def pieces(self, most_rows: int) -> list[DaySummary]:
        """The same in pieces of whole dimensions, each as small as can be beyond so many rows."""
        pieces: list[DaySummary] = []
        names: list[str] = []
        rows: list[tuple[str, str, str, tuple[int, ...]]] = []
        for name in self.dimensions:
            names.append(name)
            rows += [row for row in self.rows if row[0] == name]
            is_last = name == self.dimensions[-1]
            if is_last or len(rows) >= most_rows:
                piece = msgspec.structs.replace(self, dimensions=tuple(names), rows=tuple(rows), is_last=is_last)
                pieces.append(piece)
                names, rows = [], []
        return pieces


class Recovery(NamedTuple):
    """What became of the missed appointments of a group: whose order got another time, and was completed then.

    `unknown` are those without an order: nobody can say.
    """

    value: str
    missed: int
    unknown: int
    rebooked: int
    completed: int


class Repeat(NamedTuple):
    """A home with several missed visits: how many, whether an alert was in force at any of them, and the last day."""

    property_ref: str
    missed: int
    has_alert: bool
    last_day: str


class Repeats(NamedTuple):
    """Homes with missed visits: all of them, those with several and how many of the visits are theirs, and a page."""

    homes: int
    repeated: int
    missed: int
    missed_of_repeated: int
    page: tuple[Repeat, ...]


class Orders(NamedTuple):
    """Orders that have an appointment in the span, and those that were held for one meanwhile and still wait."""

    made: int
    waiting: int


class WaitingOrder(NamedTuple):
    """An order that waits for an appointment, and since when it is held, in ms."""

    work_order_ref: str
    held_at: int


class HazardCase(NamedTuple):
    """An order about a hazard: its appointments, the attempts to get in, by which methods, and whether one did."""

    work_order_ref: str
    first_day: str
    appointments: int
    attempts: int
    methods: tuple[str, ...]
    is_attended: bool


class WastageFacts(Protocol):
    """The part of the store that holds the facts. Reads see what has been committed, exactly, and only that."""

    async def wastage_fact(self, appointment_id: str) -> Fact | None:
        """One appointment's fact."""

    async def wastage_sums(self, asked: Sums) -> Sequence[Summed]:
        """By value, then part; groups without an appointment are left out."""

    async def wastage_behind(self, asked: Behind) -> Sequence[Fact]:
        """The facts behind a number, by day and appointment."""

    async def wastage_lengths(self, asked: Lengths) -> Mapping[str, Sequence[int]]:
        """The lengths of each group, shortest first."""

    async def wastage_recovery(self, asked: Sums) -> Sequence[Recovery]:
        """Of each group's missed appointments, what their orders came to. `part` is not looked at."""

    async def wastage_repeats(self, span: Span, least: int, beyond: tuple[int, str], limit: int) -> Repeats:
        """Homes with at least so many missed visits, most first; the page begins beyond (missed, property_ref)."""

    async def wastage_orders(self, span: Span, first_ms: int, end_ms: int) -> Orders:
        """Of orders that wait, those that were held within these instants."""

    async def wastage_waiting(
        self, span: Span, first_ms: int, end_ms: int, beyond: str, limit: int
    ) -> Sequence[WaitingOrder]:
        """The orders that wait, as `wastage_orders` counts them, by number, beyond one."""

    async def wastage_hazards(self, span: Span, beyond: tuple[str, str], limit: int) -> Sequence[HazardCase]:
        """Cases by first day and order, beyond (first_day, work_order_ref)."""

    async def wastage_stale(self, limit: int) -> Sequence[Stale]:
        """Days whose summary is to be made anew, the newest first."""

    async def wastage_day(self, stale: Stale) -> DaySummary:
        """A day's summary, made from its facts."""
