"""Data exceptions for programs: every kind counted, one kind's rows, resolving one and giving one to somebody."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from doorstep.application.data_exceptions.asking import FoundException
from doorstep.application.data_exceptions.mending import (
    MOST_REASON,
    Counted,
    assign_exception,
    count_exceptions,
    find_exceptions,
    resolve_exception,
)
from doorstep.domain.instants import format_instant
from doorstep.web.guards import MATCHERS
from doorstep.web.problems import may_answer, may_answer_with_nothing
from doorstep.web.requests import WebRequest
from doorstep.web.visit_view import instant

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class KindView(msgspec.Struct, frozen=True):
    """A kind of exception, and how many of it are open on the reader's patch."""

    kind: str
    title: str
    owner: str
    late_after_days: int
    count: int
    late: int
    mine: int
    oldest_since: str | None


class Kinds(msgspec.Struct, frozen=True):
    """Every kind, counted now."""

    exceptions: list[KindView]


class ExceptionView(msgspec.Struct, frozen=True):
    """One exception. `facts` are what makes it one; it leads to where it is mended by the ids beside them."""

    kind: str
    subject_id: str
    patch: str
    since: str
    label: str
    facts: str
    appointment_id: str | None
    visit_id: str | None
    property_ref: str | None
    person_id: str | None
    reason: str | None
    resolved_by: str | None
    resolved_at: str | None


class ExceptionRows(msgspec.Struct, frozen=True):
    """One page of a kind, the oldest first; `next` asks for the one after."""

    exceptions: list[ExceptionView]
    next: str | None


class Resolve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Let one stay as it is, for a reason."""

    subject_id: Code
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_REASON)]


class Give(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give one to somebody; to nobody, where `person_id` is null."""

    subject_id: Code
    person_id: Annotated[str, msgspec.Meta(max_length=100)] | None


@get("/api/exceptions", guards=[MATCHERS], responses=may_answer(401, 403))
async def exceptions(request: WebRequest) -> Kinds:
    """Every kind of data exception: how many are open, how many late, since when the oldest is."""
    return Kinds([_counted(each) for each in await count_exceptions(request.web.office, request.person)])


@get("/api/exceptions/{kind:str}", guards=[MATCHERS], responses=may_answer(401, 403, 404, 422))
async def exceptions_of_kind(
    request: WebRequest,
    kind: FromPath[str],
    standing: Annotated[Literal["open", "resolved"], QueryParameter()] = "open",
    is_late: Annotated[bool, QueryParameter(name="late")] = False,
    is_mine: Annotated[bool, QueryParameter(name="mine")] = False,
    after: Annotated[str, QueryParameter(max_length=320, description="`next` of the page before")] = "",
) -> ExceptionRows:
    """One kind's exceptions on the reader's patch."""
    page = await find_exceptions(
        request.web.office,
        request.person,
        kind,
        standing=standing,
        is_late=is_late,
        is_mine=is_mine,
        after=after.replace("\0", ""),
    )
    return ExceptionRows([_view(row) for row in page.rows], page.next)


@post(
    "/api/exceptions/{kind:str}/resolutions",
    guards=[MATCHERS],
    status_code=204,
    responses=may_answer_with_nothing("Resolved", 401, 403, 404, 413, 415, 422, 507),
)
async def resolve(request: WebRequest, kind: FromPath[str], data: JSONBody[Resolve]) -> None:
    """Resolve one with a reason: by its owner's role, or by whoever has it. It is open again once its facts change."""
    await resolve_exception(request.web.office, request.person, kind, data.subject_id, data.reason)


@post(
    "/api/exceptions/{kind:str}/assignments",
    guards=[MATCHERS],
    status_code=204,
    responses=may_answer_with_nothing("Given", 401, 403, 404, 413, 415, 422, 507),
)
async def give(request: WebRequest, kind: FromPath[str], data: JSONBody[Give]) -> None:
    """Give one to a planner or supervisor who sees its patch."""
    await assign_exception(request.web.office, request.person, kind, data.subject_id, data.person_id or "")


def _counted(each: Counted) -> KindView:
    return KindView(
        kind=each.kind.kind,
        title=each.kind.say_title("en"),
        owner=each.kind.owner,
        late_after_days=each.kind.late_after_days,
        count=each.tally.count,
        late=each.tally.late,
        mine=each.tally.mine,
        oldest_since=instant(each.tally.oldest_since),
    )


def _view(row: FoundException) -> ExceptionView:
    return ExceptionView(
        kind=row.kind,
        subject_id=row.subject_id,
        patch=row.patch,
        since=format_instant(row.since),
        label=row.label,
        facts=row.facts,
        appointment_id=row.appointment_id or None,
        visit_id=row.visit_id or None,
        property_ref=row.property_ref or None,
        person_id=row.person_id or None,
        reason=row.reason or None,
        resolved_by=row.resolved_by or None,
        resolved_at=instant(row.resolved_at),
    )


ROUTES = [exceptions, exceptions_of_kind, resolve, give]
