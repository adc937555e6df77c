"""Webhooks, for an admin: the addresses that are told, one of them with its messages, and each form's act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from doorstep.application.office import Office
from doorstep.application.webhooks.endpoints import (
    MOST_NAME,
    MOST_SHOWN,
    add_endpoint,
    count_deliveries,
    end_endpoint,
    endpoints,
    find_endpoint,
    last_deliveries,
    rotate_secret,
    send_again,
    send_trial,
    turn_on,
)
from doorstep.application.webhooks.rows import DEAD, ENDED, WAITING, Endpoint
from doorstep.application.writer import Refused
from doorstep.web.guards import ADMINS
from doorstep.web.pages.html_forms import read_form
from doorstep.web.pages.refusals import say_refusal
from doorstep.web.pages.rendering import page
from doorstep.web.problems import STATUS_OF_REFUSAL
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

PATH: Final = "/office/webhooks"
Typed = dict[str, str]


class Told(msgspec.Struct, frozen=True):
    """One address in the list, with how many messages wait for it and how many were given up."""

    endpoint: Endpoint
    waiting: int
    dead: int


@get(PATH, guards=[ADMINS], include_in_schema=False)
async def webhooks_page(request: WebRequest) -> Response[str]:
    """Every address, and the form that adds one."""
    return await _list(request, {}, {}, 200)


@post(PATH, guards=[ADMINS], include_in_schema=False)
async def add_here(request: WebRequest) -> Response[str]:
    """Add an address; its secret is shown this once, so there is no page of it to come back to."""
    fields = await read_form(request)
    office = request.web.office
    if office.posts is None:
        raise Refused("endpoint-off", "This server sends no webhooks.")
    try:
        made, secret = await add_endpoint(
            office, office.posts, fields.get("name", ""), fields.get("url", ""), request.person.person_id
        )
    except Refused as refused:
        path = str(refused.more.get("path", ""))
        return await _list(request, fields, {path: say_refusal(refused)}, STATUS_OF_REFUSAL[refused.reason])
    return page(request, "webhook_secret.html", endpoint=made, secret=secret)


@get(f"{PATH}/{{endpoint_id:str}}", guards=[ADMINS], include_in_schema=False)
async def webhook_page(request: WebRequest, endpoint_id: FromPath[str]) -> Response[str]:
    """One address: what was given up, and the last messages."""
    office = request.web.office
    endpoint = await find_endpoint(office, endpoint_id)
    return page(
        request,
        "webhook.html",
        endpoint=endpoint,
        dead=await last_deliveries(office, endpoint_id, DEAD),
        dead_count=await count_deliveries(office, endpoint_id, DEAD),
        waiting=await count_deliveries(office, endpoint_id, WAITING),
        deliveries=await last_deliveries(office, endpoint_id),
        behind=office.store.tree_head().size - endpoint.position,
        names=await names_of_people(office),
        most=MOST_SHOWN,
    )


@post(f"{PATH}/{{endpoint_id:str}}/secrets", guards=[ADMINS], include_in_schema=False)
async def rotate_here(request: WebRequest, endpoint_id: FromPath[str]) -> Response[str]:
    """A new secret, shown this once."""
    await read_form(request)
    secret = await rotate_secret(request.web.office, endpoint_id)
    endpoint = await find_endpoint(request.web.office, endpoint_id)
    return page(request, "webhook_secret.html", endpoint=endpoint, secret=secret)


@post(f"{PATH}/{{endpoint_id:str}}/{{act:str}}", guards=[ADMINS], include_in_schema=False)
async def act_here(request: WebRequest, endpoint_id: FromPath[str], act: FromPath[str]) -> Redirect:
    """Try it, turn it on, end it, or send again what was given up: one message, or all of them."""
    fields = await read_form(request)
    office = request.web.office
    if act == "again":
        await send_again(office, endpoint_id, fields.get("delivery_id", ""))
    elif act in ACTS:
        await ACTS[act](office, endpoint_id)
    else:
        raise Refused("not-found", "There is nothing here.")
    return Redirect(f"{PATH}/{endpoint_id}", status_code=303)


ACTS: Final[dict[str, Callable[[Office, str], Awaitable[object]]]] = {
    "trial": send_trial,
    "on": turn_on,
    "end": end_endpoint,
}


async def _list(request: WebRequest, typed: Typed, errors: Typed, status: int) -> Response[str]:
    office = request.web.office
    found = await endpoints(office)
    told = [
        Told(
            each,
            await count_deliveries(office, each.endpoint_id, WAITING),
            await count_deliveries(office, each.endpoint_id, DEAD),
        )
        for each in found
        if each.state != ENDED
    ]
    return page(
        request,
        "webhooks.html",
        status,
        told=told,
        ended=[each for each in found if each.state == ENDED],
        typed=typed,
        errors=errors,
        most_name=MOST_NAME,
    )


ROUTES = [webhooks_page, add_here, webhook_page, rotate_here, act_here]
