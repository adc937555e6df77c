"""Which tables can be taken out, what each column of them means, and the links to take them."""

from __future__ import annotations

from litestar import get
from litestar.response import Response

from doorstep.application.exports.dictionary import TABLES
from doorstep.application.exports.table import FORMS
from doorstep.web.guards import EXPORTERS
from doorstep.web.pages.rendering import page
from doorstep.web.requests import WebRequest

PATH = "/office/exports"


@get(PATH, guards=[EXPORTERS], include_in_schema=False)
async def exports_page(request: WebRequest) -> Response[str]:
    """The tables with their dictionary."""
    has_parquet = request.web.office.parquet is not None
    return page(request, "exports.html", tables=TABLES, forms=FORMS, has_parquet=has_parquet)


ROUTES = [exports_page]
