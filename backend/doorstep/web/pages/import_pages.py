"""Taking files in on the screen: the upload, what would happen, what happened, and the list of what is held."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.intake.columns import COLUMNS
from doorstep.application.intake.desk import Intake
from doorstep.application.intake.kept import ImportRun
from doorstep.application.intake.mending import open_rows
from doorstep.application.intake.reading import FileRefused
from doorstep.application.intake.runs import (
    BROKEN_OFF,
    CHECKED,
    CHECKING,
    REFUSED,
    RUNNING,
    WAITING,
    begin,
    brought_by,
    counts_of,
    faults_of,
    is_broken_off,
)
from doorstep.application.intake.runs_beside import headers_of, is_to_be_asked, name_columns, run_of, runs, start
from doorstep.application.writer import Refused
from doorstep.web.api.imports import intake_of
from doorstep.web.guards import MATCHERS, PLANNERS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.html_uploads import read_upload
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import say
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest

PATH: Final = "/office/imports"
MOST_COLUMN_FIELDS: Final = 250
MOST_FAULTS_SHOWN: Final = 100
MOST_ROWS_SHOWN: Final = 100
DEFAULT_SOURCE: Final = "csv"
Typed = dict[str, str]


@get(PATH, guards=[MATCHERS], include_in_schema=False)
async def imports_page(request: WebRequest) -> Response[str]:
    """The upload, the rows that are held, and the last imports."""
    return await _page(request, {"source": DEFAULT_SOURCE}, {}, 200)


@post(PATH, guards=[PLANNERS], include_in_schema=False, request_max_body_size=None)
async def upload(request: WebRequest) -> Response[str] | Redirect:
    """Keep the file for an hour, and look at it: nothing goes in yet."""
    office, intake = request.web.office, intake_of(request)
    sent = await read_upload(request, "file", intake.spool, intake.most_bytes)
    kept = False
    try:
        if not sent.spooled:
            return await _page(request, sent.fields, {"file": say("imports.no_file")}, 422)
        file = intake.spool.open(sent.spooled)
        if file is None:
            raise Refused("import-gone", say("imports.gone"))
        with file:
            brought = brought_by(request.person, sent.fields.get("source", ""), sent.filename)
            encoding = "latin-1" if sent.fields.get("encoding") == "latin-1" else "utf-8"
            brought = msgspec.structs.replace(brought, encoding=encoding)
            run = await begin(office, intake, brought, file, sent.spooled)
        kept = run.state != REFUSED
        if kept and not await is_to_be_asked(office, intake, run):
            await start(office, intake, request.person, run, is_dry=True)
        return Redirect(f"{PATH}/{run.import_id}", status_code=303)
    except Refused as refused:
        field = str(refused.more.get("path", "file"))
        status = STATUS_OF_REFUSAL.get(refused.reason, 409)
        return await _page(request, sent.fields, {field: say_refusal(refused)}, status)
    finally:
        if sent.spooled and not kept:
            intake.spool.drop(sent.spooled)


@get(f"{PATH}/{{import_id:str}}", guards=[MATCHERS], include_in_schema=False)
async def import_page(request: WebRequest, import_id: FromPath[str]) -> Response[str]:
    """One import: what its columns are, what would happen, or what became of it."""
    run = await run_of(request.web.office, request.person, import_id)
    return await _run_page(request, run, {}, 200)


@post(f"{PATH}/{{import_id:str}}/columns", guards=[PLANNERS], include_in_schema=False)
async def say_columns(request: WebRequest, import_id: FromPath[str]) -> Response[str] | Redirect:
    """What the columns are: remembered for this source, and the file is looked at with it."""
    office, intake = request.web.office, intake_of(request)
    fields = await read_form(request, MOST_COLUMN_FIELDS)
    run = await run_of(office, request.person, import_id)
    try:
        headers, _ = await headers_of(intake, run)
        mapping = {header: fields.get(f"column{number}", "") for number, header in enumerate(headers)}
        await name_columns(office, intake, request.person, run, mapping)
    except (Refused, FileRefused) as refused:
        return await _run_page(request, run, {"": _words(refused)}, 409)
    return Redirect(f"{PATH}/{import_id}", status_code=303)


@post(f"{PATH}/{{import_id:str}}/take", guards=[PLANNERS], include_in_schema=False)
async def take(request: WebRequest, import_id: FromPath[str]) -> Response[str] | Redirect:
    """Take in what was looked at: what is right goes in, the rest is held."""
    await read_form(request)
    office, intake = request.web.office, intake_of(request)
    run = await run_of(office, request.person, import_id)
    try:
        if run.state not in (CHECKED, BROKEN_OFF) and not is_broken_off(run, office.clock.now_ms()):
            raise Refused("import-gone", say("imports.not_now"))
        await start(office, intake, request.person, run, is_dry=False)
    except Refused as refused:
        return await _run_page(request, run, {"": say_refusal(refused)}, STATUS_OF_REFUSAL.get(refused.reason, 409))
    return Redirect(f"{PATH}/{import_id}", status_code=303)


async def _page(request: WebRequest, typed: Typed, errors: Typed, status: int) -> Response[str]:
    office = request.web.office
    held, count = await open_rows(office, request.person, MOST_ROWS_SHOWN)
    found = await runs(office, request.person)
    return page(
        request,
        "imports.html",
        status,
        typed=typed,
        errors=errors,
        held=held,
        held_count=count,
        runs=[(run, counts_of(run), _state(request, run)) for run in found],
        megabytes=intake_of(request).most_bytes // 1_000_000,
    )


async def _run_page(request: WebRequest, run: ImportRun, errors: Typed, status: int) -> Response[str]:
    intake = intake_of(request)
    headers: Any = []
    suggested: Any = {}
    state = _state(request, run)
    if state in (WAITING, CHECKED):
        headers, suggested = await _headers(intake, run)
    faults = faults_of(run)
    return page(
        request,
        "import.html",
        status,
        run=run,
        state=state,
        is_done=state not in (WAITING, CHECKING, CHECKED, RUNNING, BROKEN_OFF),
        counts=counts_of(run),
        faults=faults[:MOST_FAULTS_SHOWN],
        headers=headers,
        suggested=suggested,
        columns=[column.name for column in COLUMNS],
        errors=errors,
    )


async def _headers(intake: Intake, run: ImportRun) -> tuple[Any, Any]:
    try:
        return await headers_of(intake, run)
    except FileRefused:
        return [], {}


def _state(request: WebRequest, run: ImportRun) -> str:
    return BROKEN_OFF if is_broken_off(run, request.web.office.clock.now_ms()) else run.state


def _words(refused: Refused | FileRefused) -> str:
    return say_refusal(refused) if isinstance(refused, Refused) else str(refused)


ROUTES = [imports_page, upload, import_page, say_columns, take]
