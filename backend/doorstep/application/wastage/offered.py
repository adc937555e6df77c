"""What a question can be narrowed to: the patches, trades and so on that the appointments of a period have."""

from __future__ import annotations

from typing import Final

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.asking import Sums
from doorstep.application.wastage.spans import Filter, Period, span_of
from doorstep.domain.wastage.dimensions import TOTAL

NARROWED_BY: Final = ("trade", "contractor", "priority", "window")
"""Not by operative: one person's visits are seen beside everybody else's, never alone."""


async def offered(office: Office, person: Person, period: Period, patch: str = "") -> dict[str, tuple[str, ...]]:
    """The values by name, in order, `patch` among them: of one patch only where the reader has one."""
    everywhere = span_of(person, period)
    patches = await office.store.wastage_sums(Sums(everywhere, TOTAL, "patch"))
    found = {"patch": tuple(sorted({each.part for each in patches if each.part}))}
    span = span_of(person, period, Filter(patch=patch))
    for name in NARROWED_BY:
        sums = await office.store.wastage_sums(Sums(span, name))
        found[name] = tuple(sorted({each.value for each in sums if each.value}))
    return found
