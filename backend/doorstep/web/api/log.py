"""The log for who checks it: its newest checkpoint, and the proof that one log goes on from another."""

from __future__ import annotations

import base64
from typing import Annotated

from litestar import get
from litestar.enums import MediaType
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.response import Response

from doorstep.application.writer import Refused
from doorstep.web.api.forms import LogProof
from doorstep.web.guards import LOG_READERS
from doorstep.web.problems import may_answer
from doorstep.web.requests import WebRequest

MOST_ENTRIES = 2**53 - 1
TEXT = {200: ResponseSpec(str, generate_examples=False, description="A C2SP signed note", media_type=MediaType.TEXT)}


@get(
    "/api/log/checkpoint",
    guards=[LOG_READERS],
    media_type=MediaType.TEXT,
    responses=TEXT | may_answer(401, 403, 404),
)
async def checkpoint(request: WebRequest) -> Response[str]:
    """The newest checkpoint, as it was published; to keep, and to compare with later."""
    newest = await request.web.office.store.newest_checkpoint()
    if newest is None:
        raise Refused("not-found", "No checkpoint was made yet. The server makes one within a minute of its start.")
    headers = {"Content-Disposition": f'attachment; filename="checkpoint-{newest.size}.txt"'}
    return Response(newest.note, media_type=MediaType.TEXT, headers=headers)


@get("/api/log/proof", guards=[LOG_READERS], responses=may_answer(401, 403, 422))
async def proof(
    request: WebRequest,
    first: Annotated[int, QueryParameter(ge=1, le=MOST_ENTRIES, description="Entries of the older log")],
    second: Annotated[int, QueryParameter(ge=1, le=MOST_ENTRIES, description="Entries of the newer log")],
) -> LogProof:
    """That the log's first `second` entries begin with its first `first`: RFC 6962's consistency proof, as hashes."""
    store = request.web.office.store
    try:
        hashes = await store.consistency(first, second)
    except ValueError as fault:
        raise Refused("invalid", f"There is no such proof: {fault}.", path="first") from fault
    older, newer = await store.root_at(first), await store.root_at(second)
    return LogProof(first, second, _base64(older), _base64(newer), [_base64(each) for each in hashes])


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


ROUTES = [checkpoint, proof]
