"""What GOV.UK Notify calls: what became of texts, and what residents answered.

It calls again on a broken connection, on 429 and on 5xx, five times in all, and never after any other 4xx. So whatever
bears the token and can be understood is kept, whether or not it is about a text of ours; only a store that cannot keep
it asks for another try.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.params import JSONBody

from doorstep.application.reminders.receipts import take_receipt
from doorstep.application.reminders.replies import take_text
from doorstep.application.reminders.text_service import InboundText, Receipt
from doorstep.application.store import StoreFull
from doorstep.web.guards import PUBLIC
from doorstep.web.problems import InputFault, may_answer_with_nothing
from doorstep.web.requests import WebRequest, raw_header

MOST_BYTES = 20_000
"""A text of ten parts has 1,530 characters, each of which JSON may spell in twelve bytes."""
MOST_TOKEN = 1_000
SMS = "sms"
SCHEME = b"bearer "
Short = Annotated[str, msgspec.Meta(max_length=200)]
Connection = ASGIConnection[Any, Any, Any, Any]


class TextReceipt(msgspec.Struct, frozen=True):
    """A receipt as Notify sends it, with what of it is of use; what else it says is passed over."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    status: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    reference: Short | None = None
    notification_type: Short = SMS
    completed_at: Short | None = None
    sent_at: Short | None = None
    created_at: Short | None = None


class TextReceived(msgspec.Struct, frozen=True):
    """A resident's text as Notify sends it on."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    source_number: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    message: Annotated[str, msgspec.Meta(max_length=5_000)]
    date_received: Short | None = None


def bears_token(connection: Connection, _: BaseRouteHandler) -> None:
    """Only who bears the token; compared in constant time, so that it cannot be guessed letter by letter."""
    token = connection.app.state["web"].settings.notify_token.encode()
    told = raw_header(connection.scope, b"authorization")[: MOST_TOKEN + len(SCHEME)]
    is_right = hmac.compare_digest(told[len(SCHEME) :], token)
    if not token or told[: len(SCHEME)].lower() != SCHEME or not is_right:
        fault = InputFault(
            401,
            "wrong-token",
            "Send the token that was agreed as `Authorization: Bearer`: DOORSTEP_NOTIFY_CALLBACK_TOKEN here, the "
            "callback's bearer token at GOV.UK Notify.",
        )
        fault.headers["WWW-Authenticate"] = "Bearer"
        raise fault


@post(
    "/api/notify/receipts",
    guards=[PUBLIC, bears_token],
    security=[{"notify": []}],
    status_code=204,
    request_max_body_size=MOST_BYTES,
    responses=may_answer_with_nothing("It is kept", 401, 413, 415, 422, 503),
)
async def receive_receipt(request: WebRequest, data: JSONBody[TextReceipt]) -> Response[None]:
    """Keep what became of a text. One of a reference that nobody knows is kept too, and one that came before."""
    office = request.web.office
    at = _instant(data.completed_at) or _instant(data.sent_at) or _instant(data.created_at) or office.clock.now_ms()
    if data.notification_type == SMS:
        try:
            await take_receipt(office, Receipt(data.id, data.reference or "", data.status, at))
        except StoreFull as full:
            raise _again() from full
    return Response(None, status_code=204)


@post(
    "/api/notify/texts",
    guards=[PUBLIC, bears_token],
    security=[{"notify": []}],
    status_code=204,
    request_max_body_size=MOST_BYTES,
    responses=may_answer_with_nothing("It is kept", 401, 413, 415, 422, 503),
)
async def receive_text(request: WebRequest, data: JSONBody[TextReceived]) -> Response[None]:
    """Keep a resident's text, as a task for a planner."""
    office = request.web.office
    at = _instant(data.date_received) or office.clock.now_ms()
    try:
        await take_text(office, InboundText(data.id, data.source_number, data.message, at))
    except StoreFull as full:
        raise _again() from full
    return Response(None, status_code=204)


def _again() -> InputFault:
    fault = InputFault(503, "store-full", "The server's disk is full, and nothing of this was kept. Try again later.")
    fault.headers["Retry-After"] = "60"
    return fault


def _instant(text: str | None) -> int | None:
    """Ms of an instant with its zone; None for what is none, or none that a clock of today could mean."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    ms = round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    return ms if ms > 0 else None


ROUTES = [receive_receipt, receive_text]
