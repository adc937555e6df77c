"""A held row on the screen: its cells as a form, its faults beside them; it is mended and goes in, or is dropped."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.intake.columns import COLUMNS, NAMES
from doorstep.application.intake.filling import Filled
from doorstep.application.intake.holding import cells_of_held, faults_of_held
from doorstep.application.intake.kept import OPEN, HeldRow
from doorstep.application.intake.mending import as_it_would_be, changed_cells, drop, held_row, mend
from doorstep.application.intake.reading import Fault
from doorstep.application.writer import Refused
from doorstep.web.guards import MATCHERS, PLANNERS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest

PATH: Final = "/office/held-rows/{held_id:str}"
LISTS: Final = "/office/imports"
Typed = dict[str, str]


@get(PATH, guards=[MATCHERS], include_in_schema=False)
async def row_page(request: WebRequest, held_id: FromPath[str]) -> Response[str]:
    """The row as its source said it, with what is known put in, and what is wrong with it."""
    return await _page(request, held_id, None, {}, 200)


@post(PATH, guards=[PLANNERS], include_in_schema=False)
async def mend_row(request: WebRequest, held_id: FromPath[str]) -> Response[str] | Redirect:
    """Read it as it is now written, and take it in."""
    fields = await read_form(request)
    cells = {name: fields.get(name, "") for name in NAMES}
    try:
        faults = await mend(request.web.office, request.person, held_id, cells)
    except Refused as refused:
        errors = {"": say_refusal(refused)}
        return await _page(request, held_id, cells, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))
    if faults:
        return await _page(request, held_id, cells, _by_column(faults), 422)
    return Redirect(LISTS, status_code=303)


@post(f"{PATH}/drop", guards=[PLANNERS], include_in_schema=False)
async def drop_row(request: WebRequest, held_id: FromPath[str]) -> Response[str] | Redirect:
    """It is not taken in, for a reason."""
    fields = await read_form(request)
    try:
        await drop(request.web.office, request.person, held_id, fields.get("reason", ""))
    except Refused as refused:
        errors = {str(refused.more.get("path", "")): say_refusal(refused)}
        return await _page(request, held_id, None, errors, STATUS_OF_REFUSAL.get(refused.reason, 409))
    return Redirect(LISTS, status_code=303)


async def _page(request: WebRequest, held_id: str, written: Typed | None, errors: Typed, status: int) -> Response[str]:
    office = request.web.office
    row = await held_row(office, request.person, held_id)
    filled, faults = Filled({}, {}), list[Fault]()
    if row.state == OPEN:
        filled, faults = await as_it_would_be(office, request.person, row)
    by = await office.store.person(row.by) if row.by else None
    said = cells_of_held(row)
    return page(
        request,
        "held_row.html",
        status,
        row=row,
        said=said,
        columns=COLUMNS,
        cells=filled.cells if written is None else written,
        filled=filled.sources if written is None else {},
        wrong_cells=errors or _by_column([*_of_file(row), *faults]),
        errors=errors,
        told=faults_of_held(row),
        changed=changed_cells(row),
        by=by.name if by else "",
    )


def _of_file(row: HeldRow) -> list[Fault]:
    """What was wrong in its file, by our own columns: its cells alone do not show it."""
    fields = msgspec.json.decode(row.fields, type=dict[str, str])
    found = []
    for told in faults_of_held(row):
        if told.of_file and row.state == OPEN:
            theirs = (ours for ours, name in fields.items() if told.column in (name, name.rpartition(".")[2]))
            found.append(Fault(told.place, next(theirs, told.column), told.words))
    return found


def _by_column(faults: list[Fault]) -> Typed:
    found: Typed = {}
    for fault in faults:
        found[fault.column] = f"{found[fault.column]} {fault.words}" if fault.column in found else fault.words
    return found


ROUTES = [row_page, mend_row, drop_row]
