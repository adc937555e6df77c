"""Whether the server runs, and whether it can work; for whatever watches it."""

from __future__ import annotations

from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Response

from doorstep.web.api.forms import Health
from doorstep.web.guards import PUBLIC
from doorstep.web.requests import WebRequest


@get("/healthz", guards=[PUBLIC], security=[{}])
async def healthz() -> Health:
    """The process answers."""
    return Health("ok")


@get(
    "/readyz",
    guards=[PUBLIC],
    security=[{}],
    responses={503: ResponseSpec(Health, generate_examples=False, description="The store does not answer")},
)
async def readyz(request: WebRequest) -> Response[Health]:
    """The store answers too."""
    if await request.web.office.store.is_ready():
        return Response(Health("ok"))
    return Response(Health("not-ready"), status_code=503)


ROUTES = [healthz, readyz]
