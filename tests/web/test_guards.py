"""Every route is guarded: the public ones are these and no others, and each role has what is its own."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from doorstep.web.guards import Roles
from tests.makers import an_id
from tests.web.browsing import Signed, Site

PUBLIC = {
    "GET /",
    "GET /door",
    "GET /door/{name:path}",
    "GET /healthz",
    "GET /office/assets/{name:path}",
    "GET /office/sign-in",
    # A resident has no account: these say nothing before a card's code and its home's postcode agree.
    "GET /r",
    "GET /r/cy",
    "GET /readyz",
    "GET /schema",
    "GET /schema/openapi.json",
    "GET /schema/{path:str}",
    # Nobody signs in here: these ask for the text service's own token.
    "POST /api/notify/receipts",
    "POST /api/notify/texts",
    "POST /api/session",
    "POST /office/language",
    "POST /office/sign-in",
    "POST /r",
    "POST /r/cy",
    "POST /r/cy/times",
    "POST /r/cy/wrong",
    "POST /r/times",
    "POST /r/wrong",
}

ROLES_OF = {
    "DELETE /api/devices/{device_id:str}": "admin planner supervisor",
    "DELETE /api/properties/{property_ref:str}/facts/{fact_id:str}": "planner",
    "DELETE /api/session": "admin auditor operative planner supervisor",
    "GET /api/day": "operative",
    "GET /api/devices": "admin auditor planner supervisor",
    "GET /api/exceptions": "planner supervisor",
    "GET /api/exceptions/{kind:str}": "planner supervisor",
    "GET /api/exports/dictionary.json": "auditor supervisor",
    "GET /api/exports/{file:str}": "auditor supervisor",
    "GET /api/live": "planner",
    "GET /api/log/checkpoint": "auditor supervisor",
    "GET /api/log/proof": "auditor supervisor",
    "GET /api/me": "admin auditor operative planner supervisor",
    "GET /api/photos/{sha256:str}": "auditor operative planner supervisor",
    "GET /api/properties/{property_ref:str}/facts": "planner supervisor",
    "GET /api/visits": "auditor planner supervisor",
    "GET /api/visits/{visit_id:str}": "auditor operative planner supervisor",
    "GET /api/visits/{visit_id:str}/pack": "auditor supervisor",
    "GET /office": "admin auditor operative planner supervisor",
    "GET /office/analysis": "auditor supervisor",
    "GET /office/analysis/{name:str}": "auditor supervisor",
    "GET /office/analysis/{name:str}/visits": "auditor supervisor",
    "GET /office/analysis/{name:str}/figures.csv": "auditor supervisor",
    "GET /office/analysis/records/card": "auditor supervisor",
    "GET /office/analysis/records/card/figures.csv": "auditor supervisor",
    "GET /office/appointments/{appointment_id:str}/calls/{call_id:str}": "planner",
    "GET /office/board": "planner",
    "GET /office/disputes": "auditor supervisor",
    "GET /office/door-questions": "auditor supervisor",
    "GET /office/exceptions": "planner supervisor",
    "GET /office/exceptions/{kind:str}": "planner supervisor",
    "GET /office/exceptions/{kind:str}/one": "planner supervisor",
    "GET /office/homes": "planner supervisor",
    "GET /office/homes/{home:str}": "planner supervisor",
    "GET /office/homes/{home:str}/facts/{fact_id:str}/{act:str}": "planner",
    "GET /office/homes/{home:str}/new/{what:str}": "planner",
    "GET /office/held-rows/{held_id:str}": "planner supervisor",
    "GET /office/imports": "planner supervisor",
    "GET /office/imports/{import_id:str}": "planner supervisor",
    "GET /office/exports": "auditor supervisor",
    "GET /office/log": "auditor supervisor",
    "GET /office/opt-outs": "planner supervisor",
    "GET /office/opt-outs/failed/{failed_id:str}": "planner",
    "GET /office/opt-outs/{opt_out_id:str}/lift": "planner",
    "GET /office/phones": "admin planner supervisor",
    "GET /office/phones/{device_id:str}/end": "admin planner supervisor",
    "GET /office/reminders": "planner supervisor",
    "GET /office/replay": "auditor supervisor",
    "GET /office/replay/{run_id:str}": "auditor supervisor",
    "GET /office/replay/{run_id:str}/visits": "auditor supervisor",
    "GET /office/replies": "planner supervisor",
    "GET /office/replies/{text_id:str}": "planner",
    "GET /office/reports": "admin auditor supervisor",
    "GET /office/reports/{file:str}": "admin auditor supervisor",
    "GET /office/reviews": "planner supervisor",
    "GET /office/start": "admin auditor operative planner supervisor",
    "GET /office/visits": "auditor planner supervisor",
    "GET /office/visits/{visit_id:str}": "auditor planner supervisor",
    "GET /office/webhooks": "admin",
    "GET /office/webhooks/{endpoint_id:str}": "admin",
    "HEAD /api/photos/{sha256:str}": "operative",
    "PATCH /api/photos/{sha256:str}": "operative",
    "PATCH /api/properties/{property_ref:str}/facts/{fact_id:str}": "planner",
    "POST /api/appointments/{appointment_id:str}/notices": "planner",
    "POST /api/appointments/imports": "planner",
    "POST /api/enrolment-codes": "admin planner supervisor",
    "POST /api/enrolments": "operative",
    "POST /api/exceptions/{kind:str}/assignments": "planner supervisor",
    "POST /api/exceptions/{kind:str}/resolutions": "planner supervisor",
    "POST /api/planner-calls": "planner",
    "POST /api/planner-calls/{call_id:str}/log": "planner",
    "POST /api/planner-calls/{call_id:str}/match": "planner supervisor",
    "POST /api/planner-calls/{call_id:str}/release": "planner",
    "POST /api/properties/{property_ref:str}/alerts": "planner",
    "POST /api/properties/{property_ref:str}/requests": "planner",
    "POST /api/session/renewal": "operative",
    "POST /api/sync": "operative",
    "POST /api/visits/{visit_id:str}/decisions": "supervisor",
    "POST /office/appointments/{appointment_id:str}/calls/{call_id:str}": "planner",
    "POST /office/board/calls": "planner",
    "POST /office/exceptions/{kind:str}/assignments": "planner supervisor",
    "POST /office/exceptions/{kind:str}/resolutions": "planner supervisor",
    "POST /office/homes": "planner supervisor",
    "POST /office/homes/{home:str}/facts/{fact_id:str}/{act:str}": "planner",
    "POST /office/homes/{home:str}/new/{what:str}": "planner",
    "POST /office/opt-outs": "planner",
    "POST /office/opt-outs/failed/{failed_id:str}": "planner",
    "POST /office/opt-outs/{opt_out_id:str}/lift": "planner",
    "POST /office/held-rows/{held_id:str}": "planner",
    "POST /office/held-rows/{held_id:str}/drop": "planner",
    "POST /office/imports": "planner",
    "POST /office/imports/{import_id:str}/columns": "planner",
    "POST /office/imports/{import_id:str}/take": "planner",
    "POST /office/phones/codes": "admin planner supervisor",
    "POST /office/phones/{device_id:str}/end": "admin planner supervisor",
    "POST /office/reminders/again": "planner",
    "POST /office/reminders/again/{reference:str}": "planner",
    "POST /office/replay": "auditor supervisor",
    "POST /office/replay/{run_id:str}/stop": "auditor supervisor",
    "POST /office/replies/{text_id:str}": "planner",
    "POST /office/reports": "admin auditor supervisor",
    "POST /office/sign-out": "admin auditor operative planner supervisor",
    "POST /office/webhooks": "admin",
    "POST /office/webhooks/{endpoint_id:str}/secrets": "admin",
    "POST /office/webhooks/{endpoint_id:str}/{act:str}": "admin",
    "POST /office/visits/filters": "auditor planner supervisor",
    "POST /office/visits/filters/remove": "auditor planner supervisor",
    "POST /office/visits/several": "supervisor",
    "POST /office/visits/several/decisions": "supervisor",
    "POST /office/visits/{visit_id:str}/decisions": "supervisor",
    "POST /office/visits/{visit_id:str}/disputes/{dispute_id:str}": "supervisor",
    "POST /office/visits/{visit_id:str}/matches": "planner supervisor",
}


def guarded(site: Site) -> dict[str, frozenset[str]]:
    """Each route of the application, with the roles that its guards name. OPTIONS is turned away at the edge."""
    found: dict[str, frozenset[str]] = {}
    for route in site.app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} is no plain route, so no guard stands before it"
        for handler in route.route_handlers:
            for method in handler.http_methods:
                if method != "OPTIONS":
                    found[f"{method} {route.path}"] = roles_of(handler)
    return found


def roles_of(handler: HTTPRouteHandler) -> frozenset[str]:
    """The roles that may use a route; a route without a guard fails the test."""
    guards: list[Any] = [guard for layer in handler.ownership_layers for guard in layer.guards or []]
    named = [guard for guard in guards if isinstance(guard, Roles)]
    assert len(named) == 1, f"{handler} has {len(named)} guards that name roles"
    return named[0].roles


def test_the_public_routes_are_these(site: Site) -> None:
    """Nothing becomes public without this list saying so."""
    assert {name for name, roles in guarded(site).items() if not roles} == PUBLIC


def test_each_route_names_its_roles(site: Site) -> None:
    """Who may use what, in one table."""
    assert {name: " ".join(sorted(roles)) for name, roles in guarded(site).items() if roles} == ROLES_OF


def address(name: str) -> tuple[str, str]:
    """A route's method, and an address that it answers."""
    method, _, path = name.partition(" ")
    for part in (
        "visit_id",
        "appointment_id",
        "call_id",
        "device_id",
        "property_ref",
        "fact_id",
        "home",
        "what",
        "act",
    ):
        path = path.replace(f"{{{part}:str}}", an_id(77))
    return method, path.replace("{sha256:str}", "a" * 64)


@pytest.mark.parametrize("name", ROLES_OF)
async def test_nobody_gets_in_without_a_session(site: Site, name: str) -> None:
    """Programs are told 401, people are led to the sign-in page."""
    method, path = address(name)
    for cookie in (None, "x" * 43, "x" * 5000):
        answer = await site.client(cookie).request(method, path)
        if path.startswith("/office"):
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/office/sign-in")
        else:
            assert answer.status_code == 401
            assert method == "HEAD" or answer.json()["type"] == "/problems/not-signed-in"


async def test_a_role_has_its_own_and_nothing_else(site: Site) -> None:
    """Whoever uses another role's route is refused before anything is read or looked up."""
    people: dict[str, Signed] = {}
    for number, role in enumerate(("operative", "planner", "supervisor", "auditor", "admin"), start=1):
        people[role] = await site.signed(number, role, installation=number)
    for name, roles in ROLES_OF.items():
        method, path = address(name)
        for role, signed in people.items():
            if role not in roles.split():
                answer = await signed.http.request(method, path)
                assert answer.status_code == 403, f"{role} got {answer.status_code} from {name}"


async def test_a_session_ends_for_good(site: Site) -> None:
    """Signed out, expired or left: the cookie opens nothing any more."""
    signed = await site.signed(1, "planner")
    assert (await signed.http.get("/api/me")).status_code == 200
    site.bench.clock.ms += 15 * 3_600_000
    assert (await signed.http.get("/api/me")).status_code == 401
    other = await site.signed(2, "planner")
    cookie = dict(other.http.cookies)
    assert (await other.http.delete("/api/session")).status_code == 204
    assert (await site.client(cookie["doorstep_session"]).get("/api/me")).status_code == 401
