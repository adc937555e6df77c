"""Months of London's calendar: which one a report is of, when it is over, and which ones it is compared with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from doorstep.application.london import LONDON, london_date
from doorstep.application.wastage.spans import Period
from doorstep.application.writer import Refused
from doorstep.domain.instants import is_real_day

SHOWN: Final = 13
"""Months in a picture: the year up to the month, and the same month a year before."""


def month_named(text: str, today: date) -> Period:
    """A month such as `2026-10` that is over. Raises Refused, with words for whoever asked."""
    if len(text) != len("2026-10") or not is_real_day(f"{text}-01"):
        raise Refused("invalid", "Give a month as YEAR-MONTH, such as 2026-10.", path="month")
    month = month_of(date.fromisoformat(f"{text}-01"))
    if month.last >= today:
        begins = (month.last + timedelta(days=1)).isoformat()
        raise Refused(
            "invalid", f"{text} is not over yet: its report can be made from {begins} on.", path="month", open="yes"
        )
    return month


def month_of(day: date) -> Period:
    """The month that a day is in."""
    return Period(day.replace(day=1), (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def months_back(month: Period, count: int) -> Period:
    """The month so many months before."""
    place = month.first.year * 12 + month.first.month - 1 - count
    return month_of(date(place // 12, place % 12 + 1, 1))


def named(month: Period) -> str:
    """`2026-10`."""
    return f"{month.first:%Y-%m}"


def last_over(now_ms: int) -> Period:
    """The month that ended last, by London's calendar."""
    return months_back(month_of(london_date(now_ms)), 1)


def bounds_ms(month: Period) -> tuple[int, int]:
    """Its first instant, and the first one after it: London's midnights, which no clock change touches."""
    first, end = (
        datetime(day.year, day.month, day.day, tzinfo=LONDON).timestamp()
        for day in (month.first, month.last + timedelta(days=1))
    )
    return round(first * 1000), round(end * 1000)
