"""Photos: take in their bytes, resumably; show what was made of them to whoever may see a visit that names them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Literal

from litestar import get, head, patch
from litestar.params import FromQuery, HeaderParameter, PathParameter
from litestar.response import Response

from doorstep.application.access import may_see_visit
from doorstep.application.photos import MAX_BYTES, TooLong
from doorstep.application.receive_photo import photo_received_so_far, receive_photo
from doorstep.application.writer import Refused
from doorstep.web.guards import OPERATIVES, VISIT_READERS
from doorstep.web.problems import InputFault, NotYourRole, may_answer, may_answer_with_nothing, upload_headers
from doorstep.web.requests import WebRequest

PARTIAL_UPLOAD = "application/partial-upload"
ORIGINAL = "original"
HELD = "Held so far: Upload-Offset says how many bytes, Upload-Complete whether that is all (?1) or not (?0)"
SANDBOXED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
PhotoHash = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The SHA-256 of the photo's bytes")]
Position = Annotated[int, HeaderParameter(name="Upload-Offset", ge=0, le=2**53, description="Where these bytes belong")]
Length = Annotated[int, HeaderParameter(name="Upload-Length", ge=0, le=2**53, description="The whole photo's bytes")]


class BrokenOff(InputFault):
    """The phone's connection broke off in the middle of a photo; what came of it is kept."""

    def __init__(self) -> None:
        super().__init__(400, "broken-off", "The connection broke off. Ask with HEAD how much came, and go on there.")


@head(
    "/api/photos/{sha256:str}",
    guards=[OPERATIVES],
    status_code=204,
    responses=may_answer_with_nothing(HELD, 401, 403, 404),
)
async def photo_so_far(request: WebRequest, sha256: PhotoHash) -> Response[None]:
    """How much of a photo is held, so that a phone goes on from there."""
    received = await photo_received_so_far(request.web.office, request.user, sha256)
    return Response(None, headers=upload_headers(received.offset, received.is_complete))


@patch(
    "/api/photos/{sha256:str}",
    guards=[OPERATIVES],
    status_code=204,
    responses=may_answer_with_nothing(HELD, 401, 403, 404, 409, 413, 415, 422, 507),
)
async def add_to_photo(
    request: WebRequest, sha256: PhotoHash, upload_offset: Position, upload_length: Length
) -> Response[None]:
    """Bytes of a photo, from `Upload-Offset` on; durable when this answers."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != PARTIAL_UPLOAD:
        raise InputFault(415, "partial-upload-expected", f"Send the bytes with Content-Type: {PARTIAL_UPLOAD}.")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > MAX_BYTES:
        raise TooLong(MAX_BYTES)
    web = request.web
    received = await receive_photo(
        web.office, web.looker, request.user, sha256, upload_offset, upload_length, _chunks(request)
    )
    return Response(None, headers=upload_headers(received.offset, received.is_complete))


async def _chunks(request: WebRequest) -> AsyncIterator[bytes]:
    """The body as it comes in; how much of it there may be is checked where it is kept."""
    while True:
        message: Any = await request.receive()
        if message["type"] == "http.disconnect":
            raise BrokenOff
        if body := message.get("body"):
            yield body
        if not message.get("more_body"):
            return


@get(
    "/api/photos/{sha256:str}",
    guards=[VISIT_READERS],
    media_type="image/jpeg",
    responses=may_answer(401, 403, 404, 422),
)
async def photo(
    request: WebRequest, sha256: PhotoHash, size: FromQuery[Literal["400", "1600", "original"]] = "1600"
) -> Response[bytes]:
    """A picture of at most that many pixels a side; the original as an attachment, for auditors only."""
    visits = await request.web.office.store.photo_visits(sha256)
    if not any(may_see_visit(request.person, visit) for visit in visits):
        raise Refused("not-found", "There is no such photo on a visit that you may see.")
    if size == ORIGINAL:
        if request.person.role != "auditor":
            raise NotYourRole
        original = request.web.office.photos.original(sha256)
        headers = {**SANDBOXED, "Content-Disposition": f'attachment; filename="{sha256}"'}
        return Response(await _read(original), media_type="application/octet-stream", headers=headers)
    derivative = request.web.office.photos.derivative(sha256, int(size))
    return Response(await _read(derivative), media_type="image/jpeg", headers={"Content-Disposition": "inline"})


async def _read(file: Path | None) -> bytes:
    if file is None:
        raise InputFault(
            404, "photo-not-ready", "The photo has not come, or not been looked at, or is no picture: see its visit."
        )
    return await asyncio.to_thread(file.read_bytes)


ROUTES = [photo_so_far, add_to_photo, photo]
