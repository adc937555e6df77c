"""A supervisor decides several visits for one reason: plain ones only, and each is a decision of its own in the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from doorstep.application.access import may_see_visit
from doorstep.application.decide_visit import decide_visit
from doorstep.application.lists import is_looked_at
from doorstep.application.office import Office
from doorstep.application.rows import Person, VisitRow
from doorstep.application.writer import Refused

TOGETHER: Final = ("upheld", "returned")
"""What several visits can be decided to be; an overturned one needs its own true outcome."""
MOST_VISITS: Final = 50


class DecidedTogether(msgspec.Struct, frozen=True):
    """What became of each: those that were decided, and those that were not, with why."""

    decided: list[str]
    refused: dict[str, Refused]


def is_plain(row: VisitRow) -> bool:
    """Whether a visit may be decided with others: recorded, with nothing in it that somebody has to look at by itself.

    A contradiction, a waived check, an alert, a hazard or an emergency is looked at on the visit's own page.
    """
    return row.standing == "recorded" and not is_looked_at(row, 0)


async def plain_visits(office: Office, supervisor: Person, visit_ids: Sequence[str]) -> list[VisitRow]:
    """Those of these visits that this supervisor may decide together, in the order in which they were asked for."""
    return [row for row in await _seen(office, supervisor, visit_ids) if is_plain(row)]


async def _seen(office: Office, supervisor: Person, visit_ids: Sequence[str]) -> list[VisitRow]:
    found = [await office.store.visit_row(visit_id) for visit_id in dict.fromkeys(visit_ids)]
    return [row for row in found if row and may_see_visit(supervisor, row)]


async def decide_several(
    office: Office, supervisor: Person, visit_ids: Sequence[str], decision: str, reason: str
) -> DecidedTogether:
    """Decide each visit, one after the other: what refuses one does not hold up the others.

    Raises Refused where nothing can be begun: no visit, too many, no reason, or a decision that several cannot share.
    """
    wanted = list(dict.fromkeys(visit_ids))
    if not wanted:
        raise Refused("invalid", "Tick the visits that you want to decide.", path="visits")
    if len(wanted) > MOST_VISITS:
        raise Refused("invalid", f"Decide at most {MOST_VISITS} visits at once.", path="visits")
    if decision not in TOGETHER:
        raise Refused("invalid", f"decision is one of {', '.join(TOGETHER)}.", path="decision")
    if not reason.strip():
        raise Refused("invalid", "Give the reason. Residents may read it.", path="reason")
    seen = {row.visit_id: row for row in await _seen(office, supervisor, wanted)}
    done = DecidedTogether([], {})
    for visit_id in wanted:
        row = seen.get(visit_id)
        if row is None:
            done.refused[visit_id] = Refused("not-found", "There is no such visit on your patch.")
            continue
        if not is_plain(row):
            done.refused[visit_id] = Refused("not-plain", "Look at this visit on its own page.")
            continue
        try:
            await decide_visit(office, supervisor, visit_id, decision, reason, None)
        except Refused as refused:
            if refused.more.get("path"):
                raise
            done.refused[visit_id] = refused
        else:
            done.decided.append(visit_id)
    return done
