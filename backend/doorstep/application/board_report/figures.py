"""What a monthly report states, as numbers and codes: kept with each edition, so that two of them can be compared.

There is nothing of a person in it. A group is named only where there are enough appointments in it to give a rate of:
what somebody typed into one row, a name or a number, is in no such group.
"""

from __future__ import annotations

import msgspec

from doorstep.application.wastage.answers import Told
from doorstep.application.wastage.rules import CostRates
from doorstep.domain.wastage.like_with_like import Compared
from doorstep.domain.wastage.rate import Rate


class Share(msgspec.Struct, frozen=True):
    """One share of a measure, by their names."""

    measure: str
    share: str
    rate: Rate


class Measured(msgspec.Struct, frozen=True):
    """One measure over everything, and what is told apart from it."""

    number: int
    name: str
    shares: tuple[Share, ...]
    asides: tuple[Told, ...] = ()


class CostLine(msgspec.Struct, frozen=True):
    """What the visits of one outcome cost, and on whose side it is: `missed` or `landlord`."""

    outcome: str
    side: str
    visits: int
    minutes: int
    time_pence: int
    rebooking_pence: int
    total_pence: int


class CostFigures(msgspec.Struct, frozen=True):
    """Measure 5. `total` of a side is reckoned from its exact sums, once: its lines may differ from it by a penny."""

    lines: tuple[CostLine, ...]
    missed: CostLine
    landlord: CostLine
    rates: tuple[CostRates, ...]
    unrated: int
    untimed: int


class MonthPart(msgspec.Struct, frozen=True):
    """Everything that is asked of one month, and of each that it is compared with."""

    month: str
    appointments: int
    population: int
    measures: tuple[Measured, ...]
    cost: CostFigures

    def rate(self, measure: str, share: str) -> Rate:
        """One share of it."""
        held = {(each.measure, each.share): each.rate for told in self.measures for each in told.shares}
        return held[measure, share]


class GroupRow(msgspec.Struct, frozen=True):
    """One group of a dimension that is large enough to be named."""

    value: tuple[str, ...]
    rate: Rate


class Grouped(msgspec.Struct, frozen=True):
    """A measure's first share by groups; `small` groups, of `small_whole` together, are too small to be named."""

    measure: str
    share: str
    dimension: str
    rows: tuple[GroupRow, ...]
    small: int
    small_whole: int


class MonthDot(msgspec.Struct, frozen=True):
    """A month in the pictures."""

    month: str
    missed: Rate
    landlord: Rate


class Hazards(msgspec.Struct, frozen=True):
    """Measure 15: orders about a hazard, those with an attempt, with attempts in two ways or more, and got into."""

    cases: int
    attempted: int
    by_several: int
    attended: int


class Median(msgspec.Struct, frozen=True):
    """A median in ms and of how many; nothing where they are too few."""

    name: str
    count: int
    median_ms: float | None


class OpenExceptions(msgspec.Struct, frozen=True):
    """Data exceptions of one kind that are open as the report is made."""

    kind: str
    count: int
    late: int
    oldest_since: int | None


class Disputes(msgspec.Struct, frozen=True):
    """What residents said against records: in the month, answered in it, and still open as the report is made."""

    received: int
    answered: int
    open: int


class AuditNote(msgspec.Struct, frozen=True):
    """The last whole audit of this data folder: when, over how many entries of the log, and the first thing wrong."""

    at: int
    entries: int
    fault: str = ""


class PolicyUse(msgspec.Struct, frozen=True):
    """A version of the policy and the days of the month on which it was in force; `adopted_at` in ms."""

    version: str
    first_day: str
    last_day: str
    adopted_at: int | None


class RecordFigures(msgspec.Struct, frozen=True):
    """Whether the record itself can be trusted, as the report is made; instants in ms.

    `erased` entries lost their words in the month, by `erasures` logged decisions. `adopted` versions of the policy
    came into use in the month.
    """

    checkpoint_size: int | None
    checkpoint_at: int | None
    checkpoint_published_at: int | None
    unpublished: int
    is_timestamped: bool
    audit: AuditNote | None
    erased: int
    erasures: int
    policies: tuple[PolicyUse, ...]
    adopted: tuple[str, ...]


class MonthFigures(msgspec.Struct, frozen=True):
    """One report. `made_at` in ms; the log had `tree_size` entries, whose root is `root` in hex."""

    landlord: str
    made_at: int
    tree_size: int
    root: str
    least_appointments: int
    least_visits: int
    repeat_visits: int
    repeat_days: int
    now: MonthPart
    before: MonthPart
    year_before: MonthPart
    trend: tuple[MonthDot, ...]
    groups: tuple[Grouped, ...]
    widths: tuple[Compared, ...]
    hazards: Hazards
    medians: tuple[Median, ...]
    disputes: Disputes
    exceptions: tuple[OpenExceptions, ...]
    record: RecordFigures
