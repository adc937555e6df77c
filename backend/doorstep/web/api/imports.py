"""Appointments sent by a program: a feed with a token of its own, or a planner; what became of each row is answered."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import msgspec
from litestar import post
from litestar.params import FromQuery, QueryParameter

from doorstep.application.intake.desk import Intake
from doorstep.application.intake.feeds import used
from doorstep.application.intake.holding import ToldFault
from doorstep.application.intake.kept import Feed
from doorstep.application.intake.runs import (
    REFUSED,
    UNDER_WAY,
    Brought,
    begin,
    brought_by,
    carry_out,
    counts_of,
    faults_of,
)
from doorstep.application.intake.take_in import Counts
from doorstep.application.writer import Refused
from doorstep.web.guards import PLANNERS_OR_FEEDS
from doorstep.web.problems import InputFault, may_answer
from doorstep.web.requests import WebRequest
from doorstep.web.uploads import Writing, body_pieces

Form = Literal["", "csv", "hub_json", "booking_xml", "flat_file"]
Source = Annotated[
    str, QueryParameter(max_length=50, description="Whose references these are; a feed has a source of its own")
]


class ImportAnswer(msgspec.Struct, frozen=True):
    """What became of the file, or would: counts of its rows, the first 1,000 faults, and how many there are."""

    import_id: str
    source: str
    format: str
    is_dry: bool
    counts: Counts
    faults: list[ToldFault]
    fault_count: int


@post(
    "/api/appointments/imports",
    guards=[PLANNERS_OR_FEEDS],
    status_code=200,
    responses=may_answer(401, 403, 413, 422, 429, 507),
)
async def import_appointments(
    request: WebRequest,
    dry_run: FromQuery[Literal["yes", "no"]] = "yes",
    source: Source = "",
    format: FromQuery[Form] = "",  # noqa: A002 - the parameter's name
    encoding: FromQuery[Literal["utf-8", "latin-1"]] = "utf-8",
) -> ImportAnswer:
    """Send a file as the body. Good rows go in, the others are held to be mended; the same file again changes nothing.

    With `dry_run=yes` nothing is taken in. A feed's token says its source and format by itself.
    """
    office = request.web.office
    intake = intake_of(request)
    feed = cast("Feed | None", request.scope.get("feed"))
    brought = _of_feed(feed, source, format) if feed else brought_by(request.person, source, "sent by the API", format)
    brought = msgspec.structs.replace(brought, encoding=encoding)
    if intake.gate.locked():
        raise Refused(UNDER_WAY, "Another file is being taken in. Try again when it is done.")
    if feed:
        await used(office, feed)
    name, file = intake.spool.make()
    try:
        writing = Writing(file)
        async for piece in body_pieces(request, intake.most_bytes):
            await writing.add(piece)
        await writing.end()
        run = await begin(office, intake, brought, file)
        run = await carry_out(office, intake, run, file, brought.actor_id, is_dry=dry_run == "yes")
    finally:
        file.close()
        intake.spool.drop(name)
    if run.state == REFUSED:
        raise InputFault(422, "file-refused", f"{run.why} Nothing was taken in.")
    counts = counts_of(run)
    return ImportAnswer(run.import_id, run.source, run.format, run.is_dry, counts, faults_of(run), counts.faults)


def _of_feed(feed: Feed, source: str, form: str) -> Brought:
    if source not in ("", feed.source):
        raise Refused("invalid", f"This token is for the source {feed.source!r}.", path="source")
    if form not in ("", feed.format):
        raise Refused("invalid", f"This token is for the format {feed.format!r}.", path="format")
    return Brought(feed.source, "sent by the feed", f"the feed {feed.name}", format=feed.format)


def intake_of(request: WebRequest) -> Intake:
    """Where this office takes files in."""
    intake = request.web.office.intake
    if intake is None:
        raise Refused("not-found", "This office takes no files in.")
    return intake


ROUTES = [import_appointments]
