"""What to ask about an operative's doors: beside one visit, and over a week, for those who may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    first_wait = sunday - timedelta(days=WAITS_WITHIN_DAYS)
    last = Where("day", "<=", sunday.isoformat())
    rows = [
        *await office.store.records(DoorReading, Wanted((Where("day", ">=", monday.isoformat()), last))),
        *await _waits_before(office, first_wait, monday),
    ]
    by_operative: dict[str, list[Reading]] = {}
    for row in rows:
        by_operative.setdefault(row.operative_id, []).append(row.reading())
    this_week = {row.visit_id for row in rows if row.day >= monday.isoformat()}
    found = [
        (operative_id, question)
        for operative_id, readings in sorted(by_operative.items())
        for question in questions(readings)
        if this_week.intersection(question.visit_ids)
    ]
    return [asked for asked in await _with_visits(office, reader, found) if asked.visits]


async def _waits_before(office: Office, first: date, monday: date) -> Iterable[DoorReading]:
    """The waits of the weeks before, without their places: those were asked about in their own week."""
    days = (Where("day", ">=", first.isoformat()), Where("day", "<", monday.isoformat()))
    rows = await office.store.records(DoorReading, Wanted((Where("wait_ms", ">=", 0), *days)))
    return [msgspec.structs.replace(row, lat_e7=None, lon_e7=None, accuracy_m=None) for row in rows]


async def _with_visits(office: Office, reader: Person, found: Sequence[tuple[str, Question]]) -> list[Asked]:
    asked = []
    for operative_id, question in found:
        rows = [row for of in question.visit_ids if (row := await office.store.visit_row(of)) is not None]
        seen = [row for row in rows if may_see_visit(reader, row)]
        asked.append(Asked(question, operative_id, seen, len(question.visit_ids) - len(seen)))
    return asked
