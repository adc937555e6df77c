"""Which appointments a person asks about: a period, what it is narrowed to, and no patch but theirs."""

from __future__ import annotations

from datetime import date

import msgspec

from doorstep.application.access import READERS, sees_patch
from doorstep.application.rows import Person
from doorstep.application.wastage.asking import Span
from doorstep.application.writer import Refused

MOST_DAYS = 3_660


class Period(msgspec.Struct, frozen=True):
    """London dates, both included, of the windows' starts."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


class Filter(msgspec.Struct, frozen=True):
    """What is looked at; empty: all of it."""

    patch: str = ""
    trade: str = ""
    contractor: str = ""
    operative_id: str = ""
    priority: str = ""
    window: str = ""


ALL = Filter()


def span_of(person: Person, period: Period, wanted: Filter = ALL) -> Span:
    """The appointments that this person asks about. Raises Refused for a patch of others, or no period at all."""
    if person.role not in READERS or not sees_patch(person, wanted.patch or person.patch):
        raise Refused("not-found", "There is no such patch among yours. Choose one of your own.")
    if not 1 <= period.days <= MOST_DAYS:
        raise Refused("invalid", "The period begins before it ends, and has at most ten years.", path="first")
    narrowed = {name: value for name, value in msgspec.structs.asdict(wanted).items() if name != "patch" and value}
    patch = person.patch or wanted.patch
    return Span(period.first.isoformat(), period.last.isoformat(), patch, tuple(sorted(narrowed.items())))
