"""A form with a file: its fields come first, and the session's token among them, or nothing of the file is kept."""

from __future__ import annotations

from typing import NamedTuple

import multipart  # type: ignore[import-untyped]

from doorstep.application.intake.desk import Spool
from doorstep.web.pages.html_forms import TOKEN_FIELD, check_token
from doorstep.web.problems import InputFault
from doorstep.web.requests import WebRequest
from doorstep.web.uploads import Writing, body_pieces

MOST_FIELDS = 12
MOST_FIELD_BYTES = 2_000
BEYOND_FILE_BYTES = 20_000
PIECE = 1 << 18


class Uploaded(NamedTuple):
    """The fields of the form, what the file was called, and the name under which it is kept: empty where none came."""

    fields: dict[str, str]
    filename: str
    spooled: str


async def read_upload(request: WebRequest, file_field: str, spool: Spool, most_bytes: int) -> Uploaded:
    """Read the form, the file straight to where it is kept. Raises FormTooOld, InputFault, StoreFull."""
    kind, options = multipart.parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise InputFault(415, "bad-request", "Send the form as a browser does.")
    reading = _Reading(request, file_field, spool)
    try:
        with multipart.PushMultipartParser(options["boundary"], max_segment_count=MOST_FIELDS, strict=True) as parser:
            async for body in body_pieces(request, most_bytes + BEYOND_FILE_BYTES):
                for first in range(0, len(body), PIECE):
                    for event in parser.parse(body[first : first + PIECE]):
                        await reading.take(event)
        return await reading.end()
    except multipart.MultipartError:
        reading.drop()
        raise InputFault(400, "bad-request", "Send the form as a browser does.") from None
    except BaseException:
        reading.drop()
        raise


class _Reading:
    """The form while it comes in."""

    def __init__(self, request: WebRequest, file_field: str, spool: Spool) -> None:
        self._request, self._file_field, self._spool = request, file_field, spool
        self._fields: dict[str, str] = {}
        self._filename = self._spooled = ""
        self._name, self._held = "", bytearray()
        self._writing: Writing | None = None

    async def take(self, event: multipart.MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, multipart.MultipartSegment):
            self._begin(event)
        elif event is None:
            await self._end_part()
        elif self._writing:
            await self._writing.add(bytes(event))
        else:
            self._held += event
            if len(self._held) > MOST_FIELD_BYTES:
                raise InputFault(413, "too-large", "A field of the form is too long.")

    def _begin(self, part: multipart.MultipartSegment) -> None:
        self._name, self._held = part.name or "", bytearray()
        if self._name == self._file_field and part.filename and not self._spooled:
            # Checked before the first byte is written: else another site's page could fill the disk.
            check_token(self._request, self._fields.get(TOKEN_FIELD, ""))
            self._filename = part.filename
            self._spooled, self._file = self._spool.make()
            self._writing = Writing(self._file)

    async def _end_part(self) -> None:
        if self._writing:
            await self._writing.end()
            self._file.close()
            self._writing = None
        elif self._name:
            self._fields.setdefault(self._name, self._held.decode("utf-8", "replace").replace("\0", ""))

    async def end(self) -> Uploaded:
        check_token(self._request, self._fields.get(TOKEN_FIELD, ""))
        return Uploaded(self._fields, self._filename, self._spooled)

    def drop(self) -> None:
        if self._writing:
            self._file.close()
        if self._spooled:
            self._spool.drop(self._spooled)
