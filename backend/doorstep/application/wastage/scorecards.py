"""A contractor's scorecard: how good its records of missed visits are, beside all others together, who are not named.

Our own teams are one of them: those of whom no contractor is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.asking import Span, Summed, Sums
from doorstep.application.wastage.rules import WastageRules
from doorstep.application.wastage.spans import ALL, Filter, Period, span_of
from doorstep.domain.grades import GRADES
from doorstep.domain.wastage.dimensions import BETWEEN, groups_in
from doorstep.domain.wastage.like_with_like import Compared, compare
from doorstep.domain.wastage.measures.definition import Ratio
from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.domain.wastage.rate import Rate, rate_of
from doorstep.domain.wastage.record_quality import GRADE_OF

RECORDS: Final = SHARES["records"]
MINE, OTHERS = "mine", "others"


class Beside(msgspec.Struct, frozen=True):
    """One share of this contractor's records, beside that of all others."""

    name: str
    mine: Rate
    others: Rate


class Scorecard(msgspec.Struct, frozen=True):
    """`failed` and `waived` are by check, `graded` by check and grade, `trades` by trade, each of records put to audit.

    `compared` is the share complete the first time over trades in which both have enough. `left_out` were cancelled
    before their slot, `undecided` wait for a supervisor; both are this contractor's.
    """

    contractor: str
    span: Span
    least: int
    shares: tuple[Beside, ...]
    failed: tuple[Beside, ...]
    waived: tuple[Beside, ...]
    graded: tuple[Beside, ...]
    trades: tuple[Beside, ...]
    compared: Compared
    left_out: int
    undecided: int


class _Pair:
    """Sums of counters, of this contractor and of all others."""

    def __init__(self, rules: WastageRules) -> None:
        self._least = rules.least_visits
        self._sums: dict[tuple[str, str, str], int] = {}

    def add(self, side: str, group: str, summed: Summed, counters: Sequence[str]) -> None:
        for counter in counters:
            key = side, group, counter
            self._sums[key] = self._sums.get(key, 0) + summed.count(counter)

    def count(self, side: str, group: str, counter: str) -> int:
        return self._sums.get((side, group, counter), 0)

    def put(self, side: str, group: str, counter: str, count: int) -> None:
        self._sums[side, group, counter] = count

    def groups(self) -> list[str]:
        return sorted({group for _, group, _ in self._sums})

    def beside(self, name: str, part: tuple[str, str], whole: tuple[str, str]) -> Beside:
        mine, others = (
            rate_of(self.count(side, *part), self.count(side, *whole), self._least) for side in (MINE, OTHERS)
        )
        return Beside(name, mine, others)


async def scorecard(office: Office, person: Person, contractor: str, period: Period, wanted: Filter = ALL) -> Scorecard:
    """The scorecard over a period; an empty contractor stands for our own teams. Raises Refused as every measure."""
    rules = office.rules.wastage
    span = span_of(person, period, msgspec.structs.replace(wanted, contractor=""))
    found = {
        name: await office.store.wastage_sums(Sums(span, name))
        for name in ("contractor", "contractor_trade", "contractor_failed", "contractor_waived", "contractor_graded")
    }
    whole = _Pair(rules)
    counters = sorted({each for ratio in RECORDS.ratios for each in (ratio.part, ratio.whole)})
    for summed in found["contractor"]:
        whole.add(_side(summed.value, contractor), "", summed, [*counters, "cancelled_before", "undecided"])
    trades = _trades(rules, found["contractor_trade"], contractor)
    return Scorecard(
        contractor=contractor,
        span=span,
        least=rules.least_visits,
        shares=tuple(whole.beside(ratio.name, ("", ratio.part), ("", ratio.whole)) for ratio in RECORDS.ratios),
        failed=_checks(rules, found["contractor_failed"], contractor, "contractor_failed", whole),
        waived=_checks(rules, found["contractor_waived"], contractor, "contractor_waived", whole),
        graded=_graded(rules, found["contractor_graded"], contractor),
        trades=trades,
        compared=_compared(trades, rules),
        left_out=whole.count(MINE, "", "cancelled_before"),
        undecided=whole.count(MINE, "", "undecided"),
    )


def _side(value: str, contractor: str) -> str:
    return MINE if value.partition(BETWEEN)[0] == contractor else OTHERS


def _by_code(rules: WastageRules, sums: Sequence[Summed], contractor: str, dimension: str) -> _Pair:
    """What is put to audit, by the code that a group ends with."""
    pair = _Pair(rules)
    for summed in sums:
        for group in groups_in(dimension, summed.value):
            code = group.partition(BETWEEN)[2]
            if code:
                pair.add(_side(group, contractor), code, summed, ["put_to_audit"])
    return pair


def _checks(
    rules: WastageRules, sums: Sequence[Summed], contractor: str, dimension: str, whole: _Pair
) -> tuple[Beside, ...]:
    """By check, of all records that were put to audit."""
    pair = _by_code(rules, sums, contractor, dimension)
    for side in (MINE, OTHERS):
        pair.put(side, "", "put_to_audit", whole.count(side, "", "put_to_audit"))
    codes = [code for code in pair.groups() if code]
    return tuple(pair.beside(code, (code, "put_to_audit"), ("", "put_to_audit")) for code in codes)


def _graded(rules: WastageRules, sums: Sequence[Summed], contractor: str) -> tuple[Beside, ...]:
    """By check and grade, of those records in which that check was graded; the strongest grade first."""
    pair = _by_code(rules, sums, contractor, "contractor_graded")
    checks = [group for group in pair.groups() if group.endswith(GRADE_OF)]
    return tuple(
        pair.beside(f"{check}{grade}", (f"{check}{grade}", "put_to_audit"), (check, "put_to_audit"))
        for check in checks
        for grade in reversed(GRADES)
    )


def _trades(rules: WastageRules, sums: Sequence[Summed], contractor: str) -> tuple[Beside, ...]:
    main = RECORDS.ratios[0]
    pair = _Pair(rules)
    for summed in sums:
        pair.add(_side(summed.value, contractor), summed.value.partition(BETWEEN)[2], summed, [main.part, main.whole])
    found = [pair.beside(trade, (trade, main.part), (trade, main.whole)) for trade in pair.groups()]
    return tuple(each for each in found if each.mine.whole)


def _compared(trades: Sequence[Beside], rules: WastageRules) -> Compared:
    counts: Mapping[tuple[str, str, str], tuple[int, int]] = {
        (each.name, "", side): (rate.part, rate.whole)
        for each in trades
        for side, rate in ((MINE, each.mine), (OTHERS, each.others))
    }
    return compare(counts, MINE, OTHERS, rules.least_visits)


def ratio_of(name: str) -> Ratio:
    """What a share of the card counts."""
    return RECORDS.ratio(name)
