"""The board's monthly reports: those that were made, each as a page and as a PDF, and a month to ask for."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.board_report.editions import (
    Edition,
    Press,
    editions,
    file_name,
    make_edition,
    newest_edition,
)
from doorstep.application.board_report.taking_out import find_edition, may_read_reports, take_file
from doorstep.application.writer import Refused
from doorstep.web.board_report.html import policy_of
from doorstep.web.board_report.said import moment, month_words
from doorstep.web.guards import REPORT_READERS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.rendering import page
from doorstep.web.pages.words import LANGUAGES, say, spoken_language
from doorstep.web.requests import WebRequest

PATH: Final = "/office/reports"
FORMS: Final = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
MONTH_LENGTH: Final = len("2026-10")
MOST_DIGITS: Final = 4


class Shown(msgspec.Struct, frozen=True):
    """One edition in the list; `taken` leads to its files: the words, what they are of for whoever hears only them."""

    month: str
    edition: Edition
    made: str
    taken: tuple[tuple[str, str, str], ...]


@get(PATH, guards=[REPORT_READERS], include_in_schema=False)
async def reports_page(request: WebRequest) -> Response[str]:
    """The list, the newest first."""
    return await _list(request, {}, {}, request.query_params.get("made", ""))


@post(PATH, guards=[REPORT_READERS], include_in_schema=False)
async def ask_here(request: WebRequest) -> Response[str] | Redirect:
    """Make a month's report, or another edition of it; a month at fault is asked for again."""
    fields = await read_form(request)
    month = fields.get("month", "").strip()
    office, press = request.web.office, _press(request)
    newest = await newest_edition(office, month)
    if fields.get("seen", "") != str(len(await editions(office))):
        # Sent twice, or beside somebody else: one press of the button makes one edition.
        return await _list(request, fields, {"month": say("reports.made_meanwhile")}, status=409)
    try:
        async with request.web.packing:
            made = await make_edition(
                office, press, month, request.person.person_id, newest.edition + 1 if newest else 1
            )
    except Refused as refused:
        if refused.reason == "conflict":
            return await _list(request, fields, {"month": say("reports.made_meanwhile")}, status=409)
        if refused.reason != "invalid":
            raise
        words = say("reports.not_over" if "open" in refused.more else "reports.no_month")
        return await _list(request, fields, {"month": words}, status=422)
    return Redirect(f"{PATH}?made={made.month}", status_code=303)


@get(f"{PATH}/{{file:str}}", guards=[REPORT_READERS], include_in_schema=False)
async def report_file(request: WebRequest, file: FromPath[str]) -> Response[bytes]:
    """A file of an edition, as it was made: logged, then given. A page may show itself, and nothing else."""
    month, number, form = _named(file)
    office, press = request.web.office, _press(request)
    edition = await find_edition(office, request.person, month, number)
    media_type = FORMS.get(form.rpartition(".")[2], "")
    if form not in edition.hashes or not media_type:
        raise Refused("not-found", "There is no such report. The list names them.")
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    if request.scope.get("is_head"):
        # Whoever asks for an answer's head takes nothing out of the house.
        return Response(b"", media_type=media_type, headers=headers)
    content = await take_file(office, press, request.person, edition, form)
    if form.endswith(".html"):
        policy = f"{policy_of(content)}; frame-ancestors 'none'"
        headers |= {"Content-Disposition": "inline", "Content-Security-Policy": policy}
    return Response(content, media_type=media_type, headers=headers)


def _named(file: str) -> tuple[str, int, str]:
    """The month, edition and form in a file's name, such as `report-2026-10-1.en.pdf`."""
    stem, _, form = file.partition(".")
    month, number = stem.removeprefix("report-")[:MONTH_LENGTH], stem.removeprefix("report-")[MONTH_LENGTH + 1 :]
    is_number = number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
    if not is_number or file_name(month, int(number), form) != file:
        raise Refused("not-found", "There is no such report. The list names them.")
    return month, int(number), form


def _press(request: WebRequest) -> Press:
    press = request.web.office.press
    if press is None or not may_read_reports(request.person):
        raise Refused("not-found", "There are no reports here that you may read.")
    return press


async def _list(
    request: WebRequest, typed: dict[str, str], errors: dict[str, str], made: str = "", status: int = 200
) -> Response[str]:
    may_read = may_read_reports(request.person)
    held = await editions(request.web.office) if may_read else []
    shown = [_shown(edition) for edition in held]
    done = next((each for each in shown if each.edition.month == made), None)
    return page(
        request,
        "reports.html",
        status,
        may_read=may_read,
        press=request.web.office.press,
        shown=shown,
        seen=len(held),
        typed=typed,
        errors=errors,
        done=done,
    )


def _shown(edition: Edition) -> Shown:
    month = month_words(edition.month)
    mine = spoken_language()
    facts = {"month": month, "edition": edition.edition}
    taken = [
        (_url(edition, f"{mine}.html"), say("reports.read"), say("reports.read_what", **facts)),
        (_url(edition, f"{mine}.pdf"), say("reports.pdf"), say("reports.pdf_what", **facts)),
    ]
    for code, name in LANGUAGES.items():
        if code != mine and f"{code}.pdf" in edition.hashes:
            words = say("reports.other_language", language=name)
            taken.append((_url(edition, f"{code}.pdf"), words, f"{words}, {say('reports.pdf_what', **facts)}"))
    return Shown(month, edition, moment(edition.made_at), tuple(taken))


def _url(edition: Edition, form: str) -> str:
    return f"{PATH}/{file_name(edition.month, edition.edition, form)}"


ROUTES = [reports_page, ask_here, report_file]
