"""What the groups, months and weekdays of the analysis are called, and in which order groups stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from doorstep.application.ports import Rules
from doorstep.application.wastage.answers import Group
from doorstep.domain.instants import is_real_day
from doorstep.domain.wastage.bands import LEAD, NOTICE, WIDTH
from doorstep.domain.wastage.facts import BEST_FIRST
from doorstep.domain.wastage.measures.definition import Ratio
from doorstep.domain.wastage.rate import Rate, shown_ends, shown_percent
from doorstep.domain.wastage.record_quality import GRADE_OF
from doorstep.web.pages.rule_words import say_newest_title, say_outcomes
from doorstep.web.pages.words import find_words, say, say_code

IN_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "lead": tuple(name for _, name in LEAD),
    "notice": tuple(name for _, name in NOTICE),
    "width": tuple(name for _, name in WIDTH),
    "receipt": tuple(BEST_FIRST),
    "alerts": ("with", "without"),
}
CHECKS_OF: Final = ("contractor_failed", "contractor_waived", "contractor_graded")
BY_NAME: Final = ("operative", "like_with_like", "put_right", "contractor", "contractor_trade")
"""Groups that stand by their names: nobody is ranked, and what belongs together stays together."""


class Speech:
    """Says what groups are called, by the rules in force and the names of people."""

    def __init__(self, rules: Rules, people: Mapping[str, str]) -> None:
        self._rules, self._people = rules, people
        self._outcomes = say_outcomes(rules)

    def group(self, dimension: str, value: Sequence[str]) -> str:
        """A group's name."""
        if not value:
            return say("measures.by.total")
        if dimension == "like_with_like":
            kinds = ("trade", "priority", "width")
            return ", ".join(self._one(kind, each) for kind, each in zip(kinds, value, strict=True))
        if dimension == "contractor_trade":
            return ", ".join(self._one(kind, each) for kind, each in zip(("contractor", "trade"), value, strict=True))
        if dimension in CHECKS_OF:
            return f"{self._one('contractor', value[0])}, {self.check(value[1])}"
        if dimension == "decided_as":
            recorded, stands = value
            return f"{self.outcome(recorded)}, {self.outcome(stands) if stands else say('analysis.undecided')}"
        if dimension == "put_right":
            parts = zip(("decision", "stands_as"), value, strict=True)
            return ", ".join(self._one(kind, each) for kind, each in parts if each) or say("analysis.undecided")
        return self._one(dimension, value[0])

    def check(self, code: str) -> str:
        """A check, with its grade where the code has one."""
        clause, _, grade = code.partition(GRADE_OF)
        title = say_newest_title(self._rules, clause)
        return f"{title}: {say(f'grade.{grade}')}" if grade else title

    def part(self, part: str, value: str) -> str:
        """A month or a weekday."""
        if part == "weekday" and value in tuple("0123456"):
            return say("time.weekdays").split(", ")[(int(value) + 6) % 7]
        if part == "month" and is_real_day(f"{value}-01"):
            year, month = value.split("-")
            return f"{say('time.months_short').split(', ')[int(month) - 1]} {year}"
        return value

    def outcome(self, code: str) -> str:
        """What a visit came to."""
        return self._outcomes.get(code) or (say_code("analysis", code) if code else say("analysis.no_outcome"))

    def _one(self, dimension: str, value: str) -> str:
        if dimension in ("recorded_as", "stands_as"):
            return self.outcome(value)
        if not value:
            return say("measures.value.contractor.own" if dimension == "contractor" else "analysis.not_given")
        if dimension == "operative":
            return self._people.get(value, value)
        if dimension in ("clauses_failed", "clauses_waived"):
            return say_newest_title(self._rules, value)
        if dimension == "decision":
            return say_code("decision", value)
        if dimension == "channel" and find_words(f"channel.{value}"):
            return say(f"channel.{value}")
        return find_words(f"measures.value.{dimension}.{value}") or value


def ordered(groups: Sequence[Group], dimension: str, ratio: Ratio, speech: Speech) -> list[Group]:
    """Bands in their order, people by name, the rest by their rate, and last of all those too small to have one."""
    if dimension in IN_ORDER:
        places = IN_ORDER[dimension]
        return sorted(groups, key=lambda each: places.index(each.value[0]) if each.value[0] in places else len(places))
    if dimension in BY_NAME:
        return sorted(groups, key=lambda each: speech.group(dimension, each.value))
    return sorted(groups, key=lambda each: (-(each.rates[ratio.name].value or -1.0), -each.rates[ratio.name].whole))


def months_between(first: date, last: date) -> list[str]:
    """Every month that a period touches, as `2026-11`."""
    first_month, last_month = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first_month, last_month + 1)]


def say_rate(rate: Rate) -> str:
    """The rate, or how few there were."""
    if not rate.is_given:
        return say("measures.too_few", n=f"{rate.whole:,}")
    return f"{shown_percent(rate)}%"


def say_interval(rate: Rate) -> str:
    """Both ends, or that there are none."""
    if not rate.is_given:
        return say("analysis.not_given_rate")
    low, high = shown_ends(rate)
    return say("analysis.between", low=low, high=high)
