"""A visit's evidence pack: one file that proves itself, for whoever decides the visit or audits it."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.response import Response

from doorstep.application.pack.assemble import PackMaker
from doorstep.application.pack.gathering import gather_told
from doorstep.application.writer import Refused
from doorstep.web.guards import EXPORTERS
from doorstep.web.problems import may_answer
from doorstep.web.requests import WebRequest


@get(
    "/api/visits/{visit_id:str}/pack",
    guards=[EXPORTERS],
    media_type="application/zip",
    responses=may_answer(401, 403, 404, 409, 422, 507),
)
async def pack(
    request: WebRequest,
    visit_id: FromPath[str],
    redacted: Annotated[Literal["", "yes"], QueryParameter(description="yes: the copy for the resident")] = "",
) -> Response[bytes]:
    """The pack as a ZIP, whole or redacted. That it went out is an entry of the log, which the pack itself holds."""
    office = request.web.office
    if office.report is None:
        raise Refused("no-pack", "This server lays out no reports. Run `doorstep export pack` beside it.")
    if request.scope.get("is_head"):
        # Whoever asks for an answer's head takes nothing out of the house: nothing is made, and nothing logged.
        await gather_told(office, request.person, visit_id)
        return Response(b"", media_type="application/zip", headers={"Cache-Control": "no-store"})
    maker = PackMaker(office.report, request.web.settings.phone_folder / "verify.html")
    async with request.web.packing:
        made = await maker.assemble(office, request.person, visit_id, is_redacted=redacted == "yes")
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return Response(made.content, media_type="application/zip", headers=headers)


ROUTES = [pack]
