"""The log's newest checkpoint, and how somebody who trusts nobody here can check with it."""

from __future__ import annotations

from litestar import get
from litestar.response import Response

from doorstep.web.guards import LOG_READERS
from doorstep.web.pages.rendering import page
from doorstep.web.requests import WebRequest


@get("/office/log", guards=[LOG_READERS], include_in_schema=False)
async def log_page(request: WebRequest) -> Response[str]:
    """The note, when it was made and left this server, and the key that signed it."""
    office = request.web.office
    return page(request, "log.html", checkpoint=await office.store.newest_checkpoint(), vkey=office.log_key.vkey)


ROUTES = [log_page]
