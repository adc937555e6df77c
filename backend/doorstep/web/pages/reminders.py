"""Reminders: what is due and became of the rest, the words as they are read, and the numbers that get none."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.london import london_date
from doorstep.application.reminders.failed_numbers import close_failed_number, failed_numbers
from doorstep.application.reminders.in_time import too_late_now
from doorstep.application.reminders.numbers import ends_of
from doorstep.application.reminders.opt_outs import MOST_REASON, lift_opt_out, opt_out, opt_outs
from doorstep.application.reminders.planning import Booked, personalisation
from doorstep.application.reminders.rules import ReminderRules, Rule, filled
from doorstep.application.reminders.send_again import send_again, send_text_again, sendable_again
from doorstep.application.reminders.send_due import halted
from doorstep.application.reminders.text_lists import SHOWN, count_days, texts_of_day
from doorstep.application.reminders.text_rows import REFUSED, FailedNumber, OptOut
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR, is_real_day
from doorstep.web.guards import MATCHERS, PLANNERS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import find_words, say
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH: Final = "/office/reminders"
NUMBERS: Final = "/office/opt-outs"
Typed = dict[str, str]


class Worded(msgspec.Struct, frozen=True):
    """One reminder as a resident reads it: its name, when it goes, and its words by language."""

    name: str
    when: str
    texts: dict[str, str]


@get(PATH, guards=[MATCHERS], include_in_schema=False)
async def reminders_page(request: WebRequest) -> Response[str]:
    """How many a day, one list of one day, and the words."""
    asked_day, asked_list = request.query_params.get("day", ""), request.query_params.get("show", "")
    day = asked_day if is_real_day(asked_day) else _today(request)
    shown = asked_list if asked_list in SHOWN else "due"
    return await _reminders(request, day, shown)


@post(f"{PATH}/again", guards=[PLANNERS], include_in_schema=False)
async def send_again_here(request: WebRequest) -> Response[str] | Redirect:
    """The service's set-up is mended: let texts go again."""
    await read_form(request)
    try:
        done = await send_again(request.web.office, request.person)
    except Refused as refused:
        return await _reminders(request, _today(request), "due", _errors(refused), _status(refused))
    return Redirect(f"{PATH}?due={done.due}&dropped={done.dropped}#again", status_code=303)


@post(f"{PATH}/again/{{reference:str}}", guards=[PLANNERS], include_in_schema=False)
async def send_text_again_here(request: WebRequest, reference: FromPath[str]) -> Response[str] | Redirect:
    """One text that failed goes to the number that there now is."""
    await read_form(request)
    try:
        await send_text_again(request.web.office, request.person, reference)
    except Refused as refused:
        return await _reminders(request, _today(request), "failed", _errors(refused), _status(refused))
    return Redirect(f"{PATH}?due=1#again", status_code=303)


def _today(request: WebRequest) -> str:
    return london_date(request.web.office.clock.now_ms()).isoformat()


async def _reminders(
    request: WebRequest, day: str, shown: str, errors: Typed | None = None, status: int = 200
) -> Response[str]:
    office, asked = request.web.office, request.query_params
    texts = await texts_of_day(office, request.person, date.fromisoformat(day), shown)
    may_send = request.person.role == "planner"
    due, dropped = (int(asked.get(name, "")) if asked.get(name, "").isdecimal() else 0 for name in ("due", "dropped"))
    return page(
        request,
        "reminders.html",
        status,
        halt=await halted(office),
        too_late=too_late_now(office),
        may_send=may_send,
        sendable=await sendable_again(office, [each.text for each in texts]) if may_send else set(),
        sent_again=(due, dropped) if "due" in asked else None,
        errors=errors or {},
        today=_today(request),
        day=day,
        shown=shown,
        lists=list(SHOWN),
        days=await count_days(office, request.person),
        texts=[
            (each, say_rule(each.text.rule), say_fault(each.text.fault), ends_of(each.text.number)) for each in texts
        ],
        rules=office.reminders,
        words=_worded(office.reminders, office.clock.now_ms(), office.landlord, office.rebooking_number),
    )


@get(NUMBERS, guards=[MATCHERS], include_in_schema=False)
async def numbers_page(request: WebRequest) -> Response[str]:
    """Who wants none, which numbers failed, and the form that records another."""
    return await _numbers(request, {}, {}, 200)


@post(NUMBERS, guards=[PLANNERS], include_in_schema=False)
async def opt_out_here(request: WebRequest) -> Response[str] | Redirect:
    """Record that somebody wants no reminders."""
    fields = await read_form(request)
    try:
        await opt_out(request.web.office, request.person, fields.get("number", ""), fields.get("reason", ""))
    except Refused as refused:
        return await _numbers(request, fields, _errors(refused), _status(refused))
    return Redirect(NUMBERS, status_code=303)


@get(f"{NUMBERS}/{{opt_out_id:str}}/lift", guards=[PLANNERS], include_in_schema=False)
async def lift_page(request: WebRequest, opt_out_id: FromPath[str]) -> Response[str]:
    """Whether it is meant, and why."""
    return await _lift_form(request, opt_out_id, {}, {}, 200)


@post(f"{NUMBERS}/{{opt_out_id:str}}/lift", guards=[PLANNERS], include_in_schema=False)
async def lift_here(request: WebRequest, opt_out_id: FromPath[str]) -> Response[str] | Redirect:
    """Lift it, for a reason."""
    fields = await read_form(request)
    try:
        await lift_opt_out(request.web.office, request.person, opt_out_id, fields.get("reason", ""))
    except Refused as refused:
        return await _lift_form(request, opt_out_id, fields, _errors(refused), _status(refused))
    return Redirect(NUMBERS, status_code=303)


@get(f"{NUMBERS}/failed/{{failed_id:str}}", guards=[PLANNERS], include_in_schema=False)
async def mend_page(request: WebRequest, failed_id: FromPath[str]) -> Response[str]:
    """What to do about a number that failed."""
    return await _mend_form(request, failed_id, {}, {}, 200)


@post(f"{NUMBERS}/failed/{{failed_id:str}}", guards=[PLANNERS], include_in_schema=False)
async def mend_here(request: WebRequest, failed_id: FromPath[str]) -> Response[str] | Redirect:
    """Somebody saw to it, and says how."""
    fields = await read_form(request)
    try:
        await close_failed_number(request.web.office, request.person, failed_id, fields.get("reason", ""))
    except Refused as refused:
        return await _mend_form(request, failed_id, fields, _errors(refused), _status(refused))
    return Redirect(NUMBERS, status_code=303)


def say_rule(rule: str) -> str:
    """A reminder's name in words; as the rules write it where the landlord made it up."""
    return find_words(f"reminders.rule.{rule}") or rule.replace("_", " ")


def say_fault(fault: str) -> str:
    """Why a text did not go or arrive; with the text service's own name for it where it refused it."""
    code, _, name = fault.partition(" ")
    if code == REFUSED:
        return say("reminders.refused_as", name=name) if name else say("reminders.refused")
    return (find_words(f"reminders.fault.{fault}") or fault) if fault else ""


def _worded(rules: ReminderRules | None, now_ms: int, landlord: str, phone: str) -> list[Worded]:
    if rules is None:
        return []
    tomorrow = now_ms - now_ms % MS_PER_DAY + MS_PER_DAY + 12 * MS_PER_HOUR
    example = Booked(
        appointment_id="",
        patch="",
        starts_at=tomorrow,
        ends_at=tomorrow + 5 * MS_PER_HOUR,
        window="",
        priority="",
        trade="",
        known_at=now_ms,
        is_cancelled=False,
        number="",
        job="12345678",
        landlord=landlord or say("reminders.landlord"),
        phone=phone or "01632 960101",
    )
    filling = personalisation(example)
    return [
        Worded(
            say_rule(rule.reminder),
            _say_when(rule),
            {language: filled(rule.words[language], filling) for language in rules.languages},
        )
        for rule in rules.reminders
    ]


def _say_when(rule: Rule) -> str:
    if rule.on_booking:
        return say("reminders.when_booked")
    if rule.days_before is not None:
        return say("reminders.when_days", days=rule.days_before, at=f"{rule.at // 60:02}:{rule.at % 60:02}")
    return say("reminders.when_hours", hours=rule.hours_before)


def _errors(refused: Refused) -> Typed:
    path = refused.more.get("path")
    return {str(path) if path else "": say_refusal(refused)}


def _status(refused: Refused) -> int:
    return STATUS_OF_REFUSAL.get(refused.reason, 409)


async def _numbers(request: WebRequest, typed: Typed, errors: Typed, status: int) -> Response[str]:
    office = request.web.office
    held = await opt_outs(office, request.person)
    return page(
        request,
        "opt_outs.html",
        status,
        standing=[(each, ends_of(each.number)) for each in held if not each.is_lifted],
        lifted=[(each, ends_of(each.number)) for each in held if each.is_lifted],
        failed=[(each, ends_of(each.number)) for each in await failed_numbers(office, request.person)],
        names=await names_of_people(office),
        typed=typed,
        errors=errors,
        most=MOST_REASON,
        may_change=request.person.role == "planner",
    )


async def _lift_form(request: WebRequest, opt_out_id: str, typed: Typed, errors: Typed, status: int) -> Response[str]:
    held: list[OptOut] = await opt_outs(request.web.office, request.person)
    found = next((each for each in held if each.opt_out_id == opt_out_id and not each.is_lifted), None)
    if found is None:
        raise Refused("not-found", "There is no such opt-out.")
    return _seen_to(request, "lift", f"{NUMBERS}/{opt_out_id}/lift", found, typed, errors, status)


async def _mend_form(request: WebRequest, failed_id: str, typed: Typed, errors: Typed, status: int) -> Response[str]:
    held = await failed_numbers(request.web.office, request.person)
    found = next((each for each in held if each.failed_id == failed_id), None)
    if found is None:
        raise Refused("not-found", "There is no such number.")
    row = await request.web.office.store.appointment_row(found.appointment_id)
    more: dict[str, Any] = {"appointment": row}
    return _seen_to(request, "mend", f"{NUMBERS}/failed/{failed_id}", found, typed, errors, status, **more)


def _seen_to(
    request: WebRequest,
    what: str,
    action: str,
    of: OptOut | FailedNumber,
    typed: Typed,
    errors: Typed,
    status: int,
    **more: Any,
) -> Response[str]:
    shown = {"what": what, "action": action, "of": of, "ends": ends_of(of.number), "typed": typed, "errors": errors}
    return page(request, "number_seen_to.html", status, most=MOST_REASON, **shown, **more)


ROUTES = [
    reminders_page,
    send_again_here,
    send_text_again_here,
    numbers_page,
    opt_out_here,
    lift_page,
    lift_here,
    mend_page,
    mend_here,
]
