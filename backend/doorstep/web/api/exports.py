"""Tables as CSV or Parquet, for whoever audits or reports: streamed, of the reader's patch, logged before they go."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Response, Stream

from doorstep.application.exports.dictionary import BY_NAME
from doorstep.application.exports.schema import data_package
from doorstep.application.exports.taking_out import export_csv, export_parquet
from doorstep.application.writer import Refused
from doorstep.web.guards import EXPORTERS
from doorstep.web.problems import may_answer
from doorstep.web.requests import WebRequest

TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


@get("/api/exports/dictionary.json", guards=[EXPORTERS], responses=may_answer(401, 403))
async def dictionary() -> dict[str, Any]:
    """The data dictionary: every table with its columns, types, keys and references, as a Data Package."""
    return data_package()


@get(
    "/api/exports/{file:str}",
    guards=[EXPORTERS],
    media_type="text/csv",
    responses=may_answer(401, 403, 404, 409, 507),
)
async def export(request: WebRequest, file: FromPath[str]) -> Stream | Response[str]:
    """A table: `visits.csv`, or `visits.parquet`. The data dictionary says what its columns are."""
    name, _, form = file.rpartition(".")
    # Before anything is answered: of its head too, which would else bear whatever line breaks the address held.
    if form not in TYPES or name not in BY_NAME:
        raise Refused("not-found", "Ask for a table as TABLE.csv or TABLE.parquet; the data dictionary names them.")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
    if request.scope.get("is_head"):
        # Whoever asks for an answer's head takes nothing out of the house.
        return Response("", media_type=TYPES[form], headers=headers)
    office, person = request.web.office, request.person
    pieces = await (export_csv if form == "csv" else export_parquet)(office, person, name)
    return Stream(pieces, media_type=TYPES[form], headers=headers)


ROUTES = [dictionary, export]
