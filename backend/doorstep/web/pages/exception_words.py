"""The facts of an exception in words: which times, numbers and days do not go together."""

from __future__ import annotations

from typing import Final

from doorstep.application.data_exceptions.asking import FoundException
from doorstep.web.pages.times import day_and_clock, duration, short_day
from doorstep.web.pages.words import find_words, say

INSTANTS: Final = frozenset({"assigned_outside_window", "arrived_before_window", "duplicate_booking", "not_notified"})
DAYS: Final = frozenset({"alert_past_date"})
LENGTHS: Final = frozenset({"clock_skew"})
PLACES: Final = ("first", "second", "third")


def say_facts(found: FoundException) -> str:
    """What is wrong with this one; empty where its kind says it all."""
    name = f"exceptions.fact.{found.kind}"
    if find_words(name) is None:
        return ""
    texts = (found.facts.split("|") + [""] * len(PLACES))[: len(PLACES)]
    return say(name, **dict(zip(PLACES, (_said(found.kind, text) for text in texts), strict=True)))


def _said(kind: str, text: str) -> str:
    if kind in LENGTHS and text.lstrip("-").isdecimal():
        return duration(int(text))
    if kind in DAYS and text:
        return short_day(text)
    if (kind in INSTANTS or len(text) == len("1795424400000")) and text.isdecimal():
        return day_and_clock(int(text))
    return text or say("exceptions.fact_none")
