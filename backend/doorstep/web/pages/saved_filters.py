"""The filters of the list of visits that a person keeps: saved under a name, removed again."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from litestar import post
from litestar.response import Redirect, Response

from doorstep.application.saved_filters import remove_filter, save_filter
from doorstep.application.writer import Refused
from doorstep.web.guards import OFFICE
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.requests import WebRequest

VISITS: Final = "/office/visits"
PATH: Final = f"{VISITS}/filters"


@post(PATH, guards=[OFFICE], include_in_schema=False)
async def save_here(request: WebRequest) -> Response[str] | Redirect:
    """Keep what the list is asked for; a name at fault is asked for again on a page of its own."""
    fields = await read_form(request)
    query = fields.get("query", "")
    try:
        await save_filter(request.web.office, request.person, fields.get("filter_name", ""), query)
    except Refused as refused:
        errors = {"filter_name": say_refusal(refused)}
        return page(request, "saved_filter.html", 422, typed=fields, errors=errors, query=query)
    return Redirect(f"{VISITS}?{query}", status_code=303)


@post(f"{PATH}/remove", guards=[OFFICE], include_in_schema=False)
async def remove_here(request: WebRequest) -> Redirect:
    """Forget one of one's own."""
    fields = await read_form(request)
    await remove_filter(request.web.office, request.person, fields.get("filter_name", ""))
    return Redirect(f"{VISITS}?{urlencode({'view': 'all'})}", status_code=303)


ROUTES = [save_here, remove_here]
