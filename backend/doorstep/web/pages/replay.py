"""Replay on the screen: a draft made by a form, how far its replay is, what it came to, and the visits behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.london import london_date
from doorstep.application.replay import WOULD_ALLOW, WOULD_REFUSE, Asked, Replayed
from doorstep.application.replay_draft import Change, Number, draft_of, numbers_of
from doorstep.application.replay_runs import MOST_LISTED, ReplayRun
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.instants import is_real_day
from doorstep.domain.policy import Policy, PolicyRefused
from doorstep.web.guards import EXPORTERS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.rule_words import say_clause
from doorstep.web.pages.words import say
from doorstep.web.requests import WebRequest

PATH: Final = "/office/replay"
MOST_NUMBER: Final = 100_000
YEAR: Final = timedelta(days=365)
A_PAGE: Final = 50
CHANGED: Final = (WOULD_REFUSE, WOULD_ALLOW)
MOST_PATCH: Final = 100
MOST_FIELDS: Final = 400

Fields = Mapping[str, str]


class ClauseForm(NamedTuple):
    """One clause on the form: its title, and its numbers by the names of their fields."""

    clause: str
    title: str
    numbers: tuple[tuple[str, Number], ...]


class Reason(NamedTuple):
    """Why visits would be refused: a check, whether it was asked for then, and how many of them."""

    clause: str
    title: str
    asked_then: str
    visits: int


@get(PATH, guards=[EXPORTERS], include_in_schema=False)
async def replay_form(request: WebRequest) -> Response[str]:
    """The form, filled with the policy in force, and one's replays of the last day."""
    return _form(request, {}, {}, 200)


@post(PATH, guards=[EXPORTERS], include_in_schema=False)
async def begin_replay(request: WebRequest) -> Response[str] | Redirect:
    """Begin a replay, or show the form again with what to put right."""
    fields = await read_form(request, MOST_FIELDS)
    office, person, base = request.web.office, request.person, _base(request)
    errors: dict[str, str] = {}
    changes = _changes(base, fields, errors)
    first_day, last_day = fields.get("from", "").strip(), fields.get("to", "").strip()
    _check_days(first_day, last_day, errors)
    try:
        draft = draft_of(base, changes)
    except PolicyRefused as refused:
        errors.setdefault("", str(refused))
        draft = base
    if not errors:
        patch = person.patch or fields.get("patch", "").strip()[:MOST_PATCH]
        try:
            asked = Asked(draft, first_day, last_day, patch)
            run = request.web.replays.begin(office, person, asked, base, changes)
        except Refused as refused:
            errors[""] = say_refusal(refused)
        else:
            return Redirect(f"{PATH}/{run.run_id}", status_code=303)
    return _form(request, fields, errors, 422)


@get(f"{PATH}/{{run_id:str}}", guards=[EXPORTERS], include_in_schema=False)
async def replay_page(request: WebRequest, run_id: FromPath[str]) -> Response[str]:
    """How far it is, and what it came to so far."""
    run = request.web.replays.run_of(request.web.office, request.person, run_id)
    titles = _titles(request, run)
    reasons = [
        Reason(clause, titles[clause], then, visits)
        for (clause, then), visits in sorted(run.tally.newly_refused.items(), key=lambda each: (-each[1], each[0]))
    ]
    return page(
        request,
        "replay_run.html",
        run=run,
        results=run.tally.results,
        changes=_said_changes(run, titles),
        reasons=reasons,
        most_listed=MOST_LISTED,
    )


@post(f"{PATH}/{{run_id:str}}/stop", guards=[EXPORTERS], include_in_schema=False)
async def stop_replay(request: WebRequest, run_id: FromPath[str]) -> Redirect:
    """Stop it; what it came to so far can still be seen."""
    await read_form(request)
    replays = request.web.replays
    await replays.stop(replays.run_of(request.web.office, request.person, run_id))
    return Redirect(f"{PATH}/{run_id}", status_code=303)


@get(f"{PATH}/{{run_id:str}}/visits", guards=[EXPORTERS], include_in_schema=False)
async def replay_visits(request: WebRequest, run_id: FromPath[str]) -> Response[str]:
    """The visits behind a number: all that would be refused, or those for one check, or all that would be allowed."""
    run = request.web.replays.run_of(request.web.office, request.person, run_id)
    asked = request.query_params
    result = WOULD_ALLOW if asked.get("result") == WOULD_ALLOW else WOULD_REFUSE
    clause = asked.get("clause")
    titles = _titles(request, run)
    found = [each for each in run.changed if each.result == result and (clause is None or _is_for(each, clause))]
    pages = max(1, -(-len(found) // A_PAGE))
    number = asked.get("page", "1")
    here = min(int(number), pages) if number.isascii() and number.isdigit() and 0 < len(number) < 7 else 1
    return page(
        request,
        "replay_visits.html",
        run=run,
        result=result,
        clause=clause if clause in titles else None,
        titles=titles,
        rows=found[(max(here, 1) - 1) * A_PAGE : max(here, 1) * A_PAGE],
        visits=len(found),
        here=max(here, 1),
        pages=pages,
        lists_all=run.changes_verdicts <= MOST_LISTED,
        most_listed=MOST_LISTED,
    )


def _form(request: WebRequest, typed: Fields, errors: Fields, status: int) -> Response[str]:
    office = request.web.office
    base, today = _base(request), london_date(office.clock.now_ms())
    held = {name: "" if number.value is None else str(number.value) for name, number in _named(base)}
    days = {"from": (today - YEAR).isoformat(), "to": today.isoformat()}
    return page(
        request,
        "replay.html",
        status,
        base=base,
        clauses=_clause_forms(request, base),
        typed={**held, **days, **typed},
        errors=errors,
        runs=request.web.replays.of(office, request.person),
        sees_all=_sees_all(request.person),
    )


def _base(request: WebRequest) -> Policy:
    office = request.web.office
    try:
        return office.rules.in_force(london_date(office.clock.now_ms()))
    except LookupError:
        raise Refused("no-policy", say("replay.no_policy")) from None


def _sees_all(person: Person) -> bool:
    return not person.patch


def _named(policy: Policy) -> list[tuple[str, Number]]:
    """The policy's numbers by the names of their fields; no clause's id holds a hyphen."""
    return [(f"{number.clause}-{number.key}", number) for number in numbers_of(policy)]


def _clause_forms(request: WebRequest, base: Policy) -> list[ClauseForm]:
    rules, named = request.web.office.rules, _named(base)
    return [
        ClauseForm(
            clause.clause,
            say_clause(rules, base.version, clause).title,
            tuple((name, number) for name, number in named if number.clause == clause.clause),
        )
        for clause in base.clauses
    ]


def _changes(base: Policy, fields: Fields, errors: dict[str, str]) -> list[Change]:
    """What the form changes: clauses that are left out, and numbers that are not the policy's."""
    off = {clause.clause for clause in base.clauses if fields.get(f"{clause.clause}-off")}
    changes = [Change(clause.clause) for clause in base.clauses if clause.clause in off]
    for name, number in _named(base):
        said = fields.get(name, "").strip()
        if number.clause in off or (not said and number.value is None):
            continue
        if not (said.isascii() and said.isdigit() and len(said) < 7 and int(said) <= MOST_NUMBER):
            errors[name] = say("replay.whole_number", most=f"{MOST_NUMBER:,}")
        elif number.key == "count" and int(said) == 0:
            errors[name] = say("replay.not_none")
        elif int(said) != number.value:
            changes.append(Change(number.clause, number.key, int(said)))
    return changes


def _check_days(first_day: str, last_day: str, errors: dict[str, str]) -> None:
    for name, day in (("from", first_day), ("to", last_day)):
        if not is_real_day(day):
            errors[name] = say("replay.no_day")
    if not errors.keys() & {"from", "to"} and first_day > last_day:
        errors["to"] = say("replay.days_turned")


def _titles(request: WebRequest, run: ReplayRun) -> dict[str, str]:
    """What each clause is called; the empty one is an end of the attempt."""
    rules = request.web.office.rules
    titles = {clause.clause: say_clause(rules, run.base.version, clause).title for clause in run.base.clauses}
    return titles | {"": say("replay.ended")}


def _said_changes(run: ReplayRun, titles: Mapping[str, str]) -> list[str]:
    held = {(number.clause, number.key): number.value for number in numbers_of(run.base)}
    said = []
    for change in run.changes:
        title = titles[change.clause]
        if not change.key:
            said.append(say("replay.left_out", title=title))
            continue
        before = held[change.clause, change.key]
        number = say(f"replay.number.{change.key}")
        was = say("replay.uneven") if before is None else before
        said.append(say("replay.changed", title=title, number=number, before=was, after=change.value))
    return said


def _is_for(replayed: Replayed, clause: str) -> bool:
    return any(why.clause == clause for why in replayed.why)


ROUTES = [replay_form, begin_replay, replay_page, stop_replay, replay_visits]
