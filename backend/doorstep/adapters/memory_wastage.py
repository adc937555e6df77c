"""What each question about the facts of appointments means, in plain words over all of them: slow, and plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from doorstep.application.intake.kept import NO_SLOT, OPEN, HeldRow
from doorstep.application.records import Found, Record
from doorstep.application.wastage.asking import (
    Behind,
    DaySummary,
    HazardCase,
    Lengths,
    Orders,
    Recovery,
    Repeat,
    Repeats,
    Span,
    Stale,
    Summed,
    Sums,
    WaitingOrder,
)
from doorstep.application.wastage.blocks import BlockRow, Due
from doorstep.domain.wastage.counters import COUNTERS, counts_of
from doorstep.domain.wastage.dimensions import SUMMARY_VERSION, TOTAL, groups_in, value_of
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.sides import ATTENDED, COMPLETED


class MemoryWastage:
    """The part of the store in memory that holds facts. It keeps no sums: each question counts anew."""

    kept: dict[Found, Record]

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
        found = [
            fact
            for fact in self._among(asked.span)
            if _is_counted(fact, asked.counter)
            and _is_in_group(fact, asked)
            and self._is_only(fact, asked)
            and (not asked.part or part_of(asked.part, fact) == asked.part_value)
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

    async def wastage_recovery(self, asked: Sums) -> Sequence[Recovery]:
        found: dict[str, list[Fact]] = {}
        for fact in self._among(asked.span):
            if _is_counted(fact, "missed"):
                found.setdefault(value_of(asked.dimension, fact), []).append(fact)
        return [self._recovery(value, found[value]) for value in sorted(found)]

    def _recovery(self, value: str, missed: list[Fact]) -> Recovery:
        later = [[each.recorded_as for each in self._later(fact)] for fact in missed]
        return Recovery(
            value,
            len(missed),
            sum(not fact.work_order_ref for fact in missed),
            sum(bool(outcomes) for outcomes in later),
            sum(bool(COMPLETED & set(outcomes)) for outcomes in later),
        )

    def _later(self, fact: Fact) -> list[Fact]:
        """The later appointments of its order that were not cancelled before."""
        return [
            each
            for each in self.wastage.values()
            if fact.work_order_ref
            and each.work_order_ref == fact.work_order_ref
            and each.starts_at > fact.starts_at
            and not each.is_cancelled_before
        ]

    async def wastage_repeats(self, span: Span, least: int, beyond: tuple[int, str], limit: int) -> Repeats:
        homes: dict[str, list[Fact]] = {}
        for fact in self._among(span):
            if _is_counted(fact, "missed") and fact.property_ref:
                homes.setdefault(fact.property_ref, []).append(fact)
        several = [
            Repeat(home, len(facts), any(fact.alerts == "with" for fact in facts), max(fact.day for fact in facts))
            for home, facts in homes.items()
            if len(facts) >= least
        ]
        several.sort(key=lambda each: (-each.missed, each.property_ref))
        page = [
            each for each in several if not beyond[0] or (-each.missed, each.property_ref) > (-beyond[0], beyond[1])
        ]
        counts = sum(map(len, homes.values())), sum(each.missed for each in several)
        return Repeats(len(homes), len(several), *counts, tuple(page[:limit]))

    async def wastage_orders(self, span: Span, first_ms: int, end_ms: int) -> Orders:
        made = {fact.work_order_ref for fact in self._among(span) if _is_counted(fact, "population")} - {""}
        return Orders(len(made), len(self._waiting(span, first_ms, end_ms)))

    async def wastage_waiting(
        self, span: Span, first_ms: int, end_ms: int, beyond: str, limit: int
    ) -> Sequence[WaitingOrder]:
        waiting = self._waiting(span, first_ms, end_ms)
        return [WaitingOrder(order, waiting[order]) for order in sorted(waiting) if order > beyond][:limit]

    def _waiting(self, span: Span, first_ms: int, end_ms: int) -> dict[str, int]:
        """Orders that were held for an appointment and have none, with when they were first held."""
        booked = {fact.work_order_ref for fact in self.wastage.values() if not fact.is_cancelled_before} | {""}
        held: dict[str, int] = {}
        for row in self.kept.values():
            if isinstance(row, HeldRow) and (row.kind, row.state) == (NO_SLOT, OPEN):
                is_asked = first_ms <= row.held_at < end_ms and span.patch in ("", row.patch)
                if is_asked and row.work_order_ref not in booked:
                    held[row.work_order_ref] = min(row.held_at, held.get(row.work_order_ref, row.held_at))
        return held

    def _is_only(self, fact: Fact, asked: Behind) -> bool:
        """Whether it is of that home and order, and what is asked of its order holds."""
        if asked.home not in ("", fact.property_ref) or asked.order not in (None, fact.work_order_ref):
            return False
        outcomes = {each.recorded_as for each in self._later(fact)}
        is_done = bool(COMPLETED & outcomes)
        return {
            "": True,
            "unknown_order": not fact.work_order_ref,
            "known_order": fact.work_order_ref != "",
            "rebooked": bool(self._later(fact)),
            "completed": is_done,
            "never": fact.work_order_ref != "" and not is_done,
            "hazard": "hazard" in fact.priority,
            "first_of_order": fact.work_order_ref != "" and self._is_first(fact, asked.span),
        }[asked.only]

    def _is_first(self, fact: Fact, span: Span) -> bool:
        """Whether no appointment of its order that counts stands before it in the span."""
        return not any(
            each.work_order_ref == fact.work_order_ref
            and _is_counted(each, "population")
            and (each.day, each.appointment_id) < (fact.day, fact.appointment_id)
            for each in self._among(span)
        )

    async def wastage_hazards(self, span: Span, beyond: tuple[str, str], limit: int) -> Sequence[HazardCase]:
        cases: dict[str, list[Fact]] = {}
        for fact in self._among(span):
            if "hazard" in fact.priority and _is_counted(fact, "population"):
                cases.setdefault(fact.work_order_ref, []).append(fact)
        found = [
            HazardCase(
                ref,
                min(fact.day for fact in facts),
                len(facts),
                sum(fact.attempts for fact in facts),
                tuple(sorted({method for fact in facts for method in fact.methods.split()})),
                any(fact.recorded_as in ATTENDED for fact in facts),
            )
            for ref, facts in cases.items()
        ]
        found.sort(key=lambda case: (case.first_day, case.work_order_ref))
        return [case for case in found if (case.first_day, case.work_order_ref) > beyond][:limit]

    async def wastage_stale(self, limit: int) -> Sequence[Stale]:
        return [][:limit]

    async def wastage_day(self, stale: Stale) -> DaySummary:
        return DaySummary(stale.day, stale.changes, SUMMARY_VERSION, (), ())

    async def wastage_due(self, today: str, limit: int) -> Sequence[Due]:
        del today
        return [][:limit]

    async def wastage_block(self, due: Due) -> Sequence[BlockRow]:
        del due
        return ()

    def _among(self, span: Span) -> Iterable[Fact]:
        return (fact for fact in self.wastage.values() if span.holds(fact))


def _is_counted(fact: Fact, counter: str) -> bool:
    return counts_of(fact)[COUNTERS.index(counter)] > 0


def _is_in_group(fact: Fact, asked: Behind) -> bool:
    if asked.among:
        return value_of(asked.dimension, fact) in asked.among
    return asked.dimension == TOTAL or asked.value in _groups_of(asked.dimension, fact)


def _groups_of(dimension: str, fact: Fact) -> list[str]:
    return groups_in(dimension, value_of(dimension, fact))


def part_of(part: str, fact: Fact) -> str:
    """By what its group is told further apart; Sunday is weekday 0."""
    if part == "weekday":
        return str(date.fromisoformat(fact.day).isoweekday() % 7)
    return {"": "", "patch": fact.patch, "day": fact.day, "month": fact.day[:7]}[part]
