"""What to ask about an operative's doors: beside one visit, and over a week, for those who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from doorstep.application.access import may_see_visit
from doorstep.application.door_readings import DoorReading
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.rows import Person, VisitRow
from doorstep.domain.readings import WAITS_WITHIN_DAYS, Question, Reading, questions

WEEK: Final = 7


class Asked(msgspec.Struct, frozen=True):
    """A question with the visits that it is of, in order of arrival, and how many of them the reader may not see."""

    question: Question
    operative_id: str
    visits: list[VisitRow]
    hidden: int


async def questions_of_visit(office: Office, reader: Person, visit_id: str) -> list[Asked]:
    """What to ask of a visit beside its operative's others: the same day's doors, and four weeks of waits around it."""
    mine = await office.store.record(DoorReading, visit_id)
    if mine is None:
        return []
    day, span = date.fromisoformat(mine.day), timedelta(days=WAITS_WITHIN_DAYS)
    near = Wanted(
        (
            Where("operative_id", "=", mine.operative_id),
            Where("day", ">=", (day - span).isoformat()),
            Where("day", "<=", (day + span).isoformat()),
        )
    )
    found = questions(row.reading() for row in await office.store.records(DoorReading, near))
    of_it = [question for question in found if visit_id in question.visit_ids]
    return await _with_visits(office, reader, [(mine.operative_id, question) for question in of_it])


async def questions_of_week(office: Office, reader: Person, monday: date) -> list[Asked]:
    """What to ask of a week's doors: every operative's, as far as the reader may see the visits.

    Equal waits are looked for in the four weeks that end with it.
    """
    sunday = monday + timedelta(days=WEEK - 1)
    span = (sunday - timedelta(days=WAITS_WITHIN_DAYS)).isoformat(), monday.isoformat(), sunday.isoformat()
    found = []
    for operative_id in await office.store.operatives_to_ask(*span):
        readings, this_week = await _readings(office, operative_id, *span)
        asks = [question for question in questions(readings) if this_week.intersection(question.visit_ids)]
        found += [(operative_id, question) for question in asks]
    return [asked for asked in await _with_visits(office, reader, found) if asked.visits]


async def _readings(
    office: Office, operative_id: str, first_wait: str, monday: str, sunday: str
) -> tuple[list[Reading], set[str]]:
    """An operative's readings of the week, with the waits before it; and the week's visits.

    Of the weeks before the places are left out: they were asked about in their own week.
    """
    days = (Where("day", ">=", first_wait), Where("day", "<=", sunday))
    rows = await office.store.records(DoorReading, Wanted((Where("operative_id", "=", operative_id), *days)))
    this_week = {row.visit_id for row in rows if row.day >= monday}
    read = [row.reading() for row in rows]
    return [each if each.visit_id in this_week else each._replace(fix=None) for each in read], this_week


async def _with_visits(office: Office, reader: Person, found: Sequence[tuple[str, Question]]) -> list[Asked]:
    asked = []
    for operative_id, question in found:
        rows = [row for of in question.visit_ids if (row := await office.store.visit_row(of)) is not None]
        seen = [row for row in rows if may_see_visit(reader, row)]
        asked.append(Asked(question, operative_id, seen, len(question.visit_ids) - len(seen)))
    return asked
