"""Every measure that is made of shares, over everything in a span, from one read: what an index of them says."""

from __future__ import annotations

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.answers import Answer
from doorstep.application.wastage.asking import Sums
from doorstep.application.wastage.shares import answer_of
from doorstep.application.wastage.spans import ALL, Filter, Period, span_of
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.domain.wastage.measures.shares import SHARES


async def overview(office: Office, person: Person, period: Period, wanted: Filter = ALL) -> dict[str, Answer]:
    """The answers by their measures' names. Raises Refused for a patch of others, or no period."""
    span = span_of(person, period, wanted)
    sums = await office.store.wastage_sums(Sums(span))
    return {name: answer_of(asked, office.rules.wastage, span, TOTAL, "", sums) for name, asked in SHARES.items()}
