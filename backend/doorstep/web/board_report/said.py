"""How months, moments, rates and comparisons are said in a report."""

from __future__ import annotations

from doorstep.application.london import london_clock, london_time
from doorstep.domain.wastage.rate import Rate
from doorstep.web.pages.analysis_words import say_interval, say_rate
from doorstep.web.pages.times import short_day
from doorstep.web.pages.words import say

OWN_SHARES = {
    ("orders", "made"): "analysis.orders_made",
    ("repeats", "several"): "reports.share.several",
    ("recovery", "rebooked"): "analysis.rebooked",
    ("recovery", "completed"): "analysis.completed",
}


def month_words(month: str) -> str:
    """`2026-10` as October 2026."""
    year, _, number = month.partition("-")
    return f"{say('time.months').split(', ')[int(number) - 1]} {year}"


def short_month(month: str) -> str:
    """`2026-10` as Oct 2026."""
    year, _, number = month.partition("-")
    return f"{say('time.months_short').split(', ')[int(number) - 1]} {year}"


def moment(ms: int) -> str:
    """An instant as London's day and clock; in the hour that comes twice, with its offset."""
    there = london_time(ms).replace(microsecond=0)
    return say("reports.moment", day=short_day(there.date().isoformat()), clock=london_clock(there))


def table_id(part_id: str, place: int = 1) -> str:
    """What the caption of a part's table is found by, the first being 1: a picture is described by it."""
    return f"{part_id}-figures-{place}"


def share_name(measure: str, share: str) -> str:
    """What a share is called."""
    return say(OWN_SHARES.get((measure, share), f"measures.{measure}.share.{share}"))


def rate_or_not(rate: Rate) -> str:
    """The rate in a table, where how many there were stands beside it."""
    return say_rate(rate) if rate.is_given else say("analysis.not_given_rate")


def counts(rate: Rate) -> tuple[str, str, str, str]:
    """Counted, of how many, the rate and its interval."""
    return f"{rate.part:,}", f"{rate.whole:,}", rate_or_not(rate), say_interval(rate)


def overlap(one: Rate, other: Rate) -> bool:
    """Whether the intervals of two rates that are given overlap: then their difference may be chance."""
    return (one.low or 0.0) <= (other.high or 0.0) and (other.low or 0.0) <= (one.high or 0.0)


def beside(month: str, now: Rate, then: Rate) -> str:
    """How a rate compares with the same one of another month, and whether that may be chance."""
    named = month_words(month)
    if not then.whole:
        return say("reports.since.nothing", month=named)
    facts = {"month": named, "part": f"{then.part:,}", "whole": f"{then.whole:,}"}
    if not then.is_given:
        return say("reports.since.few", **facts)
    told = say("reports.since.rate", rate=say_rate(then), between=say_interval(then), **facts)
    if not now.is_given:
        return told
    return f"{told} {say('reports.chance' if overlap(now, then) else 'reports.not_chance')}"
