"""What is known of a home and of an appointment while a planner speaks about it: visits, calls, and what was told.

Within what the planner may see: visits and calls of their own patch, and the notices of the very appointment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from doorstep.application.composing import Notice
from doorstep.application.office import Office
from doorstep.application.ports import Rules
from doorstep.application.records import Wanted, Where
from doorstep.application.rows import AppointmentRow, Person, VisitRow
from doorstep.domain.dossier import Dossier
from doorstep.web.pages.rule_words import say_outcomes
from doorstep.web.pages.words import say_code

MOST_VISITS = 4
MOST_OPEN = 4
"""Of the newest visits to a home so many may be still going on."""
MOST_CALLS = 4
MOST_NOTICES = 4


class PastVisit(msgspec.Struct, frozen=True):
    """An earlier visit to the same home; `is_here` where it was made for this very appointment."""

    visit_id: str
    day: str
    words: str
    is_here: bool


class PastCall(msgspec.Struct, frozen=True):
    """A call about the home that was saved: when (ms), by whom, what they told the operative, what was found."""

    at: int
    planner: str
    words: str
    summary: str


class PastNotice(msgspec.Struct, frozen=True):
    """A message to the resident about this appointment, and the last that is known of it; `sent_at` in ms."""

    sent_at: int
    channel: str
    status: str
    note: str


class Past(msgspec.Struct, frozen=True):
    """All of it, newest first."""

    visits: list[PastVisit]
    calls: list[PastCall]
    notices: list[PastNotice]


async def past_of(
    office: Office, planner: Person, row: AppointmentRow, dossier: Dossier, call_id: str, names: Mapping[str, str]
) -> Past:
    """What came before this call, in a few queries."""
    rows = await _home_visits(office, planner, row)
    before = [visit for visit in rows if visit.standing != "in_progress"][:MOST_VISITS]
    others = {visit.appointment_id for visit in before if visit.appointment_id} - {row.appointment_id}
    dossiers = await office.store.dossiers(sorted(others))
    return Past(
        visits=_visits(before, row.appointment_id, office.rules),
        calls=_calls([dossier, *dossiers.values()], call_id, names),
        notices=await _notices(office, row.appointment_id),
    )


async def _home_visits(office: Office, planner: Person, row: AppointmentRow) -> list[VisitRow]:
    if not row.property_ref:
        return list(await office.store.visits_to([row.appointment_id]))
    return list(await office.store.home_visits(row.property_ref, planner.patch, MOST_VISITS + MOST_OPEN))


def _visits(rows: Iterable[VisitRow], appointment_id: str, rules: Rules) -> list[PastVisit]:
    outcomes = say_outcomes(rules)
    return [
        PastVisit(
            row.visit_id,
            row.day,
            outcomes.get(row.outcome, "") or say_code("standing", row.standing),
            row.appointment_id == appointment_id,
        )
        for row in rows
    ]


def _calls(dossiers: Iterable[Dossier], call_id: str, names: Mapping[str, str]) -> list[PastCall]:
    found = [
        PastCall(
            call.logged.at,
            names.get(call.planner_id, ""),
            say_code("instruction", call.logged.instruction),
            call.logged.summary,
        )
        for dossier in dossiers
        for call in dossier.calls.values()
        if call.logged and call.call_id != call_id
    ]
    return sorted(found, key=lambda call: call.at, reverse=True)[:MOST_CALLS]


async def _notices(office: Office, appointment_id: str) -> list[PastNotice]:
    wanted = Wanted((Where("appointment_id", "=", appointment_id),), ("-sent_at",), MOST_NOTICES)
    found = await office.store.records(Notice, wanted)
    return [
        PastNotice(notice.sent_at, say_code("channel", notice.channel), say_code("notice", notice.status), notice.note)
        for notice in found
    ]
