"""The median wait at the door, and the median age of a record at its decision: a table, with how many they are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.cases import MEDIAN_GROUPS, Middle, medians
from doorstep.domain.instants import MS_PER_DAY
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_sections import MOST_LISTED, Cell, Section
from doorstep.web.pages.analysis_words import Speech
from doorstep.web.pages.times import duration
from doorstep.web.pages.words import say

MEDIANS: Final[Mapping[str, str]] = {"evidence": "wait", "audits": "age"}
"""Which measure has a median of what."""
OF: Final[Mapping[str, str]] = {"evidence": "waits", "audits": "decided"}
"""The counter of those that each is of."""


async def median_section(office: Office, person: Person, asked: Asked, name: str, speech: Speech) -> Section:
    """By the same groups as the measure, where there are medians of them, and else of all; people stand by name."""
    by = asked.by if asked.by in MEDIAN_GROUPS else TOTAL
    found = await medians(office, person, asked.days, MEDIANS[name], asked.wanted, by)
    title = say(f"measures.{name}.median")
    rows = sorted(
        (
            speech.group(by, each.value),
            f"{each.count:,}",
            asked.behind(name, OF[name], by, each.value),
            _said(name, each),
        )
        for each in found
    )
    cells = tuple(
        (Cell(label, is_number=False), Cell(count, url, label), Cell(middle))
        for label, count, url, middle in rows[:MOST_LISTED]
    )
    columns = (say(f"measures.by.{by}"), say("analysis.of"), title)
    says = say("analysis.median_says") if rows else say("analysis.nothing")
    return Section("median", title, says, Markup(""), title, columns, cells)


def _said(name: str, middle: Middle) -> str:
    if middle.median_ms is None:
        return say("analysis.not_given_rate")
    if MEDIANS[name] == "wait":
        return duration(round(middle.median_ms))
    return say("analysis.in_days", days=f"{middle.median_ms / MS_PER_DAY:.1f}")
