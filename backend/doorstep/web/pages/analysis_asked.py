"""What the address of a page of the analysis asks for: a period, what it is narrowed to, by what, and which number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from doorstep.application.wastage.offered import NARROWED_BY
from doorstep.application.wastage.spans import MOST_DAYS, Filter, Period
from doorstep.domain.instants import is_real_day
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.web.pages.words import say

PATH: Final = "/office/analysis"
PERIODS: Final = ("year", "month", "last", "own")
MOST_LETTERS: Final = 200


class Asked(msgspec.Struct, frozen=True):
    """`period` is one of PERIODS; `typed` the days as they were typed; without a usable period, `errors` says why."""

    period: str
    days: Period
    wanted: Filter
    by: str
    typed: tuple[str, str]
    errors: dict[str, str]

    def url(self, measure: str = "", by: str | None = None) -> str:
        """A measure's page, or the index, over the same appointments."""
        fields = [("period", self.period)] if self.period != "own" else self._days()
        grouped = self.by if by is None else by
        fields += self._narrowed() + ([("by", grouped)] if measure else [])
        return f"{PATH}/{quote(measure)}?{urlencode(fields)}" if measure else f"{PATH}?{urlencode(fields)}"

    def behind(
        self,
        measure: str,
        counter: str,
        by: str = TOTAL,
        value: Sequence[str] = (),
        part: str = "",
        part_value: str = "",
        first: date | None = None,
        only: str = "",
    ) -> str:
        """The page of the appointments behind a number. It names the days: it counts the same tomorrow."""
        fields = [("counter", counter), *self._days(first), *self._narrowed()]
        if by != TOTAL:
            fields.append(("by", by))
        fields += [("value", each) for each in value]
        if only:
            fields.append(("only", only))
        if part:
            fields += [("part", part), ("part_value", part_value)]
        return f"{PATH}/{quote(measure)}/visits?{urlencode(fields)}"

    def within(self, first: date, last: date) -> Asked:
        """The same over other days."""
        return msgspec.structs.replace(self, period="own", days=Period(first, last))

    def _days(self, first: date | None = None) -> list[tuple[str, str]]:
        begins = max(first, self.days.first) if first else self.days.first
        return [("period", "own"), ("from", begins.isoformat()), ("to", self.days.last.isoformat())]

    def _narrowed(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in msgspec.structs.asdict(self.wanted).items() if value]


def asked_by(fields: Mapping[str, str], today: date) -> Asked:
    """What is asked for; a period that is none is told in `errors`, and the usual one stands in for it."""
    period = fields.get("period", "")
    typed = fields.get("from", "").strip(), fields.get("to", "").strip()
    errors: dict[str, str] = {}
    if period not in PERIODS:
        period = PERIODS[0]
    days = _own(typed, errors) if period == "own" else None
    narrowed = {name: fields.get(name, "")[:MOST_LETTERS] for name in ("patch", *NARROWED_BY)}
    by = fields.get("by", "") or TOTAL
    return Asked(period, days or _period(period, today), Filter(**narrowed), by, typed, errors)


def _period(name: str, today: date) -> Period:
    """This month and the last twelve end today: what is still to come has no outcome yet."""
    first = today.replace(day=1)
    if name == "last":
        end = first - timedelta(days=1)
        return Period(end.replace(day=1), end)
    if name == "month":
        return Period(first, today)
    month = today.year * 12 + today.month - 12
    return Period(date(month // 12, month % 12 + 1, 1), today)


def _own(typed: tuple[str, str], errors: dict[str, str]) -> Period | None:
    for name, day in zip(("from", "to"), typed, strict=True):
        if not is_real_day(day):
            errors[name] = say("analysis.no_day")
    if errors:
        return None
    period = Period(*map(date.fromisoformat, typed))
    if period.days < 1:
        errors["to"] = say("analysis.days_turned")
    elif period.days > MOST_DAYS:
        errors["from"] = say("analysis.too_long")
    return None if errors else period
