"""What each question about the facts of appointments means, in plain words over all of them: slow, and plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from doorstep.application.wastage.asking import Behind, DaySummary, Lengths, Span, Stale, Summed, Sums
from doorstep.domain.wastage.counters import COUNTERS, counts_of
from doorstep.domain.wastage.dimensions import SUMMARY_VERSION, value_of
from doorstep.domain.wastage.fact import Fact


class MemoryWastage:
    """The part of the store in memory that holds facts. It keeps no sums: each question counts anew."""

    def __init__(self) -> None:
        self.wastage: dict[str, Fact] = {}

    async def wastage_fact(self, appointment_id: str) -> Fact | None:
        return self.wastage.get(appointment_id)

    async def wastage_sums(self, asked: Sums) -> Sequence[Summed]:
        sums: dict[tuple[str, str], tuple[int, ...]] = {}
        for fact in self._among(asked.span):
            group = (value_of(asked.dimension, fact), part_of(asked.part, fact))
            counts = counts_of(fact)
            sums[group] = tuple(map(sum, zip(sums.get(group, (0,) * len(COUNTERS)), counts, strict=True)))
        return [Summed(*group, sums[group]) for group in sorted(sums)]

    async def wastage_behind(self, asked: Behind) -> Sequence[Fact]:
        place = COUNTERS.index(asked.counter)
        found = [
            fact
            for fact in self._among(asked.span)
            if counts_of(fact)[place]
            and value_of(asked.dimension, fact) == asked.value
            and (fact.day, fact.appointment_id) > asked.beyond
        ]
        return sorted(found, key=lambda fact: (fact.day, fact.appointment_id))[: asked.limit]

    async def wastage_lengths(self, asked: Lengths) -> Mapping[str, Sequence[int]]:
        lengths: dict[str, list[int]] = {}
        for fact in self._among(asked.span):
            length = getattr(fact, asked.field)
            if length is not None and not fact.is_cancelled_before:
                lengths.setdefault(value_of(asked.dimension, fact), []).append(length)
        return {value: sorted(found) for value, found in lengths.items()}

    async def wastage_stale(self, limit: int) -> Sequence[Stale]:
        return []

    async def wastage_day(self, stale: Stale) -> DaySummary:
        return DaySummary(stale.day, stale.changes, SUMMARY_VERSION, ())

    def _among(self, span: Span) -> Iterable[Fact]:
        return (fact for fact in self.wastage.values() if span.holds(fact))


def part_of(part: str, fact: Fact) -> str:
    """By what its group is told further apart; Sunday is weekday 0."""
    if part == "weekday":
        return str(date.fromisoformat(fact.day).isoweekday() % 7)
    return {"": "", "patch": fact.patch, "day": fact.day, "month": fact.day[:7]}[part]
