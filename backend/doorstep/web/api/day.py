"""An operative's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, cast

import msgspec
from litestar import get
from litestar.params import QueryParameter

from doorstep.application.rule_words import LanguageWords
from doorstep.application.serve_day import ServedDay, ServedVisit, serve_day
from doorstep.application.writer import Refused
from doorstep.domain.instants import format_instant, is_real_day
from doorstep.web.api.forms import DayAnswer, DayAppointment, Declaration, HereBefore, OutcomeWords, OwnVisit, Why
from doorstep.web.guards import OPERATIVES
from doorstep.web.problems import InputFault, may_answer
from doorstep.web.requests import WebRequest
from doorstep.web.wiring import Web


@get("/api/day", guards=[OPERATIVES], responses=may_answer(401, 403, 409, 422, 507))
async def day(
    request: WebRequest,
    on: Annotated[str | None, QueryParameter(name="date", description="YYYY-MM-DD; today if left out")] = None,
) -> DayAnswer:
    """The operative's appointments of a day, with the policies in force for them."""
    if request.user.installation_id is None:
        raise Refused("no-installation", "Sign in again on this phone, with its installation_id.")
    if on is not None and not is_real_day(on):
        raise Refused("invalid", "date is a day such as 2026-11-23.", path="date")
    web = request.web
    try:
        served = await serve_day(web.office, request.user, dt.date.fromisoformat(on) if on else None)
    except LookupError as fault:
        if isinstance(fault, (KeyError, IndexError)):
            raise
        raise InputFault(409, "no-policy", f"Nothing of that day can be judged: {fault}") from None
    return _answer(web, served)


def _answer(web: Web, served: ServedDay) -> DayAnswer:
    rules = web.office.rules
    appointments = [
        DayAppointment(
            item.row.row.appointment_id,
            item.row.snapshot,
            item.row.row.snapshot_sha256,
            item.policy.version,
            item.row.row.is_cancelled,
            len(item.row.row.operative_ids),
            [
                HereBefore(format_instant(row.arrived_at), row.standing, row.outcome or None)
                for row in item.here_before
                if row.arrived_at is not None
            ],
        )
        for item in served.appointments
    ]
    return DayAnswer(
        date=served.day.isoformat(),
        server_time=format_instant(served.now_ms),
        feed_next=served.feed_next,
        planner_number=web.office.planner_number,
        appointments=appointments,
        policies=[dict(cast("Mapping[str, Any]", policy.table)) for policy in served.policies],
        declarations=[Declaration(version, said.language, said.words) for version, said in rules.declarations.items()],
        outcomes=[OutcomeWords(name, known.side, known.by, known.words) for name, known in rules.outcomes.items()],
        words={language: _needed(said, served) for language, said in rules.words.items()},
        visits=[own_visit(visit) for visit in served.visits],
    )


def own_visit(visit: ServedVisit) -> OwnVisit:
    """Where a visit stands, from its row, with what was decided of it."""
    row, told = visit.row, visit.told
    return OwnVisit(
        row.visit_id,
        row.appointment_id,
        row.standing,
        row.outcome or None,
        msgspec.json.decode(row.awaiting, type=list[str]),
        [
            Why(reason["reason"], reason.get("clause"), reason["words"])
            for reason in msgspec.json.decode(row.reasons, type=list[dict[str, str]])
        ],
        otherwise=row.otherwise,
        decision=told.decision if told else "",
        decision_reason=told.decision_reason if told else "",
        decided_n=told.decided_n if told else -1,
        day=row.day if visit.address else "",
        address=visit.address,
    )


def _needed(said: LanguageWords, served: ServedDay) -> LanguageWords:
    versions = [policy.version for policy in served.policies if policy.version in said.policies]
    return LanguageWords({version: said.policies[version] for version in versions}, said.outcomes)


ROUTES = [day]
