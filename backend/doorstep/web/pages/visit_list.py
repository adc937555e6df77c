"""The list of visits, with its filters, one page at a time."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Response

from doorstep.application.access import sees_patch
from doorstep.application.ports import VisitFilter
from doorstep.application.rows import VisitRow
from doorstep.domain.instants import is_real_day
from doorstep.web.guards import OFFICE
from doorstep.web.pages.rendering import STANDING_COLOURS, page
from doorstep.web.pages.words import say, say_code
from doorstep.web.requests import WebRequest
from doorstep.web.visits import find_visits, homes_of

Text = Annotated[str, QueryParameter(max_length=200)]


class ListedVisit(msgspec.Struct, frozen=True):
    """One row of the list."""

    row: VisitRow
    address: str
    work_order_ref: str
    operative: str
    awaiting: list[str]


@get("/office/visits", guards=[OFFICE], include_in_schema=False)
async def visit_list(
    request: WebRequest,
    standing: Text = "",
    first_day: Annotated[str, QueryParameter(name="from", max_length=20)] = "",
    last_day: Annotated[str, QueryParameter(name="to", max_length=20)] = "",
    operative: Text = "",
    q: Text = "",
    after: Text = "",
) -> Response[str]:
    """Visits on one's patch, newest first."""
    office = request.web.office
    errors = {
        name: say("visits.bad_day")
        for name, day in (("from", first_day), ("to", last_day))
        if day and not is_real_day(day)
    }
    filters = {"standing": standing, "from": first_day, "to": last_day, "operative": operative, "q": q}
    wanted = VisitFilter(
        standing if standing in STANDING_COLOURS else "",
        "" if "from" in errors else first_day,
        "" if "to" in errors else last_day,
        operative,
        q,
        after=after,
    )
    found = await find_visits(office, request.person, wanted)
    homes = await homes_of(office, found.rows)
    people = await office.store.people()
    chosen = {name: value for name, value in filters.items() if value}
    return page(
        request,
        "visits.html",
        422 if errors else 200,
        visits=[
            ListedVisit(
                row,
                homes[row.appointment_id].address if row.appointment_id in homes else "",
                homes[row.appointment_id].work_order_ref if row.appointment_id in homes else "",
                found.names.get(row.operative_id, ""),
                [say_code("awaiting_short", each) for each in msgspec.json.decode(row.awaiting, type=list[str])],
            )
            for row in found.rows
        ],
        filters=filters,
        is_filtered=bool(chosen),
        errors=errors,
        standings=list(STANDING_COLOURS),
        operatives=[
            each
            for each in people
            if each.role == "operative" and (not each.patch or sees_patch(request.person, each.patch))
        ],
        next_url=f"/office/visits?{urlencode({**chosen, 'after': found.next})}" if found.next else "",
        first_url=f"/office/visits?{urlencode(chosen)}" if after else "",
    )


ROUTES = [visit_list]
