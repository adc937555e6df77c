"""The web application: the API, the office's pages and the built files, over one office."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.response import Response
from litestar.router import Router

from doorstep.application.office import Office
from doorstep.application.receive_photo import PhotoLooker
from doorstep.web.api import (
    day,
    enrolments,
    exceptions,
    exports,
    health,
    home_facts,
    imports,
    live,
    log,
    notices,
    notify,
    packs,
    photos,
    planner_calls,
    session,
    sync,
    visits,
)
from doorstep.web.edge import Edge
from doorstep.web.guards import PUBLIC
from doorstep.web.pages import (
    analysis,
    board,
    calls,
    disputes,
    door_questions,
    exception_pages,
    held_rows,
    home_fact_forms,
    homes,
    import_pages,
    language,
    log_page,
    phones,
    reminders,
    replay,
    replies,
    report_pages,
    resident,
    saved_filters,
    several,
    sign_in,
    visit_list,
    visit_page,
    webhooks,
)
from doorstep.web.pages import (
    exports as export_pages,
)
from doorstep.web.pages.error_pages import error_page, is_page
from doorstep.web.pages.language import speak_as_chosen
from doorstep.web.pages.rendering import compile_templates
from doorstep.web.problems import problem_response
from doorstep.web.requests import WebRequest
from doorstep.web.static_files import BuiltFiles, office_assets_route, phone_route
from doorstep.web.wiring import Web, WebSettings

__all__ = ["WebSettings", "create_app"]

MAX_BODY_BYTES = 100_000
PAGES = [
    language,
    sign_in,
    board,
    calls,
    visit_list,
    saved_filters,
    several,
    visit_page,
    phones,
    log_page,
    import_pages,
    held_rows,
    homes,
    home_fact_forms,
    exception_pages,
    reminders,
    replies,
    export_pages,
    webhooks,
    disputes,
    door_questions,
    replay,
    analysis,
    report_pages,
    resident,
]
API = [
    session,
    day,
    sync,
    enrolments,
    photos,
    visits,
    packs,
    planner_calls,
    notices,
    notify,
    home_facts,
    imports,
    exceptions,
    exports,
    live,
    log,
    health,
]


def create_app(web: WebSettings, office: Office, looker: PhotoLooker) -> Litestar:
    """An ASGI application. What `web.lifespan` opens is open while it serves."""
    reach = Web(web, office, looker)
    office_files = BuiltFiles(web.office_assets)
    app = Litestar(
        route_handlers=[
            *(route for module in (*API, *PAGES) for route in module.ROUTES),
            phone_route(BuiltFiles(web.phone_folder, web.earlier_assets)),
            office_assets_route(office_files),
        ],
        state=State({"web": reach, "office_files": office_files}),
        request_class=WebRequest,
        request_max_body_size=MAX_BODY_BYTES,
        before_request=speak_as_chosen,
        exception_handlers={Exception: _tell, 500: _tell},
        on_startup=[_make_ready],
        on_shutdown=[reach.replays.close],
        lifespan=list(web.lifespan),
        openapi_config=_openapi(web),
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Edge(
        app.asgi_handler,
        is_secure=web.is_secure,
        logs_requests=web.logs_requests,
        anchor=office.anchors.current,
    )
    return app


def _make_ready() -> None:
    """Compile the pages beside the first requests, so that none of them waits for all of it."""
    asyncio.get_running_loop().run_in_executor(None, compile_templates)


def _tell(request: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
    """A page for people, a problem for programs."""
    return error_page(request, failure) if is_page(request.scope["path"]) else problem_response(failure)


def _openapi(web: WebSettings) -> OpenAPIConfig:
    cookie = SecurityScheme(type="apiKey", name=web.session_cookie, security_scheme_in="cookie")
    notify_token = SecurityScheme(type="http", scheme="bearer", description="Agreed with GOV.UK Notify")
    return OpenAPIConfig(
        title="Doorstep",
        version="1",
        description="The recommendation 19 checklist at the door, before a visit can be recorded as missed.",
        components=Components(security_schemes={"session": cookie, "notify": notify_token}),
        security=[{"session": []}],
        render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"], media_type=MediaType.JSON)],
        openapi_router=Router("/schema", route_handlers=[], guards=[PUBLIC], include_in_schema=False),
    )
