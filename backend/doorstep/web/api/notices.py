"""What a resident was told by a letter or a call: the office's own record of it, with its author."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import FromPath, JSONBody

from doorstep.application.notices import MOST_NOTE, record_told
from doorstep.application.writer import Refused
from doorstep.domain.instants import InputRefused, format_instant, parse_instant
from doorstep.web.guards import PLANNERS
from doorstep.web.problems import may_answer
from doorstep.web.requests import WebRequest


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How and when the resident was told. `channel` is letter, call or in_person; a text's word is its receipt."""

    channel: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    sent_at: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    note: Annotated[str, msgspec.Meta(max_length=MOST_NOTE)] = ""


class NoticeTold(msgspec.Struct, frozen=True):
    """The notice as it stands in the appointment now."""

    notice_id: str
    channel: str
    sent_at: str
    status: str


@post(
    "/api/appointments/{appointment_id:str}/notices",
    guards=[PLANNERS],
    responses=may_answer(401, 403, 404, 413, 415, 422, 507),
)
async def tell(request: WebRequest, appointment_id: FromPath[str], data: JSONBody[Told]) -> NoticeTold:
    """Record that the resident was told."""
    try:
        sent_at = parse_instant(data.sent_at, "sent_at")
    except InputRefused as refused:
        raise Refused("invalid", str(refused), path="sent_at") from None
    notice = await record_told(request.web.office, request.person, appointment_id, data.channel, sent_at, data.note)
    return NoticeTold(notice.notice_id, notice.channel, format_instant(notice.sent_at), notice.status)


ROUTES = [tell]
