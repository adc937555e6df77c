"""Residents' replies: what each asks for, how long it has waited, and what a planner did about it."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.access import may_see_appointment
from doorstep.application.reminders.numbers import ends_of
from doorstep.application.reminders.opt_outs import MOST_REASON
from doorstep.application.reminders.replies import find_reply, finish_reply, replies
from doorstep.application.reminders.text_rows import DONE, ReplyTask
from doorstep.application.rows import AppointmentRow
from doorstep.application.writer import Refused
from doorstep.web.guards import MATCHERS, PLANNERS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH: Final = "/office/replies"
MINUTES_AN_HOUR, MINUTES_A_DAY = 60, 24 * 60
Typed = dict[str, str]


class ShownReply(msgspec.Struct, frozen=True):
    """One reply with its appointment, where it has one that the reader may see."""

    task: ReplyTask
    appointment: AppointmentRow | None
    ends: str
    age: str


@get(PATH, guards=[MATCHERS], include_in_schema=False)
async def replies_page(request: WebRequest) -> Response[str]:
    """Those that wait, the oldest first; and the last ones that were seen to."""
    office = request.web.office
    return page(
        request,
        "replies.html",
        open=[await _shown(request, task) for task in await replies(office, request.person)],
        done=[await _shown(request, task) for task in (await replies(office, request.person, DONE))[:20]],
        names=await names_of_people(office),
        may_change=request.person.role == "planner",
    )


@get(f"{PATH}/{{text_id:str}}", guards=[PLANNERS], include_in_schema=False)
async def reply_page(request: WebRequest, text_id: FromPath[str]) -> Response[str]:
    """One reply, and the form that says what was done."""
    return await _form(request, text_id, {}, {}, 200)


@post(f"{PATH}/{{text_id:str}}", guards=[PLANNERS], include_in_schema=False)
async def finish_here(request: WebRequest, text_id: FromPath[str]) -> Response[str] | Redirect:
    """It was seen to, and how."""
    fields = await read_form(request)
    try:
        await finish_reply(request.web.office, request.person, text_id, fields.get("reason", ""))
    except Refused as refused:
        status = STATUS_OF_REFUSAL.get(refused.reason, 409)
        return await _form(request, text_id, fields, {str(refused.more.get("path", "")): say_refusal(refused)}, status)
    return Redirect(PATH, status_code=303)


async def _form(request: WebRequest, text_id: str, typed: Typed, errors: Typed, status: int) -> Response[str]:
    task = await find_reply(request.web.office, request.person, text_id)
    reply = await _shown(request, task)
    return page(request, "reply.html", status, reply=reply, typed=typed, errors=errors, most=MOST_REASON)


async def _shown(request: WebRequest, task: ReplyTask) -> ShownReply:
    office = request.web.office
    row = await office.store.appointment_row(task.appointment_id) if task.appointment_id else None
    seen = row if row and may_see_appointment(request.person, row) else None
    return ShownReply(task, seen, ends_of(task.number), say_age(office.clock.now_ms() - task.received_at))


def say_age(ms: int) -> str:
    """How long something has waited, in words."""
    minutes = max(ms, 0) // 60_000
    if minutes < MINUTES_AN_HOUR:
        return say("replies.minutes", n=minutes)
    if minutes < MINUTES_A_DAY:
        return say("replies.hours", n=minutes // MINUTES_AN_HOUR)
    return say("replies.days", n=minutes // MINUTES_A_DAY)


ROUTES = [replies_page, reply_page, finish_here]
